package io.tenure.architecture.broken.coordination.zookeeper;

import org.apache.zookeeper.ZooKeeper;

/** May know ZooKeeper. */
public record Session(ZooKeeper client) {}
