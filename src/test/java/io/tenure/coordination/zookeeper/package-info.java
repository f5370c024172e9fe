/** The contract of the port over a real ZooKeeper, and the tests of what only ZooKeeper has. */
@NullMarked
package io.tenure.coordination.zookeeper;

import org.jspecify.annotations.NullMarked;
