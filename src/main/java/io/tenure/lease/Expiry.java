package io.tenure.lease;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Duty;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import io.tenure.lease.Lease.Hold;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The duty that ends leases nobody renews, and lets go the names that stay closed for a while.
 *
 * <p>One watch tells of every write to a lease. A write restarts the lease's time at the moment it is told, which is never before
 * the write; a lease whose time seems over is read on the same lane, and only if no write was told in between and the time which
 * that very version grants has passed is it ended, by that version. So a renewal that comes in between wins, a remembered TTL never
 * decides, and nothing is read about leases that live for less than the shortest TTL. Safe for use by many threads.
 *
 * <p>A lease that stays quiet has its age kept in the store ({@link Ages}); a coordinator that finds it unchanged goes on from there.
 *
 * <pre>
 * entries  id -> when its last write was told, when to look at it
 * wakes    by time; an entry that was told of meanwhile is found again later, so a renewal costs no reordering
 * </pre>
 */
public final class Expiry implements Duty {
    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final long FIRST_LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final Duration NEXT_LOOK = Duration.ofSeconds(1);
    private static final int SHARDS_AT_ONCE = 8;
    private static final int READS_AT_ONCE = 256;
    private static final String LANE = "expiry";

    private final LeaseNodes nodes;
    private final Ender ender;
    private final Timers timers;
    private final long graceMillis;
    private final Ages ages;
    private final long quietNanos;
    private final Throttle reads = new Throttle(READS_AT_ONCE);
    private final LongAdder expired = new LongAdder();

    @GuardedBy("this")
    private final Map<LeaseId, Entry> entries = new HashMap<>();

    @GuardedBy("this")
    private final PriorityQueue<Wake> wakes = new PriorityQueue<>();

    @GuardedBy("this")
    private @Nullable Term term;

    @GuardedBy("this")
    private long tickAt = Long.MAX_VALUE;

    @GuardedBy("this")
    private final List<Registration> watches = new ArrayList<>();

    public Expiry(LeaseNodes nodes, Ender ender, Limits limits, Timers timers) {
        this(nodes, ender, limits, timers, Ages.QUIET);
    }

    /** @param quiet for how long a lease is watched before its age is kept for a successor; what is usual is right for a service */
    public Expiry(LeaseNodes nodes, Ender ender, Limits limits, Timers timers, Duration quiet) {
        this.nodes = nodes;
        this.ender = ender;
        this.timers = timers;
        this.graceMillis = limits.grace().toMillis();
        this.ages = new Ages(nodes, LANE, quiet);
        this.quietNanos = quiet.toNanos();
    }

    private static final class Entry {
        /** When the last write was told, nanoseconds of this server's clock. */
        long toldAt;
        /** How much older the version is than that, nanoseconds: what a predecessor has seen of it. */
        long headStart;
        /** The number of the last write, once a read has shown it; otherwise 0. */
        long write;
        /** What a predecessor has stored, as long as no read has shown whether the version is still that one. */
        Ages.@Nullable Age left;
        /** Whether a read was asked for only to know the number of the last write. */
        boolean asked;
        /** When to look at it next; a wake for another time is out of date. */
        long wakeAt;
        /** Whether its time may get shorter by an ordinary write: then a write makes it as good as new. */
        boolean patient;

        void told(long now) {
            toldAt = now;
            headStart = 0;
            write = 0;
            left = null;
            asked = false;
        }

        /** A read has shown which version it is that nothing was told of since {@code toldAt}. */
        void shown(long number) {
            write = number;
            if (left != null && left.write() == number) {
                headStart = TimeUnit.MILLISECONDS.toNanos(left.millis());
            }
            left = null;
        }

        /** From when on the version has surely stood. */
        long since() {
            return toldAt - headStart;
        }
    }

    private record Wake(long at, LeaseId id) implements Comparable<Wake> {
        @Override
        public int compareTo(Wake other) {
            return Long.compare(at - other.at, 0);
        }
    }

