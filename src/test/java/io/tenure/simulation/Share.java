package io.tenure.simulation;

/**
 * As much of a thing as one hold has.
 *
 * @param reads whether a read/write lock is held for reading
 * @param count how many permits of a semaphore; 1 of anything else
 */
record Share(Thing thing, boolean reads, int count) {
    /** The same for reading. */
    Share reading() {
        return new Share(thing, true, count);
    }
}
