/** Fixtures that tests of several packages share. */
@NullMarked
package io.tenure.testing;

import org.jspecify.annotations.NullMarked;
