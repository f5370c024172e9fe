package io.tenure.app;

import io.tenure.coordination.Duty;
import io.tenure.http.Answers;
import io.tenure.http.LeasesResource;
import io.tenure.http.LocksResource;
import io.tenure.http.Verbs;
import io.tenure.lease.Abandoned;
import io.tenure.lease.Admission;
import io.tenure.lease.EndedSweep;
import io.tenure.lease.Ender;
import io.tenure.lease.Endings;
import io.tenure.lease.Expiry;
import io.tenure.lease.Hanging;
import io.tenure.lease.History;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Leases;
import io.tenure.lease.Limits;
import io.tenure.lease.Renewals;
import io.tenure.lease.Watching;
import io.tenure.lock.LockLooks;
import io.tenure.lock.Locks;
import io.tenure.lock.TokenChecks;
import io.tenure.lock.Tokens;
import io.tenure.queue.Acquire;
import io.tenure.queue.Means;
import io.tenure.queue.Queues;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;

/** Floors 2 to 4 of one server: leases, the queue, locks. */
final class Core {
    private final Limits limits;
    private final Hanging hanging = new Hanging();
    private final Expiry expiry;
    private final EndedSweep sweep;
    private final Leases leases;
    private final Renewals renewals;
    private final Acquire acquire;
    private final Locks locks;

    Core(
            Limits limits,
            Store store,
            Threads threads,
            String serverId,
            Duration sessionTimeout,
            History history,
            Tokens tokens,
            IntSupplier backlog) {
        this.limits = limits;
        LeaseNodes nodes = new LeaseNodes(store.coordination(), store.paths(), serverId, store.tokenBase());
        Ender ender = new Ender(nodes);
        Endings endings = new Endings(nodes, history);
        Abandoned abandoned = new Abandoned(nodes, ender, threads, sessionTimeout);
        Watching watching = new Watching(nodes, threads, hanging);
        expiry = new Expiry(nodes, ender, limits, threads);
        sweep = new EndedSweep(nodes, limits, threads);
        Admission admission = new Admission(limits, expiry::live, sweep::remembered, backlog);
        leases = new Leases(nodes, ender, endings, abandoned, watching, admission, threads, Core::nonce);
        renewals = new Renewals(nodes, ender, endings, limits, threads);
        acquire = new Acquire(
                new Means(nodes, ender, endings, renewals, abandoned, hanging, admission, threads, Core::nonce),
                serverId);
        Queues queues = new Queues(nodes);
        locks = new Locks(
                acquire,
                leases,
                queues,
                watching,
                admission,
                new LockLooks(queues, nodes, threads),
                new TokenChecks(queues, nodes, tokens));
    }

    /** What the coordinator does for leases. */
    List<Duty> duties() {
        return List.of(expiry, sweep);
    }

    /** The requests that hang. */
    Hanging hanging() {
        return hanging;
    }

    /** The leases that the coordinator knows, and those that it has ended. */
    Expiry expiry() {
        return expiry;
    }

    LeasesResource leasesResource(Answers answers, Verbs verbs) {
        return new LeasesResource(leases, renewals, acquire, limits, answers, verbs);
    }

    LocksResource locksResource(Answers answers, Verbs verbs) {
        return new LocksResource(locks, leases, limits, answers, verbs);
    }

    /** Unique among all requests of all servers, as far as 64 random bits make it. */
    private static String nonce() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
}
