package io.tenure.queue;

import java.util.Optional;

/**
 * One queue as it looked to a request that has just come.
 *
 * @param directoryStands whether its directory is there, be it empty
 * @param length how many places it has, the holder's among them
 * @param first the first of them
 */
record Sight(boolean directoryStands, int length, Optional<Place> first) {
    boolean isEmpty() {
        return length == 0;
    }
}
