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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The twin of the audit database: rows by the position and name of their records, a number that tells how far it is complete, and
 * times at which it is away, or does what it is asked and cannot say so.
 *
 * <p>It watches over its readers: once it was said to be complete up to a point, nothing from before that point may come.
 */
final class TwinAuditLog implements AuditLog, History {
    private final World world;
    private final Map<String, Entry> rows = new TreeMap<>();
    private final Map<LeaseId, Ending> endings = new TreeMap<>();
    private long epoch;
    private long completeTo;
    private @Nullable Reached reached;
    private long awayUntil;
    private boolean steady;

    TwinAuditLog(World world) {
        this.world = world;
    }

    /** From now on it answers always. */
    void steady() {
        steady = true;
    }

    /** It is away for some time. */
    void goAway() {
        awayUntil = world.nanos() + world.between(Duration.ofMillis(100), Duration.ofSeconds(4));
    }

    @Override
    public AuditLog.Answer append(Batch batch) {
        if (away() || (!steady && world.chance(0.02))) {
            return new AuditLog.Answer.Away("it does not answer");
        }
        if (batch.epoch() < epoch) {
            return new AuditLog.Answer.Deposed(epoch);
        }
        epoch = batch.epoch();
        batch.entries().forEach(this::put);
        Reached now = batch.reached();
        if (now != null && now.position() > completeTo) {
            completeTo = now.position();
            reached = now;
        }
        return !steady && world.chance(0.05)
                ? new AuditLog.Answer.Away("it has done it, and its answer is lost")
                : recorded();
    }

    private void put(Entry entry) {
        if (rows.putIfAbsent("%019d %s".formatted(entry.position(), entry.name()), entry) != null) {
            return;
        }
        if (entry.record() == null) {
            throw new Violation("invariant 5: the record " + entry.name() + " cannot be read: " + entry.fault());
        }
        if (entry.position() <= completeTo) {
            throw new Violation("invariant 5: the record " + entry.name() + " of " + entry.position()
                    + " came when the log was said to be complete up to " + completeTo);
        }
        if (entry.record().action() == Action.ENDED && entry.name().endsWith("-END")) {
            endings.put(entry.record().lease(), Ending.of(entry.record(), entry.at()));
        }
    }

    @Override
    public AuditLog.Answer ask() {
        return away() ? new AuditLog.Answer.Away("it does not answer") : recorded();
    }

    private AuditLog.Answer recorded() {
        return new AuditLog.Answer.Recorded(rows.size(), reached == null ? null : reached.until(), 0);
    }

    private boolean away() {
        return !steady && world.nanos() < awayUntil;
    }

    @Override
    public CompletionStage<History.Answer> endOf(LeaseId lease) {
        Ending ending = endings.get(lease);
        return CompletableFuture.completedFuture(
                away()
                        ? new History.Answer.CannotTell()
                        : ending == null ? new History.Answer.NotFound() : new History.Answer.Found(ending));
    }

    /** Throws unless the log has exactly these records, each with the transaction that wrote it. */
    void assertHolds(Map<String, Long> written) {
        Map<String, String> expected = new TreeMap<>();
        written.forEach((path, zxid) ->
                expected.put("%019d %s".formatted(zxid, path.substring(path.lastIndexOf('/') + 1)), path));
        if (!expected.keySet().equals(rows.keySet())) {
            throw new Violation("invariant 5: the log has " + rows.keySet() + " and should have " + expected.keySet());
        }
    }
}
