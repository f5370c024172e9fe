/**
 * The queue that locks share: Curator's rule who is first, taking a place, waiting without a thread, granting, giving up.
 *
 * <p>Floor 3.
 */
@NullMarked
package io.tenure.queue;

import org.jspecify.annotations.NullMarked;
