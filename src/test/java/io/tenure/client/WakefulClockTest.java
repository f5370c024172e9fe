package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WakefulClockTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private long monotonic = 100 * SECOND;
    private long wall = 1_790_000_000 * SECOND;
    private long sinceStart = 777 * SECOND;
    private boolean told = true;

    private WakefulClock clock() {
        return new WakefulClock(
                () -> monotonic, () -> wall, () -> told ? OptionalLong.of(sinceStart) : OptionalLong.empty());
    }

    private void passes(long nanos) {
        monotonic += nanos;
        wall += nanos;
        sinceStart += nanos;
    }

    private void sleeps(long nanos) {
        wall += nanos;
        sinceStart += nanos;
    }

    @Test
    void itGoesAsTheMonotonicClock() {
        WakefulClock clock = clock();
        long begun = clock.nanos();
        passes(5 * SECOND);
        assertThat(clock.nanos() - begun).isEqualTo(5 * SECOND);
    }

    @Test
    void itGoesOnWhileTheMachineSleeps() {
        WakefulClock clock = clock();
        long begun = clock.nanos();
        sleeps(60 * SECOND);
        assertThat(clock.nanos() - begun).isEqualTo(60 * SECOND);
        passes(SECOND);
        sleeps(60 * SECOND);
        assertThat(clock.nanos() - begun).isEqualTo(121 * SECOND);
        assertThat(clock.nanos() - begun).isEqualTo(121 * SECOND);
    }

    @Test
    void whoSetsTheWallClockChangesNothing() {
        WakefulClock clock = clock();
        long begun = clock.nanos();
        wall += 3600 * SECOND;
        assertThat(clock.nanos()).isEqualTo(begun);
        wall -= 7200 * SECOND;
        assertThat(clock.nanos()).isEqualTo(begun);
        sleeps(60 * SECOND);
        assertThat(clock.nanos() - begun).isEqualTo(60 * SECOND);
    }

    @Test
    void whereTheSystemDoesNotTellTheWallClockIsBelievedForwardsOnly() {
        told = false;
        WakefulClock clock = clock();
        long begun = clock.nanos();
        wall -= 60 * SECOND;
        assertThat(clock.nanos()).isEqualTo(begun);
        wall += 10 * SECOND;
        assertThat(clock.nanos() - begun).isEqualTo(10 * SECOND);
    }

    @Test
    void theSystemsOwnClockGoesOn() {
        try (SystemTime time = new SystemTime()) {
            long before = time.nanos();
            assertThat(time.nanos() - before).isBetween(0L, 10 * SECOND);
        }
    }
}
