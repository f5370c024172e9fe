package io.tenure.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.Action;
import io.tenure.audit.Actor;
import io.tenure.audit.AuditRecord;
import io.tenure.audit.LogRecord;
import io.tenure.audit.RecordCodec;
import io.tenure.coordination.Stamp;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Terms;
import io.tenure.lease.Want;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each record makes of a lease that was read before it. */
class RedoTest {
    private static final LeaseId ID = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");
    private static final Name X = new Name("x");

    /** The number of the write that was read. */
    private static final long READ = 100;

    private final Redo redo = new Redo();

    private static StoredLease read(boolean forHolds, Hold... holds) {
        Lease lease = new Terms(Duration.ofSeconds(30), "etl", null, Map.of())
                .lease(RestoreTest.limits(), "n", true, forHolds, "asked", Actor.SERVICE)
                .withHolds(List.of(holds));
        return new StoredLease(ID, lease, new Stamp(READ, READ, READ, 1_000, 2_000, 3, 0, false), 0);
    }

    private static Hold queued(Kind kind) {
        Want want = new Want(kind, X, kind == Kind.RWLOCK ? Mode.WRITE : null, null, null, null, null, null, null);
        return Hold.queued(want, true, null);
    }

    private static Hold held(Kind kind) {
        return queued(kind).granted(1, "place");
    }

    private void record(long position, Action action, @Nullable EndedBy endedBy, Kind kind, String suffix) {
        AuditRecord.Hold about = new AuditRecord.Hold(
                kind,
                X,
                null,
                kind == Kind.SEMAPHORE ? 4 : null,
                endedBy == null ? null : READ,
                null,
                null,
                1,
                null,
                null);
        AuditRecord story = new AuditRecord(
                1,
                action,
                ID,
                false,
                endedBy,
                "etl",
                null,
                null,
                "anna",
                "why",
                0,
                5,
                List.of(about),
                Map.of(),
                "s",
                null);
        redo.add(new LogRecord(position, ID + suffix, 5_000, RecordCodec.bytes(story)));
    }

    private Lease applied(StoredLease read) {
        return redo.apply(read).orElseThrow().lease();
    }

    @Test
    void withoutARecordItIsAsItWasReadWithItsStamps() {
        Lease lease = applied(read(true, held(Kind.LOCK)));

        assertThat(lease.holds()).singleElement().satisfies(hold -> {
            assertThat(hold.token()).isEqualTo(READ);
            assertThat(hold.grantedAt()).isEqualTo(2_000);
        });
    }

    @Test
    void aRecordOfAnEarlierOrOfThisVeryWriteIsInItAlready() {
        record(READ - 1, Action.ENDED, EndedBy.RELEASED, Kind.LOCK, "-2-0");
        record(READ, Action.ENDED, EndedBy.RELEASED, Kind.LOCK, "-3-0");

        assertThat(applied(read(true, held(Kind.LOCK))).holds()).hasSize(1);
    }

    @Test
    void aGrantIsUnderTheNumberOfItsRecord() {
        record(READ + 7, Action.GRANTED, null, Kind.LOCK, "-5-0");

        assertThat(applied(read(true, queued(Kind.LOCK))).holds())
                .singleElement()
                .satisfies(hold -> {
                    assertThat(hold.state()).isEqualTo(State.HELD);
                    assertThat(hold.token()).isEqualTo(READ + 7);
                    assertThat(hold.queuedAt()).isEqualTo(2_000);
                    assertThat(hold.grantedAt()).isEqualTo(5_000);
                    assertThat(hold.grantedVersion()).isEqualTo(5);
                });
    }

    @Test
    void aHoldThatEndedIsNoMoreAndIsRemembered() {
        record(READ + 1, Action.ENDED, EndedBy.REVOKED, Kind.LOCK, "-5-0");

        Lease lease = applied(read(false, held(Kind.LOCK), queued(Kind.RWLOCK)));

        assertThat(lease.holds()).extracting(Hold::kind).containsExactly(Kind.RWLOCK);
        assertThat(lease.past(Kind.LOCK, X)).hasValueSatisfying(past -> {
            assertThat(past.endedBy()).isEqualTo(EndedBy.REVOKED);
            assertThat(past.named()).isTrue();
            assertThat(past.endedAt()).isEqualTo(5_000);
        });
    }

    @Test
    void aLeaseThatEndedIsNone() {
        record(READ + 1, Action.ENDED, EndedBy.RELEASED, Kind.LOCK, "-END");
        StoredLease read = read(true, held(Kind.LOCK));

        assertThat(redo.apply(read)).isEmpty();
        assertThat(redo.end(read)).isPresent();
    }

    @Test
    void aLeaseThatWasMadeForHoldsIsNoneWithoutOne() {
        record(READ + 1, Action.ENDED, EndedBy.RELEASED, Kind.LOCK, "-5-0");

        assertThat(redo.apply(read(true, held(Kind.LOCK)))).isEmpty();
    }

    @Test
    void whatWasTakenSinceAndIsNotInItIsPassedOver() {
        record(READ + 1, Action.QUEUED, null, Kind.LOCK, "-5-0");
        record(READ + 2, Action.GRANTED, null, Kind.LOCK, "-6-0");

        assertThat(applied(read(false)).holds()).isEmpty();
    }

    @Test
    void aWriterThatWasDowngradedReads() {
        record(READ + 1, Action.DOWNGRADED, null, Kind.RWLOCK, "-5-0");

        assertThat(applied(read(true, held(Kind.RWLOCK))).holds())
                .extracting(hold -> hold.want().mode())
                .containsExactly(Mode.READ);
    }

    @Test
    void aLeaseThatWasAskedToEndIs() {
        record(READ + 1, Action.REVOKING, null, Kind.LOCK, "-5-0");

        assertThat(applied(read(true, held(Kind.LOCK))).revoked()).isEqualTo(new Lease.Revocation("anna", "why", null));
    }

    @Test
    void aValueThatWasProclaimedIs() {
        record(READ + 1, Action.VALUE_CHANGED, null, Kind.ELECTION, "-5-0");

        assertThat(applied(read(true, held(Kind.ELECTION))).holds())
                .extracting(hold -> hold.want().value())
                .containsExactly("why");
    }

    @Test
    void whoWasPromisedToLeadJumps() {
        record(READ + 1, Action.TRANSFERRED, null, Kind.ELECTION, "-5-0");

        assertThat(redo.apply(read(true, queued(Kind.ELECTION))).orElseThrow().jumps())
                .isEqualTo(Map.of("election x", READ + 1));
    }

    @Test
    void permitsAreThoseOfTheLastRecordUnlessTheyWereReadBehindIt() {
        assertThat(redo.permits("x", 2, READ)).isEqualTo(2);

        record(READ + 1, Action.PERMITS_CHANGED, null, Kind.SEMAPHORE, "-0-0");

        assertThat(redo.permits("x", 2, READ)).isEqualTo(4);
        assertThat(redo.permits("x", 2, READ + 1)).isEqualTo(2);
    }
}
