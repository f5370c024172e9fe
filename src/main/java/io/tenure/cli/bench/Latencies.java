package io.tenure.cli.bench;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * How long operations took, in little memory however many there are: each is counted in a class of those that differ by less than one in
 * 64. Safe for use by many threads.
 */
final class Latencies {
    /** Of a number the seven highest bits count: one that is always set, and six that tell 64 classes apart. */
    private static final int BITS = 6;

    private static final int CLASSES = 1 << BITS;

    private final AtomicLongArray counts = new AtomicLongArray((Long.SIZE - BITS) * CLASSES);
    private final LongAccumulator most = new LongAccumulator(Math::max, 0);

    /** Counts one. */
    void add(long nanos) {
        long value = Math.max(0, nanos);
        counts.incrementAndGet(indexOf(value));
        most.accumulate(value);
    }

    /** How many were counted. */
    long count() {
        long count = 0;
        for (int i = 0; i < counts.length(); i++) {
            count += counts.get(i);
        }
        return count;
    }

    /** The longest; 0 when there is none. */
    long max() {
        return most.get();
    }

    /**
     * What so many of a hundred did not exceed, but for one in 64; 0 when there is none.
     *
     * @param percent above 0, at most 100
     */
    long percentile(double percent) {
        long rank = (long) Math.ceil(count() * percent / 100);
        long passed = 0;
        for (int i = 0; i < counts.length(); i++) {
            passed += counts.get(i);
            if (passed >= rank && passed > 0) {
                return Math.min(highestOf(i), max());
            }
        }
        return 0;
    }

    private static int indexOf(long value) {
        if (value < CLASSES) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - BITS;
        return shift * CLASSES + (int) (value >>> shift);
    }

    private static long highestOf(int index) {
        if (index < CLASSES) {
            return index;
        }
        int shift = index / CLASSES - 1;
        return ((long) (index % CLASSES + CLASSES + 1) << shift) - 1;
    }
}
