package io.tenure.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection that asks for a stream, as plain HTTP/1.0, so that what is read is what the stream is made of. A read that takes longer
 * than ten seconds fails.
 */
final class StreamClient implements AutoCloseable {
    final Socket socket = new Socket();
    private final BufferedReader reader;

    /** Sends a request with these lines behind its first; reads nothing. */
    StreamClient(int port, int receiveBuffer, String path, String... headers) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String first = path.startsWith("/") ? "GET " + path : path;
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        socket.getOutputStream().write((first + " HTTP/1.0\r\nHost: localhost\r\n" + more + "\r\n").getBytes(UTF_8));
        reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    /** A stream whose head, {@code retry} and first event have been read. */
    static StreamClient open(int port, String path, String... headers) throws IOException {
        StreamClient client = new StreamClient(port, 0, path, headers);
        client.head();
        client.block();
        client.block();
        return client;
    }

    /** The status line and the headers, in the order sent. */
    List<String> head() throws IOException {
        return block();
    }

    /** The lines up to the next empty one; what there is when the connection ends before. */
    List<String> block() throws IOException {
        List<String> lines = new ArrayList<>();
        String line = line();
        while (line != null && !line.isEmpty()) {
            lines.add(line);
            line = line();
        }
        return lines;
    }

    /** The next event, without heartbeats before it; empty at the end. */
    List<String> event() throws IOException {
        List<String> lines = block();
        while (lines.equals(List.of(": heartbeat"))) {
            lines = block();
        }
        return lines;
    }

    /** The next line; null at the end. */
    @Nullable
    String line() throws IOException {
        return reader.readLine();
    }

    /** All lines up to the end of the connection, however it ends. */
    List<String> rest() throws IOException {
        List<String> lines = new ArrayList<>();
        try {
            String line = line();
            while (line != null) {
                lines.add(line);
                line = line();
            }
        } catch (SocketException e) {
            lines.add("reset");
        }
        return lines;
    }

    /** Ends the connection without a farewell. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
