package io.tenure.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.client.Http.Request;
import io.tenure.error.ErrorCode;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The way to one Tenure, by one or several of its servers.
 *
 * <p>One for each process is enough: it keeps any number of leases alive with one thread, and the requests of many by one request.
 * {@link #close} releases nothing: what is still held ends when its time is over, as when the process dies. Safe for use by many threads.
 */
public final class TenureClient implements AutoCloseable {
    private static final List<Optional<ErrorCode>> NOT_CURRENT = Stream.of(
                    ErrorCode.TOKEN_ENDED, ErrorCode.TOKEN_UNKNOWN, ErrorCode.SEMAPHORE_UNKNOWN)
            .map(Optional::of)
            .toList();

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

    private final Engine engine;
    private final Streams streams;
    private final Time time;

    private TenureClient(Engine engine, Streams streams) {
        this.engine = engine;
        this.streams = streams;
        this.time = engine.time();
    }

    /**
     * A client with defaults.
     *
     * @param servers base URLs, such as {@code http://127.0.0.1:8080}; any of them is asked, and another when one does not answer
     */
    public static TenureClient connect(String... servers) {
        return builder().servers(Stream.of(servers).map(URI::create).toList()).build();
    }

    /** A client to say more about. */
    public static Builder builder() {
        return new Builder();
    }

    /** Anything that the servers' API can do, as JSON. */
    public Api api() {
        return new Api(engine.calls());
    }

    /** A lock: one holder at a time. */
    public Claim lock(String name) {
        return Claim.of(engine, Kind.LOCK, new Name(name));
    }

    /** A read/write lock for reading: readers hold it together. */
    public Claim readLock(String name) {
        return Claim.of(engine, new Name(name), Mode.READ);
    }

    /** A read/write lock for writing: a writer holds it alone. */
    public Claim writeLock(String name) {
        return Claim.of(engine, new Name(name), Mode.WRITE);
    }

    /** So many permits of a semaphore, all together. */
    public Claim permits(String name, int count) {
        return Claim.of(engine, new Name(name), count);
    }

    /** An election: one leader at a time. */
    public Election election(String name) {
        return Election.of(engine, streams, new Name(name));
    }

    /**
     * Says how many permits a semaphore has. Raised, they let waiters in at once; lowered, they take nothing from anybody.
     *
     * @param permits 1 to 10,000
     * @throws TenureException refused, or no server has answered
     */
    public void setPermits(String semaphore, int permits) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("permits", permits);
        Request put = new Request("PUT", "/v1/semaphores/" + new Name(semaphore), body, Calls.TIMEOUT);
        Answer answer = Waiting.on(engine.calls().repeat(Calls.REACH, put));
        if (!answer.ok()) {
            throw answer.refusal();
        }
    }

    /** Several things that are wanted together, all or nothing. Of each claim only what it wants counts: how is said of all. */
    public Several several(Claim... claims) {
        return Several.of(engine, List.of(claims));
    }

    /**
     * A lease that holds nothing yet: claims are held {@link Claim#under} it, as many as it is to keep, and end with it.
     *
     * @param ttl how long it lives without a renewal
     * @throws TenureException refused, or no server has answered
     */
    public Lease lease(Duration ttl) {
        return Waiting.on(leaseAsync(ttl));
    }

    /** As {@link #lease}, without blocking. */
    public CompletionStage<Lease> leaseAsync(Duration ttl) {
        return new Acquiring<>(engine, new LeaseAsk(engine.owner()), null, ttl, Calls.REACH)
                .begin()
                .thenApply(Optional::orElseThrow);
    }

    /**
     * Whether the hold of this name that was granted with this fencing token is in force; ordered with all grants and ends, but it may
     * end right behind the answer.
     *
     * @throws TenureException refused, or no server has answered
     */
    public boolean isCurrent(Kind kind, String name, long fencingToken) {
        String path = "/v1/" + kind.wire() + "s/" + new Name(name) + "/tokens/" + fencingToken;
        Answer answer = Waiting.on(engine.calls().repeat(Calls.REACH, new Request("GET", path, null, Calls.TIMEOUT)));
        if (!answer.ok() && !NOT_CURRENT.contains(answer.code())) {
            throw answer.refusal();
        }
        return answer.ok();
    }

    /**
     * What happens to a lock, a read/write lock, a semaphore or an election, without an end. Each subscriber has a connection of its own,
     * for as long as it wants to be told.
     */
    public Flow.Publisher<Event> events(Kind kind, String name) {
        if (kind == Kind.LEASE) {
            throw new IllegalArgumentException("kind: a lease has an id and no name");
        }
        return events("/v1/" + kind.wire() + "s/" + new Name(name) + "/events", false);
    }

    /** What happens to a lease, until it has ended. Each subscriber has a connection of its own. */
    public Flow.Publisher<Event> events(LeaseId lease) {
        return events("/v1/leases/" + lease + "/events", true);
    }

    private Flow.Publisher<Event> events(String path, boolean ends) {
        return subscriber -> new EventStream(engine, streams, path, ends, subscriber).begin();
    }

    /**
     * Gives up what is waited for, which fails with a {@link TenureException}, and ends the client's threads. Blocks for a second at
     * most. Releases nothing: what is held is renewed no more, ends when its time is over, and nobody is told of that.
     */
    @Override
    public void close() {
        CompletableFuture<Void> undone = engine.calls().close().toCompletableFuture();
        time.close();
        try {
            undone.get(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // what could not be taken back ends by itself
        }
    }

    /** What may be said about a client. Not safe for use by many threads. */
    public static final class Builder {
        private List<URI> servers = List.of(URI.create("http://127.0.0.1:8080"));
        private Duration ttl = Duration.ofSeconds(30);
        private String owner = ManagementFactory.getRuntimeMXBean().getName();

        private Builder() {}

        /** Base URLs, at least one. */
        public Builder servers(List<URI> servers) {
            if (servers.isEmpty()) {
                throw new IllegalArgumentException("servers: at least one base URL");
            }
            this.servers = servers.stream().map(Builder::base).toList();
            return this;
        }

        private static URI base(URI server) {
            String text = server.toString();
            if (!text.matches("https?://[^/]+.*")) {
                throw new IllegalArgumentException("servers: a base URL like http://127.0.0.1:8080; got " + server);
            }
            return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : server;
        }

        /** How long leases live without a renewal, where a claim does not say; by default 30 seconds. */
        public Builder ttl(Duration ttl) {
            if (ttl.isNegative() || ttl.isZero()) {
                throw new IllegalArgumentException("ttl: above zero; got " + ttl);
            }
            this.ttl = ttl;
            return this;
        }

        /** Who holds what this client acquires; by default the process's number and the host's name. */
        public Builder owner(String owner) {
            this.owner = owner;
            return this;
        }

        /** The client, which does nothing until it is asked to. */
        public TenureClient build() {
            Time time = new SystemTime();
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
            HttpServers http = new HttpServers(
                    time, client, servers, ThreadLocalRandom.current().nextInt(servers.size()));
            Calls calls = new Calls(time, http, ThreadLocalRandom::current);
            Engine engine = new Engine(time, http, calls, new Renewals(time, http, calls), ttl, owner);
            return new TenureClient(engine, new HttpStreams(http));
        }
    }
}
