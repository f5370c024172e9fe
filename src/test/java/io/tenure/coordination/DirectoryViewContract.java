package io.tenure.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a {@link DirectoryView} promises over any implementation of the port. */
public abstract class DirectoryViewContract extends WatchContract {
    private static final String DIR = "/t/dir";

    /** Keeps a set as told, and writes down how. */
    private static final class Mirror implements DirectoryView.Listener {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final Set<String> names = new TreeSet<>();

        @Override
        public synchronized void reset(Collection<String> children) {
            names.clear();
            names.addAll(children);
            lines.add("reset " + new TreeSet<>(children));
        }

        @Override
        public synchronized void added(String child) {
            assertThat(names.add(child)).isTrue();
            lines.add("added " + child);
        }

        @Override
        public synchronized void removed(String child) {
            assertThat(names.remove(child)).isTrue();
            lines.add("removed " + child);
        }

        @Override
        public synchronized void stale() {
            lines.add("stale");
        }

        synchronized Set<String> names() {
            return new TreeSet<>(names);
        }

        long resets() {
            return lines.stream().filter(line -> line.startsWith("reset")).count();
        }
    }

    private Mirror viewed() {
        Mirror mirror = new Mirror();
        open(mirror);
        until(() -> mirror.resets() == 1);
        return mirror;
    }

    private DirectoryView open(Mirror mirror) {
        return new DirectoryView(server("a"), LANE, DIR, mirror);
    }

    @Test
    void aViewBeginsWithAllChildrenThatAreThere() {
        done(directory(DIR), create("/t/dir/x"), create("/t/dir/y"));
        assertThat(viewed().lines).containsExactly("reset [x, y]");
    }

    @Test
    void aViewOfAMissingDirectoryIsEmptyUntilChildrenCome() {
        Mirror mirror = viewed();
        done(directory(DIR), create("/t/dir/x"));
        assertThat(mirror.lines).containsExactly("reset []", "added x");
    }

    @Test
    void aViewTellsEachChangeBeforeTheAnswerToIt() {
        done(directory(DIR));
        Mirror mirror = viewed();
        done(create("/t/dir/x"), create("/t/dir/y"));
        done(set("/t/dir/x", "2", -1), delete("/t/dir/x"));
        assertThat(mirror.lines).containsExactly("reset []", "added x", "added y", "removed x");
    }

    @Test
    void aViewTellsNothingOfGrandchildren() {
        done(create(DIR), create("/t/dir/x"));
        Mirror mirror = viewed();
        done(create("/t/dir/x/y"), delete("/t/dir/x/y"));
        assertThat(mirror.lines).containsExactly("reset [x]");
    }

    @Test
    void aViewFollowsADirectoryThatIsDeletedAndCreatedInOneTransaction() {
        done(directory(DIR));
        Mirror mirror = viewed();
        done(delete(DIR), directory(DIR), create("/t/dir/q-0000000000"));
        done(delete("/t/dir/q-0000000000"), delete(DIR), directory(DIR), create("/t/dir/q-0000000000"));
        assertThat(mirror.lines)
                .containsExactly("reset []", "added q-0000000000", "removed q-0000000000", "added q-0000000000");
    }

    @Test
    void aViewIsStaleWithoutConnectionAndListsAgainAfterwards() {
        done(directory(DIR), create("/t/dir/x"));
        Mirror mirror = viewed();
        interrupt("a");
        until(() -> mirror.lines.contains("stale"));
        commit("b", create("/t/dir/y"), delete("/t/dir/x"));
        restore("a");
        until(() -> mirror.resets() == 2);
        done(create("/t/dir/z"));
        assertThat(mirror.lines).containsExactly("reset [x]", "stale", "reset [y]", "added z");
    }

    @Test
    void aViewListsAgainInANewSession() {
        done(directory(DIR), create("/t/dir/x"));
        Mirror mirror = viewed();
        expire("a");
        commit("b", create("/t/dir/y"));
        restore("a");
        until(() -> mirror.resets() == 2);
        assertThat(mirror.lines).containsExactly("reset [x]", "stale", "reset [x, y]");
    }

    @Test
    void aClosedViewTellsNothingMore() {
        done(directory(DIR));
        Mirror mirror = new Mirror();
        DirectoryView view = open(mirror);
        until(() -> mirror.resets() == 1);
        view.close();
        view.close();
        done(create("/t/dir/x"));
        assertThat(mirror.lines).containsExactly("reset []");
    }

    @Test
    void viewsOpenedWhileTheDirectoryChangesEndInStep() {
        done(directory(DIR));
        List<CompletableFuture<Outcome>> writes = new ArrayList<>();
        List<Mirror> mirrors = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String path = "/t/dir/" + i % 7;
            writes.add(server("b").commit(LANE, List.of(create(path))).toCompletableFuture());
            if (i % 10 == 0) {
                Mirror mirror = new Mirror();
                mirrors.add(mirror);
                open(mirror);
            }
            writes.add(server("b")
                    .commit(LANE, List.of(delete(path), create(path)))
                    .toCompletableFuture());
            if (i % 3 == 0) {
                writes.add(server("b").commit(LANE, List.of(delete(path))).toCompletableFuture());
            }
        }
        writes.forEach(this::await);
        Set<String> last = new TreeSet<>(children(DIR));
        mirrors.forEach(mirror ->
                until(() -> mirror.resets() == 1 && mirror.names().equals(new TreeSet<>(children(DIR)))));
        assertThat(last).isNotEmpty();
    }
}
