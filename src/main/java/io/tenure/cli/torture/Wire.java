package io.tenure.cli.torture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one server, with one request under way at a time, which can be left in the middle. Used by one thread.
 *
 * <p>A request is sent once: where no answer comes, whether it was carried out is not known, and nobody sends it again unasked.
 */
final class Wire implements AutoCloseable {
    private static final long CONNECT_MILLIS = 2_000;
    private static final int NO_CONTENT = 204;

    /** The length of an answer that goes on until the connection ends. */
    private static final int TO_THE_END = -1;

    private final Clockwork clockwork;
    private final URI server;
    private final String base;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    Wire(Clockwork clockwork, URI server) {
        this.clockwork = clockwork;
        this.server = server;
        this.base = Optional.ofNullable(server.getRawPath()).orElse("").replaceFirst("/$", "");
    }

    /** An answer as it came. */
    record Reply(int status, String body) {}

    /**
     * Sends a request and waits for its answer.
     *
     * @param path behind the server's address
     * @param body JSON, null for none
     * @param patience how long; then the connection is closed
     * @return empty when none came
     */
    Optional<Reply> ask(String method, String path, @Nullable String body, Duration patience) {
        long deadline = clockwork.nanos() + patience.toNanos();
        try {
            Socket connection = connected(deadline);
            byte[] content = body == null ? new byte[0] : body.getBytes(UTF_8);
            ByteArrayOutputStream request = new ByteArrayOutputStream(content.length + 256);
            request.writeBytes(head(method, path, body != null, content.length).getBytes(ISO_8859_1));
            request.writeBytes(content);
            connection.getOutputStream().write(request.toByteArray());
            connection.getOutputStream().flush();
            return Optional.of(reply(connection, deadline));
        } catch (IOException | NumberFormatException noAnswer) {
            close();
            return Optional.empty();
        }
    }

    private String head(String method, String path, boolean json, int length) {
        return method + " " + base + path + " HTTP/1.1\r\nHost: " + server.getRawAuthority()
                + (json ? "\r\nContent-Type: application/json" : "")
                + "\r\nAccept: application/json\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private Socket connected(long deadline) throws IOException {
        if (socket != null) {
            return socket;
        }
        boolean secure = "https".equalsIgnoreCase(server.getScheme());
        int port = server.getPort() >= 0 ? server.getPort() : secure ? 443 : 80;
        String host = server.getHost().replaceAll("[\\[\\]]", "");
        Socket plain = new Socket();
        socket = plain;
        plain.setTcpNoDelay(true);
        plain.connect(new InetSocketAddress(host, port), (int) Math.min(CONNECT_MILLIS, left(deadline)));
        plain.setSoTimeout(left(deadline));
        Socket connection = secure ? secured(plain, host, port) : plain;
        socket = connection;
        in = new BufferedInputStream(connection.getInputStream());
        return connection;
    }

    private static Socket secured(Socket plain, String host, int port) throws IOException {
        SSLSocket secured =
                (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private int left(long deadline) throws SocketTimeoutException {
        long millis = (deadline - clockwork.nanos()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    private Reply reply(Socket connection, long deadline) throws IOException {
        String[] status = line(connection, deadline).split(" ", 3);
        if (status.length < 2) {
            throw new EOFException();
        }
        int code = Integer.parseInt(status[1]);
        int length = code == NO_CONTENT ? 0 : TO_THE_END;
        boolean chunked = false;
        boolean last = false;
        for (String line = line(connection, deadline); !line.isEmpty(); line = line(connection, deadline)) {
            int colon = line.indexOf(':');
            String field = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            switch (field) {
                case "content-length" -> length = Integer.parseInt(value);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "connection" -> last = value.equalsIgnoreCase("close");
                default -> {
                    // of no matter here
                }
            }
        }
        String body;
        if (chunked) {
            body = chunks(connection, deadline);
        } else if (length == TO_THE_END) {
            // a server that stops ends a long answer so
            connection.setSoTimeout(left(deadline));
            body = new String(in.readAllBytes(), UTF_8);
            last = true;
        } else {
            body = text(connection, deadline, length);
        }
        if (last) {
            close();
        }
        return new Reply(code, body);
    }

    private String line(Socket connection, long deadline) throws IOException {
        connection.setSoTimeout(left(deadline));
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private String text(Socket connection, long deadline, int length) throws IOException {
        connection.setSoTimeout(left(deadline));
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, UTF_8);
    }

    private String chunks(Socket connection, long deadline) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            int length =
                    Integer.parseInt(line(connection, deadline).split(";", 2)[0].strip(), 16);
            body.append(text(connection, deadline, length));
            String end = line(connection, deadline);
            if (length == 0) {
                while (!end.isEmpty()) {
                    end = line(connection, deadline);
                }
                return body.toString();
            }
        }
    }

    /** Ends the connection without a word; the next request makes another. */
    @Override
    public void close() {
        Socket left = socket;
        socket = null;
        try {
            if (left != null) {
                left.close();
            }
        } catch (IOException ended) {
            // it is gone all the same
        }
    }
}
