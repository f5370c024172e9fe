package io.tenure.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.name.Durations;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Several things that are wanted together, all or nothing: locks, read/write locks and permits, at most 16.
 *
 * <p>They are granted at one moment, when all are free, so that two who want the same in another order do not wait for each other for
 * ever. While it waits it keeps others out of what it is first for already. There is no queue that outlasts a request: who waits longer
 * than 25 seconds begins again behind the others. Who holds something else meanwhile can close a circle, which the wait's end opens.
 *
 * <p>Immutable, and safe for use by many threads.
 */
public final class Several {
    private final Engine engine;
    private final List<Claim> claims;
    private final Duration ttl;
    private final ObjectNode fields;

    private Several(Engine engine, List<Claim> claims, Duration ttl, ObjectNode fields) {
        this.engine = engine;
        this.claims = claims;
        this.ttl = ttl;
        this.fields = fields;
    }

    static Several of(Engine engine, List<Claim> claims) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode().put("owner", engine.owner());
        ArrayNode holds = JsonNodeFactory.instance.arrayNode();
        claims.forEach(claim -> holds.add(claim.entry()));
        fields.set("holds", holds);
        return new Several(engine, List.copyOf(claims), engine.defaultTtl(), fields);
    }

    /** How long their lease lives without a renewal. */
    public Several ttl(Duration ttl) {
        return new Several(engine, claims, ttl, fields);
    }

    /** Who holds them, for people and the audit log; by default what the client says. */
    public Several owner(String owner) {
        return with("owner", owner);
    }

    /** What for, for people and the audit log. */
    public Several reason(String reason) {
        return with("reason", reason);
    }

    /** Texts of the holder's own, which stand in the audit log. */
    public Several metadata(Map<String, String> metadata) {
        ObjectNode more = fields.deepCopy();
        more.set("metadata", Claim.texts(metadata));
        return new Several(engine, claims, ttl, more);
    }

    /** The longest time from grant to end, whatever the renewals. */
    public Several maxHold(Duration maxHold) {
        return with("maxHold", Durations.text(maxHold));
    }

    private Several with(String field, String value) {
        return new Several(engine, claims, ttl, fields.deepCopy().put(field, value));
    }

    /**
     * Takes all of them if all are free.
     *
     * @return empty when another has one of them
     * @throws TenureException refused, or no server has answered
     */
    public Optional<Holds> tryAcquire() {
        return Waiting.on(tryAcquireAsync(Duration.ZERO));
    }

    /**
     * Waits until all of them are free.
     *
     * @param wait how long at most
     * @return empty when they were not granted by then
     * @throws TenureException refused, or no server has answered for as long
     */
    public Optional<Holds> tryAcquire(Duration wait) throws InterruptedException {
        return Waiting.interruptibly(
                tryAcquireAsync(wait),
                granted -> granted.ifPresent(holds -> holds.releaseAsync().exceptionally(unanswered -> null)));
    }

    /** As {@link #tryAcquire(Duration)}, without blocking. Cancelling the future gives up. */
    public CompletableFuture<Optional<Holds>> tryAcquireAsync(Duration wait) {
        return new Acquiring<>(engine, new Asked(), null, ttl, Claim.bounded(wait)).begin();
    }

    /** Asks for all of them. */
    private final class Asked implements Acquiring.Ask<Holds> {
        @Override
        public String path(LeaseId lease) {
            return endPath(lease) + "/holds";
        }

        @Override
        public String endPath(LeaseId lease) {
            return "/v1/leases/" + lease;
        }

        @Override
        public ObjectNode body() {
            return fields.deepCopy();
        }

        @Override
        public boolean queues() {
            return false;
        }

        @Override
        public boolean granted(Answer answer) {
            return answer.text("state").equals("HELD");
        }

        @Override
        public Holds hold(Lease lease, Answer answer) {
            return new Holds(
                    lease,
                    claims.stream().map(claim -> claim.oneOf(lease, answer)).toList());
        }
    }
}
