package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MomentTextTest {
    private static final MomentText BERLIN = new MomentText(ZoneId.of("Europe/Berlin"));

    @ParameterizedTest
    @CsvSource({
        "2026-11-22, 2026-11-21T23:00:00Z",
        "2026-11-22 02:14, 2026-11-22T01:14:00Z",
        "2026-11-22T02:14:05, 2026-11-22T01:14:05Z",
        "2026-11-22T02:14:00Z, 2026-11-22T02:14:00Z",
        "2026-11-22T02:14:00-05:00, 2026-11-22T07:14:00Z"
    })
    void aMomentWithoutAnOffsetIsOfHere(String text, Instant moment) {
        assertThat(BERLIN.convert(text)).isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-13-01", "2026-11-22 25:00", "02:14"})
    void whatIsNoMomentIsRefusedWithWhatOneLooksLike(String text) {
        assertThatThrownBy(() -> BERLIN.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("2026-11-22 02:14");
    }

    @Test
    void anAddressEscapesWhatItIsMadeOf() {
        assertThat(new Address("/v1/x")
                        .with("none", null)
                        .with("at", Instant.EPOCH)
                        .with("owner", "a+b &c"))
                .hasToString("/v1/x?at=1970-01-01T00%3A00%3A00Z&owner=a%2Bb+%26c");
    }
}
