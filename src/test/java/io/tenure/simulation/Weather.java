package io.tenure.simulation;

import java.time.Duration;

/**
 * How slow and how unsteady a world is.
 *
 * @param latency usual longest way of a message between a server and the store, and of a write through the store
 * @param lag usual longest time that a replica is behind the store
 * @param hiccup usual longest time that a timer is late
 * @param slow how often, 0 to 1, one of these takes twenty times as long
 * @param sessionTimeout how long the store keeps a session that it does not hear from
 * @param drift largest error of a server's clock rate, as a fraction
 */
public record Weather(
        Duration latency, Duration lag, Duration hiccup, double slow, Duration sessionTimeout, double drift) {
    /** Nothing takes time and all clocks are right: for unit tests. */
    public static final Weather CALM =
            new Weather(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, Duration.ofSeconds(10), 0);

    /** Everything takes a time of its own, and clocks are up to half a percent wrong. */
    public static final Weather STORMY = new Weather(
            Duration.ofMillis(4), Duration.ofMillis(15), Duration.ofMillis(5), 0.03, Duration.ofSeconds(4), 0.005);

    /** The same, with everything so slow that much happens between a read and the write that follows from it. */
    public static final Weather SLOW = new Weather(
            Duration.ofMillis(40), Duration.ofMillis(100), Duration.ofMillis(20), 0.03, Duration.ofSeconds(4), 0.005);
}
