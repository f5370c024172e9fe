package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.name.Durations;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted, and how: a lock, one side of a read/write lock, or permits of a semaphore.
 *
 * <p>Immutable: each method that says how gives another claim. It may be acquired any number of times, by many threads at once; each
 * time is another hold with a lease of its own, unless {@link #under} names one. Safe for use by many threads.
 */
public final class Claim {
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Engine engine;
    private final Kind kind;
    private final Name name;
    private final @Nullable Lease under;
    private final Duration ttl;
    private final boolean renewed;
    private final ObjectNode fields;

    private Claim(
            Engine engine,
            Kind kind,
            Name name,
            @Nullable Lease under,
            Duration ttl,
            boolean renewed,
            ObjectNode fields) {
        this.engine = engine;
        this.kind = kind;
        this.name = name;
        this.under = under;
        this.ttl = ttl;
        this.renewed = renewed;
        this.fields = fields;
    }

    static Claim of(Engine engine, Kind kind, Name name) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode().put("owner", engine.owner());
        return new Claim(engine, kind, name, null, engine.defaultTtl(), true, fields);
    }

    static Claim of(Engine engine, Name name, Mode mode) {
        return of(engine, Kind.RWLOCK, name).with("mode", mode.wire());
    }

    static Claim of(Engine engine, Name name, int count) {
        Claim claim = of(engine, Kind.SEMAPHORE, name);
        claim.fields.put("count", count);
        return claim;
    }

    static String path(Kind kind, Name name, LeaseId lease) {
        return "/v1/" + kind.wire() + "s/" + name + "/holds/" + lease;
    }

    /** How long its lease lives without a renewal, and so how long others wait at most when this process dies. */
    public Claim ttl(Duration ttl) {
        return new Claim(engine, kind, name, under, ttl, renewed, fields);
    }

    /** Who holds it, for people and the audit log; by default what the client says. */
    public Claim owner(String owner) {
        return with("owner", owner);
    }

    /** What for, for people and the audit log. */
    public Claim reason(String reason) {
        return with("reason", reason);
    }

    /** Texts of the holder's own, which stand in the audit log. */
    public Claim metadata(Map<String, String> metadata) {
        ObjectNode more = fields.deepCopy();
        more.set("metadata", texts(metadata));
        return new Claim(engine, kind, name, under, ttl, renewed, more);
    }

    static ObjectNode texts(Map<String, String> metadata) {
        ObjectNode texts = JsonNodeFactory.instance.objectNode();
        metadata.forEach(texts::put);
        return texts;
    }

    /** After an earlier release it stays closed until this much time has passed since the grant. */
    public Claim minHold(Duration minHold) {
        return with("minHold", Durations.text(minHold));
    }

    /** The longest time from grant to end, whatever the renewals. */
    public Claim maxHold(Duration maxHold) {
        return with("maxHold", Durations.text(maxHold));
    }

    /** When the hold expires, it stays closed for this much longer; a release lets the next in at once. */
    public Claim lockDelay(Duration lockDelay) {
        return with("lockDelay", Durations.text(lockDelay));
    }

    /** Holds it by this lease, which lives before and after, in place of one of its own; the lease says owner and times. */
    public Claim under(Lease lease) {
        ObjectNode less = fields.deepCopy().without(List.of("owner", "metadata", "maxHold"));
        return new Claim(engine, kind, name, lease, ttl, renewed, less);
    }

    /**
     * Leaves the lease of what is acquired alone: it ends when its TTL has passed since the grant, unless it is released before or
     * extended by {@link Lease#renew}. Has no effect on a hold {@link #under} another lease.
     */
    public Claim unrenewed() {
        return new Claim(engine, kind, name, under, ttl, false, fields);
    }

    /**
     * Takes it if it is free.
     *
     * @return empty when another has it
     * @throws TenureException refused, or no server has answered
     */
    public Optional<Hold> tryAcquire() {
        return Waiting.on(acquiring(Duration.ZERO));
    }

    /**
     * Waits in the queue for it.
     *
     * @param wait how long at most
     * @return empty when it was not granted by then
     * @throws TenureException refused, or no server has answered for as long
     */
    public Optional<Hold> tryAcquire(Duration wait) throws InterruptedException {
        return Waiting.interruptibly(acquiring(wait), Claim::unwanted);
    }

    /**
     * Waits in the queue for it, however long that takes and whatever happens to the servers meanwhile.
     *
     * @throws TenureException refused
     */
    public Hold acquire() throws InterruptedException {
        return Waiting.interruptibly(acquiring(FOR_EVER), Claim::unwanted).orElseThrow();
    }

    /** As {@link #tryAcquire(Duration)}, without blocking. Cancelling the future gives up the place. */
    public CompletableFuture<Optional<Hold>> tryAcquireAsync(Duration wait) {
        return acquiring(wait);
    }

    /** As {@link #acquire}, without blocking. Cancelling the future gives up the place. */
    public CompletableFuture<Hold> acquireAsync() {
        CompletableFuture<Optional<Hold>> acquiring = acquiring(FOR_EVER);
        CompletableFuture<Hold> hold = new CompletableFuture<>();
        var unused = acquiring.whenComplete((granted, failure) -> {
            if (failure != null) {
                hold.completeExceptionally(failure);
            } else if (!hold.complete(granted.orElseThrow())) {
                // cancelled when it was granted already
                unwanted(granted);
            }
        });
        var unusedToo = hold.whenComplete((granted, failure) -> {
            if (hold.isCancelled()) {
                acquiring.cancel(false);
            }
        });
        return hold;
    }

    /**
     * This claim for code that knows {@link Lock}: owned by the thread that locked it, not re-entrant, without conditions. Its methods
     * fail with a {@link TenureException} where this claim's do. {@code unlock} of what was lost meanwhile throws an
     * {@link IllegalMonitorStateException}: what was done under it may have overlapped with another's work. Whoever wants to know
     * sooner, or to use the fencing token, should use the claim itself.
     */
    public Lock asLock() {
        return new LockView(this);
    }

    /** What it wants, as one of several; how is for all of them together to say. */
    ObjectNode entry() {
        ObjectNode entry =
                JsonNodeFactory.instance.objectNode().put("kind", kind.wire()).put("name", name.value());
        entry.setAll(fields.deepCopy().retain("mode", "count"));
        boolean plain = fields.deepCopy().without(List.of("mode", "count")).equals(of(engine, kind, name).fields);
        if (!plain || under != null || !renewed || !ttl.equals(engine.defaultTtl())) {
            throw new IllegalArgumentException(
                    "of " + name + " say only what is wanted; how they are held is said of several together");
        }
        return entry;
    }

    /** Its hold among several that were granted together. */
    Hold oneOf(Lease lease, Answer answer) {
        for (JsonNode hold : answer.body().path("holds")) {
            if (hold.path("kind").asText().equals(kind.wire())
                    && hold.path("name").asText().equals(name.value())) {
                return Hold.of(kind, name, hold.path("fencingToken").asLong(), lease, false, engine);
            }
        }
        throw new IllegalStateException("the answer does not tell of " + name);
    }

    /** Granted to somebody who had given up at that very moment. */
    private static void unwanted(Optional<Hold> granted) {
        granted.ifPresent(hold -> hold.releaseAsync().exceptionally(unanswered -> null));
    }

    private CompletableFuture<Optional<Hold>> acquiring(Duration wait) {
        return new Acquiring<>(engine, new Asked(), under, ttl, renewed, bounded(wait)).begin();
    }

    /** A wait of no less than nothing, and of no more than the clock can count. */
    static Duration bounded(Duration wait) {
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(FOR_EVER) > 0 ? FOR_EVER : wait;
    }

    private Claim with(String field, String value) {
        return new Claim(
                engine, kind, name, under, ttl, renewed, fields.deepCopy().put(field, value));
    }

    /** Asks for one hold. */
    private final class Asked implements Acquiring.Ask<Hold> {
        @Override
        public String path(LeaseId lease) {
            return Claim.path(kind, name, lease);
        }

        @Override
        public String againPath() {
            return "/v1/" + kind.wire() + "s/" + name;
        }

        @Override
        public ObjectNode body() {
            return fields.deepCopy();
        }

        @Override
        public boolean queues() {
            return true;
        }

        @Override
        public boolean granted(Answer answer) {
            return answer.text("state").equals("HELD");
        }

        @Override
        public Hold hold(Lease lease, Answer answer) {
            return Hold.of(kind, name, answer.body().path("fencingToken").asLong(), lease, under == null, engine);
        }
    }
}
