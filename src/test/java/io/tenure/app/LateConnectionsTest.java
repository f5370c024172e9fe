package io.tenure.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

class LateConnectionsTest {
    @Test
    void aConnectionThatBecomesKnownAfterTheStopHasBegunIsEndedAsSoonAsTheOthers() throws Exception {
        CountDownLatch accepted = new CountDownLatch(1);
        CountDownLatch stopping = new CountDownLatch(1);
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
                accepted.countDown();
                try {
                    stopping.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return super.newEndPoint(channel, selector, key);
            }
        };
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(75_000);
        server.addConnector(connector);
        LateConnections.watch(connector);
        server.start();
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            accepted.await();
            var unused = connector.shutdown();
            stopping.countDown();
            silent.setSoTimeout(10_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        } finally {
            stopping.countDown();
            server.stop();
        }
    }
}
