package io.tenure.audit;

import static io.tenure.audit.Records.hold;
import static io.tenure.audit.Records.lease;
import static io.tenure.audit.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Duty;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.name.LeaseId;
import io.tenure.simulation.TwinCoordination;
import io.tenure.simulation.TwinStore;
import io.tenure.simulation.Weather;
import io.tenure.simulation.World;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that crash and coordinators that do not know that they have been replaced, over a store that is slow and unsteady. */
class DrainInStormTest {
    private static final Paths PATHS = new Paths("/tenure");

    private final TestDatabase database = new H2Database();
    private final Jdbi jdbi = Jdbi.create(database.source());
    private final Outbox outbox = new Outbox(PATHS);
    private long epochs;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyRecordIsToldOnceAndInOrder(long seed) {
        World world = new World(seed, Weather.STORMY);
        TwinStore store = new TwinStore(world).layOut(PATHS);
        AuditLog log = new JdbiAuditLog(jdbi, new Migrations(database.source()));
        for (int i = 0; i < 150; i++) {
            LeaseId id = lease(i);
            store.commit(
                    0, List.of(outbox.create(id, 0, 0, record(Action.GRANTED, id, 0, null, "etl@a", hold("n" + i)))));
            world.advance(Duration.ofMillis(world.below(60)));
            if (i % 10 == 0) {
                oneMore(world, store, log, "server-" + i);
            }
            if (world.chance(0.1)) {
                database.takeAway();
            } else if (world.chance(0.5)) {
                database.bringBack();
            }
        }
        database.bringBack();
        oneMore(world, store, log, "last").restore();
        world.advance(Duration.ofMinutes(2));

        List<String> told =
                jdbi.withHandle(handle -> handle.createQuery("SELECT number || ' ' || name FROM events ORDER BY number")
                        .mapTo(String.class)
                        .list());
        assertThat(told)
                .isEqualTo(IntStream.range(0, 150)
                        .mapToObj(i -> (i + 1) + " n" + i)
                        .toList());
        for (String shard : LeaseId.shards()) {
            assertThat(store.children(PATHS.outbox() + "/" + shard)).isEmpty();
        }
        database.close();
    }

    /** One more server becomes coordinator; those before it are not told, and it may crash at any moment. */
    private TwinCoordination oneMore(World world, TwinStore store, AuditLog log, String name) {
        Outcome outcome = store.commit(0, List.of(new Operation.SetData(PATHS.epoch(), new byte[0], -1)))
                .outcome();
        int version = ((Outcome.Done) outcome).stamp(0).version();
        TwinCoordination server = new TwinCoordination(world, store, world.machine(name), 2);
        new Drain(server, PATHS, 0, log, server.timers(), Runnable::run, 5)
                .begin(new Duty.Term(++epochs, new Operation.Check(PATHS.epoch(), version)));
        if (!name.equals("last")) {
            world.after(world.between(Duration.ofMillis(1), Duration.ofSeconds(3)), server::crash);
        }
        return server;
    }
}
