package io.tenure.audit;

import static io.tenure.audit.Records.hold;
import static io.tenure.audit.Records.lease;
import static io.tenure.audit.Records.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Duty;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.name.EndedBy;
import io.tenure.name.LeaseId;
import io.tenure.simulation.Forwarding;
import io.tenure.simulation.TwinCoordination;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final TestDatabase database = new H2Database();
    private final Jdbi jdbi = Jdbi.create(database.source());
    private final AuditLog log = new JdbiAuditLog(jdbi, new Migrations(database.source()));
    private final TwinCoordination store = TwinCoordination.calm();
    private final Paths paths = store.paths();
    private final Outbox outbox = new Outbox(paths);
    private final Drain drain = drain(store, log, Runnable::run);
    private long epochs;

    private Drain drain(TwinCoordination server, AuditLog into, Executor executor) {
        return new Drain(server, paths, 0, into, server.timers(), executor, 5);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** A new term, as the role begins one: from now on lists that begin with an older fence fail. */
    private Duty.Term term() {
        Outcome outcome = commit(new Operation.SetData(paths.epoch(), new byte[0], -1));
        int version = ((Outcome.Done) outcome).stamp(0).version();
        return new Duty.Term(++epochs, new Operation.Check(paths.epoch(), version));
    }

    private Outcome commit(Operation... operations) {
        return store.world().await(store.commit("test", List.of(operations)));
    }

    private Operation granted(long number, String name) {
        LeaseId id = lease(number);
        return outbox.create(id, 0, 0, record(Action.GRANTED, id, 0, null, "etl@a", hold(name)));
    }

    private Operation ended(long number, String name, long token) {
        LeaseId id = lease(number);
        return outbox.end(record(Action.ENDED, id, 1, EndedBy.RELEASED, "etl@a", Records.held(name, token, 0)));
    }

    private List<String> events() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT number || ' ' || action || ' ' || COALESCE(name, '-') FROM events ORDER BY number")
                .mapTo(String.class)
                .list());
    }

    private long waiting() {
        return Arrays.stream(LeaseId.shards())
                .mapToLong(shard ->
                        store.store().children(paths.outbox() + "/" + shard).size())
                .sum();
    }

    private Backlog backlog() {
        return drain.backlog().orElseThrow();
    }

    @Test
    void recordsMoveFromTheOutboxIntoTheLogInTheOrderOfTheirTransactions() {
        for (int i = 0; i < 23; i++) {
            commit(granted(i, "n" + i));
        }
        drain.begin(term());
        store.advance(LONG);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            expected.add((i + 1) + " GRANTED n" + i);
        }
        assertThat(events()).isEqualTo(expected);
        assertThat(waiting()).isZero();
        assertThat(backlog().length()).isZero();
        assertThat(backlog().recordedNumber()).isEqualTo(23);
    }

    @Test
    void inAHandOverTheEndComesBeforeTheGrant() {
        commit(granted(1, "a"));
        long token = store.store().last();
        commit(granted(2, "a"), ended(1, "a", token));
        commit(granted(3, "b"), granted(4, "c"));
        drain.begin(term());
        store.advance(LONG);
        assertThat(events().subList(0, 3)).containsExactly("1 GRANTED a", "2 ENDED a", "3 GRANTED a");
    }

    @Test
    void aServerWithNothingToDrainWritesNothing() {
        drain.begin(term());
        store.advance(LONG);
        long before = store.store().last();
        store.advance(Duration.ofMinutes(5));
        assertThat(store.store().last()).isEqualTo(before);
    }

    @Test
    void whoeverAsksSeesEverythingThatWasAcknowledgedBefore() {
        drain.begin(term());
        store.advance(LONG);
        commit(granted(1, "a"));
        CompletionStage<?> asked = drain.catchUp();
        Instant before = Instant.ofEpochMilli(
                store.store().transaction(store.store().last()).millis());
        store.advance(Duration.ofMillis(60));
        assertThat(asked.toCompletableFuture()).isCompleted();
        assertThat(events()).containsExactly("1 GRANTED a");
        assertThat(backlog().recordedUntil()).isAfterOrEqualTo(before);
    }

    @Test
    void manyQuestionsShareFewPasses() {
        drain.begin(term());
        store.advance(LONG);
        long before = store.store().last();
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(drain.catchUp().toCompletableFuture());
            store.advance(Duration.ofMillis(10));
        }
        store.advance(Duration.ofMillis(60));
        assertThat(asked).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(store.store().last() - before).isBetween(1L, 22L);
    }

    @Test
    void onlyTheCoordinatorCanCatchUp() {
        assertThat(drain.catchUp().toCompletableFuture()).isCompletedExceptionally();
        assertThat(drain.backlog()).isEmpty();
        drain.begin(term());
        CompletionStage<?> asked = drain.catchUp();
        drain.end();
        assertThat(asked.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void aCrashBetweenTheInsertAndTheDeleteTellsNothingTwice() {
        for (int i = 0; i < 8; i++) {
            commit(granted(i, "n" + i));
        }
        Drain doomed = drain(store, cutting(), Runnable::run);
        doomed.begin(term());
        store.advance(Duration.ofMillis(50));
        doomed.end();
        store.restore();
        store.advance(LONG);
        assertThat(events()).isNotEmpty();
        assertThat(waiting()).isEqualTo(8);

        drain.begin(term());
        store.advance(LONG);
        assertThat(events()).hasSize(8);
        assertThat(events().get(7)).startsWith("8 ");
        assertThat(waiting()).isZero();
    }

    /** The log, behind which the store is lost as soon as a batch is in. */
    private AuditLog cutting() {
        return new AuditLog() {
            @Override
            public Answer append(Batch batch) {
                Answer answer = log.append(batch);
                store.interrupt();
                return answer;
            }

            @Override
            public Answer ask() {
                return log.ask();
            }
        };
    }

    @Test
    void aStaleCoordinatorChangesNothing() {
        commit(granted(1, "a"));
        Deque<Runnable> held = new ArrayDeque<>();
        Drain stale = drain(store.another("server-2"), log, held::add);
        stale.begin(term());
        for (int i = 0; i < 2; i++) { // it asks the database, and reads the outbox
            store.advance(Duration.ofMillis(10));
            held.remove().run();
        }
        store.advance(Duration.ofMillis(10));

        drain.begin(term());
        store.advance(LONG);
        commit(granted(2, "b"));
        store.advance(LONG);
        assertThat(events()).containsExactly("1 GRANTED a", "2 GRANTED b");

        while (!held.isEmpty()) { // and now it comes to write
            held.remove().run();
            store.advance(Duration.ofMillis(10));
        }
        assertThat(events()).containsExactly("1 GRANTED a", "2 GRANTED b");
        assertThat(log.ask())
                .isEqualTo(new AuditLog.Answer.Recorded(2, ((AuditLog.Answer.Recorded) log.ask()).until(), 0));
    }

    @Test
    void whileTheDatabaseIsAwayWhatWaitsIsCountedEachSecondAndTheDatabaseAskedLessOften() {
        int[] asked = new int[1];
        Drain counted = drain(
                store,
                new AuditLog() {
                    @Override
                    public Answer append(Batch batch) {
                        return log.append(batch);
                    }

                    @Override
                    public Answer ask() {
                        asked[0]++;
                        return log.ask();
                    }
                },
                Runnable::run);
        counted.begin(term());
        store.advance(LONG);
        database.takeAway();
        commit(granted(0, "n0"));
        store.advance(LONG);
        asked[0] = 0;
        for (int i = 1; i <= 20; i++) {
            commit(granted(i, "n" + i));
            store.advance(Duration.ofMillis(1100));
            assertThat(counted.backlog().orElseThrow().length()).isEqualTo(i + 1);
        }
        assertThat(asked[0]).isBetween(3, 5);

        database.bringBack();
        store.advance(Duration.ofSeconds(6));
        assertThat(events()).hasSize(21);
    }

    @Test
    void whileTheDatabaseIsAwayRecordsWaitAndTheOutboxIsLeftAlone() {
        drain.begin(term());
        store.advance(LONG);
        database.takeAway();
        for (int i = 0; i < 12; i++) {
            commit(granted(i, "n" + i));
        }
        store.advance(LONG);
        long before = store.store().last();
        store.advance(Duration.ofHours(1));
        assertThat(store.store().last()).isEqualTo(before);
        assertThat(backlog().length()).isEqualTo(12);
        assertThat(backlog().oldestMillis()).isGreaterThan(3_600_000);
        assertThat(backlog().database()).isInstanceOf(DatabaseState.Away.class);
        assertThat(drain.catchUp().toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.AUDIT_UNAVAILABLE));

        database.bringBack();
        store.advance(LONG);
        assertThat(events()).hasSize(12);
        assertThat(backlog().database()).isEqualTo(new DatabaseState.Ready());
        assertThat(backlog().oldestMillis()).isZero();
    }

    @Test
    void aRecordThatCannotBeReadHoldsNothingUp() {
        commit(new Operation.Create(
                paths.outbox() + "/00/stranger", "what?".getBytes(UTF_8), Operation.Mode.PERSISTENT));
        commit(granted(1, "a"));
        drain.begin(term());
        store.advance(LONG);
        assertThat(events()).containsExactly("1 GRANTED a");
        assertThat(waiting()).isZero();
        assertThat(backlog().quarantined()).isEqualTo(1);
    }

    @Test
    void anOutboxTooLongToKeepIsReadTwiceAndDrainedInOrder() {
        String long_ = "x".repeat(900);
        Reading reading = new Reading(store);
        Drain many = new Drain(reading, paths, 0, log, store.timers(), Runnable::run, 500);
        for (int i = 0; i < 9_000; i++) {
            LeaseId id = lease(i);
            store.store()
                    .commit(
                            0,
                            List.of(outbox.create(
                                    id, 0, 0, record(Action.GRANTED, id, 0, null, long_, hold("n" + i)))));
        }
        many.begin(term());
        store.advance(LONG);
        assertThat(waiting()).isZero();
        assertThat(events()).hasSize(9_000);
        assertThat(events().get(0)).isEqualTo("1 GRANTED n0");
        assertThat(events().get(8_999)).isEqualTo("9000 GRANTED n8999");
        // what is to be read twice stands scattered among the rest, and is asked for in one piece for each batch
        assertThat(reading.all).isLessThan(200);
    }

    @Test
    void aLongOutboxIsReadSeveralPiecesAtATime() {
        for (int i = 0; i < 500; i++) {
            commit(granted(i, "n" + i));
        }
        Reading reading = new Reading(store);
        Drain busy = new Drain(reading, paths, 0, log, store.timers(), Runnable::run, 100);
        busy.begin(term());
        store.advance(LONG);
        assertThat(events()).hasSize(500);
        assertThat(reading.most).isBetween(3, 8);
    }

    /** Counts the reads, and how many are under way at once. */
    private static final class Reading extends Forwarding {
        private int now;
        private int most;
        private int all;

        Reading(Coordination store) {
            super(store);
        }

        @Override
        public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
            all++;
            most = Math.max(most, ++now);
            return super.read(lane, queries).whenComplete((found, failure) -> now--);
        }
    }
}
