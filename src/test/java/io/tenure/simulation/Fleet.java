package io.tenure.simulation;

import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The servers as clients reach them: any of them, over a network that is slow, that doubles requests and delivers them late, and
 * that does not say whether a request that is not answered was heard.
 */
final class Fleet {
    private static final Duration LATEST = Duration.ofSeconds(6);

    private final World world;
    private final List<Server> servers = new ArrayList<>();
    private final double doubled;
    private int breaks;

    /** @param doubled how often a request arrives late, or a second time, 0 to 1 */
    Fleet(World world, double doubled) {
        this.world = world;
        this.doubled = doubled;
    }

    List<Server> servers() {
        return servers;
    }

    /** A request under way. */
    interface Call {
        /** The client hangs up: nothing that comes is heard any more, and the server may notice. */
        void hangUp();
    }

    /** Asks some server, and hands on its answer unless the client has hung up; there may be none for ever. */
    Call ask(BiFunction<Service, Presence, CompletionStage<Answer>> request, Consumer<Answer> answered) {
        Connection connection = new Connection();
        boolean[] over = {false};
        Server first = world.oneOf(servers);
        // A proxy may sit on a request for so long that its client has asked somebody else meanwhile.
        long delay = world.chance(doubled / 4) ? world.bits(LATEST.toNanos()) : world.latency();
        deliver(first, delay, connection, request, answer -> {
            if (!over[0]) {
                over[0] = true;
                answered.accept(answer);
            }
        });
        if (world.chance(doubled)) {
            Connection ghost = new Connection();
            ghost.end();
            deliver(world.oneOf(servers), world.bits(LATEST.toNanos()), ghost, request, answer -> {});
        }
        return () -> {
            over[0] = true;
            if (world.chance(0.7)) {
                world.after(world.latency() * 4, () -> first.machine().run(connection::end));
            }
        };
    }

    private void deliver(
            Server server,
            long delay,
            Connection connection,
            BiFunction<Service, Presence, CompletionStage<Answer>> request,
            Consumer<Answer> answered) {
        int then = breaks;
        world.after(delay, () -> {
            if (then == breaks) {
                server.serve(service -> request.apply(service, connection)
                        .thenAccept(answer -> world.after(world.latency(), () -> {
                            if (then == breaks) {
                                answered.accept(answer);
                            }
                        })));
            }
        });
    }

    /** Everything that is on its way is lost, requests and answers. */
    void breakAll() {
        breaks++;
    }
}
