package io.tenure.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link that tests break. */
class TcpProxyIT {
    private ServerSocket listener;
    private TcpProxy link;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        link = new TcpProxy(listener.getLocalPort());
        client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        server = listener.accept();
        server.setSoTimeout(100);
        client.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void passesBytesBothWays() throws IOException {
        client.getOutputStream().write(7);
        assertThat(server.getInputStream().read()).isEqualTo(7);
        server.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
    }

    @Test
    void aStalledWayKeepsItsBytesUntilItIsHealedWhileTheOtherGoesOn() throws IOException {
        link.stall(TcpProxy.Way.TO_SERVER);
        client.getOutputStream().write(7);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        server.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
        link.heal();
        server.setSoTimeout(10_000);
        assertThat(server.getInputStream().read()).isEqualTo(7);
    }

    @Test
    void aDelayedWayPassesItsBytesLater() throws IOException {
        link.delay(TcpProxy.Way.TO_CLIENT, Duration.ofMillis(200));
        long before = System.nanoTime();
        server.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aCutLinkEndsItsConnectionsAndEveryNewOne() throws IOException {
        link.cut();
        assertThat(ended(client)).isTrue();
        try (Socket next = new Socket(InetAddress.getLoopbackAddress(), link.port())) {
            next.setSoTimeout(10_000);
            assertThat(ended(next)).isTrue();
        }
    }

    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
