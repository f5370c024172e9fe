package io.tenure.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.error.Refusal;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseIdTest {
    private static final long NOW = 1_763_856_000_123L;

    @Test
    void aMadeIdBeginsWithItsTimeAndIsNeverMadeTwice() {
        Set<LeaseId> made = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            LeaseId id = LeaseId.make(NOW);
            UUID uuid = UUID.fromString(id.value());
            assertThat(uuid.version()).isEqualTo(7);
            assertThat(uuid.variant()).isEqualTo(2);
            assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(NOW);
            assertThat(made.add(id)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4f1c2a3e-90ab-4cde-8f01-23456789abc",
                "4f1c2a3e-90ab-4cde-8f01-23456789abcde",
                "4f1c2a3e-90ab-4cde-8f01-23456789abcg",
                "4f1c2a3e-90ab-4cde-8f01-23456789abc/",
                "4f1c2a3e-90ab-4cde-8f01-23456789abc:",
                "4f1c2a3e-90ab-4cde-8f01-23456789abc`",
                "4f1c2a3e090ab-4cde-8f01-23456789abcd",
                "4f1c2a3e-90ab-4cde-8f010-3456789abcd",
                "4f1c2a3e-90ab-4cde-8f01-2345-789abcd"
            })
    void whatIsNoUuidIsRefused(String text) {
        assertThatThrownBy(() -> new LeaseId(text)).isInstanceOf(Refusal.class).hasMessageContaining("UUID");
    }

    @Test
    void upperCaseIsKeptInLowerCase() {
        assertThat(new LeaseId("4F1C2A3E-90AB-4CDE-8F01-23456789ABCD").value())
                .isEqualTo("4f1c2a3e-90ab-4cde-8f01-23456789abcd");
    }

    @Test
    void madeIdsAreSpreadOverTheShards() {
        Set<String> shards = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            shards.add(LeaseId.make(NOW).shard());
        }
        assertThat(shards).hasSize(256);
    }
}
