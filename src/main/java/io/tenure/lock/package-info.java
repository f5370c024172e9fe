/**
 * Locks: at most one holder, first come, first served, sharing their queue with Curator's {@code InterProcessMutex}.
 *
 * <p>Floor 4. The queue does the work; here are the answers about locks and the questions that only make sense for one holder.
 * Start with {@link io.tenure.lock.Locks}.
 */
@NullMarked
package io.tenure.lock;

import org.jspecify.annotations.NullMarked;
