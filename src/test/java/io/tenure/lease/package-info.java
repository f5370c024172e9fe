/** Leases, over a fake clock and the in-memory twin of the store. */
@NullMarked
package io.tenure.lease;

import org.jspecify.annotations.NullMarked;
