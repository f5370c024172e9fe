package io.tenure.simulation;

import io.tenure.coordination.Paths;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Curator's recipes, one for each kind of thing that has a queue: how it names and sorts its places, and which of them hold. Written
 * down a second time, without the domain's own code. The constants are named as the kinds are.
 */
enum Recipe {
    /** {@code InterProcessMutex}: the first holds. */
    LOCK("lock-"),
    /** {@code InterProcessReadWriteLock}: readers with no writer before them, or a writer that is the first. */
    RWLOCK("__READ__", "__WRIT__"),
    /** {@code InterProcessSemaphore}: the first as many as there are permits. */
    SEMAPHORE("lock-"),
    /** {@code LeaderLatch}: the first leads. */
    ELECTION("latch-");

    private static final int ID_AT = "_c_".length();
    private static final int ID_LENGTH = 36;

    private final String reader;
    private final String writer;
    /** Below the root, up to the name. */
    private final String directories;

    Recipe(String word) {
        this(word, word);
    }

    Recipe(String reader, String writer) {
        this.reader = reader;
        this.writer = writer;
        this.directories = "/" + wire() + "s/";
    }

    /** The kind's word on the wire. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The recipe with this word. */
    static Recipe of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /** The directory of all things of this kind. */
    String directories(Paths paths) {
        return paths.root() + "/" + wire() + "s";
    }

    /** Places as the recipe orders them, by their names. */
    Comparator<String> order() {
        return Comparator.comparing(this::key).thenComparing(Comparator.naturalOrder());
    }

    /** What stands before the sequence in the name of a place. */
    String word(boolean reads) {
        return reads ? reader : writer;
    }

    /** The sequence of a place, by its name or its path. */
    String key(String place) {
        return behind(writer, behind(reader, place));
    }

    private static String behind(String word, String place) {
        int at = place.lastIndexOf(word);
        return at < 0 ? place : place.substring(at + word.length());
    }

    /** Whether a place in the queue of a read/write lock is a reader's. */
    static boolean reads(String place) {
        return place.contains(RWLOCK.word(true));
    }

    /** Whether this is the path of a place in some queue. */
    static boolean isPlace(String path, Paths paths) {
        return path.startsWith(paths.root())
                && Arrays.stream(values())
                        .anyMatch(recipe -> recipe.isPlace(path, paths.root().length()));
    }

    private boolean isPlace(String path, int root) {
        int name = path.startsWith(directories, root) ? path.indexOf('/', root + directories.length()) : -1;
        return name > 0 && path.indexOf('/', name + 1) < 0;
    }

    /** Who has a place, by its name or its path: a lease, or a native's id. */
    static String lease(String place) {
        String name = place.substring(place.lastIndexOf('/') + 1);
        return name.length() > ID_AT + ID_LENGTH ? name.substring(ID_AT, ID_AT + ID_LENGTH) : name;
    }

    /**
     * Whether a place holds.
     *
     * @param queue all places by their names, the first first
     * @param permits how many permits there are; asked for of a semaphore only
     */
    boolean entitles(List<String> queue, String place, int permits) {
        int index = queue.indexOf(place);
        return index >= 0
                && switch (this) {
                    case LOCK, ELECTION -> index == 0;
                    case RWLOCK ->
                        reads(place) ? queue.subList(0, index).stream().allMatch(Recipe::reads) : index == 0;
                    case SEMAPHORE -> index < permits;
                };
    }
}
