/** The queue, over a fake clock and the in-memory twin of the store. */
@NullMarked
package io.tenure.queue;

import org.jspecify.annotations.NullMarked;
