package io.tenure.audit;

import static io.tenure.audit.Records.hold;
import static io.tenure.audit.Records.lease;
import static io.tenure.audit.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Duty;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.name.LeaseId;
import io.tenure.simulation.Forwarding;
import io.tenure.simulation.TwinCoordination;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server that is not the coordinator knows of the log: one server has the duties, another one asks. */
class BacklogBoardTest {
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    private final TestDatabase database = new H2Database();
    private final Jdbi jdbi = Jdbi.create(database.source());
    private final TwinCoordination coordinator = TwinCoordination.calm();
    private final TwinCoordination other = coordinator.another("other");
    private final Paths paths = coordinator.paths();
    private final Outbox outbox = new Outbox(paths);
    private final Drain drain = new Drain(
            coordinator,
            paths,
            0,
            new JdbiAuditLog(jdbi, new Migrations(database.source())),
            coordinator.timers(),
            Runnable::run,
            5);
    private final Mute link = new Mute(coordinator);
    private final BacklogNotice notice = new BacklogNotice(link, paths, drain, coordinator.timers());
    private final BacklogBoard board = new BacklogBoard(other, paths, 0, jdbi, Runnable::run, other.timers());

    @BeforeEach
    void follow() {
        board.follow();
        coordinator.advance(A_WHILE);
    }

    @AfterEach
    void close() {
        board.close();
        database.close();
    }

    private void begin() {
        Outcome outcome = coordinator
                .world()
                .await(coordinator.commit("test", List.of(new Operation.SetData(paths.epoch(), new byte[0], -1))));
        int version = ((Outcome.Done) outcome).stamp(0).version();
        Duty.Term term = new Duty.Term(1, new Operation.Check(paths.epoch(), version));
        drain.begin(term);
        notice.begin(term);
    }

    private void granted(int number) {
        LeaseId id = lease(number);
        Operation create = outbox.create(id, 0, 0, record(Action.GRANTED, id, 0, null, "etl@a", hold("n" + number)));
        coordinator.world().await(other.commit("test", List.of(create)));
    }

    private Optional<Long> recorded() {
        return board.backlog().map(Backlog::recordedNumber);
    }

    @Test
    void itShowsWhatTheCoordinatorTells() {
        assertThat(board.backlog()).isEmpty();
        begin();
        granted(1);
        granted(2);
        coordinator.advance(A_WHILE);
        assertThat(recorded()).contains(2L);
        assertThat(board.backlog().map(Backlog::length)).contains(0L);

        database.takeAway();
        granted(3);
        coordinator.advance(A_WHILE);
        assertThat(board.backlog().map(Backlog::length)).contains(1L);
        assertThat(board.backlog().map(known -> known.database().ready())).contains(false);
    }

    @Test
    void whatDidNotReachTheStoreIsToldAgain() {
        begin();
        coordinator.advance(A_WHILE);
        granted(1);
        while (drain.backlog().map(Backlog::recordedNumber).orElse(0L) == 0) {
            coordinator.advance(Duration.ofMillis(1));
        }
        assertThat(recorded()).contains(0L);
        link.away = true;
        coordinator.advance(A_WHILE);
        assertThat(recorded()).contains(0L);
        link.away = false;
        coordinator.advance(A_WHILE);
        assertThat(recorded()).contains(1L);
    }

    @Test
    void whoAsksLearnsThatTheLogHasAllThatWasAcknowledged() {
        begin();
        coordinator.advance(A_WHILE);
        granted(1);
        CompletableFuture<Boolean> reached = board.reached().toCompletableFuture();
        assertThat(reached).isNotDone();
        coordinator.advance(Duration.ofMillis(600));
        assertThat(reached).isCompletedWithValue(true);
        assertThat(jdbi.<Integer, RuntimeException>withHandle(
                        handle -> handle.createQuery("SELECT COUNT(*) FROM events")
                                .mapTo(Integer.class)
                                .one()))
                .isEqualTo(1);
    }

    @Test
    void whoAsksWhileThereIsNoCoordinatorOrNoDatabaseLearnsThatNobodyKnows() {
        CompletableFuture<Boolean> alone = board.reached().toCompletableFuture();
        coordinator.advance(A_WHILE);
        assertThat(alone).isCompletedWithValue(false);

        begin();
        coordinator.advance(A_WHILE);
        database.takeAway();
        granted(1);
        CompletableFuture<Boolean> away = board.reached().toCompletableFuture();
        coordinator.advance(A_WHILE);
        assertThat(away).isCompletedWithValue(false);
    }

    /** Carries no write while it is away. */
    private static final class Mute extends Forwarding {
        private boolean away;

        Mute(Coordination store) {
            super(store);
        }

        @Override
        public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
            return away
                    ? CompletableFuture.completedFuture(new Outcome.Unavailable(false))
                    : super.commit(lane, operations, pace);
        }
    }
}
