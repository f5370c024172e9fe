package io.tenure.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the port promises of atomic lists and of reads. */
public abstract class CommitContract extends NodeContract {
    private static final Outcome.Result NOTHING = new Outcome.Result(null, null);

    @Test
    void carriesOutAllOperationsOrNone() {
        assertThat(commit(create("/t/x"), create("/t/y"), check("/t/missing", -1)))
                .isEqualTo(conflict(2, Outcome.Cause.ABSENT));
        assertThat(children(TOP)).isEmpty();

        done(create("/t/x"), create("/t/y"));
        assertThat(children(TOP)).containsExactlyInAnyOrder("x", "y");
    }

    @Test
    void laterOperationsSeeEarlierOnes() {
        done(create("/t/x"), create("/t/x/y"), set("/t/x/y", "2", 0), check("/t/x/y", 1), delete("/t/x/y"));
        assertThat(children("/t/x")).isEmpty();
        assertThat(commit(create("/t/z"), create("/t/z"))).isEqualTo(conflict(1, Outcome.Cause.EXISTS));
        assertThat(commit(delete("/t/x"), check("/t/x", -1))).isEqualTo(conflict(1, Outcome.Cause.ABSENT));
    }

    @Test
    void namesTheFirstOperationThatFails() {
        assertThat(commit(create("/t/x"), set("/t/none", "", -1), delete("/t/none")))
                .isEqualTo(conflict(1, Outcome.Cause.ABSENT));
    }

    @Test
    void namesTheCauseOfEachConflict() {
        done(create("/t/x"), create("/t/x/y"));

        assertThat(commit(create("/t/x"))).isEqualTo(conflict(0, Outcome.Cause.EXISTS));
        assertThat(commit(create("/t/none/y"))).isEqualTo(conflict(0, Outcome.Cause.ABSENT));
        assertThat(commit(sequential("/t/none/y-"))).isEqualTo(conflict(0, Outcome.Cause.ABSENT));
        assertThat(commit(set("/t/none", "", 7))).isEqualTo(conflict(0, Outcome.Cause.ABSENT));
        assertThat(commit(set("/t/x", "", 7))).isEqualTo(conflict(0, Outcome.Cause.VERSION));
        assertThat(commit(delete("/t/none"))).isEqualTo(conflict(0, Outcome.Cause.ABSENT));
        assertThat(commit(delete("/t/none/y"))).isEqualTo(conflict(0, Outcome.Cause.ABSENT));
        assertThat(commit(delete("/t/x"))).isEqualTo(conflict(0, Outcome.Cause.NOT_EMPTY));
        assertThat(commit(check("/t/none", -1))).isEqualTo(conflict(0, Outcome.Cause.ABSENT));
        assertThat(commit(check("/t/x", 7))).isEqualTo(conflict(0, Outcome.Cause.VERSION));
    }

    @Test
    void returnsPathsOfCreatesAndStampsOfContainersAndOfSetData() {
        Outcome.Done done = done(
                create("/t/x"),
                directory("/t/dir"),
                sequential("/t/dir/q-"),
                set("/t/x", "2", 0),
                check("/t/x", 1),
                delete("/t/x"));
        List<Outcome.Result> results = done.results();

        assertThat(results.get(0)).isEqualTo(new Outcome.Result("/t/x", null));
        assertThat(results.get(1).path()).isEqualTo("/t/dir");
        assertThat(results.get(2)).isEqualTo(new Outcome.Result("/t/dir/q-0000000000", null));
        assertThat(results.get(3).path()).isNull();
        assertThat(results.subList(4, 6)).containsExactly(NOTHING, NOTHING);
        Stamp directory = done.stamp(1);
        Stamp changed = done.stamp(3);
        assertThat(directory.czxid()).isEqualTo(directory.mzxid()).isEqualTo(changed.mzxid());
        assertThat(changed.czxid()).isEqualTo(changed.mzxid());
        assertThat(changed.version()).isEqualTo(1);
    }

