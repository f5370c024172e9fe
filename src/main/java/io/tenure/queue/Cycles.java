package io.tenure.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out who waits for itself over any number of others: the strongly connected components of a graph that have an edge, by two
 * depth-first walks, the second one backwards (Kosaraju). Takes time for each node and edge once, and no stack of its caller's: a
 * queue is a chain of thousands. Stateless.
 */
final class Cycles {
    private Cycles() {}

    /**
     * The components, each node in one at most; of two nodes in a component each is reached from the other.
     *
     * @param edges from a node to those that it waits for
     */
    static <N> List<List<N>> of(Map<N, ? extends Collection<N>> edges) {
        Map<N, List<N>> back = new HashMap<>();
        edges.forEach((from, to) -> to.forEach(
                node -> back.computeIfAbsent(node, any -> new ArrayList<>()).add(from)));
        List<N> finished = new ArrayList<>();
        Set<N> seen = new HashSet<>();
        edges.keySet().forEach(node -> walk(node, edges, seen, finished));
        List<List<N>> components = new ArrayList<>();
        Set<N> placed = new HashSet<>();
        for (int i = finished.size() - 1; i >= 0; i--) {
            List<N> component = new ArrayList<>();
            N node = finished.get(i);
            walk(node, back, placed, component);
            if (component.size() > 1
                    || (component.size() == 1 && next(node, edges).contains(node))) {
                components.add(component);
            }
        }
        return components;
    }

    /** Adds every node that is reached from this one and has not been seen, those that are reached from it before it. */
    private static <N> void walk(N start, Map<N, ? extends Collection<N>> edges, Set<N> seen, List<N> finished) {
        if (!seen.add(start)) {
            return;
        }
        Deque<N> path = new ArrayDeque<>(List.of(start));
        Deque<Iterator<N>> rest = new ArrayDeque<>(List.of(next(start, edges).iterator()));
        while (!path.isEmpty()) {
            Iterator<N> others = rest.element();
            if (!others.hasNext()) {
                finished.add(path.pop());
                rest.pop();
                continue;
            }
            N other = others.next();
            if (seen.add(other)) {
                path.push(other);
                rest.push(next(other, edges).iterator());
            }
        }
    }

    private static <N> Collection<N> next(N node, Map<N, ? extends Collection<N>> edges) {
        Collection<N> next = edges.get(node);
        return next == null ? List.of() : next;
    }
}
