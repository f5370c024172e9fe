package io.tenure.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the next story may begin. */
class PaceTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void noMoreBeginInASecondThanShould() {
        Pace pace = new Pace(10, 0);

        assertThat(pace.turn(0)).isEqualTo(100);
        assertThat(pace.turn(0)).isEqualTo(200);
        assertThat(pace.turn(SECOND / 10)).isEqualTo(200);
    }

    @Test
    void whatWasMissedIsNotMadeUpFor() {
        Pace pace = new Pace(10, 0);

        assertThat(pace.turn(5 * SECOND)).isZero();
        assertThat(pace.turn(5 * SECOND)).isEqualTo(100);
    }

    @Test
    void withoutARateNobodyWaits() {
        Pace pace = new Pace(0, 0);

        assertThat(pace.turn(0)).isZero();
        assertThat(pace.turn(0)).isZero();
    }
}
