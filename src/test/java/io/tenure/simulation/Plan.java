package io.tenure.simulation;

import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one schedule is made of: how many take part, and how often what goes wrong. Drawn from the seed, so that quiet and wild
 * schedules both occur.
 *
 * @param servers how many servers
 * @param clients how many clients that keep to the rules
 * @param keepers how many clients with a lease that takes and gives back things
 * @param natives how many contenders that use Curator's own recipes
 * @param things what they contend for
 * @param permits how many each semaphore has at first
 * @param operator whether somebody changes the permits of semaphores and transfers offices
 * @param storm how long things go wrong
 * @param fair how long clients go on when nothing goes wrong any more
 * @param faultEvery the usual time between two faults; long for none
 * @param strikes how often a fault strikes right behind a write of a server, 0 to 1
 * @param backup whether a backup is made and put back
 * @param robber whether a stranger removes places
 * @param doubled how often a request arrives late or twice
 * @param onlookers how many follow a thing
 * @param bare whether clients take leases that hold nothing
 * @param maintained whether somebody makes the servers read-only and ends that again
 * @param weather how slow and unsteady everything is
 */
record Plan(
        int servers,
        int clients,
        int keepers,
        int natives,
        List<Thing> things,
        int permits,
        boolean operator,
        Duration storm,
        Duration fair,
        Duration faultEvery,
        double strikes,
        boolean backup,
        boolean robber,
        double doubled,
        int onlookers,
        boolean bare,
        boolean maintained,
        Weather weather) {
    /** The kinds of things that take part in the schedules: the one place where another is turned on. */
    static final List<Recipe> KINDS = List.of(Recipe.values());

    private static final int MOST_PERMITS = 3;

    static Plan drawn(long seed) {
        return drawn(seed, KINDS);
    }

    /** As it is drawn where these kinds take part. */
    static Plan drawn(long seed, List<Recipe> kinds) {
        World dice = new World(~seed, Weather.CALM);
        return new Plan(
                1 + dice.below(3),
                dice.chance(0.2) ? 1 : 2 + dice.below(6),
                dice.chance(0.5) ? 0 : 1 + dice.below(3),
                dice.chance(0.5) ? 0 : 1 + dice.below(2),
                IntStream.range(0, dice.chance(0.5) ? 1 : 2 + dice.below(2))
                        .mapToObj(i -> thing(dice, kinds, i))
                        .toList(),
                kinds.contains(Recipe.SEMAPHORE) ? 1 + dice.below(MOST_PERMITS) : 0,
                kinds.size() > 1 && dice.chance(0.5),
                Duration.ofSeconds(6 + dice.below(8)),
                Duration.ofSeconds(dice.chance(0.3) ? 10 : 0),
                Duration.ofMillis(dice.chance(0.2) ? 1_000_000 : 300 + dice.below(1_500)),
                dice.chance(0.4) ? 0.02 : 0,
                dice.chance(0.1),
                dice.chance(0.25),
                dice.chance(0.5) ? 0.1 : 0,
                0,
                false,
                false,
                dice.chance(0.5) ? Weather.STORMY : Weather.SLOW);
    }

    private static Thing thing(World dice, List<Recipe> kinds, int number) {
        Recipe recipe = kinds.size() == 1 ? kinds.get(0) : dice.oneOf(kinds);
        return new Thing(recipe, new Name(recipe.wire() + "-" + number));
    }

    /** As much of a thing as somebody might want. */
    Share share(World world, Thing thing) {
        boolean reads = thing.recipe() == Recipe.RWLOCK && world.chance(0.6);
        int count = thing.recipe() == Recipe.SEMAPHORE ? 1 + world.below(permits) : 1;
        return new Share(thing, reads, count);
    }

    /** What a candidate is called; null where there is none. */
    static @Nullable String candidate(Thing thing, LeaseId lease) {
        return thing.recipe() == Recipe.ELECTION ? "candidate-" + lease : null;
    }

    /** What can be held several at once: an office is led alone. */
    List<Thing> severals() {
        return things.stream()
                .filter(thing -> thing.recipe() != Recipe.ELECTION)
                .toList();
    }

    /** The same for natives alone. */
    Plan withNativesAlone(int contenders) {
        return new Plan(
                servers,
                0,
                0,
                contenders,
                things,
                permits,
                false,
                storm,
                fair,
                faultEvery,
                strikes,
                backup,
                false,
                0,
                0,
                false,
                false,
                weather);
    }

    Plan withoutThings() {
        return new Plan(
                servers,
                clients,
                0,
                0,
                things,
                permits,
                false,
                storm,
                fair,
                faultEvery,
                strikes,
                backup,
                false,
                doubled,
                0,
                true,
                false,
                weather);
    }

    /** The same with somebody who follows each thing, and time in which nothing goes wrong. */
    Plan withOnlookers() {
        return withCalm(doubled, things.size(), maintained);
    }

    /**
     * The same with somebody who makes the servers read-only, and time in which nothing goes wrong. No request comes twice: whoever
     * switches late switches for good.
     */
    Plan withMaintenance() {
        return withCalm(0, onlookers, true);
    }

    private Plan withCalm(double twice, int following, boolean readOnly) {
        return new Plan(
                servers,
                clients,
                keepers,
                natives,
                things,
                permits,
                operator,
                storm,
                Duration.ofSeconds(20),
                faultEvery,
                strikes,
                backup,
                robber,
                twice,
                following,
                bare,
                readOnly,
                weather);
    }
}
