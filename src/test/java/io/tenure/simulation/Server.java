package io.tenure.simulation;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Paths;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One server of a simulation through all its lives: each start has a new machine, new sessions and an empty memory, over the same
 * store.
 */
final class Server {
    /** Builds what runs on a server, and lets it stand for the role of coordinator. */
    interface Software {
        Service start(Coordination port, Machine machine, TwinRole role);
    }

    private final World world;
    private final TwinStore store;
    private final Election election;
    private final Paths paths;
    private final String name;
    private final UnaryOperator<Coordination> mutation;
    private final Software software;
    private int lives;
    private Machine machine;
    private @Nullable TwinCoordination port;
    private @Nullable TwinRole role;
    private @Nullable Service service;

    Server(
            World world,
            TwinStore store,
            Election election,
            Paths paths,
            String name,
            UnaryOperator<Coordination> mutation,
            Software software) {
        this.world = world;
        this.store = store;
        this.election = election;
        this.paths = paths;
        this.name = name;
        this.mutation = mutation;
        this.software = software;
        this.machine = world.machine(name);
        start();
    }

    private void start() {
        machine = world.machine(name + "." + ++lives);
        TwinCoordination twin = new TwinCoordination(world, store, machine, 2);
        port = twin;
        Coordination mutated = mutation.apply(twin);
        TwinRole candidate = new TwinRole(election, machine, mutated, paths);
        role = candidate;
        service = software.start(mutated, machine, candidate);
    }

    Machine machine() {
        return machine;
    }

    /** Lets the server work on a request, unless it is down. */
    void serve(Consumer<Service> request) {
        Service now = service;
        if (now != null) {
            machine.run(() -> request.accept(now));
        }
    }

    boolean up() {
        return machine.running();
    }

    boolean down() {
        return machine.crashed();
    }

    void crash() {
        TwinCoordination lost = port;
        TwinRole stood = role;
        if (!down() && lost != null && stood != null) {
            machine.note("crashes");
            lost.crash();
            stood.vanish();
            service = null;
        }
    }

    void restart() {
        if (down()) {
            start();
            machine.note("starts");
        }
    }

    void pause() {
        TwinCoordination now = port;
        if (up() && now != null) {
            machine.note("pauses");
            now.pause();
        }
    }

    void resume() {
        TwinCoordination now = port;
        if (!up() && !down() && now != null) {
            machine.note("goes on");
            now.resume(world.chance(0.3));
        }
    }

    /** Whether this session is one of this life's. */
    boolean has(long session) {
        TwinCoordination now = port;
        return !down() && now != null && now.has(session);
    }

    /** The store ends its sessions, though it is well. */
    void expire() {
        TwinCoordination now = port;
        if (up() && now != null) {
            machine.note("loses its sessions");
            now.expire();
        }
    }

    /** Cuts the connection of one lane, or of all of them. */
    void cut() {
        TwinCoordination now = port;
        if (up() && now != null) {
            Link.Fate fate = world.oneOf(List.of(Link.Fate.values()));
            machine.note("is cut off: " + fate);
            if (world.chance(0.5)) {
                now.cut(fate);
            } else {
                now.cut(world.oneOf(List.of("a", "b")), fate);
            }
        }
    }
}
