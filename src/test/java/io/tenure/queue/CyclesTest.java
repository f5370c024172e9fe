package io.tenure.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who waits for itself over others: on random graphs the same as by trying all ways. */
class CyclesTest {
    @Test
    void onRandomGraphsTheyAreWhatTryingAllWaysFinds() {
        int found = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            Map<Integer, Set<Integer>> edges = graph(new Random(seed));

            Set<Set<Integer>> cycles = sets(Cycles.of(edges));

            assertThat(cycles).as("seed %d: %s", seed, edges).isEqualTo(byTryingAllWays(edges));
            found += cycles.size();
        }
        assertThat(found).isGreaterThan(1_000);
    }

    @Test
    void whoWaitsForItselfIsOneAlone() {
        assertThat(Cycles.of(Map.of("a", List.of("a"), "b", List.of("a")))).containsExactly(List.of("a"));
    }

    @Test
    void aChainOfThousandsIsNoneAndTakesNoStack() {
        Map<Integer, List<Integer>> edges = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            edges.put(i, List.of(i + 1));
        }
        assertThat(Cycles.of(edges)).isEmpty();

        edges.put(100_000, List.of(0));

        assertThat(Cycles.of(edges))
                .singleElement()
                .satisfies(cycle -> assertThat(cycle).hasSize(100_001));
    }

    private static Map<Integer, Set<Integer>> graph(Random random) {
        int nodes = 1 + random.nextInt(9);
        Map<Integer, Set<Integer>> edges = new HashMap<>();
        for (int i = random.nextInt(2 * nodes); i > 0; i--) {
            edges.computeIfAbsent(random.nextInt(nodes), any -> new HashSet<>()).add(random.nextInt(nodes));
        }
        return edges;
    }

    private static Set<Set<Integer>> sets(List<List<Integer>> cycles) {
        Set<Set<Integer>> sets = new HashSet<>();
        List<Integer> all = new ArrayList<>();
        cycles.forEach(cycle -> {
            sets.add(new HashSet<>(cycle));
            all.addAll(cycle);
        });
        assertThat(all).doesNotHaveDuplicates();
        return sets;
    }

    /** Two are together if each is reached from the other; a node is there if it is reached from itself. */
    private static Set<Set<Integer>> byTryingAllWays(Map<Integer, Set<Integer>> edges) {
        Set<Set<Integer>> cycles = new HashSet<>();
        for (int one : edges.keySet()) {
            Set<Integer> cycle = new HashSet<>();
            for (int other : edges.keySet()) {
                if (reaches(one, other, edges) && reaches(other, one, edges)) {
                    cycle.add(other);
                }
            }
            if (!cycle.isEmpty()) {
                cycles.add(cycle);
            }
        }
        return cycles;
    }

    private static boolean reaches(int from, int to, Map<Integer, Set<Integer>> edges) {
        Set<Integer> reached = new HashSet<>(edges.getOrDefault(from, Set.of()));
        for (int i = 0; i < 10; i++) {
            Set<Integer> more = new HashSet<>();
            reached.forEach(node -> more.addAll(edges.getOrDefault(node, Set.of())));
            reached.addAll(more);
        }
        return reached.contains(to);
    }
}
