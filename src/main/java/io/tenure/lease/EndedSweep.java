package io.tenure.lease;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Duty;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The duty that forgets how client-named leases ended, when that has been remembered for long enough.
 *
 * <p>Each shard is listed once in every {@code endedMemory}; what was there the time before has stood for at least that long and is
 * deleted. So no stamp is read and no clocks are compared, and a memory lasts between one and two times {@code endedMemory}. Safe
 * for use by many threads.
 */
public final class EndedSweep implements Duty {
    private static final String LANE = "ended";
    private static final int AT_ONCE = 200;

    private final LeaseNodes nodes;
    private final Timers timers;
    private final Duration pause;

    @GuardedBy("this")
    private final Map<String, Set<String>> seen = new HashMap<>();

    @GuardedBy("this")
    private @Nullable Term term;

    @GuardedBy("this")
    private int count;

    public EndedSweep(LeaseNodes nodes, Limits limits, Timers timers) {
        this.nodes = nodes;
        this.timers = timers;
        this.pause = limits.endedMemory().dividedBy(LeaseId.shards().length);
    }

    @Override
    public void begin(Term newTerm) {
        synchronized (this) {
            term = newTerm;
        }
        visit(newTerm, 0);
    }

    @Override
    public void end() {
        synchronized (this) {
            term = null;
            seen.clear();
            count = 0;
        }
    }

    /** About how many ended ids are remembered; 0 where this server is not the coordinator. */
    public synchronized int remembered() {
        return count;
    }

    private void visit(Term now, int index) {
        synchronized (this) {
            if (!now.equals(term)) {
                return;
            }
        }
        String[] shards = LeaseId.shards();
        String shard = shards[index];
        String path = nodes.paths().endeds() + "/" + shard;
        nodes.store()
                .read(LANE, List.of(new Query.Children(path)))
                .thenCompose(found -> found.get(0) instanceof Found.Children children
                        ? delete(now, path, listed(shard, children.names()))
                        : CompletableFuture.completedFuture(null))
                .whenComplete((done, failure) -> timers.after(pause, () -> visit(now, (index + 1) % shards.length)));
    }

    /** Takes a new listing of a shard; those that were in the one before are due. */
    private synchronized List<String> listed(String shard, List<String> names) {
        Set<String> before = seen.getOrDefault(shard, Set.of());
        List<String> due = names.stream().filter(before::contains).toList();
        Set<String> rest = new HashSet<>(names);
        due.forEach(rest::remove);
        seen.put(shard, rest);
        count += rest.size() - before.size();
        return due;
    }

    private CompletionStage<Void> delete(Term now, String path, List<String> due) {
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        for (int from = 0; from < due.size(); from += AT_ONCE) {
            List<Operation> operations = new ArrayList<>();
            operations.add(now.fence());
            due.subList(from, Math.min(due.size(), from + AT_ONCE))
                    .forEach(name -> operations.add(new Operation.Delete(path + "/" + name, -1)));
            all = all.thenCombine(nodes.store().commit(LANE, operations), (one, outcome) -> null);
        }
        return all;
    }
}
