package io.tenure.coordination.zookeeper;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Duty.Term;
import io.tenure.coordination.ElectedRole.Holder;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.Watcher;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node that numbers the coordinators' terms and names the latest coordinator.
 *
 * <p>Its version is the fence: whoever writes it ends what earlier terms may write. Safe for use by many threads.
 */
final class Epoch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Epoch.class);

    private final Coordination coordination;
    private final String lane;
    private final String path;
    private final String server;
    private volatile @Nullable Holder holder;
    private volatile @Nullable Registration watch;

    Epoch(Coordination coordination, String lane, String path, String server) {
        this.coordination = coordination;
        this.lane = lane;
        this.path = path;
        this.server = server;
    }

    /** Begins a term of this server; empty when that could not be done, or it is not known whether it was. Blocks. */
    Optional<Term> begin() {
        try {
            if (!(read() instanceof Found.Node node)) {
                return Optional.empty();
            }
            long next = number(node) + 1;
            byte[] data = new Holder(server, next).bytes();
            Operation write = new Operation.SetData(path, data, node.stamp().version());
            Outcome outcome = coordination
                    .commit(lane, List.of(write))
                    .toCompletableFuture()
                    .join();
            if (outcome instanceof Outcome.Done done) {
                return Optional.of(
                        new Term(next, new Operation.Check(path, done.stamp(0).version())));
            }
        } catch (CompletionException unavailable) {
            LOG.debug("no epoch yet", unavailable);
        }
        return Optional.empty();
    }

    private Found read() {
        return coordination
                .read(lane, List.of(new Query.Data(path)))
                .toCompletableFuture()
                .join()
                .get(0);
    }

    /** Keeps {@link #holder} up to date. */
    void follow() {
        watch = coordination.watch(lane, path, Watcher.of(this::look));
    }

    private void look() {
        coordination.read(lane, List.of(new Query.Data(path))).whenComplete((found, failure) -> {
            if (found != null) {
                holder = found.get(0) instanceof Found.Node node ? Holder.parse(node.data()) : null;
            }
        });
    }

    /** Who began a term last, as far as this server has seen. */
    Optional<Holder> holder() {
        return Optional.ofNullable(holder);
    }

    private static long number(Found.Node node) {
        Holder last = Holder.parse(node.data());
        return last == null ? 0 : last.epoch();
    }

    @Override
    public void close() {
        Registration opened = watch;
        if (opened != null) {
            opened.close();
        }
    }
}
