package io.tenure.audit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.audit.AuditLog.Answer.Recorded;
import io.tenure.coordination.Timers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the drain last learned of the outbox and of the database. Safe for use by many threads. */
final class BacklogGauge {
    private static final DatabaseState NOT_ASKED = new DatabaseState.Away("not asked yet");

    private final Timers timers;

    @GuardedBy("this")
    private boolean on;

    @GuardedBy("this")
    private long length;

    /** Since when something has been waiting, by this server's clock; null when nothing is. */
    @GuardedBy("this")
    private @Nullable Long since;

    @GuardedBy("this")
    private DatabaseState database = NOT_ASKED;

    @GuardedBy("this")
    private Recorded recorded = new Recorded(0, null, 0);

    BacklogGauge(Timers timers) {
        this.timers = timers;
    }

    synchronized void begin() {
        on = true;
        length = 0;
        since = null;
        database = NOT_ASKED;
    }

    synchronized void end() {
        on = false;
    }

    /** A look found this many records. */
    synchronized void seen(long found) {
        length = found;
        if (found == 0) {
            since = null;
        } else if (since == null) {
            since = timers.nanos();
        }
    }

    /** This many have left the outbox. */
    synchronized void deleted(int count) {
        length = Math.max(0, length - count);
        if (length == 0) {
            since = null;
        }
    }

    /** The database answered. */
    synchronized void recorded(Recorded answer) {
        recorded = answer;
        database = new DatabaseState.Ready();
    }

    /** Everything that stood in the outbox before the barrier is in the log: what waits now has come since. */
    synchronized void caughtUp(Recorded answer) {
        recorded(answer);
        since = length == 0 ? null : Long.valueOf(timers.nanos());
    }

    /** The database did not answer. Returns whether that is news. */
    synchronized boolean away(String why) {
        boolean news = database.ready() || database == NOT_ASKED;
        database = new DatabaseState.Away(why);
        return news;
    }

    synchronized boolean ready() {
        return database.ready();
    }

    /** Whether the database was asked and did not answer. */
    synchronized boolean away() {
        return !database.ready() && database != NOT_ASKED;
    }

    synchronized Optional<Backlog> backlog() {
        if (!on) {
            return Optional.empty();
        }
        long oldest = since == null ? 0 : (timers.nanos() - since) / 1_000_000;
        return Optional.of(
                new Backlog(length, oldest, recorded.until(), recorded.number(), database, recorded.quarantined()));
    }
}
