package io.tenure.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0, 0s", "500, 500ms", "1500, 1500ms", "30000, 30s", "90000, 90s", "120000, 2m", "2592000000, 30d"})
    void whatIsWrittenIsRead(long millis, String text) {
        assertThat(Durations.text(Duration.ofMillis(millis))).isEqualTo(text);
        assertThat(Durations.parse("ttl", text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "1.5s", "PT30S", "01s", "-1s", "1h30m", "2592000000ms", ""})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse("ttl", text)).hasMessageStartingWith("ttl: a duration with a unit");
    }
}
