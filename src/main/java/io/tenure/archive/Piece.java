package io.tenure.archive;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of an archive. Pieces stand in the order of the kinds below, all of one kind together.
 *
 * <p>Numbers of writes are those of the store with the token base added, so that they can be compared with the positions of records.
 * Bytes are kept as they stood in the store.
 */
public sealed interface Piece {
    /**
     * A lease as it was read.
     *
     * @param lease its id
     * @param version of its node
     * @param write the number of the write that made this version
     * @param at when that was, milliseconds since 1970 by the store's clock
     * @param madeAt when the lease was made
     * @param data its node's bytes
     */
    record LeaseNode(String lease, int version, long write, long at, long madeAt, byte[] data) implements Piece {}

    /**
     * The line for one name.
     *
     * @param kind the word of its kind
     * @param places the names of the queue nodes of leases, the first first
     * @param natives how many native clients stand there too: their places end with their sessions, and are not kept
     */
    record Queue(String kind, String name, List<String> places, int natives) implements Piece {
        public Queue {
            places = List.copyOf(places);
        }
    }

    /** How many permits a semaphore has, and the number of the write that said so. */
    record Permits(String name, int count, long write) implements Piece {}

    /** How a lease ended whose id a client had chosen, as it is remembered for a while. */
    record Ended(String lease, byte[] data) implements Piece {}

    /** A record that the audit database had put aside. */
    record Aside(
            String name,
            long position,
            long at,
            String fault,
            @Nullable String resolution,
            byte[] body) implements Piece {}

    /** A record of the audit log. They stand in the order in which things happened. */
    record Entry(String name, long position, long at, byte[] body) implements Piece {}
}
