package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.name.LeaseId;
import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Answer;
import io.tenure.simulation.Service.Wish;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Fencing tokens asked for at a server that is behind. */
class TokenChecksTest {
    @Test
    void aCurrentTokenIsNeverDeniedByAServerThatIsBehind() {
        for (long seed = 0; seed < 50; seed++) {
            World world = new World(seed, Weather.SLOW);
            TwinCoordination one = TwinCoordination.in(world);
            TwinCoordination two = one.another("server-2");
            TwinAuditLog log = new TwinAuditLog(world);
            Service near = new LockSoftware(world, one.paths(), one, one.machine(), log, 0, false);
            Service far = new LockSoftware(world, one.paths(), two, two.machine(), log, 0, false);
            Thing lock = Thing.lock("x");
            Wish wish = new Wish(
                    lock.share(),
                    null,
                    new LeaseId("00000000-0000-0000-0000-000000000001"),
                    true,
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    false,
                    null,
                    null,
                    null);

            Answer.Held held = (Answer.Held) world.await(near.acquire(wish, Presence.ALWAYS));

            assertThat(world.await(far.check(lock, held.token()))).isInstanceOf(Answer.Done.class);
        }
    }
}
