package io.tenure.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.Test;

class LastConnectionsTest {
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
        LastConnections.watch(server, connector);
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

    @Test
    void aRequestThatHasWaitedForLongIsAnsweredWhenTheServerStops() throws Exception {
        CompletableFuture<Runnable> waiting = new CompletableFuture<>();
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                return new Slow(channel, selector, key, getScheduler());
            }
        };
        connector.setHost("127.0.0.1");
        connector.setShutdownIdleTimeout(500);
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                return waiting.complete(() -> {
                    response.setStatus(418);
                    Callback told = Callback.from(() -> written.complete(true), failure -> written.complete(false));
                    response.write(true, ByteBuffer.allocate(10), Callback.combine(told, callback));
                });
            }
        });
        server.setStopTimeout(5_000);
        server.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopping(LifeCycle stopping) {
                var unused = CompletableFuture.runAsync(waiting.join());
                Slow.WRITING.join();
            }
        });
        server.start();
        LastConnections.watch(server, connector);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
            waiting.get(5, TimeUnit.SECONDS);
            Thread.sleep(800);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> LifeCycle.stop(server));
            client.setSoTimeout(5_000);
            assertThat(new String(client.getInputStream().readNBytes(12), US_ASCII))
                    .isEqualTo("HTTP/1.1 418");
            assertThat(written.get(5, TimeUnit.SECONDS)).isTrue();
            stopped.get(5, TimeUnit.SECONDS);
        }
    }

    /** Takes a while to write, as on a machine that has much to do. */
    private static final class Slow extends SocketChannelEndPoint {
        static final CompletableFuture<Boolean> WRITING = new CompletableFuture<>();

        Slow(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public boolean flush(ByteBuffer... buffers) throws IOException {
            WRITING.complete(true);
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return super.flush(buffers);
        }
    }
}
