package io.tenure.election;

import io.tenure.api.ElectionBody;
import io.tenure.audit.Action;
import io.tenure.audit.Actor;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Stamp;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Admission;
import io.tenure.lease.Ender;
import io.tenure.lease.HandOver;
import io.tenure.lease.How;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Limits;
import io.tenure.lease.Refusals;
import io.tenure.lease.Steps;
import io.tenure.lease.Steps.Meaning;
import io.tenure.lease.StoredLease;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import io.tenure.queue.Queues;
import io.tenure.queue.Queues.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Hands leadership to a named candidate, who jumps the queue, in one transaction.
 *
 * <pre>
 * immediately  the leader's tenure ends, its place goes, and the candidate's place is made anew with the leader's sequence
 * politely     the candidate's place is made anew right behind the leader's, with a sequence that sorts there, and the leader is asked
 *              to end; it leads on until what it was told has run out, unless it resigns before
 * </pre>
 *
 * <p>Native candidates see both as what they are: another node before them. The term grows all the same, for it is the number of the
 * transaction that grants, not that of a place ({@code docs/protocol.md} 2). Safe for use by many threads.
 */
public final class Transfers {
    private static final int LOOKS = 10;
    private static final int MOST = 1000;
    private static final int MOST_REASON = 1000;
    private static final int BEHIND_DIGITS = 4;
    private static final int MOST_BEHIND = 9999;

    private final Queues queues;
    private final LeaseNodes nodes;
    private final Ender ender;
    private final Admission admission;
    private final ElectionLooks looks;

    public Transfers(Queues queues, LeaseNodes nodes, Ender ender, Admission admission, ElectionLooks looks) {
        this.queues = queues;
        this.nodes = nodes;
        this.ender = ender;
        this.admission = admission;
        this.looks = looks;
    }

    /**
     * What a transfer did.
     *
     * @param done whether the candidate leads; otherwise it does when what the leader was told has run out
     */
    public record Transferred(ElectionBody body, boolean done) {}

    /**
     * What is asked for.
     *
     * @param to the id of the candidate who is to lead
     * @param term the term that it is to end; null for whichever there is
     */
    public record Ask(
            String to,
            @Nullable Long term,
            @Nullable String reason,
            boolean immediately,
            @Nullable String by) {}

    /** A candidate, with its lease as it was read. */
    private record Candidate(StoredLease stored, Hold hold, String place) {}

