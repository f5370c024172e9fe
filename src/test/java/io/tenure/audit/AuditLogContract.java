package io.tenure.audit;

import static io.tenure.audit.Records.ended;
import static io.tenure.audit.Records.entry;
import static io.tenure.audit.Records.granted;
import static io.tenure.audit.Records.held;
import static io.tenure.audit.Records.hold;
import static io.tenure.audit.Records.lease;
import static io.tenure.audit.Records.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.AuditLog.Answer;
import io.tenure.audit.AuditLog.Batch;
import io.tenure.audit.AuditLog.Reached;
import io.tenure.name.EndedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the audit log promises, on whichever database it stands. */
abstract class AuditLogContract {
    private final TestDatabase database = database();
    private final Jdbi jdbi = Jdbi.create(database.source());
    private AuditLog log = new JdbiAuditLog(jdbi, new Migrations(database.source()));

    abstract TestDatabase database();

    @BeforeEach
    void tablesStand() {
        assertThat(log.ask()).isEqualTo(new Answer.Recorded(0, null, 0));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Answer append(long epoch, Entry... entries) {
        return log.append(new Batch(epoch, List.of(entries), null));
    }

    private List<Map<String, Object>> rows(String sql) {
        return jdbi.withHandle(handle -> handle.createQuery(sql).mapToMap().list());
    }

    private List<String> events() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT number || ' ' || action || ' ' || COALESCE(name, '-') FROM events ORDER BY number")
                .mapTo(String.class)
                .list());
    }

    @Test
    void eventsAreNumberedFromOneWithoutGapsOverBatches() {
        append(1, granted(10, lease(1), "a"), granted(11, lease(2), "b"));
        assertThat(append(1, ended(12, lease(1), "a", 10, EndedBy.RELEASED)))
                .isEqualTo(new Answer.Recorded(3, null, 0));
        assertThat(events()).containsExactly("1 GRANTED a", "2 GRANTED b", "3 ENDED a");
    }

    @Test
    void whatIsInAlreadyIsPassedOverAndTakesNoNumber() {
        Entry first = granted(10, lease(1), "a");
        Entry second = granted(11, lease(2), "b");
        Entry third = granted(12, lease(3), "c");
        append(1, first, second);
        append(1, first, second, third);
        append(1, first, second, third);
        assertThat(events()).containsExactly("1 GRANTED a", "2 GRANTED b", "3 GRANTED c");
        assertThat(rows("SELECT * FROM tenures")).hasSize(3);
    }

    @Test
    void aCoordinatorThatWasReplacedIsTurnedAway() {
        append(7, granted(10, lease(1), "a"));
        assertThat(append(6, granted(11, lease(2), "b"))).isEqualTo(new Answer.Deposed(7));
        assertThat(events()).hasSize(1);
        assertThat(append(8, granted(11, lease(2), "b"))).isInstanceOf(Answer.Recorded.class);
    }

    @Test
    void aTenureOpensWithItsGrantAndClosesWithItsEnd() {
        append(1, granted(10, lease(1), "a"));
        assertThat(rows("SELECT tenure, granted_at, ended_at, token FROM tenures"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("tenure", 1L)
                        .containsEntry("granted_at", Records.START + 10)
                        .containsEntry("token", 10L)
                        .containsEntry("ended_at", null));
        append(1, ended(15, lease(1), "a", 10, EndedBy.EXPIRED));
        assertThat(rows("SELECT ended_at, held_ms, ended_by, ended_number, renewals FROM tenures"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("ended_at", Records.START + 15)
                        .containsEntry("held_ms", 5L)
                        .containsEntry("ended_by", "EXPIRED")
                        .containsEntry("ended_number", 2L)
                        .containsEntry("renewals", 3));
    }

    @Test
    void aTenureThatBeginsAndEndsInOneBatchIsTheSame() {
        append(1, granted(10, lease(1), "a"), ended(15, lease(1), "a", 10, EndedBy.EXPIRED));
        assertThat(rows("SELECT * FROM tenures"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("tenure", 1L)
                        .containsEntry("held_ms", 5L)
                        .containsEntry("ended_by", "EXPIRED")
                        .containsEntry("granted_number", 1L)
                        .containsEntry("ended_number", 2L)
                        .containsEntry("renewals", 3));
    }

    @Test
    void aLeaseOfItsOwnHasATenureWithoutAName() {
        append(1, entry(10, lease(1) + "-0-0", record(Action.GRANTED, lease(1), 0, null, "etl@a")));
        append(
                1,
                entry(
                        20,
                        lease(1) + "-END",
                        record(Action.ENDED, lease(1), 2, EndedBy.RELEASED, "etl@a", held("a", 12, 1))));
        assertThat(events()).containsExactly("1 GRANTED -", "2 ENDED a");
        append(1, entry(30, lease(2) + "-0-0", record(Action.GRANTED, lease(2), 0, null, "etl@a")));
        append(1, entry(31, lease(2) + "-END", record(Action.ENDED, lease(2), 4, EndedBy.RELEASED, "etl@a")));
        assertThat(rows("SELECT held_ms, renewals FROM tenures WHERE kind = 'lease' AND lease = '" + lease(2) + "'"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("held_ms", 1L).containsEntry("renewals", 4));
    }

    @Test
    void anEndWhoseGrantIsNotInTheLogIsATenureAllTheSame() {
        append(1, ended(50, lease(1), "a", 10, EndedBy.REVOKED));
        assertThat(rows("SELECT * FROM tenures"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("tenure", 1L)
                        .containsEntry("granted_number", null)
                        .containsEntry("granted_at", Records.START + 10)
                        .containsEntry("held_ms", 40L));
    }

    @Test
    void aPlaceThatWasNeverGrantedLeavesTheQueue() {
        AuditRecord.Hold waiting = hold("a");
        append(1, entry(10, lease(1) + "-0-0", record(Action.QUEUED, lease(1), 0, null, "etl@a", waiting)));
        append(1, entry(20, lease(1) + "-END", record(Action.ENDED, lease(1), 0, EndedBy.WAIT_OVER, "etl@a", waiting)));
        assertThat(events()).containsExactly("1 QUEUED a", "2 LEFT_QUEUE a");
        assertThat(rows("SELECT * FROM tenures")).isEmpty();
    }

    @Test
    void timeNeverGoesBackFromOneEventToTheNext() {
        append(1, granted(10, lease(1), "a"));
        AuditRecord story = record(Action.GRANTED, lease(2), 0, null, "etl@a", hold("b"));
        append(1, Entry.of(11, lease(2) + "-0-0", Records.at(4), RecordCodec.bytes(story)));
        append(1, granted(12, lease(3), "c"));
        assertThat(rows("SELECT at FROM events ORDER BY number"))
                .extracting(row -> row.get("at"))
                .containsExactly(Records.START + 10, Records.START + 10, Records.START + 12);
    }

    @Test
    void theBytesOfEachRecordAreKept() {
        Entry both =
                entry(10, lease(1) + "-0-0", record(Action.GRANTED, lease(1), 0, null, "etl@a", hold("a"), hold("b")));
        append(1, both);
        assertThat(rows("SELECT ordinal, body FROM events ORDER BY number"))
                .extracting(row -> row.get("body"))
                .containsExactly(both.body(), null);
    }

    @Test
    void progressIsKeptAndNeverGoesBack() {
        log.append(new Batch(1, List.of(granted(10, lease(1), "a")), new Reached(20, Records.at(20))));
        assertThat(log.ask()).isEqualTo(new Answer.Recorded(1, Records.at(20), 0));
        log.append(new Batch(1, List.of(), new Reached(19, Records.at(25))));
        assertThat(log.ask()).isEqualTo(new Answer.Recorded(1, Records.at(20), 0));
        log.append(new Batch(1, List.of(), new Reached(30, Records.at(15))));
        assertThat(log.ask()).isEqualTo(new Answer.Recorded(1, Records.at(20), 0));
        log.append(new Batch(1, List.of(), new Reached(40, Records.at(40))));
        assertThat(log.ask()).isEqualTo(new Answer.Recorded(1, Records.at(40), 0));
    }

    @Test
    void aRecordThatCannotBeReadIsQuarantinedAndTheRestGoesIn() {
        Entry broken = Entry.of(11, "broken", Records.at(11), "{\"format\":2}".getBytes(UTF_8));
        assertThat(append(1, granted(10, lease(1), "a"), broken, granted(12, lease(2), "b")))
                .isEqualTo(new Answer.Recorded(2, null, 1));
        assertThat(append(1, broken)).isEqualTo(new Answer.Recorded(2, null, 1));
        assertThat(rows("SELECT * FROM quarantine"))
                .singleElement()
                .satisfies(row -> assertThat((byte[]) row.get("body")).isEqualTo(broken.body()));
    }

    @Test
    void aRecordThatTheDatabaseRefusesIsQuarantinedAndTheRestGoesIn() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            entries.add(granted(10 + i, lease(i), "n" + i));
        }
        AuditRecord tooLong = record(Action.GRANTED, lease(99), 0, null, "o".repeat(5000), hold("long"));
        entries.add(7, entry(17, lease(99) + "-0-0", tooLong));
        assertThat(log.append(new Batch(1, entries, null))).isEqualTo(new Answer.Recorded(20, null, 1));
        assertThat(rows("SELECT record FROM quarantine")).hasSize(1);
        assertThat(rows("SELECT MAX(number) AS n, COUNT(*) AS c FROM events"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("n", 20L).containsEntry("c", 20L));
        jdbi.useHandle(handle -> handle.execute("UPDATE quarantine SET resolution = 'looked at'"));
        assertThat(log.ask()).isEqualTo(new Answer.Recorded(20, null, 0));
    }

    @Test
    void strangersTextGoesInOrIntoQuarantineButStopsNothing() {
        AuditRecord odd = record(
                Action.GRANTED, lease(1), 0, null, "'; DROP TABLE events; -- \u0000 \ud83d\ude00 :x ?", hold("a"));
        Answer answer = append(1, entry(10, lease(1) + "-0-0", odd), granted(11, lease(2), "b"));
        assertThat(answer).isInstanceOf(Answer.Recorded.class);
        assertThat(rows("SELECT record FROM quarantine").size() + events().size())
                .isEqualTo(2);
    }

    @Test
    void aDatabaseThatIsAwayIsAnAnswerAndTheSameBatchGoesInOnceItIsBack() {
        Entry first = granted(10, lease(1), "a");
        database.takeAway();
        assertThat(append(1, first)).isEqualTo(new Answer.Away("Connection refused"));
        assertThat(log.ask()).isInstanceOf(Answer.Away.class);
        database.bringBack();
        assertThat(append(1, first)).isEqualTo(new Answer.Recorded(1, null, 0));
    }

    @Test
    void tablesAreMadeOnceTheDatabaseComes() {
        database.takeAway();
        Migrations migrations = new Migrations(database.source());
        log = new JdbiAuditLog(jdbi, migrations);
        assertThat(migrations.run()).isInstanceOf(DatabaseState.Away.class);
        assertThat(log.ask()).isInstanceOf(Answer.Away.class);
        database.bringBack();
        assertThat(log.ask()).isInstanceOf(Answer.Recorded.class);
        assertThat(migrations.state()).isEqualTo(new DatabaseState.Ready());
        assertThat(new Migrations(database.source()).run()).isEqualTo(new DatabaseState.Ready());
    }
}
