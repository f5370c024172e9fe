/**
 * Leases: time-limited rights that outlive the server which granted them.
 *
 * <p>Floor 2. Here is the codec of the lease node, every write to it, renewal, release, revocation, and the coordinator's duties of
 * expiry. A lease lists its holds, but what a queue is and who is first in it belongs to {@code queue}. Start with
 * {@link io.tenure.lease.Limits} for the rules.
 */
@NullMarked
package io.tenure.lease;

import org.jspecify.annotations.NullMarked;