    /** Hands leadership over. */
    public CompletionStage<Transferred> transfer(Name name, Ask ask, Actor actor) {
        How how;
        try {
            how = how(ask, actor);
            admission.checkReadOnly();
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        return transfer(name, ask, how, LOOKS);
    }

    private static How how(Ask ask, Actor actor) {
        String reason = ask.reason();
        if (reason == null || reason.isBlank()) {
            throw Refusal.invalid("reason", "required, so that the leader and the auditor learn why", reason);
        }
        Limits.text("reason", reason, MOST_REASON);
        Limits.text("by", ask.by(), 200);
        String who = ask.by() != null ? ask.by() : actor.principal() != null ? actor.principal() : actor.address();
        return new How(EndedBy.TRANSFERRED, who, reason, actor, true);
    }

    private CompletionStage<Transferred> transfer(Name name, Ask ask, How how, int left) {
        if (left == 0) {
            return CompletableFuture.failedFuture(Refusals.unavailable());
        }
        return queues.look(Kind.ELECTION, name, MOST).thenCompose(queue -> {
            Candidate leader;
            Candidate next;
            try {
                if (isClosed(name, queue)) {
                    return closed(name, queue, ask);
                }
                leader = leader(name, queue, ask);
                next = candidate(name, queue, ask.to());
            } catch (Refusal refusal) {
                return CompletableFuture.failedFuture(refusal);
            }
            if (next.hold().state() == State.HELD) {
                return answer(name, true);
            }
            boolean asked = leader.stored().lease().revoked() != null;
            if (asked && !ask.immediately()) {
                return queue.first().get(1).name().equals(next.place())
                        ? answer(name, false)
                        : CompletableFuture.failedFuture(refused(
                                ErrorCode.TERM_CHANGED, "the leader of " + name + " is asked to end already", name));
            }
            return (ask.immediately() ? now(leader, next, how) : politely(leader, next, queue, how))
                    .thenCompose(result -> {
                        if (result instanceof Ender.Result.Done) {
                            return answer(name, ask.immediately());
                        }
                        nodes.forget(leader.stored().id());
                        nodes.forget(next.stored().id());
                        return result instanceof Ender.Result.Changed
                                ? nodes.store()
                                        .sync(name.value())
                                        .thenCompose(synced -> transfer(name, ask, how, left - 1))
                                : CompletableFuture.failedFuture(Refusals.unavailable());
                    });
        });
    }

    /** Whether a term has ended, and what its leader was told has not run out yet. */
    private static boolean isClosed(Name name, Queues.Queue queue) {
        return queue.first().stream()
                .findFirst()
                .flatMap(Contender::lease)
                .filter(stored -> stored.lease().hold(Kind.ELECTION, name).isEmpty())
                .isPresent();
    }

    /** Who is next leads when the time is over, whoever asks for it. */
    private CompletionStage<Transferred> closed(Name name, Queues.Queue queue, Ask ask) {
        Candidate next = candidate(name, queue, ask.to());
        return !ask.immediately() && queue.first().get(1).name().equals(next.place())
                ? answer(name, false)
                : CompletableFuture.failedFuture(refused(
                        ErrorCode.CLOSED, "what the last leader of " + name + " was told has not run out yet", name));
    }

    private CompletionStage<Transferred> answer(Name name, boolean done) {
        return looks.look(name).thenApply(election -> new Transferred(election, done));
    }

    private static Candidate leader(Name name, Queues.Queue queue, Ask ask) {
        Contender first = queue.first().stream().findFirst().orElseThrow(() -> nobody(name));
        if (first.lease().isEmpty()) {
            throw refused(
                    ErrorCode.NATIVE_HOLDER,
                    name + " is led by a native Curator client, which only itself can end",
                    name);
        }
        StoredLease stored = first.lease().get();
        Hold hold = stored.filled()
                .hold(Kind.ELECTION, name)
                .filter(leads -> leads.state() == State.HELD)
                .orElseThrow(() -> nobody(name));
        Long term = ask.term();
        if (term != null && term != stored.token(hold)) {
            throw refused(
                            ErrorCode.TERM_CHANGED,
                            "the term of " + name + " is " + stored.token(hold) + ", not " + term,
                            name)
                    .with("term", stored.token(hold));
        }
        return new Candidate(stored, hold, first.name());
    }

    private static Candidate candidate(Name name, Queues.Queue queue, String id) {
        for (Contender contender : queue.first()) {
            Optional<StoredLease> stored = contender.lease();
            Optional<Hold> hold = stored.flatMap(lease -> lease.filled().hold(Kind.ELECTION, name))
                    .filter(found -> id.equals(found.want().candidate()));
            if (hold.isPresent() && mayLead(stored.orElseThrow(), hold.get())) {
                return new Candidate(stored.orElseThrow(), hold.get(), contender.name());
            }
            if (stored.isEmpty() && contender.says().equals(id)) {
                throw refused(
                        ErrorCode.NATIVE_HOLDER,
                        id + " is a native Curator client, which only leads at its turn",
                        name);
            }
        }
        throw refused(ErrorCode.HOLD_UNKNOWN, "no candidate of " + name + " who may lead is called " + id, name);
    }

    /** Who is asked to end would lead without being able to renew. */
    private static boolean mayLead(StoredLease stored, Hold hold) {
        return hold.state() == State.HELD || stored.lease().revoked() == null;
    }

    private static Refusal nobody(Name name) {
        return refused(ErrorCode.NOT_LEADING, "nobody leads " + name + " now", name);
    }

    private static Refusal refused(ErrorCode code, String detail, Name name) {
        return Refusal.of(code, detail).with("kind", Kind.ELECTION.wire()).with("name", name.value());
    }

    /** The end of the leader's tenure hands its place on. */
    private CompletionStage<Ender.Result> now(Candidate leader, Candidate next, How how) {
        String place = prefix(next) + sequence(leader.place());
        int version = next.stored().version() + 1;
        Hold granted = next.hold().granted(version, place);
        Lease content = with(next, granted).attended(null, null, hold -> hold.on(granted.kind(), granted.name()));
        List<Operation> others = new ArrayList<>(moved(leader, next, place));
        others.add(nodes.record(
                next.stored().id(),
                content,
                version,
                Action.GRANTED,
                List.of(LeaseNodes.begun(granted)),
                How.owner(EndedBy.RELEASED, granted.want().reason(), how.actor())));
        HandOver.Receiver receiver = new HandOver.Receiver() {
            @Override
            public Operation write() {
                return nodes.write(next.stored(), content);
            }

            @Override
            public List<Operation> others() {
                return others;
            }

            @Override
            public void granted(Stamp stamp) {
                nodes.written(next.stored().id(), content, stamp);
            }

            @Override
            public void declined() {
                // the transfer looks again
            }
        };
        return ender.endHoldHandingTo(
                lane(leader),
                leader.stored(),
                leader.hold(),
                how,
                null,
                new Handing(leader.hold(), List.of(receiver), List.of()));
    }

    /** The candidate comes next, and the leader is asked to end. */
    private CompletionStage<Ender.Result> politely(Candidate leader, Candidate next, Queues.Queue queue, How how) {
        String place = prefix(next)
                + behind(sequence(leader.place()), sequence(queue.first().get(1).name()));
        Hold moved = next.hold().at(place);
        Lease content = with(next, moved);
        List<Operation> also = new ArrayList<>();
        also.add(nodes.write(next.stored(), content));
        also.addAll(moved(leader, next, place));
        also.add(nodes.record(
                next.stored().id(),
                content,
                next.stored().version() + 1,
                Action.TRANSFERRED,
                List.of(nodes.audited(next.stored(), moved)),
                how));
        StoredLease stored = leader.stored();
        if (!stored.lease().forHolds() || stored.lease().holdCount() > 1) {
            Handing handing = new Handing(leader.hold(), List.of(), also);
            return ender.endHoldHandingTo(lane(leader), stored, leader.hold(), how, stored.promisedMillis(), handing);
        }
        Lease revoked = stored.filled()
                .withRevocation(new Lease.Revocation(how.by(), String.valueOf(how.reason()), EndedBy.TRANSFERRED));
        Steps steps = new Steps()
                .add(nodes.write(stored, revoked), Meaning.LOOK_AGAIN)
                .add(
                        nodes.record(
                                stored.id(),
                                revoked,
                                stored.version() + 1,
                                Action.REVOKING,
                                List.of(nodes.audited(stored, leader.hold())),
                                how),
                        Meaning.ENDED)
                .addAll(also, Meaning.NO_RECEIVER);
        return steps.commit(nodes.store(), lane(leader)).thenApply(result -> {
            if (result instanceof Steps.Result.Done done) {
                nodes.written(stored.id(), revoked, done.outcome().stamp(0));
                return new Ender.Result.Done(LeaseNodes.asked(stored, how));
            }
            return result instanceof Steps.Result.Refused
                    ? new Ender.Result.Changed(false)
                    : new Ender.Result.Unavailable();
        });
    }

    private static String lane(Candidate leader) {
        return leader.hold().name().value();
    }

    private static String prefix(Candidate candidate) {
        return Paths.placePrefix(Kind.ELECTION, null, candidate.stored().id());
    }

    private static String sequence(String place) {
        String marker = Paths.marker(Kind.ELECTION, null);
        return place.substring(place.lastIndexOf(marker) + marker.length());
    }

    /**
     * A sequence right behind the leader's: it sorts behind that and before the next, which may be one that was made so before.
     *
     * @param next that of whoever stands behind the leader now
     */
    static String behind(String leader, String next) {
        int number = MOST_BEHIND;
        if (next.startsWith(leader + "-") && next.length() >= leader.length() + 1 + BEHIND_DIGITS) {
            String digits = next.substring(leader.length() + 1, leader.length() + 1 + BEHIND_DIGITS);
            number = Integer.parseInt(digits) - 1;
        }
        return leader + "-" + String.format(Locale.ROOT, "%04d", number);
    }

    private static Lease with(Candidate candidate, Hold hold) {
        Lease filled = candidate.stored().filled();
        List<Hold> holds = new ArrayList<>(filled.holds());
        holds.set(holds.indexOf(candidate.hold()), hold);
        return filled.withHolds(holds);
    }

    /**
     * The new place comes before the old one goes: the candidate is in the queue at every moment. The leader's must stand: without it
     * whoever is next may be about to lead, and would be jumped.
     */
    private List<Operation> moved(Candidate leader, Candidate candidate, String place) {
        String directory = nodes.paths()
                        .directory(candidate.hold().kind(), candidate.hold().name())
                + "/";
        return List.of(
                new Operation.Check(directory + leader.place(), -1),
                new Operation.Create(directory + place, candidate.hold().want().shown(), Operation.Mode.PERSISTENT),
                new Operation.Delete(directory + candidate.place(), -1));
    }

    /** Hands one hold over to whom it was asked for, or does not end it at all. */
    private record Handing(Hold hold, List<Receiver> receivers, List<Operation> also) implements HandOver {
        @Override
        public List<Receiver> next(Hold ending, String place, int most) {
            return ending.on(hold.kind(), hold.name()) ? receivers : List.of();
        }

        @Override
        public CompletionStage<List<Operation>> wakes(String lane, Hold ending, String place) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public boolean required() {
            return true;
        }
    }
}
