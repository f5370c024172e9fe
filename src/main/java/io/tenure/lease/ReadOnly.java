package io.tenure.lease;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tenure.api.ReadOnlyBody;
import io.tenure.api.Times;
import io.tenure.audit.Actor;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Whether the cluster is read-only: an operator's choice, kept in one node of the store, which every server follows.
 *
 * <p>While it is on, nobody gets anything new: no lease, no hold, no place in a queue, no office, no more permits. What there is may be
 * renewed and ended. Whoever waits keeps its place, and the first in each queue is granted as soon as it is off.
 *
 * <p>A server follows by a watch, so it grants nothing new from the moment at which it was told: for the one that switches that is
 * before its answer, for the others milliseconds later. A server that cannot see the node, because that session is away, grants nothing
 * new until it sees it again. No grant checks the node in its transaction: each would pay for it, always. Safe for use by many threads.
 */
public final class ReadOnly {
    private static final String LANE = "mode";
    private static final int LOOKS = 10;
    private static final int FORMAT = 1;
    private static final int MOST_REASON = 1000;
    private static final int MOST_BY = 200;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** Soon enough for whoever waits for the end of it, and rare enough for thousands who do. */
    private static final long COME_BACK_MILLIS = 2_000;

    private static final byte[] OFF = new byte[0];
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Coordination store;
    private final String path;
    private final Timers timers;
    private final List<Runnable> whenOff = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> first = new CompletableFuture<>();

    /** What stands in the node, as far as this server knows; null while it cannot know. */
    private volatile @Nullable Known known;

    public ReadOnly(Coordination store, Paths paths, Timers timers) {
        this.store = store;
        this.path = paths.mode();
        this.timers = timers;
    }

    /**
     * Why it is on, by whom, and since when: the node's data.
     *
     * @param since milliseconds since 1970 by the clock of the server that was asked, for people to read
     */
    @JsonPropertyOrder({"format", "reason", "by", "since"})
    record Choice(int format, String reason, String by, long since) {
        ReadOnlyBody body() {
            return new ReadOnlyBody(true, reason, by, Times.text(since));
        }

        String text() {
            return "the cluster is read-only since " + Times.text(since) + ", by " + by + ": " + reason;
        }
    }

    private record Known(Optional<Choice> choice, int version) {}

    /** Begins to follow; the stage is complete when it is known for the first time. Until then nothing new is granted. */
    public CompletionStage<Void> follow() {
        var unused = store.watch(LANE, path, new Watcher() {
            @Override
            public void standing() {
                look();
            }

            @Override
            public void changed(Change change, String changed) {
                look();
            }

            @Override
            public void interrupted() {
                known = null;
            }
        });
        return first;
    }

    private void look() {
        read().whenComplete((now, failure) -> {
            if (failure == null) {
                learn(now);
            } else if (store.connected(LANE)) {
                // without a connection the watch stands anew, and then a look follows
                timers.after(LOOK_AGAIN, this::look);
            }
        });
    }

    private CompletionStage<Known> read() {
        return store.read(LANE, List.of(new Query.Data(path)))
                .thenApply(found -> found.get(0) instanceof Found.Node node
                        ? new Known(decode(node.data()), node.stamp().version())
                        : new Known(Optional.empty(), -1));
    }

    /** What it learns comes in order, for all of it is told by one lane. */
    private void learn(Known now) {
        Known before = known;
        known = now;
        var unused = first.complete(null);
        if (now.choice().isEmpty() && (before == null || before.choice().isPresent())) {
            whenOff.forEach(Runnable::run);
        }
    }

    /** Runs the task each time when grants may go on. It must not block. */
    public void whenOff(Runnable task) {
        whenOff.add(task);
    }

    /** Why nothing new is granted now; empty while all is. */
    public Optional<Refusal> refusal() {
        Known now = known;
        return now == null ? Optional.of(Refusals.unavailable()) : now.choice().map(ReadOnly::refusal);
    }

    private static Refusal refusal(Choice choice) {
        return Refusal.of(
                        ErrorCode.READ_ONLY,
                        choice.text()
                                + ". Nothing new is granted; renewals and releases go on, and who waits keeps its place")
                .with("reason", choice.reason())
                .with("by", choice.by())
                .with("since", Times.text(choice.since()))
                .with("retryAfterMillis", COME_BACK_MILLIS);
    }

    /** Why it is on, in one line; empty while it is off or cannot be known. */
    public Optional<String> fault() {
        Known now = known;
        return now == null ? Optional.empty() : now.choice().map(choice -> choice.text() + "; nothing new is granted");
    }

    /**
     * Switches it on for all servers. Where it is on already nothing changes, and the answer tells what stands.
     *
     * @param reason why; required
     * @param by who does it, where nobody is authenticated
     */
    public CompletionStage<ReadOnlyBody> on(@Nullable String reason, @Nullable String by, Actor actor) {
        try {
            if (reason == null || reason.isBlank()) {
                throw Refusal.invalid("reason", "required, so that whoever is refused learns why", reason);
            }
            Limits.text("reason", reason, MOST_REASON);
            Limits.text("by", by, MOST_BY);
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        String who = by != null ? by : actor.principal() != null ? actor.principal() : actor.address();
        Choice choice = new Choice(FORMAT, reason, String.valueOf(who), timers.wallMillis());
        return change(Optional.of(choice), LOOKS);
    }

    /** Switches it off for all servers. Again, the same answer. */
    public CompletionStage<ReadOnlyBody> off() {
        return change(Optional.empty(), LOOKS);
    }

    private CompletionStage<ReadOnlyBody> change(Optional<Choice> wanted, int looks) {
        return read().thenCompose(now -> {
            if (now.choice().isPresent() == wanted.isPresent()) {
                return CompletableFuture.completedFuture(body(now.choice()));
            }
            byte[] data = wanted.map(ReadOnly::encode).orElse(OFF);
            Operation write = now.version() < 0
                    ? new Operation.Create(path, data, Operation.Mode.PERSISTENT)
                    : new Operation.SetData(path, data, now.version());
            return store.commit(LANE, List.of(write)).thenCompose(outcome -> {
                if (outcome instanceof Outcome.Done) {
                    // the event that tells of it comes on this lane too, and its look is answered after this
                    learn(new Known(wanted, now.version() + 1));
                    return CompletableFuture.completedFuture(body(wanted));
                }
                return outcome instanceof Outcome.Conflict && looks > 0
                        ? store.sync(LANE).thenCompose(synced -> change(wanted, looks - 1))
                        : CompletableFuture.failedFuture(Refusals.unavailable());
            });
        });
    }

    private static ReadOnlyBody body(Optional<Choice> choice) {
        return choice.map(Choice::body).orElse(ReadOnlyBody.OFF);
    }

    private static byte[] encode(Choice choice) {
        try {
            return MAPPER.writeValueAsBytes(choice);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a choice must have a JSON form", e);
        }
    }

    /** What cannot be read stands for a choice all the same: somebody has made one, perhaps by a later version. */
    private static Optional<Choice> decode(byte[] data) {
        if (data.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.readValue(data, Choice.class));
        } catch (IOException e) {
            return Optional.of(new Choice(FORMAT, "its node cannot be read by this version", "somebody", 0));
        }
    }
}
