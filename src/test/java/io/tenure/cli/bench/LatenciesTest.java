package io.tenure.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void percentilesAreThoseOfWhatWasCounted() {
        LongStream.rangeClosed(1, 100_000).forEach(latencies::add);

        assertThat(latencies.count()).isEqualTo(100_000);
        assertThat(latencies.percentile(50)).isBetween(50_000L, 50_000L * 65 / 64);
        assertThat(latencies.percentile(99)).isBetween(99_000L, 99_000L * 65 / 64);
        assertThat(latencies.percentile(100)).isEqualTo(100_000);
        assertThat(latencies.max()).isEqualTo(100_000);
    }

    @Test
    void theRareLongOnesAreInTheHighestPercentileAlone() {
        LongStream.range(0, 99).forEach(i -> latencies.add(10));
        latencies.add(1_000_000);

        assertThat(latencies.percentile(99)).isEqualTo(10);
        assertThat(latencies.percentile(99.5)).isEqualTo(1_000_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 64, 65, 127, 128, 129, 1_000, 123_456_789, Long.MAX_VALUE / 3})
    void oneIsToldToASixtyFourth(long nanos) {
        latencies.add(nanos);
        latencies.add(Long.MAX_VALUE);

        assertThat(latencies.percentile(50)).isBetween(nanos, nanos + nanos / 64);
    }

    @Test
    void nothingIsZero() {
        assertThat(latencies.percentile(50)).isZero();
        assertThat(latencies.max()).isZero();
    }

    @Test
    void aRateIsOfTheTimeThatWasMeasured() {
        LongStream.range(0, 500).forEach(latencies::add);
        Result result = new Result(Work.CYCLE, 16, Duration.ofMillis(2_500), latencies);

        assertThat(result.perSecond()).isCloseTo(200, within(0.001));
        assertThat(result.operations()).isEqualTo(500);
    }
}