    @Test
    void allOperationsOfOneListShareOneTransaction() {
        Outcome.Done done = done(directory("/t/dir"), create("/t/dir/x"), create("/t/y"));
        long zxid = done.stamp(0).czxid();
        assertThat(stamp("/t/dir/x").czxid()).isEqualTo(zxid);
        assertThat(stamp("/t/y").czxid()).isEqualTo(zxid);
        assertThat(stamp("/t/dir").pzxid()).isEqualTo(zxid);
        assertThat(stamp("/t/y").ctime()).isEqualTo(stamp("/t/dir").ctime()).isGreaterThan(0);
    }

    @Test
    void replacingAnEmptyDirectoryAndTakingItsHeadProvesThatTheQueueWasEmpty() {
        done(directory("/t/dir"));
        done(delete("/t/dir"), directory("/t/dir"), create("/t/dir/q-0000000000"));
        assertThat(commit(delete("/t/dir"), directory("/t/dir"), create("/t/dir/r-0000000000")))
                .isEqualTo(conflict(0, Outcome.Cause.NOT_EMPTY));
        assertThat(children("/t/dir")).containsExactly("q-0000000000");
        assertThat(done(sequential("/t/dir/q-")).path(0)).isEqualTo("/t/dir/q-0000000001");
    }

    @Test
    void aListInNoHurryIsCarriedOutByItselfOrWithTheNext() {
        CompletionStage<Outcome> alone =
                server("a").commit(LANE, List.of(create("/t/alone")), Coordination.Pace.IN_COMPANY);
        assertThat(await(alone)).isInstanceOf(Outcome.Done.class);

        CompletionStage<Outcome> first =
                server("a").commit(LANE, List.of(create("/t/x"), check("/t/none", -1)), Coordination.Pace.IN_COMPANY);
        CompletionStage<Outcome> second =
                server("a").commit(LANE, List.of(create("/t/y")), Coordination.Pace.IN_COMPANY);
        done(create("/t/z"));
        assertThat(await(first)).isEqualTo(conflict(1, Outcome.Cause.ABSENT));
        assertThat(await(second)).isInstanceOf(Outcome.Done.class);
        assertThat(children(TOP)).containsExactlyInAnyOrder("alone", "y", "z");
    }

    @Test
    void aListOfChecksAloneChangesNothingAndAnswers() {
        done(create("/t/x"));
        Stamp before = stamp("/t/x");
        assertThat(done(check("/t/x", 0), check("/t/x", -1)).results()).containsExactly(NOTHING, NOTHING);
        assertThat(commit(check("/t/x", -1), check("/t/x", 1))).isEqualTo(conflict(1, Outcome.Cause.VERSION));
        assertThat(stamp("/t/x")).isEqualTo(before);
    }

    @Test
    void answersEachQueryOfARead() {
        done(create("/t/x"), create("/t/x/y"));
        List<Found> found = await(server("a")
                .read(
                        LANE,
                        List.of(
                                new Query.Children("/t/x"),
                                new Query.Data("/t/none"),
                                new Query.Data("/t/x"),
                                new Query.Children("/t/none"),
                                new Query.Children("/t/x/y"))));
        assertThat(found.get(0)).isEqualTo(new Found.Children(List.of("y")));
        assertThat(found.get(1)).isEqualTo(new Found.Absent());
        assertThat(found.get(2)).isInstanceOfSatisfying(Found.Node.class, node -> {
            assertThat(node.data()).isEqualTo(bytes("new"));
            assertThat(node.stamp()).isEqualTo(stamp("/t/x"));
        });
        assertThat(found.get(3)).isEqualTo(new Found.Absent());
        assertThat(found.get(4)).isEqualTo(new Found.Children(List.of()));
        assertThat(read(new Query.Data("/t/none"))).isEqualTo(new Found.Absent());
        assertThat(read(new Query.Children("/t/none"))).isEqualTo(new Found.Absent());
    }

