package io.tenure.app;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.AbstractConnector;

/**
 * Connections that a stopping server has just accepted. Jetty waits until all connections have ended, and to that end shortens the idle
 * time of those that it knows when it begins to stop; one that comes to be known a moment later would keep it from ending for as long as
 * its client is silent.
 */
final class LateConnections implements Connection.Listener {
    private final AbstractConnector connector;

    private LateConnections(AbstractConnector connector) {
        this.connector = connector;
    }

    /** Looks after those of this connector. */
    static void watch(AbstractConnector connector) {
        connector.addEventListener(new LateConnections(connector));
    }

    /** Jetty knows it by now: either it had not begun to stop yet, and shortens the time itself, or it is seen here that it has. */
    @Override
    public void onOpened(Connection connection) {
        if (connector.isShutdown()) {
            connection.getEndPoint().setIdleTimeout(connector.getShutdownIdleTimeout());
        }
    }
}
