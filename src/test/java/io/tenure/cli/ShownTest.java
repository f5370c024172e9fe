package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {
    private static final Shown SHOWN =
            Shown.by(Clock.fixed(Instant.parse("2026-11-22T23:30:00Z"), ZoneId.of("Europe/Berlin")));

    private static JsonNode text(String value) {
        return instance.textNode(value);
    }

    @Test
    void aTimeOfTodayHereHasNoDay() {
        assertThat(SHOWN.time(text("2026-11-22T23:00:01.500Z"))).isEqualTo("00:00:01");
    }

    @Test
    void aTimeOfAnotherDayHereHasItsDay() {
        assertThat(SHOWN.time(text("2026-11-22T22:59:59.000Z"))).isEqualTo("2026-11-22 23:59:59");
    }

    @Test
    void whatIsPastAndWhatIsToComeAreToldAsDurations() {
        assertThat(SHOWN.ago(text("2026-11-22T22:28:00.000Z"))).isEqualTo("1h 2m");
        assertThat(SHOWN.left(text("2026-11-22T23:30:41.000Z"))).isEqualTo("41s");
        assertThat(SHOWN.left(text("2026-11-22T23:29:00.000Z"))).isEqualTo("0s");
    }

    @Test
    void whatIsMissingIsAHyphen() {
        assertThat(SHOWN.time(MissingNode.getInstance())).isEqualTo("-");
        assertThat(SHOWN.ago(instance.nullNode())).isEqualTo("-");
        assertThat(Shown.text(instance.textNode(""))).isEqualTo("-");
        assertThat(Shown.millis(MissingNode.getInstance())).isEqualTo("-");
    }

    @ParameterizedTest
    @CsvSource({
        "PT-1S, 0s",
        "PT0.000001S, 1ms",
        "PT0.999S, 999ms",
        "PT59.9S, 59s",
        "PT1M, 1m",
        "PT3M2S, 3m 2s",
        "PT23H59M59S, 23h 59m",
        "P1D, 1d",
        "P400DT5H, 400d 5h"
    })
    void durationsHaveTheirTwoLargestUnits(Duration duration, String shown) {
        assertThat(Shown.length(duration)).isEqualTo(shown);
    }
}
