package io.tenure.app;

import io.tenure.api.ElectionBody;
import io.tenure.api.LockBody;
import io.tenure.audit.History;
import io.tenure.coordination.Duty;
import io.tenure.election.ElectionLooks;
import io.tenure.election.Elections;
import io.tenure.election.Transfers;
import io.tenure.lease.Abandoned;
import io.tenure.lease.Admission;
import io.tenure.lease.EndedSweep;
import io.tenure.lease.Ender;
import io.tenure.lease.Endings;
import io.tenure.lease.Expiry;
import io.tenure.lease.Hanging;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lease.ReadOnly;
import io.tenure.lease.Recent;
import io.tenure.lease.Renewals;
import io.tenure.lease.Watching;
import io.tenure.lock.Downgrades;
import io.tenure.lock.Locks;
import io.tenure.lock.Semaphores;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Acquire;
import io.tenure.queue.Explain;
import io.tenure.queue.Following;
import io.tenure.queue.Freed;
import io.tenure.queue.HoldTimes;
import io.tenure.queue.Looks;
import io.tenure.queue.Means;
import io.tenure.queue.Queues;
import io.tenure.queue.TokenChecks;
import io.tenure.queue.Tokens;
import io.tenure.queue.WaitLooks;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Floors 2 to 4 of one server: leases, queues, locks, and the duties of the coordinator that belong to them. */
final class Tenures {
    /** No server may have longer sessions; a lost attempt cannot commit after twice this. */
    private static final Duration LONGEST_SESSION = Duration.ofMinutes(2);

    private final LeaseNodes nodes;
    private final Leases leases;
    private final Renewals renewals;
    private final Acquire acquire;
    private final Map<Kind, Locks> locks = new EnumMap<>(Kind.class);
    private final Map<Kind, Following<Name, LockBody>> following = new EnumMap<>(Kind.class);
    private final Following<Name, ElectionBody> followingElections;
    private final Following<LeaseId, Leases.Shown> followingLeases;
    private final Downgrades downgrades;
    private final Semaphores semaphores;
    private final Elections elections;
    private final Transfers transfers;
    private final Explain explain;
    private final WaitLooks waits;
    private final ReadOnly readOnly;
    private final Hanging hanging = new Hanging();
    private final Expiry expiry;
    private final EndedSweep endedSweep;

    /**
     * Makes all of it; nothing is opened.
     *
     * @param history how ended leases ended, from the audit log
     * @param known which fencing tokens were given out, from the audit log
     * @param times for how long things are held, from the audit log
     * @param backlog how many audit records wait
     * @param full why the store has no room for anything new
     */
    Tenures(
            Store store,
            String serverId,
            Limits limits,
            Threads threads,
            History history,
            Tokens known,
            HoldTimes times,
            IntSupplier backlog,
            Supplier<Optional<String>> full) {
        nodes = new LeaseNodes(
                store.coordination(),
                store.paths(),
                serverId,
                store.tokenBase(),
                new Recent(threads, limits.endedMemory()));
        Ender ender = new Ender(nodes);
        Endings endings = new Endings(nodes, history);
        Abandoned abandoned = new Abandoned(nodes, ender, threads, LONGEST_SESSION);
        Watching watching = new Watching(nodes, threads, hanging);
        Supplier<String> nonces = () -> UUID.randomUUID().toString();
        expiry = new Expiry(nodes, ender, limits, threads);
        endedSweep = new EndedSweep(nodes, limits, threads);
        renewals = new Renewals(nodes, ender, endings, limits, threads);
        readOnly = new ReadOnly(store.coordination(), store.paths(), threads);
        Admission admission =
                new Admission(limits, expiry::live, endedSweep::remembered, backlog, full, readOnly::refusal);
        leases = new Leases(nodes, ender, endings, abandoned, watching, admission, threads, nonces);
        acquire = new Acquire(
                new Means(nodes, ender, endings, renewals, abandoned, hanging, admission, threads, new Freed(), nonces),
                serverId);
        readOnly.whenOff(acquire::resume);
        Queues queues = new Queues(nodes);
        for (Kind kind : List.of(Kind.LOCK, Kind.RWLOCK, Kind.SEMAPHORE)) {
            Looks looks = new Looks(kind, queues, nodes, threads);
            TokenChecks tokens = new TokenChecks(kind, queues, nodes, known);
            Following<Name, LockBody> followed =
                    Following.names(kind, nodes, threads, hanging, looks::look, LockBody::revision);
            following.put(kind, followed);
            locks.put(kind, new Locks(kind, acquire, leases, queues, watching, admission, looks, followed, tokens));
        }
        downgrades = new Downgrades(nodes, leases);
        semaphores = new Semaphores(nodes, admission, nonces);
        ElectionLooks electionLooks = new ElectionLooks(queues, nodes, threads);
        followingElections =
                Following.names(Kind.ELECTION, nodes, threads, hanging, electionLooks::look, ElectionBody::revision);
        followingLeases = new Following<>(
                nodes,
                threads,
                hanging,
                lease -> List.of(nodes.paths().lease(lease)),
                leases::state,
                Leases.Shown::revision);
        elections = new Elections(
                acquire,
                leases,
                nodes,
                admission,
                electionLooks,
                followingElections,
                new TokenChecks(Kind.ELECTION, queues, nodes, known));
        transfers = new Transfers(queues, nodes, ender, admission, electionLooks);
        explain = new Explain(nodes, times, threads);
        waits = new WaitLooks(nodes);
    }

    LeaseNodes nodes() {
        return nodes;
    }

    Leases leases() {
        return leases;
    }

    Renewals renewals() {
        return renewals;
    }

    Acquire acquire() {
        return acquire;
    }

    /** Locks, read/write locks or semaphores. */
    Locks locks(Kind kind) {
        return Objects.requireNonNull(locks.get(kind), kind.wire());
    }

    Downgrades downgrades() {
        return downgrades;
    }

    Semaphores semaphores() {
        return semaphores;
    }

    Elections elections() {
        return elections;
    }

    Transfers transfers() {
        return transfers;
    }

    /** Followed locks, read/write locks and semaphores. */
    Map<Kind, Following<Name, LockBody>> following() {
        return following;
    }

    /** Followed elections. */
    Following<Name, ElectionBody> followingElections() {
        return followingElections;
    }

    /** Followed leases. */
    Following<LeaseId, Leases.Shown> followingLeases() {
        return followingLeases;
    }

    Explain explain() {
        return explain;
    }

    WaitLooks waits() {
        return waits;
    }

    /** Whether the cluster is read-only. */
    ReadOnly readOnly() {
        return readOnly;
    }

    /** The requests that hang; stopping answers them. */
    Hanging hanging() {
        return hanging;
    }

    /** The leases that the coordinator knows. */
    Expiry expiry() {
        return expiry;
    }

    /** What the coordinator does for leases. */
    List<Duty> duties() {
        return List.of(expiry, endedSweep);
    }
}
