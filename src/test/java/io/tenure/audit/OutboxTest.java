package io.tenure.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Stamp;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final LeaseId LEASE = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");
    private static final String SHARD = "/tenure/sys/outbox/" + LEASE.shard() + "/";

    private final Outbox outbox = new Outbox(new Paths("/tenure"));

    private static AuditRecord end() {
        return new AuditRecord(
                1,
                Action.ENDED,
                LEASE,
                false,
                EndedBy.RELEASED,
                "etl@a",
                null,
                null,
                null,
                "done",
                30_000,
                3,
                List.of(new AuditRecord.Hold(
                        Kind.LOCK, new Name("nightly"), null, null, 17L, null, 1000L, 0, null, null)),
                Map.of(),
                "s1",
                null);
    }

    @Test
    void aRecordIsNamedByLeaseVersionAndOrdinal() {
        AuditRecord record = RecordCodecTest.granted();
        Operation.Create create = (Operation.Create) outbox.create(LEASE, 3, 1, record);
        assertThat(create.path()).isEqualTo(SHARD + LEASE + "-3-1");
        assertThat(create.data()).isEqualTo(RecordCodec.bytes(record));
        assertThat(create.mode()).isEqualTo(Operation.Mode.PERSISTENT);
    }

    @Test
    void theEndOfALeaseHasOneName() {
        assertThat(outbox.end(end()).path()).isEqualTo(SHARD + LEASE + "-END");
        assertThat(outbox.endAndRemember(end()))
                .extracting(Operation::path)
                .containsExactly(SHARD + LEASE + "-END", "/tenure/sys/ended/" + LEASE.shard() + "/" + LEASE);
        assertThat(outbox.endQuery(LEASE)).isEqualTo(new Query.Data(SHARD + LEASE + "-END"));
        assertThat(outbox.endedQuery(LEASE).path())
                .isEqualTo(outbox.ended(end()).path());
    }

    @Test
    void theRecordOfTheEndTellsTheWholeStory() {
        Found found = new Found.Node(RecordCodec.bytes(end()), new Stamp(20, 20, 20, 5000, 5000, 0, 0, false));
        assertThat(Outbox.ending(found)).hasValueSatisfying(ending -> {
            assertThat(ending.endedBy()).isEqualTo(EndedBy.RELEASED);
            assertThat(ending.endedAt()).isEqualTo(Instant.ofEpochMilli(5000));
            assertThat(ending.reason()).isEqualTo("done");
            assertThat(ending.hold(Kind.LOCK, new Name("nightly")))
                    .hasValue(new Ending.Hold(Kind.LOCK, new Name("nightly"), 17L, Instant.ofEpochMilli(1000), null));
        });
        assertThat(Outbox.ending(new Found.Absent())).isEmpty();
    }
}
