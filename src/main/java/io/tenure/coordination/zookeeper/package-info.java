/**
 * The port to the store over ZooKeeper: sessions with Curator, the elected role with its {@code LeaderLatch}, a server inside this
 * process.
 *
 * <p>Floor 0, and the only place that knows Curator and ZooKeeper. Start with
 * {@link io.tenure.coordination.zookeeper.ZooKeeperCoordination}; the lines of {@code docs/protocol.md} on transactions, watches
 * and lost answers say what it rests on.
 */
@NullMarked
package io.tenure.coordination.zookeeper;

import org.jspecify.annotations.NullMarked;
