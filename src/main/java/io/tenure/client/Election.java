package io.tenure.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.client.Http.Request;
import io.tenure.name.Durations;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * An office that one candidate holds at a time, and how to stand for it.
 *
 * <p>Immutable: each method that says how gives another election of the same name. Any number of candidates may stand by one of them.
 * Safe for use by many threads.
 */
public final class Election {
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Engine engine;
    private final Streams streams;
    private final Name name;
    private final Duration ttl;
    private final ObjectNode fields;

    private Election(Engine engine, Streams streams, Name name, Duration ttl, ObjectNode fields) {
        this.engine = engine;
        this.streams = streams;
        this.name = name;
        this.ttl = ttl;
        this.fields = fields;
    }

    static Election of(Engine engine, Streams streams, Name name) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode().put("owner", engine.owner());
        return new Election(engine, streams, name, engine.defaultTtl(), fields);
    }

    /**
     * What a candidacy tells. It is told one thing at a time and in order, on threads of its own: {@link #onElected} and {@link
     * #onDeposed} in turn, each once for each term.
     *
     * <p>What is told waits while it is busy with what was told before. So it should return soon, and leave work to threads that
     * ask {@link Term#isCurrent}.
     */
    public interface Listener {
        /** It leads. When this throws, the office is given back, and {@link #onDeposed} is told. */
        void onElected(Term term);

        /**
         * It leads no longer, by {@link Candidacy#resign} or {@link Candidacy#close} too. When this returns all work of a leader must
         * have been stopped: the office is given back then, so that the next may lead at once.
         */
        void onDeposed(Loss loss);
    }

    /** What is done by whoever leads. */
    public interface Work {
        /**
         * Works.
         *
         * @throws InterruptedException the thread was interrupted, as happens when the term is over
         */
        void run(Term term) throws InterruptedException;
    }

    /** What others call the candidate, native clients too; by default its owner. */
    public Election candidate(String id) {
        return with("id", id);
    }

    /** What the candidate proclaims once it leads, such as the address it serves at. */
    public Election value(String value) {
        return with("value", value);
    }

    /** How long a candidate stands without a renewal, and so how long nobody leads at most when the leader's process dies. */
    public Election ttl(Duration ttl) {
        return new Election(engine, streams, name, ttl, fields);
    }

    /** Who the candidate is, for people and the audit log; by default what the client says. */
    public Election owner(String owner) {
        return with("owner", owner);
    }

    /** Texts of the candidate's own, which stand in the audit log. */
    public Election metadata(Map<String, String> metadata) {
        ObjectNode texts = JsonNodeFactory.instance.objectNode();
        metadata.forEach(texts::put);
        ObjectNode more = fields.deepCopy();
        more.set("metadata", texts);
        return new Election(engine, streams, name, ttl, more);
    }

    /** The longest time from the beginning of a term to its end, whatever the renewals. */
    public Election maxHold(Duration maxHold) {
        return with("maxHold", Durations.text(maxHold));
    }

    /** When a term expires, nobody leads for this much longer; after a resignation the next leads at once. */
    public Election lockDelay(Duration lockDelay) {
        return with("lockDelay", Durations.text(lockDelay));
    }

    private Election with(String field, String value) {
        return new Election(engine, streams, name, ttl, fields.deepCopy().put(field, value));
    }

    /** Stands for the office until the candidacy is closed: after each term it stands again, at the end of the queue. */
    public Candidacy campaign(Listener listener) {
        return new Candidacy(engine, this::stand, listener, true).begin();
    }

    /** As {@link #campaign}, for one term: when that is over, so is the candidacy. */
    public Candidacy campaignOnce(Listener listener) {
        return new Candidacy(engine, this::stand, listener, false).begin();
    }

    /**
     * Waits until it leads, works on this thread, and gives the office back when the work is done. When the term is over before that, the
     * thread is interrupted; when the work has ended by that, it stands and works again.
     *
     * @throws InterruptedException somebody else has interrupted this thread
     * @throws TenureException the candidate was refused, or somebody has ended it while it waited
     */
    public void lead(Work work) throws InterruptedException {
        boolean done = false;
        while (!done) {
            done = leadOnce(work);
        }
    }

    /**
     * As {@link #lead}, for one term.
     *
     * @return whether the work ended before the term
     */
    public boolean leadOnce(Work work) throws InterruptedException {
        return Shift.work(
                Waiting.interruptibly(stand(), unwanted -> unwanted.ifPresent(Term::giveBack))
                        .orElseThrow(),
                work);
    }

    /** Who leads, as a server knows it now. */
    public Leadership leader() {
        return Waiting.on(leaderAsync());
    }

    /**
     * As {@link #leader}, without waiting. The stage fails with a {@link TenureException} when a server has refused the question; that no
     * server has answered is {@link Leadership.Unknown}.
     */
    public CompletionStage<Leadership> leaderAsync() {
        Request look = new Request("GET", "/v1/elections/" + name, null, Calls.TIMEOUT);
        return engine.calls().repeat(Calls.TIMEOUT, look).handle((answer, failure) -> {
            if (failure != null) {
                return new Leadership.Unknown(String.valueOf(failure.getMessage()));
            }
            if (!answer.ok()) {
                throw answer.refusal();
            }
            return Leadership.of(answer.body());
        });
    }

    /**
     * Has a listener told who leads, now and whenever that changes, one thing at a time and in order. A listener that is slow misses
     * what lies between, never the last.
     */
    public Following follow(Consumer<Leadership> listener) {
        return new Following(engine, streams, name, listener).begin();
    }

    /** Stands until it leads; cancelling gives up the place. */
    private CompletableFuture<Optional<Term>> stand() {
        return new Acquiring<>(engine, new Asked(), null, ttl, FOR_EVER).begin();
    }

    @Override
    public String toString() {
        return "election " + name;
    }

    /** Asks for one candidacy. */
    private final class Asked implements Acquiring.Ask<Term> {
        @Override
        public String path(LeaseId lease) {
            return Term.path(name, lease);
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
            return answer.text("state").equals("LEADING");
        }

        @Override
        public Term hold(Lease lease, Answer answer) {
            return new Term(engine, name, answer.body().path("term").asLong(), lease);
        }
    }
}
