package io.tenure.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the audit log is, for servers that are not the coordinator: what that one tells, and the log brought up to date when
 * somebody needs it.
 *
 * <p>To ask is a write, and its number in the store's order is what the log must reach; how far it is stands in the database. Those who
 * ask while an answer is awaited share the next one. Safe for use by many threads.
 */
public final class BacklogBoard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BacklogBoard.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration BETWEEN = Duration.ofMillis(25);
    private static final Duration LONGEST = Duration.ofMillis(500);

    private final Coordination store;
    private final Paths paths;
    private final long tokenBase;
    private final Jdbi database;
    private final Executor executor;
    private final Timers timers;
    private volatile @Nullable Backlog backlog;
    private volatile @Nullable Registration watch;

    @GuardedBy("this")
    private boolean asking;

    @GuardedBy("this")
    private @Nullable CompletableFuture<Boolean> next;

    /**
     * @param tokenBase added to the store's transaction numbers
     * @param executor for questions to the database, which block
     */
    public BacklogBoard(
            Coordination store, Paths paths, long tokenBase, Jdbi database, Executor executor, Timers timers) {
        this.store = store;
        this.paths = paths;
        this.tokenBase = tokenBase;
        this.database = database;
        this.executor = executor;
        this.timers = timers;
    }

    /** Begins to follow what the coordinator tells. */
    public void follow() {
        watch = store.watch(BacklogNotice.LANE, paths.backlog(), Watcher.of(this::look));
    }

    private void look() {
        store.read(BacklogNotice.LANE, List.of(new Query.Data(paths.backlog()))).whenComplete((found, failure) -> {
            if (found != null && found.get(0) instanceof Found.Node node && node.data().length > 0) {
                backlog = parse(node.data());
            }
        });
    }

    /** What the coordinator told last; empty when that was never seen. */
    public Optional<Backlog> backlog() {
        return Optional.ofNullable(backlog);
    }

    /** Whether the log came to have everything that had been acknowledged before this call; answers within a second. */
    CompletionStage<Boolean> reached() {
        CompletableFuture<Boolean> mine;
        boolean first;
        synchronized (this) {
            if (next == null) {
                next = new CompletableFuture<>();
            }
            mine = next;
            first = !asking;
            asking = true;
        }
        if (first) {
            ask();
        }
        return mine;
    }

    private void ask() {
        CompletableFuture<Boolean> asked;
        synchronized (this) {
            asked = next;
            next = null;
            asking = asked != null;
        }
        if (asked == null) {
            return;
        }
        long deadline = timers.nanos() + LONGEST.toNanos();
        store.commit(BacklogNotice.LANE, List.of(new Operation.SetData(paths.asked(), new byte[0], -1)))
                .whenComplete((outcome, failure) -> {
                    if (outcome instanceof Outcome.Done done) {
                        look(tokenBase + done.stamp(0).mzxid(), deadline, asked);
                    } else {
                        answer(asked, false);
                    }
                });
    }

    private void look(long position, long deadline, CompletableFuture<Boolean> asked) {
        try {
            executor.execute(() -> compare(position, deadline, asked));
        } catch (RejectedExecutionException busy) {
            answer(asked, false);
        }
    }

    private void compare(long position, long deadline, CompletableFuture<Boolean> asked) {
        boolean reached;
        try {
            reached = database.withHandle(Progress::through) >= position;
        } catch (RuntimeException away) {
            LOG.debug("the audit database cannot be asked", away);
            answer(asked, false);
            return;
        }
        if (reached || timers.nanos() >= deadline) {
            answer(asked, reached);
        } else {
            var unused = timers.after(BETWEEN, () -> look(position, deadline, asked));
        }
    }

    private void answer(CompletableFuture<Boolean> asked, boolean reached) {
        asked.complete(reached);
        ask();
    }

    static byte[] bytes(Backlog backlog) {
        Instant until = backlog.recordedUntil();
        return JSON.createObjectNode()
                .put("format", 1)
                .put("length", backlog.length())
                .put("oldestMillis", backlog.oldestMillis())
                .put("recordedUntil", until == null ? null : until.toString())
                .put("recordedNumber", backlog.recordedNumber())
                .put("away", backlog.database().why())
                .put("quarantined", backlog.quarantined())
                .toString()
                .getBytes(UTF_8);
    }

    private static @Nullable Backlog parse(byte[] data) {
        try {
            JsonNode json = JSON.readTree(data);
            String away = json.path("away").asText();
            String until = json.path("recordedUntil").asText("");
            return new Backlog(
                    json.path("length").asLong(),
                    json.path("oldestMillis").asLong(),
                    json.path("recordedUntil").isTextual() ? Instant.parse(until) : null,
                    json.path("recordedNumber").asLong(),
                    away.isEmpty() ? new DatabaseState.Ready() : new DatabaseState.Away(away),
                    json.path("quarantined").asInt());
        } catch (IOException | RuntimeException malformed) {
            LOG.warn("what the coordinator tells of the audit log cannot be read", malformed);
            return null;
        }
    }

    @Override
    public void close() {
        Registration opened = watch;
        if (opened != null) {
            opened.close();
        }
    }
}
