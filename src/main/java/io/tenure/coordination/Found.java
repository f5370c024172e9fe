package io.tenure.coordination;

import java.util.List;

/** The answer to one {@link Query}. */
public sealed interface Found {
    /** There is no such node. */
    record Absent() implements Found {}

    /** A node as it was; the data is the caller's to read, not to change. */
    record Node(byte[] data, Stamp stamp) implements Found {}

    /** The names, without the path, of a node's children. */
    record Children(List<String> names) implements Found {
        public Children {
            names = List.copyOf(names);
        }
    }
}
