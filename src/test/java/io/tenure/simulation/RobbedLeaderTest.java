package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Operation;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader whose place somebody has removed has nothing to hand over: whoever is next by then may be about to lead. */
class RobbedLeaderTest {
    private static final Thing OFFICE = new Thing(Recipe.ELECTION, new Name("x"));
    private static final List<LeaseId> CANDIDATES = List.of(
            new LeaseId("00000000-0000-0000-0000-000000000001"),
            new LeaseId("00000000-0000-0000-0000-000000000002"),
            new LeaseId("00000000-0000-0000-0000-000000000003"));

    private static Wish wish(LeaseId lease) {
        return new Wish(
                OFFICE.share(),
                Plan.candidate(OFFICE, lease),
                lease,
                true,
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                true,
                null,
                null,
                null);
    }

    @Test
    void aTransferFromItMakesNoSecondLeader() {
        for (long seed = 0; seed < 200; seed++) {
            World world = new World(seed, Weather.SLOW);
            TwinCoordination port = TwinCoordination.in(world);
            Service service =
                    new LockSoftware(world, port.paths(), port, port.machine(), new TwinAuditLog(world), 0, false);
            Answer.Held leader = (Answer.Held) world.await(service.acquire(wish(CANDIDATES.get(0)), Presence.ALWAYS));
            for (LeaseId waits : CANDIDATES.subList(1, 3)) {
                var unused = service.acquire(wish(waits), Presence.ALWAYS);
                world.advance(Duration.ofSeconds(3));
            }

            String place = OFFICE.directory(port.paths()) + "/"
                    + OFFICE.queue(port.store(), port.paths()).get(0);
            String last = String.valueOf(Plan.candidate(OFFICE, CANDIDATES.get(2)));
            var unused = service.transfer(OFFICE.name(), last, leader.token(), seed % 2 == 0);
            world.after(
                    world.bits(200_000_000L),
                    () -> port.store().commit(Stranger.SESSION, List.of(new Operation.Delete(place, -1))));
            world.advance(Duration.ofSeconds(5));

            assertThat(CANDIDATES.subList(1, 3).stream().filter(lease -> leads(port, lease)))
                    .as("seed " + seed)
                    .hasSizeLessThan(2);
        }
    }

    private static boolean leads(TwinCoordination port, LeaseId lease) {
        return port.store()
                .node(port.paths().lease(lease))
                .map(LeaseView::of)
                .filter(view -> view.in("HELD").contains(OFFICE.toString()))
                .isPresent();
    }
}
