package io.tenure.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeersTest {
    private static final Duration IDLE_TIMEOUT = Duration.ofMillis(400);

    private final Server server = new Server(0);
    private final Peers peers = new Peers(Runnable::run);
    private final Thread watcher = new Thread(peers, "peers");
    private final Map<String, AsyncContext> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger gone = new AtomicInteger();
    private final AtomicInteger undelivered = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(new Waiting());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        connector().setIdleTimeout(IDLE_TIMEOUT.toMillis());
        watcher.start();
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        peers.close();
        watcher.join();
    }

    @Test
    void fiftyWaitersThatVanishAreNoticedWithinASecond() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sockets.add(waits("w" + i));
        }
        await().until(() -> waiting.size() == 50);

        for (Socket socket : sockets) {
            socket.close();
        }

        await().atMost(Duration.ofSeconds(1)).until(() -> gone.get() == 50);
    }

    @Test
    void aResetIsNoticed() throws Exception {
        Socket socket = waits("reset");
        await().until(() -> waiting.size() == 1);

        reset(socket);

        await().atMost(Duration.ofSeconds(1)).until(() -> gone.get() == 1);
    }

    @Test
    void aClientThatClosesHalfIsTakenAsGoneAndStillAnswered() throws Exception {
        try (Socket socket = waits("half")) {
            await().until(() -> waiting.size() == 1);

            socket.shutdownOutput();

            await().atMost(Duration.ofSeconds(1)).until(() -> gone.get() == 1);
            answer("half");
            assertThat(reader(socket).readLine()).contains("200");
            await().until(() -> undelivered.get() == 1);
        }
    }

    @Test
    void oneThatClosedRightBeforeTheAnswerWasNotAnswered() throws Exception {
        for (int i = 1; i <= 100; i++) {
            Socket socket = waits("late" + i);
            await().pollInterval(Duration.ofMillis(1)).until(() -> waiting.size() == 1);
            int before = undelivered.get();

            socket.close();
            answer("late" + i);

            await().pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(1))
                    .until(() -> undelivered.get() == before + 1);
        }
    }

    @Test
    void aClientThatClosesWithTheAnswerInHandWasAnswered() throws Exception {
        Socket socket = waits("fast");
        await().until(() -> waiting.size() == 1);
        AsyncContext context = Objects.requireNonNull(waiting.remove("fast"));
        context.getResponse().setContentLength(5);
        context.getResponse().getOutputStream().write("done\n".getBytes(US_ASCII));
        context.getResponse().flushBuffer();
        readAnswer(reader(socket));

        socket.close();

        // noticed before the server has come to the end of what it does for the answer
        await().until(() -> gone.get() == 1);
        context.complete();
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        assertThat(undelivered).hasValue(0);
    }

    @Test
    void aClientThatSendsItsNextRequestEarlyIsServed() throws Exception {
        try (Socket socket = waits("first")) {
            await().until(() -> waiting.size() == 1);

            send(socket, "second");
            answer("first");

            assertThat(reader(socket).readLine()).contains("200");
            answer("second");
            assertThat(gone).hasValue(0);
            assertThat(undelivered).hasValue(0);
        }
    }

    @Test
    void aConnectionIsWatchedAgainForItsNextRequest() throws Exception {
        try (Socket socket = waits("r0")) {
            BufferedReader reader = reader(socket);
            for (int i = 1; i < 200; i++) {
                answer("r" + (i - 1));
                readAnswer(reader);
                send(socket, "r" + i);
            }
            await().until(() -> waiting.containsKey("r199"));
            assertThat(gone).hasValue(0);
        }

        await().atMost(Duration.ofSeconds(1)).until(() -> gone.get() == 1);
    }

    @Test
    void aSuspendedRequestOutlivesTheIdleTimeout() throws Exception {
        try (Socket socket = waits("long")) {
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);

            answer("long");

            assertThat(reader(socket).readLine()).contains("200");
            assertThat(gone).hasValue(0);
        }
    }

    @Test
    void anAnswerToAConnectionThatWasResetIsToldAsUndelivered() throws Exception {
        Socket socket = waits("unwatched");
        await().until(() -> waiting.size() == 1);
        reset(socket);
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);

        answer("unwatched");

        await().atMost(Duration.ofSeconds(1)).until(() -> undelivered.get() == 1);
        assertThat(gone).hasValue(0);
    }

    private Socket waits(String name) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector().getLocalPort());
        socket.setSoTimeout(5000);
        send(socket, name);
        return socket;
    }

    private static void send(Socket socket, String name) throws IOException {
        socket.getOutputStream().write(("GET /" + name + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    private static void readAnswer(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        while (line != null && !line.equals("done")) {
            line = reader.readLine();
        }
    }

    private void answer(String name) throws IOException {
        await().pollInterval(Duration.ofMillis(1)).until(() -> waiting.containsKey(name));
        AsyncContext context = Objects.requireNonNull(waiting.remove(name));
        context.getResponse().setContentLength(5);
        try {
            context.getResponse().getOutputStream().write("done\n".getBytes(US_ASCII));
        } catch (EofException e) {
            // the client has gone: the completion tells it
        }
        context.complete();
    }

    private ServerConnector connector() {
        return (ServerConnector) server.getConnectors()[0];
    }

    /** Suspends each request until the test answers it. */
    private final class Waiting extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            Caller caller = new Caller(request, peers, Runnable::run, "1");
            AsyncContext context = request.startAsync();
            context.setTimeout(0);
            String name = request.getPathInfo().substring(1);
            if (!name.equals("unwatched")) {
                caller.presence().whenGone(gone::incrementAndGet);
            }
            caller.whenUndelivered(undelivered::incrementAndGet);
            waiting.put(name, context);
        }
    }
}
