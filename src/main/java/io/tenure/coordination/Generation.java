package io.tenure.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How often a cluster was restored from a backup, as a server found it when it started, and whether that is still so.
 *
 * <p>A restore raises the token base, which a server reads when it starts, and gives the cluster another outbox, in which each grant
 * and each end is recorded. So a server that started before a restore can neither grant nor end anything behind it, whether it has
 * heard of it or not; this only tells people, and keeps requests away. Safe for use by many threads.
 */
public final class Generation {
    private static final String LANE = "generation";

    private final Coordination coordination;
    private final Paths paths;
    private final AtomicReference<Runnable> leave = new AtomicReference<>(() -> {});
    private volatile Optional<String> fault = Optional.empty();
    private volatile boolean left;

    /** @param paths of the generation that this server started in */
    public Generation(Coordination coordination, Paths paths) {
        this.coordination = coordination;
        this.paths = paths;
    }

    /**
     * What a server has to know when it starts, of one moment.
     *
     * @param generation how often the cluster was restored
     * @param tokenBase what every fencing token is counted from; a restore raises it
     */
    public record Start(int generation, long tokenBase) {}

    /**
     * How it is now. Blocks.
     *
     * @throws StoreException if the store cannot be asked; {@link StoreException.Away} if it may be asked again
     */
    public static Start read(Coordination coordination, Paths paths) {
        List<Query> queries = List.of(new Query.Data(paths.restored()), new Query.Data(paths.tokenBase()));
        try {
            List<Found> found =
                    coordination.read(LANE, queries).toCompletableFuture().join();
            long base = found.get(1) instanceof Found.Node node ? Long.parseLong(new String(node.data(), UTF_8)) : 0;
            return new Start(number(found.get(0)), base);
        } catch (RuntimeException failure) {
            throw Bootstrap.unanswered(failure);
        }
    }

    static int number(Found found) {
        return found instanceof Found.Node node ? Integer.parseInt(new String(node.data(), UTF_8)) : 0;
    }

    /** From now on {@link #fault} is up to date, until the registration is closed. */
    public Coordination.Registration follow() {
        Coordination.Registration restoring = coordination.watch(LANE, paths.restoring(), Watcher.of(this::look));
        Coordination.Registration restored = coordination.watch(LANE, paths.restored(), Watcher.of(this::look));
        return () -> {
            restoring.close();
            restored.close();
        };
    }

    /** Runs the task, once, when it is heard that the cluster was restored since this server started. It must not block. */
    public void whenLeft(Runnable task) {
        leave.set(task);
        if (left) {
            leave();
        }
    }

    private void leave() {
        leave.getAndSet(() -> {}).run();
    }

    /** Why this server must not serve, as far as it has heard. */
    public Optional<String> fault() {
        return fault;
    }

    private void look() {
        List<Query> queries = List.of(new Query.Data(paths.restoring()), new Query.Data(paths.restored()));
        coordination.read(LANE, queries).thenAccept(found -> {
            if (found.get(0) instanceof Found.Node) {
                fault = Optional.of("a restore is under way, or was cut off: nothing is granted until one is complete;"
                        + " if none runs, repeat it, or begin with an empty store");
            } else if (number(found.get(1)) != paths.generation()) {
                fault = Optional.of(
                        "the cluster was restored from a backup since this server started: start this server again");
                left = true;
                leave();
            } else {
                fault = Optional.empty();
            }
        });
    }
}
