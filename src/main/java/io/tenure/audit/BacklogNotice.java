package io.tenure.audit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Duty;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's duty to tell the other servers how far the audit log is, in a node, and to bring it up to date when one of them
 * asks for that ({@code docs/protocol.md} 9). They read it with {@link BacklogBoard}.
 *
 * <p>The node is written once a second at most, and only when there is something new. Safe for use by many threads.
 */
public final class BacklogNotice implements Duty {
    static final String LANE = "backlog";
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private final Coordination store;
    private final Paths paths;
    private final Drain drain;
    private final Timers timers;

    @GuardedBy("this")
    private @Nullable Term term;

    @GuardedBy("this")
    private @Nullable Registration asked;

    @GuardedBy("this")
    private Timers.@Nullable Timer timer;

    @GuardedBy("this")
    private @Nullable Backlog told;

    public BacklogNotice(Coordination store, Paths paths, Drain drain, Timers timers) {
        this.store = store;
        this.paths = paths;
        this.drain = drain;
        this.timers = timers;
    }

    @Override
    public synchronized void begin(Term begun) {
        term = begun;
        told = null;
        asked = store.watch(LANE, paths.asked(), Watcher.of(this::catchUp));
        timer = timers.after(Duration.ZERO, this::tell);
    }

    @Override
    public synchronized void end() {
        term = null;
        if (timer != null) {
            timer.cancel();
        }
        if (asked != null) {
            asked.close();
        }
    }

    /** Whoever asks looks into the database for the answer, or asks again. */
    private void catchUp() {
        var unused = drain.catchUp().exceptionally(refused -> null);
    }

    private synchronized void tell() {
        if (term == null) {
            return;
        }
        Backlog now = drain.backlog().orElse(null);
        if (now != null && !now.equals(told)) {
            Operation write = new Operation.SetData(paths.backlog(), BacklogBoard.bytes(now), -1);
            told = now;
            var unused = store.commit(LANE, List.of(term.fence(), write)).thenAccept(this::told);
        }
        timer = timers.after(BETWEEN, this::tell);
    }

    /** What did not arrive for sure is told again. */
    private synchronized void told(Outcome outcome) {
        if (!(outcome instanceof Outcome.Done)) {
            told = null;
        }
    }
}