    @Override
    public void begin(Term newTerm) {
        synchronized (this) {
            term = newTerm;
        }
        Registration leases = nodes.store().watch(LANE, nodes.paths().leases(), new Writes());
        Registration attention = nodes.store().watch(LANE, nodes.paths().attention(), new Attention());
        synchronized (this) {
            if (newTerm.equals(term)) {
                watches.add(leases);
                watches.add(attention);
                timers.after(ages.pause(), () -> keepAges(newTerm));
                return;
            }
        }
        leases.close();
        attention.close();
    }

    @Override
    public void end() {
        List<Registration> open;
        synchronized (this) {
            term = null;
            forget();
            tickAt = Long.MAX_VALUE;
            open = List.copyOf(watches);
            watches.clear();
        }
        open.forEach(Registration::close);
    }

    /** How many leases the coordinator knows; 0 where this server is not the coordinator. */
    public synchronized int live() {
        return entries.size();
    }

    /** How many leases this server has ended because nobody renewed them. */
    public long expired() {
        return expired.sum();
    }

    private final class Writes implements Watcher {
        @Override
        public void standing() {
            forget();
            List<String> shards = Arrays.asList(LeaseId.shards());
            for (int from = 0; from < shards.size(); from += SHARDS_AT_ONCE) {
                list(shards.subList(from, from + SHARDS_AT_ONCE));
            }
        }

        @Override
        public void changed(Change change, String path) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (name.length() != 36) {
                return;
            }
            LeaseId id = new LeaseId(name);
            if (change == Change.DELETED) {
                synchronized (Expiry.this) {
                    entries.remove(id);
                }
            } else {
                told(id);
            }
        }