    @Test
    void readsManyNodesAtOneMoment() {
        done(create("/t/x"), create("/t/y"));
        List<CompletableFuture<Outcome>> writes = new ArrayList<>();
        List<CompletableFuture<List<Found>>> reads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            writes.add(server("b")
                    .commit(LANE, List.of(set("/t/x", "2", -1), set("/t/y", "2", -1)))
                    .toCompletableFuture());
            reads.add(server("a")
                    .read(LANE, List.of(new Query.Data("/t/x"), new Query.Data("/t/y")))
                    .toCompletableFuture());
        }
        writes.forEach(this::await);
        for (CompletableFuture<List<Found>> read : reads) {
            assertThat(await(read))
                    .extracting(found -> ((Found.Node) found).stamp().version())
                    .satisfies(versions -> assertThat(versions.get(0)).isEqualTo(versions.get(1)));
        }
    }

    @Test
    void aLaneSeesItsOwnWritesAtOnce() {
        Coordination a = server("a");
        var created = a.commit(LANE, List.of(create("/t/x")));
        var found = a.read(LANE, List.of(new Query.Data("/t/x")));
        assertThat(await(found).get(0)).isInstanceOf(Found.Node.class);
        assertThat(await(created)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void readsOfOneLaneAreAnsweredInTheOrderOfTheCalls() {
        List<Integer> order = new ArrayList<>();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int at = i;
            answers.add(server("a")
                    .commit(LANE, List.of(create(i % 3 == 0 ? "/t/" + i : "/t/none/x")))
                    .toCompletableFuture());
            answers.add(server("a")
                    .read(LANE, List.of(new Query.Data("/t/" + i)))
                    .thenAccept(any -> addTo(order, at))
                    .toCompletableFuture());
        }
        answers.forEach(this::await);
        assertThat(order).isEqualTo(IntStream.range(0, 60).boxed().toList());
    }

    @Test
    void listsGivenAtOnceEachHaveTheirOwnOutcome() {
        done(create("/t/x"));
        List<CompletableFuture<Outcome>> outcomes = IntStream.range(0, 300)
                .mapToObj(i -> server("a")
                        .commit(
                                LANE,
                                i % 7 == 3
                                        ? List.of(check("/t/x", -1), create("/t/none/" + i))
                                        : List.of(create("/t/" + i), create("/t/" + i + "/y"), set("/t/x", "", -1)))
                        .toCompletableFuture())
                .toList();
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = await(outcomes.get(i));
            if (i % 7 == 3) {
                assertThat(outcome).isEqualTo(conflict(1, Outcome.Cause.ABSENT));
            } else {
                Outcome.Done done = (Outcome.Done) outcome;
                assertThat(done.path(0)).isEqualTo("/t/" + i);
                assertThat(done.path(1)).isEqualTo("/t/" + i + "/y");
                assertThat(done.stamp(2).version()).isPositive();
            }
        }
    }

    @Test
    void ofListsGivenAtOnceThatExcludeEachOtherOneIsCarriedOut() {
        List<CompletableFuture<Outcome>> outcomes = IntStream.range(0, 50)
                .mapToObj(i -> server("a")
                        .commit(LANE, List.of(check(TOP, -1), create("/t/one")))
                        .toCompletableFuture())
                .toList();
        assertThat(outcomes.stream().map(this::await).filter(Outcome.Done.class::isInstance))
                .hasSize(1);
        assertThat(outcomes.stream().map(this::await).filter(conflict(1, Outcome.Cause.EXISTS)::equals))
                .hasSize(49);
    }

    private static void addTo(List<Integer> order, int i) {
        synchronized (order) {
            order.add(i);
        }
    }

    @Test
    void syncShowsWhatWasAcknowledgedToAnotherServerBefore() {
        for (int i = 0; i < 20; i++) {
            assertThat(commit("b", create("/t/" + i))).isInstanceOf(Outcome.Done.class);
            var synced = server("a").sync(LANE);
            var found = server("a").read(LANE, List.of(new Query.Data("/t/" + i)));
            await(synced);
            assertThat(await(found).get(0)).isInstanceOf(Found.Node.class);
        }
    }

    @Test
    void anEmptyListIsAMistake() {
        assertThatThrownBy(() -> server("a").commit(LANE, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> server("a").read(LANE, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
