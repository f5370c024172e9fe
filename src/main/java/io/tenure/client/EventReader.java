package io.tenure.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of one thing, over as many connections as that takes.
 *
 * <p>It reads no further than it was asked to, so that what is not wanted yet waits at the server, which drops what becomes too much and
 * says so. A connection on which nothing has come for two heartbeats is given up. Safe for use by many threads.
 */
final class EventReader {
    /** How long a server may take until the first line. */
    static final Duration FIRST = Calls.TIMEOUT;

    /** How long a stream may be silent: two heartbeats. */
    static final Duration SILENCE = Duration.ofSeconds(30);

    private final Time time;
    private final Calls calls;
    private final Streams streams;
    private final String path;
    private final Sink sink;

    /** How many events are to be read yet. */
    @GuardedBy("this")
    private long wanted;

    @GuardedBy("this")
    private @Nullable String lastSeen;

    @GuardedBy("this")
    private @Nullable Attempt current;

    @GuardedBy("this")
    private boolean begun;

    @GuardedBy("this")
    private boolean closed;

    /** How many connections in a row have come to nothing. */
    @GuardedBy("this")
    private int failed;

    /** Who is told, one thing at a time. Its methods return at once, and do not ask anything of the reader. */
    interface Sink {
        /** An event that was asked for. */
        void event(Event event);

        /** There is no connection now; another is tried. */
        void away(String why);

        /** Nothing more will come: it has ended, or the question is refused. */
        void end(@Nullable TenureException refusal);
    }

    EventReader(Engine engine, Streams streams, String path, Sink sink) {
        this.time = engine.time();
        this.calls = engine.calls();
        this.streams = streams;
        this.path = path;
        this.sink = sink;
    }

    /** Asks for more events; the first time connects. */
    void more(long count) {
        Attempt resumed;
        synchronized (this) {
            boolean resting = wanted == 0;
            wanted = wanted + count < 0 ? Long.MAX_VALUE : wanted + count;
            if (closed || !resting) {
                return;
            }
            resumed = current;
            if (resumed == null && begun) {
                return;
            }
            begun = true;
        }
        if (resumed != null) {
            resumed.read();
        } else {
            connect();
        }
    }

    /** Reads nothing more, and ends the connection. */
    void close() {
        Attempt last;
        synchronized (this) {
            closed = true;
            last = current;
            current = null;
        }
        if (last != null) {
            last.close();
        }
    }

    private void connect() {
        Attempt next = new Attempt();
        String seen;
        synchronized (this) {
            if (closed) {
                return;
            }
            current = next;
            seen = lastSeen;
        }
        next.open(seen);
    }

    /** An answer that stays the same whoever is asked: there is nothing to follow, or not so. */
    private static boolean isFinal(Answer answer) {
        return !answer.ok() && !answer.cannotTell() && !answer.busy();
    }

    private final class Attempt implements Streams.Sink {
        private final EventLines lines = new EventLines();

        /** Since when nothing has come. */
        @GuardedBy("EventReader.this")
        private long silent = time.nanos();

        /** Whether a line was asked for that has not come. */
        @GuardedBy("EventReader.this")
        private boolean reading;

        @GuardedBy("EventReader.this")
        private Duration patience = FIRST;

        /** How long the server has asked to wait before it is asked again. */
        @GuardedBy("EventReader.this")
        private @Nullable Duration bye;

        @GuardedBy("EventReader.this")
        private Streams.@Nullable Connection connection;

        private void open(@Nullable String seen) {
            Streams.Connection opened = streams.open(path, seen, this);
            boolean late;
            synchronized (EventReader.this) {
                connection = opened;
                late = current != this;
            }
            if (late) {
                opened.close();
                return;
            }
            read();
            time.after(FIRST, this::watch);
        }

        /** Asks for the next line if one is wanted. */
        private void read() {
            Streams.Connection opened;
            synchronized (EventReader.this) {
                opened = connection;
                if (opened == null || reading || wanted == 0) {
                    return;
                }
                reading = true;
                silent = time.nanos();
            }
            opened.more();
        }

        private void close() {
            Streams.Connection opened = connection();
            if (opened != null) {
                opened.close();
            }
        }

        private Streams.@Nullable Connection connection() {
            synchronized (EventReader.this) {
                return connection;
            }
        }

        /** Gives the connection up when nothing has come for too long though it is read, and comes back when that may be so. */
        private void watch() {
            Duration most;
            Duration left;
            synchronized (EventReader.this) {
                if (current != this) {
                    return;
                }
                most = patience;
                left = reading ? most.minusNanos(time.nanos() - silent) : most;
            }
            if (left.isNegative() || left.isZero()) {
                Streams.Connection silentOne = connection();
                if (silentOne != null) {
                    silentOne.abandon();
                }
                over(null, "nothing has come from a server for " + most.toSeconds() + " s");
            } else {
                time.after(left, this::watch);
            }
        }

        @Override
        public void line(String line) {
            synchronized (EventReader.this) {
                if (current != this) {
                    return;
                }
                reading = false;
                patience = SILENCE;
                Event event = lines.line(line);
                if (event != null) {
                    told(event);
                }
            }
            read();
        }

        @GuardedBy("EventReader.this")
        private void told(Event event) {
            if (event.name().equals(EventLines.BYE)) {
                bye = Duration.ofMillis(event.data().path("retryAfterMillis").asLong(1000));
                return;
            }
            failed = 0;
            lastSeen = event.revision();
            wanted = wanted == Long.MAX_VALUE ? wanted : wanted - 1;
            sink.event(event);
        }

        @Override
        public void end(@Nullable Answer answer, @Nullable Throwable failure) {
            if (answer != null) {
                over(answer, String.valueOf(answer.refusal().getMessage()));
            } else {
                over(null, failure == null ? "a server has ended the stream" : "the connection has failed: " + failure);
            }
        }

        private void over(@Nullable Answer answer, String why) {
            Duration pause;
            synchronized (EventReader.this) {
                if (current != this) {
                    return;
                }
                current = null;
                if (answer != null && isFinal(answer)) {
                    closed = true;
                    sink.end(answer.status() == 410 ? null : answer.refusal());
                    return;
                }
                failed++;
                // many are told so at once, and must not come back at once
                Answer later = bye == null ? answer : new Answer(429, JsonNodeFactory.instance.missingNode(), bye);
                pause = calls.pause(failed, later);
                sink.away(why);
            }
            time.after(pause, EventReader.this::connect);
        }
    }
}
