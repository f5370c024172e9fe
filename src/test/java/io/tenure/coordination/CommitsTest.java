package io.tenure.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Coordination.Pace;
import io.tenure.coordination.Operation.Check;
import io.tenure.simulation.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which lists of operations go to the store together, and when. */
class CommitsTest {
    private static final Outcome.Result NOTHING = new Outcome.Result(null, null);

    private final World world = World.calm();
    private final List<Sent> sent = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Commits commits = new Commits(this::send, world.machine("server-1"));

    /** One transaction: the paths that it checks, and its answer. */
    private record Sent(List<String> paths, CompletableFuture<Outcome> answer) {
        void done() {
            answer.complete(new Outcome.Done(
                    IntStream.range(0, paths.size()).mapToObj(i -> NOTHING).toList()));
        }
    }

    private CompletionStage<Outcome> send(List<Operation> operations) {
        Sent transaction = new Sent(operations.stream().map(Operation::path).toList(), new CompletableFuture<>());
        sent.add(transaction);
        return transaction.answer;
    }

    private CompletionStage<Outcome> commit(String path, Pace pace) {
        return commits.commit(List.of(new Check(path, -1)), pace).whenComplete((outcome, failure) -> told.add(path));
    }

    private List<List<String>> transactions() {
        return sent.stream().map(Sent::paths).toList();
    }

    @Test
    void twoGoAtOnceAndOthersTogetherBehindThem() {
        List.of("/a", "/b", "/c", "/d").forEach(path -> commit(path, Pace.AT_ONCE));
        assertThat(transactions()).containsExactly(List.of("/a"), List.of("/b"));

        sent.get(0).done();
        assertThat(transactions()).containsExactly(List.of("/a"), List.of("/b"), List.of("/c", "/d"));
    }

    @Test
    void whatIsInNoHurryGoesWithTheNextThatIs() {
        commit("/place", Pace.IN_COMPANY);
        commit("/another", Pace.IN_COMPANY);
        assertThat(transactions()).isEmpty();

        commit("/release", Pace.AT_ONCE);
        assertThat(transactions()).containsExactly(List.of("/place", "/another", "/release"));
    }

    @Test
    void whatIsInNoHurryGoesByItselfAMomentLater() {
        commit("/place", Pace.IN_COMPANY);
        world.advance(Duration.ofMillis(4));
        assertThat(transactions()).isEmpty();

        world.advance(Duration.ofMillis(2));
        assertThat(transactions()).containsExactly(List.of("/place"));
    }

    @Test
    void whatCameLaterWaitsItsOwnMoment() {
        commit("/place", Pace.IN_COMPANY);
        world.advance(Duration.ofMillis(3));
        commit("/release", Pace.AT_ONCE);
        commit("/later", Pace.IN_COMPANY);
        world.advance(Duration.ofMillis(3));
        assertThat(transactions()).containsExactly(List.of("/place", "/release"));

        world.advance(Duration.ofMillis(3));
        assertThat(transactions()).containsExactly(List.of("/place", "/release"), List.of("/later"));
    }

    @Test
    void whatIsInNoHurryHoldsUpNobodyWhoIs() {
        commit("/place", Pace.IN_COMPANY);
        commit("/release", Pace.AT_ONCE);
        commit("/next", Pace.AT_ONCE);
        assertThat(transactions()).containsExactly(List.of("/place", "/release"), List.of("/next"));
    }

    @Test
    void whoIsInAHurryIsToldFirst() {
        commit("/place", Pace.IN_COMPANY);
        commit("/release", Pace.AT_ONCE);
        sent.get(0).done();
        assertThat(told).containsExactly("/release", "/place");
    }

    @Test
    void aRequestThatIsToComeBehindThemSendsThoseInAHurryOnly() {
        commit("/place", Pace.IN_COMPANY);
        commits.flush();
        assertThat(transactions()).isEmpty();

        List.of("/a", "/b", "/c").forEach(path -> commit(path, Pace.AT_ONCE));
        commits.flush();
        assertThat(transactions()).containsExactly(List.of("/place", "/a"), List.of("/b"), List.of("/c"));
    }

    @Test
    void whatIsRefusedGoesAloneAndTheOthersAgain() {
        CompletionStage<Outcome> place = commit("/place", Pace.IN_COMPANY);
        CompletionStage<Outcome> release = commit("/release", Pace.AT_ONCE);
        sent.get(0).answer().complete(new Outcome.Conflict(0, Outcome.Cause.ABSENT));
        assertThat(transactions().subList(1, 3)).containsExactly(List.of("/release"), List.of("/place"));

        sent.get(1).done();
        sent.get(2).answer().complete(new Outcome.Conflict(0, Outcome.Cause.ABSENT));
        assertThat(release.toCompletableFuture().join()).isInstanceOf(Outcome.Done.class);
        assertThat(place.toCompletableFuture().join()).isInstanceOf(Outcome.Conflict.class);
    }
}
