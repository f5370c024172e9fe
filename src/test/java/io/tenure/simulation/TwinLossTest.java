package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What may become of a write whose answer does not come. */
class TwinLossTest {
    private static final String LANE = "lane";
    private static final String PATH = "/tenure/locks/x";

    private final TwinCoordination twin = TwinCoordination.calm();
    private final Operation create = new Operation.Create(PATH, new byte[0], Operation.Mode.CONTAINER);

    private Outcome commitInto(Link.Fate fate) {
        CompletionStage<Outcome> outcome = twin.commitInto(fate, LANE, List.of(create));
        return twin.world().await(outcome);
    }

    private boolean there() {
        List<Found> found = twin.world().await(twin.read(LANE, List.of(new Query.Data(PATH))));
        return found.get(0) instanceof Found.Node;
    }

    @Test
    void aLostRequestNeverTakesPlace() {
        assertThat(commitInto(Link.Fate.LOST)).isEqualTo(new Outcome.Unavailable(true));
        twin.advance(Duration.ofMinutes(1));
        assertThat(there()).isFalse();
    }

    @Test
    void aRequestMayTakePlaceAndItsAnswerBeLost() {
        assertThat(commitInto(Link.Fate.ANSWER_LOST)).isEqualTo(new Outcome.Unavailable(true));
        twin.settle();
        assertThat(there()).isTrue();
    }

    @Test
    void aStuckRequestIsRefusedOnceTheSessionIsAttachedAgain() {
        assertThat(commitInto(Link.Fate.STUCK)).isEqualTo(new Outcome.Unavailable(true));
        twin.advance(Duration.ofMinutes(1));
        assertThat(there()).isFalse();
    }

    @Test
    void aStuckRequestMayTakePlaceAfterANewSessionHasLooked() {
        twin.hold();
        assertThat(commitInto(Link.Fate.STUCK)).isEqualTo(new Outcome.Unavailable(true));
        twin.abandonSessions();
        twin.restore();
        twin.settle();
        assertThat(there()).isFalse();
        twin.advance(Duration.ofMinutes(1));
        assertThat(there()).isTrue();
    }

    @Test
    void aStuckRequestIsRefusedOnceTheSessionHasEnded() {
        twin.hold();
        assertThat(commitInto(Link.Fate.STUCK)).isEqualTo(new Outcome.Unavailable(true));
        twin.expire();
        twin.restore();
        twin.advance(Duration.ofMinutes(1));
        assertThat(there()).isFalse();
    }

    @Test
    void aRequestOfACrashedServerMayTakePlace() {
        twin.commitInto(Link.Fate.ANSWER_LOST, LANE, List.of(create));
        twin.crash();
        twin.settle();
        assertThat(twin.store().node(PATH)).isPresent();
    }

    @Test
    void aListOverTheStoresLimitLosesTheConnectionEachTime() {
        Operation large = new Operation.Create(PATH, new byte[9_000_000], Operation.Mode.PERSISTENT);
        for (int i = 0; i < 2; i++) {
            assertThat(twin.world().await(twin.commit(LANE, List.of(large)))).isEqualTo(new Outcome.Unavailable(true));
            twin.settle();
        }
        assertThat(there()).isFalse();
    }

    @Test
    void ephemeralsOfAPausedServerVanishInOneWrite() {
        TwinCoordination other = twin.another("server-2");
        for (String name : List.of("/tenure/sys/servers/a", "/tenure/sys/servers/b")) {
            twin.world()
                    .await(other.commit(
                            LANE, List.of(new Operation.Create(name, new byte[0], Operation.Mode.EPHEMERAL))));
        }
        other.pause();
        long before = twin.store().last();
        twin.advance(Duration.ofMinutes(1));
        assertThat(twin.store().children("/tenure/sys/servers")).isEmpty();
        assertThat(twin.store().history().stream()
                        .filter(t -> t.zxid() > before && !t.touches().isEmpty())
                        .count())
                .isEqualTo(1);
        other.resume(false);
        twin.settle();
        assertThat(twin.world().await(other.commit(LANE, List.of(create)))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void onlyAUsedAndEmptyContainerGoes() {
        twin.world().await(twin.commit(LANE, List.of(create)));
        assertThat(twin.store().spentContainers()).isEmpty();
        Operation child = new Operation.Create(PATH + "/q-", new byte[0], Operation.Mode.SEQUENTIAL);
        twin.world().await(twin.commit(LANE, List.of(child)));
        assertThat(twin.store().spentContainers()).isEmpty();
        twin.world().await(twin.commit(LANE, List.of(new Operation.Delete(PATH + "/q-0000000000", -1))));
        assertThat(twin.store().spentContainers()).containsExactly(PATH);
        twin.store().reap(PATH);
        assertThat(there()).isFalse();
    }
}
