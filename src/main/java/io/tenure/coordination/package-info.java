/**
 * The port to the store that all servers share: atomic lists of operations, reads, watches, an elected role.
 *
 * <p>Floor 0. {@link io.tenure.coordination.Coordination} is the port; {@code coordination.zookeeper} below it is the only place
 * that knows Curator and ZooKeeper; the tests have an in-memory twin under the same contract test. Nothing here knows what a lease
 * or a lock is, but {@link io.tenure.coordination.Paths}, which knows where every node stands. Start with
 * {@link io.tenure.coordination.Coordination}.
 */
@NullMarked
package io.tenure.coordination;

import org.jspecify.annotations.NullMarked;
