package io.tenure.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tenure.testing.Reply;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client on one connection of its own, which may go away before the answer. Used by one thread. */
final class RawClient implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final int port;
    private final Socket socket;
    private final InputStream in;

    /** Connects, and says nothing yet. */
    RawClient(int port) {
        this.port = port;
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) LONGEST.toMillis());
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects and sends. A single quote in the body stands for a double one. */
    RawClient(int port, String method, String path, String json) {
        this(port);
        send(method, path, json);
    }

    /** Sends a request, and does not wait for its answer. */
    void send(String method, String path, @Nullable String json) {
        String body = json == null ? "" : json.replace('\'', '"');
        String request = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + (json == null ? "" : "\r\nContent-Type: application/json") + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        try {
            socket.getOutputStream().write(request.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the answer to the oldest request that has none yet; fails when the connection ends before. */
    Reply answer() {
        try {
            int status = Integer.parseInt(line().split(" ", 3)[1]);
            Map<String, List<String>> fields = new HashMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                String[] field = line.split(": *", 2);
                fields.computeIfAbsent(field[0], name -> new ArrayList<>()).add(field[1]);
            }
            HttpHeaders headers = HttpHeaders.of(fields, (name, value) -> true);
            byte[] body = in.readNBytes(
                    (int) headers.firstValueAsLong("Content-Length").orElseThrow());
            JsonNode json = body.length == 0 ? MissingNode.getInstance() : MAPPER.readTree(body);
            return new Reply(status, headers, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(ISO_8859_1);
    }

    /** Vanishes: the connection ends, and nothing else is said. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
