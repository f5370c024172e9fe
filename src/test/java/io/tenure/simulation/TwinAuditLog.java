package io.tenure.simulation;

import io.tenure.audit.Action;
import io.tenure.audit.AuditLog;
import io.tenure.audit.Ending;
import io.tenure.audit.Entry;
import io.tenure.audit.History;
import io.tenure.name.LeaseId;
import io.tenure.simulation.Invariant.Violation;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The twin of the audit database: rows by the position and name of their records, and a number that tells how far it is complete. It
 * is away at times, or slow; it does what it is asked and cannot say so; it refuses a row and puts it aside.
 *
 * <p>It watches over its readers: once it was said to be complete up to a point, nothing from before that point may come.
 */
final class TwinAuditLog implements AuditLog, History {
    /** Above every position, so that all rows have as many digits and stand in order. */
    private static final long POSITIONS = 1L << 62;

    private final World world;
    private State state = new State();
    private long awayUntil;
    private boolean steady;

    /** What it keeps. */
    private static final class State {
        final NavigableSet<String> rows = new TreeSet<>();
        /** The rows that it refused, which are kept as bytes. */
        final NavigableSet<String> quarantine = new TreeSet<>();

        final Map<LeaseId, Ending> endings = new TreeMap<>();
        final NavigableSet<String> forgotten = new TreeSet<>();
        long epoch;
        long completeTo;

        @Nullable
        Reached reached;

        State copy() {
            State copy = new State();
            copy.rows.addAll(rows);
            copy.quarantine.addAll(quarantine);
            copy.endings.putAll(endings);
            copy.forgotten.addAll(forgotten);
            copy.epoch = epoch;
            copy.completeTo = completeTo;
            copy.reached = reached;
            return copy;
        }
    }

    TwinAuditLog(World world) {
        this.world = world;
    }

    /** The name of a row. */
    static String row(long position, String record) {
        return (POSITIONS + position) + " " + record;
    }

    /** From now on it answers always. */
    void steady() {
        steady = true;
    }

    /** It is away for some time. */
    void goAway() {
        awayUntil = world.nanos() + world.between(Duration.ofMillis(100), Duration.ofSeconds(4));
    }

    /** A copy of all that it keeps; the task puts it back. */
    Runnable backup() {
        State copy = state.copy();
        return () -> state = copy.copy();
    }

    /** Runs what waits for this database, which sometimes takes its time. */
    Executor executor(Machine machine) {
        return task -> world.after(
                !steady && world.chance(0.03) ? world.bits(2_000_000_000L) : world.hiccup(), () -> machine.run(task));
    }

    @Override
    public AuditLog.Answer append(Batch batch) {
        if (away() || (!steady && world.chance(0.02))) {
            return new AuditLog.Answer.Away("it does not answer");
        }
        if (batch.epoch() < state.epoch) {
            return new AuditLog.Answer.Deposed(state.epoch);
        }
        state.epoch = batch.epoch();
        batch.entries().forEach(this::put);
        Reached now = batch.reached();
        if (now != null && now.position() > state.completeTo) {
            state.completeTo = now.position();
            state.reached = now;
        }
        return !steady && world.chance(0.05)
                ? new AuditLog.Answer.Away("it has done it, and its answer is lost")
                : recorded();
    }

    private void put(Entry entry) {
        String row = row(entry.position(), entry.name());
        if (has(row)) {
            return;
        }
        if (entry.record() == null) {
            throw breach("invariant 5: the record " + entry.name() + " cannot be read: " + entry.fault());
        }
        if (entry.position() <= state.completeTo) {
            throw breach("invariant 5: the record " + entry.name() + " of " + entry.position()
                    + " came when the log was said to be complete up to " + state.completeTo);
        }
        LeaseId lease = entry.record().lease();
        if (!steady && world.chance(0.001)) {
            state.quarantine.add(row);
            state.forgotten.add(lease.value());
            return;
        }
        state.rows.add(row);
        if (entry.record().action() == Action.ENDED && entry.name().endsWith("-END")) {
            state.endings.put(lease, Ending.of(entry.record(), entry.at()));
        }
    }

    /** Whoever drains takes a failure for the database's, and tries again. */
    private Violation breach(String what) {
        Violation violation = new Violation(what);
        world.breach(violation);
        return violation;
    }

    @Override
    public AuditLog.Answer ask() {
        return away() ? new AuditLog.Answer.Away("it does not answer") : recorded();
    }

    private AuditLog.Answer recorded() {
        Reached reached = state.reached;
        return new AuditLog.Answer.Recorded(
                state.rows.size(), reached == null ? null : reached.until(), state.quarantine.size());
    }

    private boolean away() {
        return !steady && world.nanos() < awayUntil;
    }

    @Override
    public CompletionStage<History.Answer> endOf(LeaseId lease) {
        Ending ending = state.endings.get(lease);
        return CompletableFuture.completedFuture(
                away()
                        ? new History.Answer.CannotTell()
                        : ending == null ? new History.Answer.NotFound() : new History.Answer.Found(ending));
    }

    /** Whether this row is in it, or was put aside. */
    boolean has(String row) {
        return state.rows.contains(row) || state.quarantine.contains(row);
    }

    /** Whether a record of this lease was put aside: then it may not know how the lease ended. */
    boolean hasForgotten(String lease) {
        return state.forgotten.contains(lease);
    }

    /**
     * Throws unless it has exactly these rows.
     *
     * @param twice rows that it may have besides
     */
    void assertHolds(Set<String> expected, Set<String> twice) {
        NavigableSet<String> actual = new TreeSet<>(state.rows);
        actual.addAll(state.quarantine);
        NavigableSet<String> missing = new TreeSet<>(expected);
        missing.removeAll(actual);
        actual.removeAll(expected);
        actual.removeAll(twice);
        if (!missing.isEmpty() || !actual.isEmpty()) {
            throw new Violation("invariant 5: the log lacks " + missing + " and has " + actual);
        }
    }
}
