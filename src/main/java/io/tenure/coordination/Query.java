package io.tenure.coordination;

/** One question of a read. */
public sealed interface Query {
    String path();

    /** The data and stamp of a node: answered by {@link Found.Node} or {@link Found.Absent}. */
    record Data(String path) implements Query {}

    /** The names of a node's children, in no order: answered by {@link Found.Children} or {@link Found.Absent}. */
    record Children(String path) implements Query {}
}
