package io.tenure.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.name.Kind;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a client chooses. */
class PlanTest {
    private static List<Plan> plans(long seed, boolean patient) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> Plan.draw(random, patient)).limit(5_000).toList();
    }

    @Test
    void oneSeedGivesOneSequence() {
        assertThat(plans(1, true)).isEqualTo(plans(1, true)).isNotEqualTo(plans(2, true));
    }

    @Test
    void everythingIsChosenNowAndThen() {
        List<Plan> plans = plans(1, true);

        assertThat(plans).extracting(Plan::kind).contains(Kind.LOCK, Kind.RWLOCK, Kind.SEMAPHORE, Kind.ELECTION);
        assertThat(plans).extracting(Plan::deed).contains(Plan.Deed.values());
        assertThat(plans).extracting(Plan::leave).contains(Plan.Leave.values());
        assertThat(plans).extracting(Plan::meddling).contains(Plan.Meddling.values());
        assertThat(plans).extracting(Plan::count).contains(1, 2, 3);
        assertThat(plans).extracting(Plan::hot).contains(true, false);
    }

    @Test
    void whoIsHastyIsMostlyAlone() {
        assertThat(plans(1, false)).filteredOn(Plan::hot).hasSizeBetween(1, 500);
    }
}
