package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.name.Name;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is contended for: a lock, a read/write lock, a semaphore or an election. As text it is {@code <kind>/<name>}, the key by which
 * holds are known here.
 */
record Thing(Recipe recipe, Name name) implements Comparable<Thing> {
    /** The thing with this text. */
    static Thing of(String text) {
        int slash = text.indexOf('/');
        return new Thing(Recipe.of(text.substring(0, slash)), new Name(text.substring(slash + 1)));
    }

    static Thing lock(String name) {
        return new Thing(Recipe.LOCK, new Name(name));
    }

    /** The text of the thing whose queue a place stands in. */
    static String ofPlace(String path) {
        String directory = TwinTree.parent(path);
        String kind = TwinTree.parent(directory);
        return kind.substring(kind.lastIndexOf('/') + 1, kind.length() - 1)
                + directory.substring(directory.lastIndexOf('/'));
    }

    /** The directory of its queue. */
    String directory(Paths paths) {
        return recipe.directories(paths) + "/" + name;
    }

    /** The names of all its places, the first first. */
    List<String> queue(TwinStore store, Paths paths) {
        List<String> places = new ArrayList<>(store.children(directory(paths)));
        places.sort(recipe.order());
        return places;
    }

    /** The node with the number of a semaphore's permits. */
    String permitsNode(Paths paths) {
        return permitsDirectory(paths) + "/" + name;
    }

    static String permitsDirectory(Paths paths) {
        return paths.sys() + "/semaphores";
    }

    /** How many permits a semaphore has; 0 of anything else, and when nobody has set them. */
    int permits(TwinStore store, Paths paths) {
        return recipe != Recipe.SEMAPHORE
                ? 0
                : store.node(permitsNode(paths)).map(Thing::permits).orElse(0);
    }

    /** How many permits a semaphore had before this transaction changed them; 0 when it did not. */
    int permitsBefore(Transaction transaction, Paths paths) {
        return recipe != Recipe.SEMAPHORE
                ? 0
                : transaction.touches().stream()
                        .filter(touch -> touch.path().equals(permitsNode(paths)))
                        .flatMap(touch -> Stream.ofNullable(touch.before()))
                        .mapToInt(Thing::permits)
                        .max()
                        .orElse(0);
    }

    private static int permits(TwinNode node) {
        return ByteBuffer.wrap(node.data()).getInt();
    }

    /** Sets a semaphore's permits, as Curator's {@code SharedCount} writes them. */
    Operation permit(TwinStore store, Paths paths, int permits) {
        byte[] data = ByteBuffer.allocate(Integer.BYTES).putInt(permits).array();
        return store.node(permitsNode(paths)).isPresent()
                ? new Operation.SetData(permitsNode(paths), data, -1)
                : new Operation.Create(permitsNode(paths), data, Operation.Mode.PERSISTENT);
    }

    /** The whole of it, or of a semaphore one permit. */
    Share share() {
        return new Share(this, false, 1);
    }

    @Override
    public int compareTo(Thing other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return recipe.wire() + "/" + name;
    }
}
