package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The twin of the port to the store, as one server has it: lanes with sessions of their own on a {@link TwinStore}, run by a
 * {@link World}.
 *
 * <p>In a calm world nothing fails unless it is asked to, and whatever has been asked for is done by {@link World#settle}.
 */
public final class TwinCoordination implements Coordination {
    private static final Paths PATHS = new Paths("/tenure");

    private final World world;
    private final TwinStore store;
    private final Machine machine;
    private final List<TwinLane> lanes;

    public TwinCoordination(World world, TwinStore store, Machine machine, int lanes) {
        this.world = world;
        this.store = store;
        this.machine = machine;
        this.lanes = IntStream.range(0, lanes)
                .mapToObj(i -> new TwinLane(world, store, machine))
                .toList();
    }

    /** A server with four lanes in a calm world of its own, with the nodes of {@link #paths} laid out. */
    public static TwinCoordination calm() {
        return in(World.calm());
    }

    /** The same in another world. */
    public static TwinCoordination in(World world) {
        return new TwinCoordination(world, new TwinStore(world).layOut(PATHS), world.machine("server-1"), 4);
    }

    /** Another server on the same store. */
    public TwinCoordination another(String name) {
        return new TwinCoordination(world, store, world.machine(name), lanes.size());
    }

    public World world() {
        return world;
    }

    public TwinStore store() {
        return store;
    }

    /** The machine that this server runs on. */
    public Machine machine() {
        return machine;
    }

    /** This server's clock and timers. */
    public Timers timers() {
        return machine;
    }

    /** Where the nodes stand in a calm store. */
    public Paths paths() {
        return PATHS;
    }

    public void settle() {
        world.settle();
    }

    public void advance(Duration time) {
        world.advance(time);
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
        return lane(lane).commit(List.copyOf(operations), pace);
    }

    @Override
    public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
        return lane(lane).read(List.copyOf(queries));
    }

    @Override
    public CompletionStage<@Nullable Void> sync(String lane) {
        return lane(lane).sync();
    }

    @Override
    public Registration watch(String lane, String path, Watcher watcher) {
        return lane(lane).watch(path, watcher);
    }

    @Override
    public boolean connected(String lane) {
        return lane(lane).connected();
    }

    /** Sends the list into this fate, by cutting the connection right behind it. */
    public CompletionStage<Outcome> commitInto(Link.Fate fate, String lane, List<Operation> operations) {
        CompletionStage<Outcome> outcome = commit(lane, operations);
        lane(lane).cut(fate);
        return outcome;
    }

    /** Cuts the connection of every lane; each comes back by itself. */
    public void cut(Link.Fate fate) {
        lanes.forEach(lane -> lane.cut(fate));
    }

    /** Cuts the connection of the lane of this key; it comes back by itself. */
    public void cut(String key, Link.Fate fate) {
        lane(key).cut(fate);
    }

    /** Keeps the lanes from connecting until {@link #restore}. */
    public void interrupt() {
        hold();
        cut(Link.Fate.LOST);
    }

    /** Lets no lane connect again, once it has lost its connection, until {@link #restore}. */
    public void hold() {
        lanes.forEach(TwinLane::bar);
    }

    /** Lets the lanes connect again. */
    public void restore() {
        lanes.forEach(TwinLane::unbar);
    }

    /** Ends all sessions of this server in the store at once. */
    public void expire() {
        lanes.forEach(TwinLane::expire);
    }

    /** Makes the server give its sessions up, though the store may keep them for a while. */
    public void abandonSessions() {
        lanes.forEach(TwinLane::abandonSession);
    }

    /** Whether this session is one of its lanes'. */
    boolean has(long session) {
        return lanes.stream().anyMatch(lane -> lane.session() == session);
    }

    /** Stops the server, while the world goes on; its sessions may end. */
    public void pause() {
        machine.pause();
        lanes.forEach(TwinLane::silent);
    }

    /** Lets a paused server go on. */
    public void resume(boolean clockStood) {
        lanes.forEach(TwinLane::heard);
        machine.resume(clockStood);
    }

    /** Ends the server as a kill does. */
    public void crash() {
        cut(world.chance(0.5) ? Link.Fate.ANSWER_LOST : Link.Fate.LOST);
        lanes.forEach(TwinLane::silent);
        machine.crash();
    }

    /** Ends the server in order: its sessions end at once. */
    public void close() {
        lanes.forEach(TwinLane::close);
    }

    private TwinLane lane(String key) {
        return lanes.get(Math.floorMod(key.hashCode(), lanes.size()));
    }
}
