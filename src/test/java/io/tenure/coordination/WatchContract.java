package io.tenure.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What the port promises of watches. */
public abstract class WatchContract extends CommitContract {
    private static final String STANDING = "standing";
    private static final String INTERRUPTED = "interrupted";

    /** Writes down what it is told. */
    private static final class Notes implements Watcher {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void standing() {
            lines.add(STANDING);
        }

        @Override
        public void changed(Change change, String path) {
            lines.add(change + " " + path);
        }

        @Override
        public void interrupted() {
            lines.add(INTERRUPTED);
        }

        long count(String line) {
            return lines.stream().filter(line::equals).count();
        }

        /** All but the first, which is always that the watch stands. */
        List<String> changes() {
            assertThat(lines.get(0)).isEqualTo(STANDING);
            return List.copyOf(lines.subList(1, lines.size()));
        }
    }

    private Notes watched(String path) {
        Notes notes = new Notes();
        server("a").watch(LANE, path, notes);
        until(() -> notes.count(STANDING) == 1);
        return notes;
    }

    @Test
    void anEventPrecedesTheAnswerToTheWriteThatCausedIt() {
        Notes notes = watched(TOP);
        for (int i = 0; i < 50; i++) {
            String path = "/t/" + i;
            CompletionStage<List<String>> seen =
                    server("a").commit(LANE, List.of(create(path))).thenApply(any -> List.copyOf(notes.lines));
            assertThat(await(seen)).contains("CREATED " + path);
        }
    }

    @Test
    void anEventPrecedesEveryAnswerThatShowsAnotherServersWrite() {
        Notes notes = watched(TOP);
        for (int i = 0; i < 50; i++) {
            String path = "/t/" + i;
            CompletionStage<Outcome> write = server("b").commit(LANE, List.of(create(path)));
            List<String> unannounced = new ArrayList<>();
            until(() ->
                    await(server("a").read(LANE, List.of(new Query.Data(path))).thenApply(found -> {
                        boolean there = found.get(0) instanceof Found.Node;
                        if (there && notes.count("CREATED " + path) == 0) {
                            unannounced.add(path);
                        }
                        return there;
                    })));
            assertThat(unannounced).isEmpty();
            await(write);
        }
    }

    @Test
    void tellsOneEventForEachOperationInTheirOrder() {
        done(directory("/t/dir"));
        Notes notes = watched("/t/dir");
        done(delete("/t/dir"), directory("/t/dir"), sequential("/t/dir/q-"));
        done(set("/t/dir/q-0000000000", "2", 0), set("/t/dir/q-0000000000", "3", 1));
        done(delete("/t/dir/q-0000000000"), create("/t/dir/q-0000000000"), check("/t/dir", -1));
        assertThat(notes.changes())
                .containsExactly(
                        "DELETED /t/dir",
                        "CREATED /t/dir",
                        "CREATED /t/dir/q-0000000000",
                        "CHANGED /t/dir/q-0000000000",
                        "CHANGED /t/dir/q-0000000000",
                        "DELETED /t/dir/q-0000000000",
                        "CREATED /t/dir/q-0000000000");
    }

    @Test
    void aFailedListTellsNothing() {
        Notes notes = watched(TOP);
        commit(create("/t/x"), check("/t/none", -1));
        assertThat(notes.changes()).isEmpty();
    }

    @Test
    void watchesAPathThatIsNotThere() {
        Notes notes = watched("/t/x/y");
        done(create("/t/x"), create("/t/x/y"), create("/t/x/y/z"));
        assertThat(notes.changes()).containsExactly("CREATED /t/x/y", "CREATED /t/x/y/z");
    }

    @Test
    void goesOnWatchingAfterTheNodeIsDeletedAndCreatedAgain() {
        done(create("/t/x"));
        Notes notes = watched("/t/x");
        done(delete("/t/x"));
        done(create("/t/x"));
        done(set("/t/x", "2", 0));
        assertThat(notes.changes()).containsExactly("DELETED /t/x", "CREATED /t/x", "CHANGED /t/x");
    }