        @Override
        public void interrupted() {
            // a renewal may go untold from here on: nothing known so far may decide
            forget();
        }
    }

    /** Leases whose time has become shorter by their last write. */
    private final class Attention implements Watcher {
        @Override
        public void standing() {
            nodes.store()
                    .read(LANE, List.of(new Query.Children(nodes.paths().attention())))
                    .thenAccept(found -> {
                        if (found.get(0) instanceof Found.Children children) {
                            children.names().forEach(name -> look(new LeaseId(name)));
                        }
                    });
        }

        @Override
        public void changed(Change change, String path) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (change == Change.CREATED && name.length() == 36) {
                look(new LeaseId(name));
            }
        }

        private void look(LeaseId id) {
            Term now = currentTerm();
            if (now != null) {
                nodes.store()
                        .commit(
                                LANE,
                                List.of(
                                        now.fence(),
                                        new Operation.Delete(nodes.paths().attention() + "/" + id, -1)))
                        .thenAccept(done -> check(id));
            }
        }

        @Override
        public void interrupted() {
            // listed again when it stands
        }
    }

    private synchronized void forget() {
        entries.clear();
        wakes.clear();
        ages.forget();
    }

    private void list(List<String> shards) {
        List<Query> queries = shards.stream()
                .flatMap(
                        shard -> Stream.of(new Query.Children(nodes.paths().leases() + "/" + shard), ages.query(shard)))
                .toList();
        nodes.store().read(LANE, queries).whenComplete((found, failure) -> {
            if (failure != null) {
                if (currentTerm() != null) {
                    timers.after(RETRY, () -> list(shards));
                }
                return;
            }
            for (int i = 0; i < found.size(); i += 2) {
                if (found.get(i) instanceof Found.Children children) {
                    Map<LeaseId, Ages.Age> left = ages.read(found.get(i + 1));
                    children.names().stream().map(LeaseId::new).forEach(id -> found(id, left.get(id)));
                }
            }
        });
    }

    private void found(LeaseId id, Ages.@Nullable Age left) {
        synchronized (this) {
            if (!entries.containsKey(id)) {
                told(id);
                Entry entry = entries.get(id);
                if (entry != null) {
                    entry.left = left;
                }
            }
        }
    }

    private void told(LeaseId id) {
        long now = timers.nanos();
        synchronized (this) {
            if (term == null) {
                return;
            }
            Entry entry = entries.get(id);
            if (entry == null) {
                entry = new Entry();
                entry.patient = true;
                entries.put(id, entry);
            }
            entry.told(now);
            if (entry.patient) {
                entry.patient = false;
                wake(id, entry, now + FIRST_LOOK);
            }
        }
    }

    @GuardedBy("this")
    private void wake(LeaseId id, Entry entry, long at) {
        entry.wakeAt = at;
        wakes.add(new Wake(at, id));
        if (tickAt == Long.MAX_VALUE || at - tickAt < 0) {
            tickAt(at, timers.nanos());
        }
    }

    /** As {@link #wake}, where to be woken sooner does no harm: a look in between leaves no second wake behind. */
    @GuardedBy("this")
    private void wakeBy(LeaseId id, Entry entry, long at) {
        boolean pending = entry.wakeAt - timers.nanos() > 0;
        if (!pending || entry.wakeAt - at > 0) {
            wake(id, entry, at);
        }
    }

    @GuardedBy("this")
    private void tickAt(long at, long now) {
        tickAt = at;
        timers.after(Duration.ofNanos(Math.max(0, at - now)), () -> tick(at));
    }

    private void tick(long planned) {
        List<LeaseId> due = new ArrayList<>();
        long now = timers.nanos();
        synchronized (this) {
            if (planned != tickAt) {
                return;
            }
            tickAt = Long.MAX_VALUE;
            while (!wakes.isEmpty()) {
                Wake wake = wakes.peek();
                Entry entry = entries.get(wake.id());
                boolean outOfDate = entry == null || entry.wakeAt != wake.at();
                if (!outOfDate && wake.at() - now > 0) {
                    tickAt(wake.at(), now);
                    break;
                }
                wakes.remove();
                if (!outOfDate) {
                    due.add(wake.id());
                }
            }
        }
        due.forEach(this::check);
    }

    /** Stores how long quiet leases have been so, and looks at those of which that is not known; again and again. */
    private void keepAges(Term now) {
        List<Ages.Watched> known = new ArrayList<>();
        List<LeaseId> unknown = new ArrayList<>();
        synchronized (this) {
            if (!now.equals(term)) {
                return;
            }
            long at = timers.nanos();
            for (Map.Entry<LeaseId, Entry> each : entries.entrySet()) {
                LeaseId id = each.getKey();
                Entry entry = each.getValue();
                if (entry.left != null) {
                    known.add(new Ages.Watched(entry.left, 0));
                } else if (at - entry.since() >= quietNanos && entry.write != 0) {
                    known.add(new Ages.Watched(
                            new Ages.Age(id, entry.write, TimeUnit.NANOSECONDS.toMillis(at - entry.since())),
                            TimeUnit.NANOSECONDS.toMillis(at - entry.toldAt)));
                } else if (at - entry.since() >= quietNanos && !entry.asked) {
                    entry.asked = true;
                    unknown.add(id);
                }
            }
        }
        unknown.forEach(this::check);
        ages.store(now, known).whenComplete((done, failure) -> timers.after(ages.pause(), () -> keepAges(now)));
    }

    /** Looks at a lease, and does what is due. After a change of coordinator there may be very many to look at. */
    private void check(LeaseId id) {
        reads.run(() -> look(id));
    }

    private CompletionStage<?> look(LeaseId id) {
        long toldAt;
        synchronized (this) {
            Entry entry = entries.get(id);
            if (entry == null || term == null) {
                return CompletableFuture.completedFuture(null);
            }
            toldAt = entry.toldAt;
        }
        return nodes.store().read(LANE, List.of(nodes.query(id))).whenComplete((found, failure) -> {
            if (failure != null) {
                again(id, RETRY);
                return;
            }
            Optional<StoredLease> stored;
            try {
                stored = nodes.node(id, found.get(0));
            } catch (RuntimeException damaged) {
                LOG.warn("lease {} cannot be read and will not expire: {}", id, damaged.getMessage());
                return;
            }
            if (stored.isEmpty()) {
                synchronized (this) {
                    entries.remove(id);
                }
                return;
            }
            judge(id, toldAt, stored.get());
        });
    }

    private void judge(LeaseId id, long toldAt, StoredLease stored) {
        Deadline deadline = Deadline.of(stored, graceMillis);
        Term now;
        long passed;
        synchronized (this) {
            Entry entry = entries.get(id);
            now = term;
            if (entry == null || now == null) {
                return;
            }
            entry.patient = stored.lease().waits();
            if (entry.toldAt == toldAt) {
                // the answer came behind every event of a write that it shows: toldAt is that of this version, or later
                entry.shown(Ages.write(stored));
            }
            passed = TimeUnit.NANOSECONDS.toMillis(timers.nanos() - entry.since());
            if (entry.toldAt != toldAt && entry.patient) {
                // a write came in between: it may have been the grant, after which the lease has less time than this
                // version
                wake(id, entry, timers.nanos() + RETRY.toNanos());
                return;
            }
            if (entry.toldAt != toldAt || passed < deadline.afterMillis()) {
                wakeBy(id, entry, entry.since() + TimeUnit.MILLISECONDS.toNanos(deadline.afterMillis()));
                return;
            }
        }
        act(id, stored, deadline, passed, now);
    }

    private void act(LeaseId id, StoredLease stored, Deadline deadline, long passedMillis, Term now) {
        switch (deadline.due()) {
            case EXPIRE, MAX_HOLD, REVOKE ->
                ender.endLease(LANE, stored, deadline.how(stored.lease()), List.of(now.fence()))
                        .whenComplete((result, failure) -> {
                            if (result instanceof Ender.Result.Done) {
                                expired.increment();
                                LOG.info(
                                        "lease {} of {} ended: {}",
                                        id,
                                        stored.lease().owner(),
                                        deadline.due());
                            } else if (!(result instanceof Ender.Result.Changed changed && changed.deposed())) {
                                again(id, RETRY);
                            }
                        });
            case OPEN -> open(id, stored, passedMillis, now);
            case FORGET ->
                commit(
                        id,
                        List.of(now.fence(), new Operation.Delete(nodes.paths().lease(id), stored.version())));
        }
    }

    private void open(LeaseId id, StoredLease stored, long passedMillis, Term now) {
        List<Operation> operations = new ArrayList<>();
        operations.add(now.fence());
        List<Hold> rest = new ArrayList<>();
        Map<Hold, String> opened = new LinkedHashMap<>();
        List<Operation> places = new ArrayList<>();
        for (Hold hold : stored.filled().holds()) {
            if (Deadline.opens(stored, hold, passedMillis, graceMillis)) {
                String place = String.valueOf(hold.place());
                opened.put(hold, place);
                places.addAll(nodes.deletePlaces(hold, place));
            } else {
                rest.add(hold);
            }
        }
        operations.add(
                rest.isEmpty() && !stored.lease().lives()
                        ? new Operation.Delete(nodes.paths().lease(stored.id()), stored.version())
                        : nodes.write(stored, stored.filled().withHolds(rest)));
        operations.addAll(places);
        ender.wakes(LANE, opened).whenComplete((wakes, failure) -> {
            if (failure == null) {
                operations.addAll(wakes);
                commit(id, operations);
            } else {
                again(id, RETRY);
            }
        });
    }

    private void commit(LeaseId id, List<Operation> operations) {
        nodes.store().commit(LANE, operations).thenAccept(outcome -> {
            if (outcome instanceof Outcome.Conflict conflict
                    && operations.get(conflict.index()) instanceof Operation.Delete
                    && conflict.index() > 1) {
                List<Operation> without = new ArrayList<>(operations);
                without.remove(conflict.index());
                commit(id, without);
            } else {
                // a lease that lives on when its names are let go has an end before it still
                again(id, outcome instanceof Outcome.Done ? NEXT_LOOK : RETRY);
            }
        });
    }

    private void again(LeaseId id, Duration pause) {
        synchronized (this) {
            Entry entry = entries.get(id);
            if (entry != null && term != null) {
                wake(id, entry, timers.nanos() + pause.toNanos());
            }
        }
    }

    private synchronized @Nullable Term currentTerm() {
        return term;
    }
}
