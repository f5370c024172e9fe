package io.tenure.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Paths;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.curator.framework.recipes.locks.LockInternals;
import org.apache.curator.framework.recipes.locks.StandardLockInternalsDriver;
import org.junit.jupiter.api.Test;

/**
 * The rule who holds. For locks, semaphores and writers it is held against Curator's own code; that of readers is private there, so
 * here it is said once more in the plainest words, and {@code NativeReadWriteLockIT} meets the recipe itself.
 */
class ContendersTest {
    private static final StandardLockInternalsDriver CURATOR = new StandardLockInternalsDriver();
    private static final int ROUNDS = 500;

    /**
     * A queue made up at random.
     *
     * @param nodes in order
     * @param holds the nodes of each hold, in order
     */
    private record Made(Kind kind, int permits, List<String> nodes, List<List<String>> holds) {
        Contenders contenders(Random random) {
            List<String> shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, random);
            return Contenders.of(kind, shuffled, new Permits(permits, 0));
        }

        Place place(String node) {
            return Place.of(kind, node);
        }

        Made without(Set<String> gone) {
            List<String> rest =
                    nodes.stream().filter(node -> !gone.contains(node)).toList();
            List<List<String>> left = holds.stream()
                    .map(hold -> hold.stream().filter(rest::contains).toList())
                    .filter(hold -> !hold.isEmpty())
                    .toList();
            return new Made(kind, permits, rest, left);
        }
    }

    @Test
    void whoHoldsIsWhoWouldHoldInCuratorsOwnCode() {
        random((made, contenders) -> {
            for (String node : made.nodes()) {
                assertThat(contenders.isEntitled(made.place(node)))
                        .as("%s in %s", node, made)
                        .isEqualTo(holds(made, node));
            }
            assertThat(contenders.entitled(any -> true, Integer.MAX_VALUE).stream()
                            .map(Place::node))
                    .as("%s", made)
                    .containsExactlyElementsOf(made.nodes().stream()
                            .filter(node -> holds(made, node))
                            .toList());
        });
    }

    @Test
    void whoComesAfterAnEndIsWhoHoldsInTheQueueWithoutIt() {
        Random random = new Random(7);
        random((made, contenders) -> {
            Set<String> gone = new HashSet<>();
            made.holds().stream().filter(hold -> random.nextInt(4) == 0).forEach(gone::addAll);
            Set<String> here = new HashSet<>();
            made.nodes().stream().filter(node -> random.nextBoolean()).forEach(here::add);
            int most = random.nextInt(5);
            Made rest = made.without(gone);

            assertThat(contenders.entitledWithout(gone, place -> here.contains(place.node()), most).stream()
                            .map(Place::node))
                    .as("%s without %s", made, gone)
                    .containsExactlyElementsOf(rest.nodes().stream()
                            .filter(node -> holds(rest, node) && here.contains(node))
                            .limit(most)
                            .toList());
        });
    }

    @Test
    void aPlaceThatIsGoneHoldsNothing() {
        random((made, contenders) -> {
            for (String node : made.nodes()) {
                contenders.remove(node);
                assertThat(contenders.isEntitled(made.place(node))).isFalse();
                contenders.add(node);
            }
        });
    }

    @Test
    void aQueueThatChangesIsTheQueueThatWasReadAnew() {
        Random random = new Random(11);
        random((made, contenders) -> {
            Set<String> gone = new HashSet<>();
            made.nodes().stream().filter(node -> random.nextInt(3) == 0).forEach(gone::add);
            gone.forEach(contenders::remove);
            List<String> rest =
                    made.nodes().stream().filter(node -> !gone.contains(node)).toList();
            Contenders anew = Contenders.of(made.kind(), rest, contenders.permits());

            assertThat(contenders.places()).isEqualTo(anew.places());
            assertThat(contenders.entitled(any -> true, 100)).isEqualTo(anew.entitled(any -> true, 100));
            assertThat(contenders.waiting()).isEqualTo(anew.waiting());
            assertThat(contenders.isOpenTo(true, 1)).isEqualTo(anew.isOpenTo(true, 1));
        });
    }

    @Test
    void aHoldWaitsUntilItsLastPlaceIsEntitled() {
        random((made, contenders) -> {
            List<List<String>> waiting = waiting(made);

            assertThat(contenders.waiting()).as("%s", made).isEqualTo(waiting.size());
            for (List<String> hold : made.holds()) {
                assertThat(contenders.position(made.place(last(hold))))
                        .as("%s in %s", hold, made)
                        .isEqualTo(waiting.indexOf(hold) + 1);
            }
        });
    }

    @Test
    void holdsAreShownByTheirLastPlaces() {
        random((made, contenders) -> {
            for (int most : List.of(1, 3, 1000)) {
                List<Place> holds = contenders.holds(most);
                assertThat(holds.stream().map(Place::node))
                        .as("%s", made)
                        .containsExactlyElementsOf(made.holds().stream()
                                .limit(most)
                                .map(ContendersTest::last)
                                .toList());
                assertThat(contenders.positions(holds))
                        .as("%s", made)
                        .containsExactlyElementsOf(
                                holds.stream().map(contenders::position).toList());
            }
        });
    }

    @Test
    void whoComesLastFindsItOpenIfItsPlacesWouldHold() {
        Random random = new Random(3);
        random((made, contenders) -> {
            boolean reading = random.nextBoolean();
            int wanted = made.kind() == Kind.SEMAPHORE ? 1 + random.nextInt(3) : 1;
            List<String> more = new ArrayList<>(made.nodes());
            UUID id = new UUID(1, 1);
            for (int i = 0; i < wanted; i++) {
                more.add(node(made.kind(), reading ? Mode.READ : Mode.WRITE, id, 2_000_000 + i));
            }
            Made longer = new Made(made.kind(), made.permits(), more, List.of());

            assertThat(contenders.isOpenTo(reading, wanted)).as("%s", made).isEqualTo(holds(longer, last(more)));
        });
    }

    @Test
    void permitsThatBecomeFewerOrMoreCountAtOnce() {
        Random random = new Random(5);
        for (int round = 0; round < ROUNDS; round++) {
            Made made = made(Kind.SEMAPHORE, random);
            int permits = random.nextInt(12);
            Contenders contenders = made.contenders(random);
            contenders.permit(new Permits(permits, 1));
            Made other = new Made(Kind.SEMAPHORE, permits, made.nodes(), made.holds());

            assertThat(contenders.entitled(any -> true, Integer.MAX_VALUE).stream()
                            .map(Place::node))
                    .containsExactlyElementsOf(other.nodes().stream()
                            .filter(node -> holds(other, node))
                            .toList());
            assertThat(contenders.waiting()).isEqualTo(waiting(other).size());
        }
    }

    private interface Check {
        void of(Made made, Contenders contenders);
    }

    private static void random(Check check) {
        Random random = new Random(1);
        Consumer<Kind> rounds = kind -> {
            for (int round = 0; round < ROUNDS; round++) {
                Made made = made(kind, random);
                check.of(made, made.contenders(random));
            }
        };
        List.of(Kind.LOCK, Kind.RWLOCK, Kind.SEMAPHORE).forEach(rounds);
    }

    private static Made made(Kind kind, Random random) {
        List<String> nodes = new ArrayList<>();
        List<List<String>> holds = new ArrayList<>();
        int sequence = random.nextInt(1000);
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            Mode mode = random.nextInt(3) == 0 ? Mode.WRITE : Mode.READ;
            int places = kind == Kind.SEMAPHORE ? 1 + random.nextInt(3) : 1;
            List<String> hold = new ArrayList<>();
            for (int place = 0; place < places; place++) {
                hold.add(node(kind, mode, id, sequence++));
            }
            if (places == 1 && random.nextInt(5) == 0) {
                // a native client without Curator's protection
                hold.set(0, hold.get(0).substring(hold.get(0).indexOf(id.toString()) + 37));
            }
            sequence += random.nextInt(3);
            nodes.addAll(hold);
            holds.add(List.copyOf(hold));
        }
        return new Made(kind, kind == Kind.SEMAPHORE ? random.nextInt(7) : 1, List.copyOf(nodes), holds);
    }

    private static String node(Kind kind, Mode mode, UUID id, int sequence) {
        String prefix = Paths.placePrefix(kind, kind == Kind.RWLOCK ? mode : null, new LeaseId(id.toString()));
        return prefix + "%010d".formatted(sequence);
    }

    /** What Curator's recipe would say to the owner of this node. */
    private static boolean holds(Made made, String node) {
        if (node.contains(Paths.marker(Kind.RWLOCK, Mode.READ))) {
            return made.nodes().subList(0, made.nodes().indexOf(node)).stream()
                    .allMatch(before -> before.contains(Paths.marker(Kind.RWLOCK, Mode.READ)));
        }
        String word = Paths.marker(made.kind(), Mode.WRITE);
        List<String> sorted = made.kind() == Kind.RWLOCK
                ? made.nodes()
                : LockInternals.getSortedChildren(word, CURATOR, new ArrayList<>(made.nodes()));
        assertThat(sorted).isEqualTo(made.nodes());
        try {
            return CURATOR.getsTheLock(null, sorted, node, made.permits()).getsTheLock();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<List<String>> waiting(Made made) {
        return made.holds().stream().filter(hold -> !holds(made, last(hold))).toList();
    }

    private static String last(List<String> hold) {
        return hold.get(hold.size() - 1);
    }
}