    @Test
    void tellsNothingOfPathsThatOnlyBeginAlike() {
        Notes notes = watched("/t/x");
        done(create("/t/xy"), create("/t/w"), set(TOP, "2", -1));
        assertThat(notes.changes()).isEmpty();
    }

    @Test
    void tellsAllWatchesThatCoverANode() {
        Notes outer = watched(TOP);
        Notes inner = watched("/t/x");
        done(create("/t/x"), create("/t/x/y"));
        assertThat(outer.changes()).containsExactly("CREATED /t/x", "CREATED /t/x/y");
        assertThat(inner.changes()).containsExactly("CREATED /t/x", "CREATED /t/x/y");
    }

    @Test
    void closingAWatchStopsItsEventsWhileAnotherOnThePathGoesOn() {
        Notes closed = new Notes();
        Coordination.Registration registration = server("a").watch(LANE, TOP, closed);
        Notes open = watched(TOP);
        registration.close();
        registration.close();
        done(create("/t/x"));
        assertThat(closed.count("CREATED /t/x")).isZero();
        assertThat(open.changes()).containsExactly("CREATED /t/x");
    }

    @Test
    void aPathCanBeWatchedAgainAfterItsLastWatchWasClosed() {
        Notes outer = watched(TOP);
        for (int i = 0; i < 20; i++) {
            Notes notes = new Notes();
            Coordination.Registration registration = server("a").watch(LANE, "/t/x", notes);
            if (i % 2 == 0) {
                until(() -> notes.count(STANDING) == 1);
            }
            registration.close();
        }
        Notes notes = watched("/t/x");
        done(create("/t/x"), delete("/t/x"));
        assertThat(notes.changes()).containsExactly("CREATED /t/x", "DELETED /t/x");
        assertThat(outer.changes()).containsExactly("CREATED /t/x", "DELETED /t/x");
    }

    @Test
    void tellsOfAnInterruptionAndThatItStandsAgainAndNotOfWhatItMissed() {
        Notes notes = watched(TOP);
        interrupt("a");
        until(() -> notes.count(INTERRUPTED) == 1);
        commit("b", create("/t/missed"));
        restore("a");
        until(() -> notes.count(STANDING) == 2);
        done(create("/t/x"));
        assertThat(notes.lines.indexOf(INTERRUPTED)).isLessThan(notes.lines.lastIndexOf(STANDING));
        assertThat(notes.count("CREATED /t/missed")).isZero();
        assertThat(notes.count("CREATED /t/x")).isEqualTo(1);
    }

    @Test
    void standsAgainInANewSession() {
        Notes outer = watched(TOP);
        Notes inner = watched("/t/x");
        expire("a");
        restore("a");
        until(() -> outer.count(STANDING) == 2 && inner.count(STANDING) == 2);
        done(create("/t/x"));
        assertThat(outer.count("CREATED /t/x")).isEqualTo(1);
        assertThat(inner.count("CREATED /t/x")).isEqualTo(1);
    }

    @Test
    void aWatchOpenedWithoutConnectionStandsOnceThereIsOne() {
        watched(TOP);
        interrupt("a");
        Notes notes = new Notes();
        server("a").watch(LANE, "/t/x", notes);
        assertThat(notes.count(STANDING)).isZero();
        restore("a");
        until(() -> notes.count(STANDING) == 1);
        done(create("/t/x"));
        assertThat(notes.changes()).containsExactly("CREATED /t/x");
    }

    @Test
    void aWatchClosedWithoutConnectionTellsNothingMore() {
        Notes closed = new Notes();
        Coordination.Registration registration = server("a").watch(LANE, TOP, closed);
        Notes open = watched(TOP);
        interrupt("a");
        registration.close();
        restore("a");
        until(() -> open.count(STANDING) == 2);
        done(create("/t/x"));
        assertThat(closed.count(STANDING)).isEqualTo(1);
        assertThat(closed.count("CREATED /t/x")).isZero();
    }
}
