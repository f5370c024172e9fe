package io.tenure.audit;

import io.tenure.coordination.Timers;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import io.tenure.simulation.TwinCoordination;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * A log in which one lease waited for a lock, held it, and was revoked; another wrote a ledger and read it on; a semaphore got more
 * permits, of which a third took some. For tests of what is said about it.
 */
public final class AuditStory {
    private static final LeaseId LEASE = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");
    private static final LeaseId WRITER = Records.lease(2);
    private static final LeaseId CHANGE = Records.lease(3);
    private static final LeaseId WORKER = Records.lease(4);

    private final TestDatabase database = new H2Database();

    private final Jdbi jdbi;
    private final TwinCoordination store = TwinCoordination.calm();
    private final Drain drain;

    private AuditStory() {
        jdbi = Jdbi.create(database.source());
        AuditLog log = new JdbiAuditLog(jdbi, new Migrations(database.source()));
        log.append(new AuditLog.Batch(
                1, List.of(queued(), granted(), ended()), new AuditLog.Reached(4500, Records.at(4500))));
        log.append(new AuditLog.Batch(
                1,
                List.of(wrote(), Records.downgraded(6000, WRITER, "ledger", 5000), permitted(), worked(), readOn()),
                new AuditLog.Reached(9000, Records.at(9000))));
        drain = new Drain(store, store.paths(), 0, log, store.timers(), Runnable::run, 500);
    }

    /** The story, in a database of its own. */
    public static AuditStory told() {
        return new AuditStory();
    }

    public Jdbi jdbi() {
        return jdbi;
    }

    /** The drain of a server that is not the coordinator. */
    public Drain drain() {
        return drain;
    }

    public Timers timers() {
        return store.timers();
    }

    /** Ten seconds after the story began. */
    public long now() {
        return Records.START + 10_000;
    }

    /** From now on it cannot be asked. */
    public void takeDatabaseAway() {
        database.takeAway();
    }

    private static Entry wrote() {
        AuditRecord.Hold writing = Records.shared("ledger", Mode.WRITE, null);
        return Records.entry(5000, WRITER + "-0-0", Records.record(Action.GRANTED, WRITER, 0, null, "etl@a", writing));
    }

    private static Entry permitted() {
        AuditRecord.Hold five = Records.permits("bulk", 5);
        AuditRecord record = new AuditRecord(
                1,
                Action.PERMITS_CHANGED,
                CHANGE,
                false,
                null,
                null,
                null,
                "10.0.0.9",
                null,
                "from 2 to 5",
                0,
                0,
                List.of(five),
                Map.of(),
                "s1",
                "r-2");
        return Records.entry(6500, CHANGE + "-0-0", record);
    }

    private static Entry worked() {
        AuditRecord.Hold three = Records.permits("bulk", 3);
        return Records.entry(7000, WORKER + "-0-0", Records.record(Action.GRANTED, WORKER, 0, null, "etl@b", three));
    }

    private static Entry readOn() {
        AuditRecord.Hold reading = Records.shared("ledger", Mode.READ, 5000L);
        return Records.entry(
                8000, WRITER + "-END", Records.record(Action.ENDED, WRITER, 2, EndedBy.RELEASED, "etl@a", reading));
    }

    private static Entry queued() {
        return entry(
                1000,
                "-0-0",
                Action.QUEUED,
                0,
                new AuditRecord.Hold(
                        Kind.LOCK, new Name("nightly"), null, null, null, null, null, null, null, "nightly load"));
    }

    private static Entry granted() {
        return entry(
                1500,
                "-1-0",
                Action.GRANTED,
                1,
                new AuditRecord.Hold(
                        Kind.LOCK,
                        new Name("nightly"),
                        null,
                        null,
                        null,
                        Records.START + 1000,
                        null,
                        null,
                        null,
                        "nightly load"));
    }

    private static Entry ended() {
        return entry(
                4500,
                "-END",
                Action.ENDED,
                7,
                new AuditRecord.Hold(
                        Kind.LOCK,
                        new Name("nightly"),
                        null,
                        null,
                        1500L,
                        Records.START + 1000,
                        Records.START + 1500,
                        1,
                        500L,
                        "nightly load"));
    }

    private static Entry entry(long position, String name, Action action, int version, AuditRecord.Hold hold) {
        boolean end = action == Action.ENDED;
        return Records.entry(
                position,
                LEASE + name,
                new AuditRecord(
                        1,
                        action,
                        LEASE,
                        false,
                        end ? EndedBy.REVOKED : null,
                        "etl@a",
                        "etl",
                        "10.0.0.7",
                        end ? "anna" : null,
                        end ? "INC-1" : null,
                        30_000,
                        version,
                        List.of(hold),
                        Map.of("run", "17"),
                        "s1",
                        "r-1"));
    }
}
