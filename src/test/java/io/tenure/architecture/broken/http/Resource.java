package io.tenure.architecture.broken.http;

import io.tenure.architecture.broken.client.Guard;
import io.tenure.architecture.broken.coordination.zookeeper.Session;
import io.tenure.architecture.broken.lease.LeaseManager;
import org.apache.zookeeper.KeeperException;

/** Knows the store, its implementation and the client, and closes a cycle with a floor below. */
public final class Resource {
    public Guard guard() {
        return new Guard();
    }

    public void close(Session session, LeaseManager leases) throws KeeperException {
        if (session.client().getState().isAlive()) {
            throw new KeeperException.NoNodeException(leases.getClass().getName());
        }
    }
}
