package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Outcome.Cause;
import io.tenure.coordination.Watcher.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes as they are now, and what one operation does to them, with the order in which ZooKeeper's
 * {@code PrepRequestProcessor} looks for reasons to refuse it.
 */
final class TwinTree {
    private final Map<String, TwinNode> nodes = new HashMap<>();
    private final Map<String, NavigableSet<String>> children = new HashMap<>();
    /** The nodes that end with a session, by the session. */
    private final Map<Long, NavigableSet<String>> owned = new HashMap<>();

    private final NavigableSet<String> forbidden = new TreeSet<>();
    /** Containers that have been used and are empty: any of them may go at any moment. */
    private final NavigableSet<String> spent = new TreeSet<>();

    TwinTree() {
        nodes.put("/", TwinNode.fresh(new byte[0], 0, 0, false, 0));
    }

    /** What the operations of one list have in common, and what they have done so far. */
    static final class Attempt {
        final long zxid;
        final long millis;
        final long session;
        /** Whether sequential nodes of this list end with the session: those of Curator's own recipes do. */
        final boolean ephemeralSequences;

        final List<Touch> touches = new ArrayList<>();
        final List<Outcome.Result> results = new ArrayList<>();

        Attempt(long zxid, long millis, long session, boolean ephemeralSequences) {
            this.zxid = zxid;
            this.millis = millis;
            this.session = session;
            this.ephemeralSequences = ephemeralSequences;
        }
    }

    @Nullable
    TwinNode node(String path) {
        return nodes.get(path);
    }

    NavigableSet<String> children(String path) {
        return children.getOrDefault(path, Collections.emptyNavigableSet());
    }

    /** The paths of the nodes that end with the session. */
    List<String> owned(long session) {
        return List.copyOf(owned.getOrDefault(session, Collections.emptyNavigableSet()));
    }

    /** The sessions that nodes end with. */
    List<Long> owners() {
        return owned.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    NavigableSet<String> spent() {
        return spent;
    }

    /** From now on nothing may be changed at this path, nor created or deleted directly below it. */
    void forbid(String path) {
        forbidden.add(path);
    }

    /** Carries the operation out, or says why not. */
    @Nullable
    Cause apply(Operation operation, Attempt attempt) {
        if (operation instanceof Operation.Create create) {
            return create(create, attempt);
        } else if (operation instanceof Operation.SetData set) {
            return setData(set, attempt);
        } else if (operation instanceof Operation.Delete delete) {
            return delete(delete.path(), delete.version(), attempt);
        } else if (operation instanceof Operation.Check check) {
            return check(check, attempt);
        }
        throw new IllegalArgumentException("no such operation: " + operation);
    }

    private @Nullable Cause create(Operation.Create create, Attempt attempt) {
        String parent = parent(create.path());
        TwinNode above = nodes.get(parent);
        if (above == null) {
            return Cause.ABSENT;
        }
        if (forbidden.contains(parent)) {
            return Cause.FORBIDDEN;
        }
        boolean sequential = create.mode() == Operation.Mode.SEQUENTIAL;
        String path = sequential ? create.path() + "%010d".formatted(above.created()) : create.path();
        if (nodes.containsKey(path)) {
            return Cause.EXISTS;
        }
        if (above.owner() != 0) {
            return Cause.FORBIDDEN;
        }
        boolean ephemeral = create.mode() == Operation.Mode.EPHEMERAL || (sequential && attempt.ephemeralSequences);
        boolean container = create.mode() == Operation.Mode.CONTAINER;
        TwinNode node =
                TwinNode.fresh(create.data(), attempt.zxid, attempt.millis, container, ephemeral ? attempt.session : 0);
        touch(attempt, path, Change.CREATED, node);
        touch(attempt, parent, null, above.withChildCreated(attempt.zxid));
        attempt.results.add(new Outcome.Result(path, container ? node.stamp() : null));
        return null;
    }

    private @Nullable Cause setData(Operation.SetData set, Attempt attempt) {
        TwinNode node = nodes.get(set.path());
        if (node != null && forbidden.contains(set.path())) {
            return Cause.FORBIDDEN;
        }
        Cause cause = refused(node, set.version());
        if (cause != null || node == null) {
            return cause;
        }
        TwinNode next = node.withData(set.data(), attempt.zxid, attempt.millis);
        touch(attempt, set.path(), Change.CHANGED, next);
        attempt.results.add(new Outcome.Result(null, next.stamp()));
        return null;
    }

    @Nullable
    Cause delete(String path, int version, Attempt attempt) {
        String parent = parent(path);
        TwinNode above = nodes.get(parent);
        TwinNode node = nodes.get(path);
        if (above == null) {
            return Cause.ABSENT;
        }
        if (forbidden.contains(parent)) {
            return Cause.FORBIDDEN;
        }
        if (node == null) {
            return Cause.ABSENT;
        }
        if (version != -1 && version != node.stamp().version()) {
            return Cause.VERSION;
        }
        if (node.stamp().children() > 0) {
            return Cause.NOT_EMPTY;
        }
        touch(attempt, path, Change.DELETED, null);
        touch(attempt, parent, null, above.withChildDeleted(attempt.zxid));
        attempt.results.add(new Outcome.Result(null, null));
        return null;
    }

    private @Nullable Cause check(Operation.Check check, Attempt attempt) {
        Cause cause = refused(nodes.get(check.path()), check.version());
        if (cause == null) {
            attempt.results.add(new Outcome.Result(null, null));
        }
        return cause;
    }

    private static @Nullable Cause refused(@Nullable TwinNode node, int version) {
        if (node == null) {
            return Cause.ABSENT;
        }
        return version == -1 || version == node.stamp().version() ? null : Cause.VERSION;
    }

    /** Takes back what has been done last. */
    void undo(List<Touch> touches) {
        for (int i = touches.size() - 1; i >= 0; i--) {
            put(touches.get(i).path(), touches.get(i).before());
        }
    }

    private void touch(Attempt attempt, String path, @Nullable Change change, @Nullable TwinNode after) {
        attempt.touches.add(new Touch(path, change, nodes.get(path), after));
        put(path, after);
    }

    private void put(String path, @Nullable TwinNode node) {
        TwinNode before = nodes.get(path);
        if (before != null && before.owner() != 0) {
            owned.getOrDefault(before.owner(), new TreeSet<>()).remove(path);
        }
        if (node != null && node.owner() != 0) {
            owned.computeIfAbsent(node.owner(), any -> new TreeSet<>()).add(path);
        }
        if (node == null) {
            nodes.remove(path);
            children(path, false);
        } else {
            nodes.put(path, node);
            children(path, true);
        }
        if (node != null
                && node.container()
                && node.created() > 0
                && node.stamp().children() == 0) {
            spent.add(path);
        } else {
            spent.remove(path);
        }
    }

    private void children(String path, boolean there) {
        if (path.length() == 1) {
            return;
        }
        NavigableSet<String> siblings = children.computeIfAbsent(parent(path), any -> new TreeSet<>());
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (there) {
            siblings.add(name);
        } else {
            siblings.remove(name);
        }
    }

    /** Whether a path is another, or below it. */
    static boolean covers(String top, String path) {
        return path.startsWith(top)
                && (path.length() == top.length() || top.length() == 1 || path.charAt(top.length()) == '/');
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }
}
