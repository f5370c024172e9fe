package io.tenure.simulation;

import io.tenure.name.Name;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one schedule is made of: how many take part, and how often what goes wrong. Drawn from the seed, so that quiet and wild
 * schedules both occur.
 *
 * @param servers how many servers
 * @param clients how many clients that keep to the rules
 * @param keepers how many clients with a lease that takes and gives back locks
 * @param natives how many contenders that use Curator's own recipe
 * @param locks what they contend for
 * @param storm how long things go wrong
 * @param fair how long clients go on when nothing goes wrong any more
 * @param faultEvery the usual time between two faults; long for none
 * @param strikes how often a fault strikes right behind a write of a server, 0 to 1
 * @param backup whether a backup is made and put back
 * @param robber whether a stranger removes places
 * @param doubled how often a request arrives late or twice
 * @param bare whether clients take leases without locks
 * @param weather how slow and unsteady everything is
 */
record Plan(
        int servers,
        int clients,
        int keepers,
        int natives,
        List<Name> locks,
        Duration storm,
        Duration fair,
        Duration faultEvery,
        double strikes,
        boolean backup,
        boolean robber,
        double doubled,
        boolean bare,
        Weather weather) {
    static Plan drawn(long seed) {
        World dice = new World(~seed, Weather.CALM);
        return new Plan(
                1 + dice.below(3),
                dice.chance(0.2) ? 1 : 2 + dice.below(6),
                dice.chance(0.5) ? 0 : 1 + dice.below(3),
                dice.chance(0.5) ? 0 : 1 + dice.below(2),
                IntStream.range(0, dice.chance(0.5) ? 1 : 2 + dice.below(2))
                        .mapToObj(i -> new Name("lock-" + i))
                        .toList(),
                Duration.ofSeconds(6 + dice.below(8)),
                Duration.ofSeconds(dice.chance(0.3) ? 10 : 0),
                Duration.ofMillis(dice.chance(0.2) ? 1_000_000 : 300 + dice.below(1_500)),
                dice.chance(0.4) ? 0.02 : 0,
                dice.chance(0.1),
                dice.chance(0.25),
                dice.chance(0.5) ? 0.1 : 0,
                false,
                dice.chance(0.5) ? Weather.STORMY : Weather.SLOW);
    }

    Plan withoutLocks() {
        return new Plan(
                servers, clients, 0, 0, locks, storm, fair, faultEvery, strikes, backup, false, doubled, true, weather);
    }
}
