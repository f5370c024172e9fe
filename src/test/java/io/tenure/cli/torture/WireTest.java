package io.tenure.cli.torture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.ThisMachine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form in which HTTP lets a server say where its answer ends. */
class WireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
            })
    void anAnswerIsReadToItsEnd(String answer) throws IOException {
        assertThat(asked(answer)).contains(new Wire.Reply(200, "hello"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nl"
            })
    void anAnswerThatBreaksOffIsNone(String answer) throws IOException {
        assertThat(asked(answer)).isEmpty();
    }

    @Test
    void anAnswerWithoutABodyLeavesTheConnectionForTheNext() throws IOException {
        try (ServerSocket listener = listening(
                        List.of("HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
                Wire wire = wire(listener)) {
            assertThat(wire.ask("GET", "/", null, PATIENCE)).contains(new Wire.Reply(204, ""));
            assertThat(wire.ask("GET", "/", null, PATIENCE)).contains(new Wire.Reply(200, "ok"));
        }
    }

    private static Optional<Wire.Reply> asked(String answer) throws IOException {
        try (ServerSocket listener = listening(List.of(answer));
                Wire wire = wire(listener)) {
            return wire.ask("GET", "/", null, PATIENCE);
        }
    }

    private static Wire wire(ServerSocket listener) {
        return new Wire(new ThisMachine(), URI.create("http://127.0.0.1:" + listener.getLocalPort()));
    }

    /** Gives these answers on one connection, each to one request, and ends it. */
    private static ServerSocket listening(List<String> answers) throws IOException {
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        new ThisMachine().start("wire-test", () -> {
            try (Socket socket = listener.accept()) {
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
                for (String answer : answers) {
                    String line = in.readLine();
                    while (line != null && !line.isEmpty()) {
                        line = in.readLine();
                    }
                    socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return listener;
    }
}
