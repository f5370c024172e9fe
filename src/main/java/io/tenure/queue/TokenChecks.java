package io.tenure.queue;

import io.tenure.api.Times;
import io.tenure.api.TokenBody;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Refusals;
import io.tenure.lease.StoredLease;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Checks fencing tokens. A read alone could call two holders current, so the answer is a transaction that changes nothing and
 * checks the lease's version and its place, in the order of all writes ({@code docs/protocol.md} 12). Safe for use by many threads.
 */
public final class TokenChecks {
    private static final int LOOKS = 5;
    private static final int MOST_HOLDERS = 1000;

    private final Kind kind;
    private final Queues queues;
    private final LeaseNodes nodes;
    private final Tokens tokens;

    /** @param kind the kind of things whose tokens it checks */
    public TokenChecks(Kind kind, Queues queues, LeaseNodes nodes, Tokens tokens) {
        this.kind = kind;
        this.queues = queues;
        this.nodes = nodes;
        this.tokens = tokens;
    }

    /** Whether the token is that of a hold in force. */
    public CompletionStage<TokenBody> check(Name name, long token) {
        return check(name, token, LOOKS, false);
    }

    /** @param caughtUp whether what is read shows every write from before the question: only then is anything denied */
    private CompletionStage<TokenBody> check(Name name, long token, int looks, boolean caughtUp) {
        if (looks == 0) {
            return CompletableFuture.failedFuture(Refusals.unavailable());
        }
        boolean shared = kind == Kind.RWLOCK || kind == Kind.SEMAPHORE;
        return queues.look(kind, name, shared ? MOST_HOLDERS : 1).thenCompose(queue -> {
            Optional<Long> newest = Optional.empty();
            for (Queues.Contender contender : queue.first()) {
                StoredLease stored = contender.lease().orElse(null);
                Hold hold =
                        stored == null ? null : stored.lease().hold(kind, name).orElse(null);
                if (stored == null || hold == null || hold.state() != State.HELD) {
                    continue;
                }
                if (stored.token(hold) == token) {
                    return proven(name, stored, hold, token, looks, caughtUp);
                }
                newest = Optional.of(Math.max(newest.orElse(0L), stored.token(hold)));
            }
            Optional<Long> highest = newest;
            return caughtUp
                    ? notCurrent(name, token, highest)
                    : nodes.store().sync(name.value()).thenCompose(synced -> check(name, token, looks, true));
        });
    }

    private CompletionStage<TokenBody> proven(
            Name name, StoredLease stored, Hold hold, long token, int looks, boolean caughtUp) {
        List<Operation> checks = new ArrayList<>();
        checks.add(new Operation.Check(nodes.paths().lease(stored.id()), stored.version()));
        checks.addAll(nodes.checkPlaces(hold.want(), String.valueOf(hold.place())));
        return nodes.store().commit(name.value(), checks).thenCompose(outcome -> {
            if (outcome instanceof Outcome.Done) {
                return CompletableFuture.completedFuture(
                        new TokenBody(token, true, stored.id().value(), Times.text(stored.expiresAt())));
            }
            return outcome instanceof Outcome.Conflict
                    ? check(name, token, looks - 1, caughtUp)
                    : CompletableFuture.failedFuture(Refusals.unavailable());
        });
    }

    private CompletionStage<TokenBody> notCurrent(Name name, long token, Optional<Long> current) {
        return tokens.known(kind, name, token).thenCompose(known -> {
            Optional<Long> newest = current.or(known::newest);
            if (known.given()
                    || (!known.certain()
                            && current.map(highest -> token < highest).orElse(true))) {
                return CompletableFuture.failedFuture(Refusal.of(
                                ErrorCode.TOKEN_ENDED,
                                "the fencing token " + token + " of " + name
                                        + " is no longer current; refuse the work that carries it")
                        .with("kind", kind.wire())
                        .with("name", name.value())
                        .with("fencingToken", token)
                        .with("newestToken", newest.orElse(null)));
            }
            return CompletableFuture.failedFuture(Refusal.of(
                            ErrorCode.TOKEN_UNKNOWN, "the fencing token " + token + " was never given out for " + name)
                    .with("kind", kind.wire())
                    .with("name", name.value())
                    .with("fencingToken", token));
        });
    }
}
