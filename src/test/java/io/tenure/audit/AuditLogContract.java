package io.tenure.audit;

import static io.tenure.audit.Records.because;
import static io.tenure.audit.Records.downgraded;
import static io.tenure.audit.Records.ended;
import static io.tenure.audit.Records.entry;
import static io.tenure.audit.Records.granted;
import static io.tenure.audit.Records.held;
import static io.tenure.audit.Records.hold;
import static io.tenure.audit.Records.lease;
import static io.tenure.audit.Records.permits;
import static io.tenure.audit.Records.record;
import static io.tenure.audit.Records.shared;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.audit.AuditLog.Answer;
import io.tenure.audit.AuditLog.Batch;
import io.tenure.audit.AuditLog.Reached;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** A database that has them is refused when they are not as they were, down to a comment behind them. */
    @Test
    void changesetsThatHaveBeenReleasedAreAsTheyWere() {
        assertThat(rows("SELECT id, md5sum FROM databasechangelog ORDER BY orderexecuted"))
                .extracting(row -> row.get("id") + " " + row.get("md5sum"))
                .startsWith(
                        "1 9:c8486b940baa32641a92e876ac9203b3",
                        "2 9:cac88eb3c8a252dd3d7c9f2d7ee737fe",
                        "3 9:b4db9777ff4310242e657ad2066c5518",
                        "4 9:5f31ffc3826c20b7c2fc4d7c0f5dedf3");
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

    private static Entry writer(long position) {
        return entry(
                position,
                lease(1) + "-0-0",
                record(Action.GRANTED, lease(1), 0, null, "etl@a", shared("ledger", Mode.WRITE, null)));
    }

    private static Entry readerEnded(long position, long token) {
        return entry(
                position,
                lease(1) + "-END",
                record(Action.ENDED, lease(1), 2, EndedBy.RELEASED, "etl@a", shared("ledger", Mode.READ, token)));
    }

    /** Every way to cut the story of one downgrade into batches. */
    @ParameterizedTest
    @ValueSource(strings = {"123", "1 2 3", "12 3", "1 23"})
    void aTenureIsToldAsItWasGrantedAndSinceWhenItReads(String batches) {
        Map<Character, Entry> story =
                Map.of('1', writer(10), '2', downgraded(15, lease(1), "ledger", 10), '3', readerEnded(30, 10));
        for (String batch : batches.split(" ", -1)) {
            append(1, batch.chars().mapToObj(each -> story.get((char) each)).toArray(Entry[]::new));
        }
        assertThat(rows("SELECT * FROM tenures"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("tenure", 1L)
                        .containsEntry("mode", "write")
                        .containsEntry("downgraded_at", Records.START + 15)
                        .containsEntry("ended_by", "RELEASED")
                        .containsEntry("held_ms", 20L));
        assertThat(rows("SELECT action || ' ' || mode AS told FROM events ORDER BY number"))
                .extracting(row -> row.get("told"))
                .containsExactly("GRANTED write", "DOWNGRADED read", "ENDED read");
    }

    @Test
    void aDowngradeIsAboutItsOwnTenureAlone() {
        AuditRecord both = record(
                Action.GRANTED,
                lease(1),
                0,
                null,
                "etl@a",
                shared("ledger", Mode.WRITE, null),
                shared("other", Mode.WRITE, null));
        append(1, entry(10, lease(1) + "-0-0", both), downgraded(15, lease(1), "ledger", 10));
        assertThat(rows("SELECT downgraded_at FROM tenures ORDER BY tenure"))
                .extracting(row -> row.get("downgraded_at"))
                .containsExactly(Records.START + 15, null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDowngradeWhoseGrantIsNotInTheLogOpensNothing(boolean together) {
        Entry downgrade = downgraded(15, lease(1), "ledger", 10);
        if (together) {
            append(1, downgrade, readerEnded(30, 10));
        } else {
            append(1, downgrade);
            assertThat(rows("SELECT * FROM tenures")).isEmpty();
            append(1, readerEnded(30, 10));
        }
        assertThat(rows("SELECT mode, downgraded_at, granted_number FROM tenures"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("mode", "read")
                        .containsEntry("downgraded_at", null)
                        .containsEntry("granted_number", null));
    }

    @Test
    void changedPermitsAreAboutASemaphoreAndAboutNoLease() {
        append(
                1,
                entry(
                        10,
                        lease(1) + "-0-0",
                        because(
                                "from 2 to 5",
                                record(Action.PERMITS_CHANGED, lease(1), 0, null, "etl@a", permits("bulk", 5)))),
                entry(11, lease(2) + "-0-0", record(Action.GRANTED, lease(2), 0, null, "etl@a", permits("bulk", 3))),
                entry(
                        12,
                        lease(3) + "-0-0",
                        because(
                                "from 5 to 0",
                                record(Action.PERMITS_CHANGED, lease(3), 0, null, "etl@a", permits("bulk", 0)))));
        assertThat(events()).containsExactly("1 PERMITS_CHANGED bulk", "2 GRANTED bulk", "3 PERMITS_CHANGED bulk");
        assertThat(rows("SELECT * FROM events WHERE action = 'PERMITS_CHANGED' ORDER BY number"))
                .allSatisfy(row -> assertThat(row)
                        .containsEntry("kind", "semaphore")
                        .containsEntry("lease", null)
                        .containsEntry("token", null))
                .extracting(row -> row.get("count") + " " + row.get("reason"))
                .containsExactly("5 from 2 to 5", "0 from 5 to 0");
        assertThat(rows("SELECT lease, count FROM tenures"))
                .singleElement()
                .satisfies(row ->
                        assertThat(row).containsEntry("lease", lease(2).value()).containsEntry("count", 3));
    }

    @Test
    void whatHappensToALeaderWhileItLeadsIsAnEventAndNoTenure() {
        append(1, entry(10, lease(1) + "-0-0", record(Action.GRANTED, lease(1), 0, null, "w1", office(null))));
        append(
                1,
                entry(
                        11,
                        lease(1) + "-1-0",
                        because("10.0.0.8:9000", record(Action.VALUE_CHANGED, lease(1), 1, null, "w1", office(10L)))),
                entry(
                        12,
                        lease(2) + "-0-0",
                        because("INC-1", record(Action.TRANSFERRED, lease(2), 0, null, "w2", office(null)))),
                entry(
                        13,
                        lease(1) + "-END",
                        record(Action.ENDED, lease(1), 2, EndedBy.TRANSFERRED, "w1", office(10L))));
        assertThat(rows("SELECT * FROM events ORDER BY number"))
                .extracting(row -> row.get("action") + " " + row.get("token") + " " + row.get("reason"))
                .containsExactly(
                        "GRANTED 10 null", "VALUE_CHANGED 10 10.0.0.8:9000", "TRANSFERRED null INC-1", "ENDED 10 null");
        assertThat(rows("SELECT owner, ended_by, held_ms FROM tenures"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("owner", "w1")
                        .containsEntry("ended_by", "TRANSFERRED")
                        .containsEntry("held_ms", 3L));
    }

    private static AuditRecord.Hold office(@Nullable Long token) {
        return new AuditRecord.Hold(
                Kind.ELECTION,
                new Name("reports"),
                null,
                null,
                token,
                null,
                token == null ? null : Long.valueOf(Records.START + token),
                0,
                null,
                null);
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
