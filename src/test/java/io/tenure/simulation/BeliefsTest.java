package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.name.Name;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients may believe at one time. */
class BeliefsTest {
    private final World world = World.calm();
    private final Beliefs beliefs = new Beliefs(world);

    private static Share all(Recipe recipe) {
        return new Thing(recipe, new Name("x")).share();
    }

    private void believe(Share share, String lease) {
        beliefs.believe(share, lease, world.nanos() + Duration.ofSeconds(1).toNanos());
    }

    private void contradicts(Share share, String lease) {
        assertThatThrownBy(() -> believe(share, lease))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("believe at one time");
    }

    @ParameterizedTest
    @EnumSource(
            value = Recipe.class,
            names = {"LOCK", "RWLOCK", "ELECTION"})
    void onlyOneMayBelieveThatItHoldsAlone(Recipe recipe) {
        believe(all(recipe), "one");
        believe(all(recipe), "one");
        contradicts(all(recipe), "two");
    }

    @Test
    void readersBelieveTogetherAndNoWriterBesideThem() {
        Share write = all(Recipe.RWLOCK);
        believe(write.reading(), "one");
        believe(write.reading(), "two");
        contradicts(write, "three");
    }

    @Test
    void aWriterThatReadsOnLetsReadersIn() {
        Share write = all(Recipe.RWLOCK);
        believe(write, "one");
        believe(write.reading(), "one");
        believe(write.reading(), "two");
    }

    @Test
    void noMorePermitsAreBelievedInThanThereEverWere() {
        Share one = all(Recipe.SEMAPHORE);
        beliefs.permit(one.thing(), 3);
        beliefs.permit(one.thing(), 1);
        believe(one, "one");
        believe(new Share(one.thing(), false, 2), "two");
        contradicts(one, "three");
    }

    @Test
    void whatWasBelievedUntilNowCountsNoMore() {
        believe(all(Recipe.LOCK), "one");
        world.advance(Duration.ofSeconds(1));
        believe(all(Recipe.LOCK), "two");
        assertThat(beliefs.holder(all(Recipe.LOCK).thing())).contains("two");
    }

    @Test
    void whatIsDoubtedOrExcusedCountsNoMore() {
        believe(all(Recipe.LOCK), "one");
        beliefs.doubt(all(Recipe.LOCK).thing(), "one");
        believe(all(Recipe.LOCK), "two");
        beliefs.excuse("two");
        believe(all(Recipe.LOCK), "three");
        believe(all(Recipe.LOCK), "two");
    }
}
