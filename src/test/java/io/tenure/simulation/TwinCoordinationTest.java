package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.CoordinationContract;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** The contract of the port, kept by the twin in calm weather. */
class TwinCoordinationTest extends CoordinationContract {
    final World world = world();
    final TwinStore store = new TwinStore(world);
    final Map<String, TwinCoordination> servers = new TreeMap<>();

    TwinCoordinationTest() {
        store.commit(0, List.of(new Operation.Create(TOP, new byte[0], Operation.Mode.PERSISTENT)));
    }

    World world() {
        return World.calm();
    }

    @Override
    protected Coordination server(String name) {
        return twin(name);
    }

    private TwinCoordination twin(String name) {
        return servers.computeIfAbsent(name, any -> new TwinCoordination(world, store, world.machine(any), 2));
    }

    @Override
    protected void end(String name) {
        twin(name).close();
    }

    @Override
    protected void forbid(String path) {
        store.forbid(path);
    }

    @Override
    protected CompletionStage<Outcome> commitWithoutAnswer(String name, Operation operation) {
        twin(name).hold();
        return twin(name).commitInto(Link.Fate.ANSWER_LOST, LANE, List.of(operation));
    }

    @Override
    protected void interrupt(String name) {
        twin(name).interrupt();
        until(() -> !twin(name).connected(LANE));
    }

    @Override
    protected void expire(String name) {
        interrupt(name);
        world.advance(world.weather().sessionTimeout().multipliedBy(4));
    }

    @Override
    protected void restore(String name) {
        twin(name).restore();
    }

    @Override
    protected <T> T await(CompletionStage<T> stage) {
        return world.await(stage);
    }

    @Override
    protected void until(BooleanSupplier condition) {
        Duration waited = Duration.ZERO;
        while (!condition.getAsBoolean()) {
            if (waited.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new AssertionError("not within a minute");
            }
            world.advance(Duration.ofMillis(1));
            store.spentContainers().forEach(store::reap);
            waited = waited.plusMillis(1);
        }
    }
}
