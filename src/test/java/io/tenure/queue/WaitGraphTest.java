package io.tenure.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.name.Kind;
import io.tenure.name.Name;
import io.tenure.queue.WaitGraph.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The few edges that are kept of each queue find the same cycles as all that there are. */
class WaitGraphTest {
    private static final List<Kind> KINDS = List.of(Kind.LOCK, Kind.RWLOCK, Kind.SEMAPHORE, Kind.ELECTION);

    @Test
    void ofRandomQueuesItFindsWhatAllEdgesFind() {
        int found = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            WaitGraph graph = new WaitGraph();
            Map<String, Set<String>> all = new HashMap<>();
            for (int queue = 0; queue < 4; queue++) {
                Kind kind = KINDS.get(random.nextInt(4));
                List<Seat> seats = queue(kind, queue, random);
                graph.add(kind, seats, seat -> seat.waits() ? Standing.WAITS : Standing.HOLDS);
                addAll(all, seats);
            }

            Set<Set<String>> cycles = sets(graph.cycles());

            assertThat(cycles).as("seed %d", seed).isEqualTo(sets(Cycles.of(all)));
            found += cycles.size();
        }
        assertThat(found).isGreaterThan(200);
    }

    @Test
    void nobodyWaitsForOneWhoHasEnded() {
        List<Seat> x = Seat.of(Kind.LOCK, new Name("x"), Contenders.of(Kind.LOCK, nodes(0, 1), Permits.ONE));
        List<Seat> y = Seat.of(Kind.LOCK, new Name("y"), Contenders.of(Kind.LOCK, nodes(1, 0), Permits.ONE));
        WaitGraph held = new WaitGraph();
        held.add(Kind.LOCK, x, seat -> seat.waits() ? Standing.WAITS : Standing.HOLDS);
        held.add(Kind.LOCK, y, seat -> seat.waits() ? Standing.WAITS : Standing.HOLDS);
        WaitGraph closed = new WaitGraph();
        closed.add(Kind.LOCK, x, seat -> seat.waits() ? Standing.WAITS : Standing.CLOSED);
        closed.add(Kind.LOCK, y, seat -> seat.waits() ? Standing.WAITS : Standing.HOLDS);

        assertThat(held.cycles()).hasSize(1);
        assertThat(closed.cycles()).isEmpty();
    }

    private static List<String> nodes(int... leases) {
        List<String> nodes = new ArrayList<>();
        for (int lease : leases) {
            nodes.add(node(Kind.LOCK, lease, false, nodes.size()));
        }
        return nodes;
    }

    private static List<Seat> queue(Kind kind, int number, Random random) {
        List<Integer> leases = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
        Collections.shuffle(leases, random);
        List<String> nodes = new ArrayList<>();
        for (int lease : leases.subList(0, random.nextInt(6))) {
            boolean reads = random.nextBoolean();
            int places = kind == Kind.SEMAPHORE ? 1 + random.nextInt(2) : 1;
            for (int place = 0; place < places; place++) {
                nodes.add(node(kind, lease, reads, nodes.size()));
            }
        }
        Permits permits = kind == Kind.SEMAPHORE ? new Permits(1 + random.nextInt(3), 0) : Permits.ONE;
        return Seat.of(kind, new Name("q" + number), Contenders.of(kind, nodes, permits));
    }

    private static String node(Kind kind, int lease, boolean reads, int sequence) {
        String word =
                kind == Kind.RWLOCK ? (reads ? "__READ__" : "__WRIT__") : kind == Kind.ELECTION ? "latch-" : "lock-";
        return "_c_" + new UUID(0, lease) + "-" + word + String.format(Locale.ROOT, "%010d", sequence);
    }

    /** Whoever waits waits for everybody before it, a reader only for writers. */
    private static void addAll(Map<String, Set<String>> edges, List<Seat> seats) {
        for (int i = 0; i < seats.size(); i++) {
            Seat seat = seats.get(i);
            if (seat.waits()) {
                for (Seat before : seats.subList(0, i)) {
                    if (seat.isBehind(before)) {
                        edges.computeIfAbsent(seat.who(), any -> new HashSet<>())
                                .add(before.who());
                    }
                }
            }
        }
    }

    private static Set<Set<String>> sets(List<List<String>> cycles) {
        Set<Set<String>> sets = new HashSet<>();
        cycles.forEach(cycle -> sets.add(new HashSet<>(cycle)));
        return sets;
    }
}
