package io.tenure.app;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * The connections of a server that stops. Jetty waits until all of them have ended, and to that end shortens the idle time of those that
 * it knows when it begins to stop. Two kinds need more.
 *
 * <p>One that comes to be known a moment later would keep the server from ending for as long as its client is silent. And one whose
 * request has waited for longer than the shortened time would be timed out at that very moment, in the middle of the answer that the
 * request is given because the server stops: the answer would be lost, and Jetty would wait for its end in vain.
 */
final class LastConnections implements Connection.Listener, LifeCycle.Listener {
    private final AbstractConnector connector;

    private LastConnections(AbstractConnector connector) {
        this.connector = connector;
    }

    /** Looks after those of this connector. */
    static void watch(Server server, AbstractConnector connector) {
        LastConnections connections = new LastConnections(connector);
        connector.addEventListener((Connection.Listener) connections);
        server.addEventListener(connections);
    }

    /** Jetty knows it by now: either it had not begun to stop yet, and shortens the time itself, or it is seen here that it has. */
    @Override
    public void onOpened(Connection connection) {
        if (connector.isShutdown()) {
            connection.getEndPoint().setIdleTimeout(connector.getShutdownIdleTimeout());
        }
    }

    /** The shortened time counts from here on. */
    @Override
    public void lifeCycleStopping(LifeCycle stopping) {
        connector.getConnectedEndPoints().stream()
                .filter(IdleTimeout.class::isInstance)
                .map(IdleTimeout.class::cast)
                .forEach(IdleTimeout::notIdle);
    }
}
