package io.tenure.cluster;

import java.time.Duration;

/** Something that can happen to a cluster and is mended after a while. */
interface Fault {
    /** Decides to whom it happens, as things stand. */
    Blow choose(Trial trial);

    /** From its blow until it is mended. */
    Duration lasts();

    /**
     * What happens to whom.
     *
     * @param what it is, for people
     * @param mend undoes it, as far as an operator would: a process that has ended is started by {@link Trial#suffer}
     */
    record Blow(String what, Runnable strike, Runnable mend) {
        Blow(String what, Runnable strike) {
            this(what, strike, () -> {});
        }
    }
}
