package io.tenure.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Streams by the JDK's HTTP client, from the server that requests go to. Safe for use by many threads. */
final class HttpStreams implements Streams {
    private final HttpServers servers;

    HttpStreams(HttpServers servers) {
        this.servers = servers;
    }

    @Override
    public Connection open(String path, @Nullable String lastSeen, Sink sink) {
        URI uri = servers.at(path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        if (lastSeen != null) {
            request.header("Last-Event-ID", lastSeen);
        }
        Lines lines = new Lines(sink, () -> leave(path, uri));
        // no timeout of the request: what it covers differs between releases of the JDK, and the reader has one of its
        // own
        lines.sent(servers.client().sendAsync(request.build(), lines::body));
        return lines;
    }

    private void leave(String path, URI failed) {
        if (servers.at(path).equals(failed)) {
            servers.another();
        }
    }

    /** One exchange. The JDK's adapter makes lines of the bytes, and reads no more of them than lines were asked for. */
    private static final class Lines implements Flow.Subscriber<String>, Connection {
        private final Sink sink;
        private final Runnable leave;

        @GuardedBy("this")
        private long wanted;

        @GuardedBy("this")
        private boolean closed;

        @GuardedBy("this")
        private @Nullable CompletableFuture<?> exchange;

        @GuardedBy("this")
        private Flow.@Nullable Subscription subscription;

        private Lines(Sink sink, Runnable leave) {
            this.sink = sink;
            this.leave = leave;
        }

        private BodySubscriber<String> body(ResponseInfo info) {
            boolean events = info.statusCode() == 200
                    && info.headers()
                            .firstValue("Content-Type")
                            .filter(type -> type.startsWith("text/event-stream"))
                            .isPresent();
            return events
                    ? BodySubscribers.fromLineSubscriber(this, ended -> "", UTF_8, null)
                    : BodySubscribers.ofString(UTF_8);
        }

        private void sent(CompletableFuture<HttpResponse<String>> future) {
            boolean late;
            synchronized (this) {
                exchange = future;
                late = closed;
            }
            if (late) {
                future.cancel(true);
            }
            var unused = future.whenComplete((response, failure) -> {
                if (isStreaming()) {
                    // the end comes behind the last line
                    return;
                }
                end(response == null ? null : HttpServers.answer(response), failure);
            });
        }

        private synchronized boolean isStreaming() {
            return subscription != null;
        }

        private void end(@Nullable Answer answer, @Nullable Throwable failure) {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            if (answer == null || answer.cannotTell()) {
                leave.run();
            }
            sink.end(answer, failure);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            long early;
            synchronized (this) {
                subscription = given;
                early = closed ? -1 : wanted;
            }
            if (early < 0) {
                given.cancel();
            } else if (early > 0) {
                given.request(early);
            }
        }

        @Override
        public void onNext(String line) {
            sink.line(line);
        }

        @Override
        public void onError(Throwable failure) {
            end(null, failure);
        }

        @Override
        public void onComplete() {
            end(null, null);
        }

        @Override
        public void more() {
            Flow.Subscription given;
            synchronized (this) {
                wanted++;
                given = subscription;
            }
            if (given != null) {
                given.request(1);
            }
        }

        @Override
        public void abandon() {
            leave.run();
            close();
        }

        @Override
        public void close() {
            Flow.Subscription given;
            CompletableFuture<?> sent;
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
                given = subscription;
                sent = exchange;
            }
            if (given != null) {
                given.cancel();
            } else if (sent != null) {
                sent.cancel(true);
            }
        }
    }
}
