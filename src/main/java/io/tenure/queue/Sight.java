package io.tenure.queue;

import io.tenure.coordination.Found;
import java.util.List;
import java.util.Optional;

/**
 * One queue as it looked to a request that has just come.
 *
 * @param directoryStands whether its directory is there, be it empty
 * @param length how many places it has, the holder's among them
 * @param first the first of them
 * @param head what was found at the first place in the same read ({@link Heads#queries}); empty when it was not asked for
 */
record Sight(boolean directoryStands, int length, Optional<Place> first, List<Found> head) {
    Sight(boolean directoryStands, int length, Optional<Place> first) {
        this(directoryStands, length, first, List.of());
    }

    boolean isEmpty() {
        return length == 0;
    }
}
