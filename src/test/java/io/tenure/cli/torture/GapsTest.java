package io.tenure.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** For how long nobody was granted anything. */
class GapsTest {
    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static Gaps grantsAt(long... millis) {
        Gaps gaps = new Gaps(0);
        for (long at : millis) {
            gaps.granted(ms(at));
        }
        return gaps;
    }

    @Test
    void theLongestCountsFromOneGrantToTheNext() {
        assertThat(grantsAt(10, 110, 1_110, 1_120).longest(ms(1_130))).isEqualTo(ms(1_000));
    }

    @Test
    void itCountsAtTheBeginningAndAtTheEndToo() {
        assertThat(grantsAt(500, 510).longest(ms(520))).isEqualTo(ms(500));
        assertThat(grantsAt(10, 20).longest(ms(720))).isEqualTo(ms(700));
    }

    @Test
    void betweenTwoMomentsOnlyThePartBetweenThemCounts() {
        Gaps gaps = grantsAt(10, 1_010, 1_020);

        assertThat(gaps.longest(ms(400), ms(1_015))).isEqualTo(ms(610));
        assertThat(gaps.longest(ms(400), ms(900))).isEqualTo(ms(500));
        assertThat(gaps.longest(ms(1_011), ms(1_019))).isZero();
    }

    @Test
    void anAnswerThatIsWrittenDownLateOpensNoGap() {
        assertThat(grantsAt(30, 10, 40).longest(ms(45))).isEqualTo(ms(30));
    }
}
