package io.tenure.coordination;

/** One step of an atomic list. A failing step fails the whole list, and the outcome names its index. */
public sealed interface Operation {
    /** The path that the step is about. */
    String path();

    /** How many bytes of data it writes. */
    default int bytes() {
        return 0;
    }

    /**
     * Creates a node. Fails with {@code EXISTS} when it is there, {@code ABSENT} when its parent is not.
     *
     * @param data at most about 1 MB together with the rest of the list; not copied, so not to be changed afterwards
     */
    record Create(String path, byte[] data, Mode mode) implements Operation {
        public Create {
            if (path.isEmpty() || path.charAt(0) != '/') {
                throw new IllegalArgumentException("not an absolute path: " + path);
            }
        }

        @Override
        public int bytes() {
            return data.length;
        }
    }

    /** Replaces a node's data. Fails with {@code ABSENT}, or {@code VERSION} when the version is another; -1 takes any. */
    record SetData(String path, byte[] data, int version) implements Operation {
        @Override
        public int bytes() {
            return data.length;
        }
    }

    /** Deletes a node. Fails with {@code ABSENT}, {@code VERSION}, or {@code NOT_EMPTY} when it has children; -1 takes any version. */
    record Delete(String path, int version) implements Operation {}

    /** Changes nothing. Fails with {@code ABSENT} or {@code VERSION}; -1 asks only that the node is there. */
    record Check(String path, int version) implements Operation {}

    /** How long a new node lasts and how it is named. */
    enum Mode {
        /** Until somebody deletes it. */
        PERSISTENT,
        /** As {@code PERSISTENT}; the store appends ten digits: the number of children created so far below this parent. */
        SEQUENTIAL,
        /** Until its last child is gone and a while has passed: a directory of a queue. */
        CONTAINER,
        /** Until the lane's session ends. */
        EPHEMERAL
    }
}
