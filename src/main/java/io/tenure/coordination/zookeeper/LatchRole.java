package io.tenure.coordination.zookeeper;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Duty;
import io.tenure.coordination.ElectedRole;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role of coordinator by Curator's {@code LeaderLatch}, fenced by an epoch.
 *
 * <p>The latch steps down as soon as its connection is in doubt; that alone does not stop a paused process, so a term begins with a
 * new epoch in the store and every write of a duty checks it. Duties begin and end on one thread of its own. Safe for use by many
 * threads. A session of its own keeps the election apart from the load of the lanes.
 */
public final class LatchRole implements ElectedRole {
    private static final Logger LOG = LoggerFactory.getLogger(LatchRole.class);
    private static final String LANE = "coordinator";
    private static final long RETRY_MILLIS = 100;
    private static final long CLOSE_SECONDS = 10;

    private final Coordination coordination;
    private final Paths paths;
    private final boolean clearAtStart;
    private final CuratorFramework curator;
    private final LeaderLatch latch;
    private final Epoch epoch;
    private final ScheduledThreadPoolExecutor thread;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Duty.@Nullable Term term;

    // Both belong to the thread.
    private List<Duty> duties = List.of();
    private boolean onDuty;

    /**
     * Prepares to stand, and does not yet.
     *
     * @param server the id of this server, which the others are shown
     * @param clearLatchAtStart for a store that nobody else stands in, the embedded one: removes what an earlier run of this server
     *     left in the queue for the role, which would delay it by a session's timeout after a kill
     */
    public LatchRole(
            Connection connection, Coordination coordination, Paths paths, String server, boolean clearLatchAtStart) {
        this.coordination = coordination;
        this.paths = paths;
        this.clearAtStart = clearLatchAtStart;
        this.curator = connection.forRecipes("coordinator");
        this.latch = new LeaderLatch(curator, paths.latch(), server);
        this.epoch = new Epoch(coordination, LANE, paths.epoch(), server);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread owned = new Thread(task, "tenure-coordinator");
            owned.setDaemon(true);
            return owned;
        });
    }

    @Override
    public void stand(List<Duty> wanted) {
        epoch.follow();
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {
                run(LatchRole.this::won);
            }

            @Override
            public void notLeader() {
                // At once, so that nobody who asks is told of a term that is in doubt while duties still end.
                term = null;
                run(LatchRole.this::lost);
            }
        });
        run(() -> {
            duties = List.copyOf(wanted);
            start();
        });
    }

    private void start() {
        if (closed.get()) {
            return;
        }
        if (clearAtStart && !clear()) {
            again(this::start);
            return;
        }
        try {
            curator.start();
            latch.start();
        } catch (Exception failure) {
            throw new IllegalStateException("the latch did not start", failure);
        }
    }

    /** Removes all that stand in the queue for the role; false when the store could not be asked. */
    private boolean clear() {
        try {
            Found found = coordination
                    .read(LANE, List.of(new Query.Children(paths.latch())))
                    .toCompletableFuture()
                    .join()
                    .get(0);
            return !(found instanceof Found.Children left)
                    || left.names().stream().allMatch(child -> remove(paths.latch() + "/" + child));
        } catch (CompletionException unavailable) {
            return false;
        }
    }

    private boolean remove(String path) {
        Operation delete = new Operation.Delete(path, -1);
        return !(coordination
                        .commit(LANE, List.of(delete))
                        .toCompletableFuture()
                        .join()
                instanceof Outcome.Unavailable);
    }

    private void won() {
        if (onDuty || closed.get() || !latch.hasLeadership()) {
            return;
        }
        Optional<Duty.Term> begun = epoch.begin();
        if (begun.isEmpty()) {
            // The store does not answer, or another server has begun a term meanwhile; if so the latch will say that
            // too.
            again(this::won);
            return;
        }
        LOG.info("coordinator from here on, epoch {}", begun.get().epoch());
        term = begun.get();
        if (closed.get() || !latch.hasLeadership()) {
            // It was lost while the epoch was written; what its listener put away has just been put back.
            term = null;
            return;
        }
        onDuty = true;
        duties.forEach(duty -> guarded(() -> duty.begin(begun.get())));
    }

    private void lost() {
        term = null;
        if (onDuty) {
            onDuty = false;
            LOG.info("coordinator no longer");
            List<Duty> reversed = new ArrayList<>(duties);
            Collections.reverse(reversed);
            reversed.forEach(duty -> guarded(duty::end));
        }
    }

    /** One duty's fault must not keep the others from their beginning or end. */
    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException fault) {
            LOG.error("a duty failed", fault);
        }
    }

    private void run(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException stopped) {
            LOG.debug("closed already", stopped);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // guarded() lets nothing escape
    private void again(Runnable task) {
        try {
            thread.schedule(() -> guarded(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("closed already", stopped);
        }
    }

    @Override
    public Optional<Duty.Term> term() {
        return Optional.ofNullable(term);
    }

    @Override
    public Optional<Holder> coordinator() {
        return epoch.holder();
    }

    /** Ends the duties, and only then lets the next server have the role. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        term = null;
        run(this::lost);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a duty of the coordinator does not end; the role is given up all the same");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        epoch.close();
        giveUp();
    }

    private void giveUp() {
        try {
            if (latch.getState() == LeaderLatch.State.STARTED) {
                latch.close();
            }
        } catch (IOException failure) {
            LOG.debug("the latch ends with its session", failure);
        }
        curator.close();
    }
}
