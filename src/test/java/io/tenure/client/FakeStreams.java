package io.tenure.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams in the test's hand: it says when a line comes, if one was asked for, and when a connection ends. One thread. */
final class FakeStreams implements Streams {
    /** All that were ever opened. */
    final List<Line> opened = new ArrayList<>();

    @Override
    public Connection open(String path, @Nullable String lastSeen, Sink sink) {
        Line line = new Line(path, lastSeen, sink);
        opened.add(line);
        return line;
    }

    /** The newest connection. */
    Line last() {
        return opened.get(opened.size() - 1);
    }

    /** One connection. */
    static final class Line implements Connection {
        final String path;
        final @Nullable String lastSeen;
        private final Sink sink;
        private final List<String> unread = new ArrayList<>();
        int wanted;
        /** Whether its server was left for another. */
        boolean left;

        /** By either side. */
        boolean closed;

        private Line(String path, @Nullable String lastSeen, Sink sink) {
            this.path = path;
            this.lastSeen = lastSeen;
            this.sink = sink;
        }

        @Override
        public void more() {
            wanted++;
            flow();
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void abandon() {
            left = true;
            closed = true;
        }

        /** How many lines wait to be read. */
        int unread() {
            return unread.size();
        }

        /** The server writes lines. */
        void write(String... lines) {
            unread.addAll(List.of(lines));
            flow();
        }

        /** The server writes an event whose data is this and its revision. */
        void event(String name, String revision, String data) {
            write("event: " + name, "id: " + revision, "data: " + data.replace('\'', '"'), "");
        }

        void state(int revision) {
            event("state", String.valueOf(revision), "{'revision':'" + revision + "'}");
        }

        /** Lines that were on their way when the connection was closed. */
        void late(String... lines) {
            List.of(lines).forEach(sink::line);
        }

        /** The connection breaks. */
        void fail() {
            if (!closed) {
                closed = true;
                sink.end(null, new IllegalStateException("a test"));
            }
        }

        /** The server ends the stream. */
        void end() {
            if (!closed) {
                closed = true;
                sink.end(null, null);
            }
        }

        /** The server answers with no stream. */
        void refuse(int status, String code, @Nullable Duration retryAfter) {
            closed = true;
            sink.end(
                    new Answer(
                            status,
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("code", code)
                                    .put("detail", "a test"),
                            retryAfter),
                    null);
        }

        private void flow() {
            while (wanted > 0 && !unread.isEmpty() && !closed) {
                wanted--;
                sink.line(unread.remove(0));
            }
        }
    }
}
