package io.tenure.simulation;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import java.util.List;

/** How long messages between a server and the store are: one above the limit ends the connection, each time that it is sent. */
final class Wire {
    /** The limit that the real port sets. */
    private static final long MOST_BYTES = 8 << 20;

    private static final int OVERHEAD = 40;

    private Wire() {}

    /** Whether a list cannot be sent. */
    static boolean isTooLong(List<Operation> operations) {
        long bytes = 0;
        for (Operation operation : operations) {
            bytes += OVERHEAD + operation.path().length();
            if (operation instanceof Operation.Create create) {
                bytes += create.data().length;
            } else if (operation instanceof Operation.SetData set) {
                bytes += set.data().length;
            }
        }
        return bytes > MOST_BYTES;
    }

    /** Whether the answer to a read cannot be sent. */
    static boolean isTooLongAnswer(List<Found> answer) {
        long bytes = 0;
        for (Found found : answer) {
            if (found instanceof Found.Node node) {
                bytes += OVERHEAD + node.data().length;
            } else if (found instanceof Found.Children children) {
                for (String name : children.names()) {
                    bytes += name.length() + 4;
                }
            }
        }
        return bytes > MOST_BYTES;
    }
}
