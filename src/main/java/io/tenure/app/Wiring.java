package io.tenure.app;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.tenure.backup.Backups;
import io.tenure.coordination.Blocking;
import io.tenure.coordination.Duty;
import io.tenure.coordination.ElectedRole;
import io.tenure.coordination.LiveServer;
import io.tenure.http.Answers;
import io.tenure.http.BackupResource;
import io.tenure.http.Cluster;
import io.tenure.http.ClusterResource;
import io.tenure.http.ElectionsResource;
import io.tenure.http.EventStreams;
import io.tenure.http.Events;
import io.tenure.http.HealthResource;
import io.tenure.http.LeasesResource;
import io.tenure.http.Level;
import io.tenure.http.LocksResource;
import io.tenure.http.ReadOnlyResource;
import io.tenure.http.RootResource;
import io.tenure.http.RwLocksResource;
import io.tenure.http.SemaphoresResource;
import io.tenure.http.Shell;
import io.tenure.http.Verbs;
import io.tenure.http.WaitsResource;
import io.tenure.lease.Limits;
import io.tenure.lease.ReadOnly;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.ShutdownThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of one server, made by hand in the order of the floors and closed in reverse.
 *
 * <p>Each floor is a class of its own; what it opens it hands to {@link Closing}. Used by the thread that starts the server.
 */
final class Wiring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    private final TenureConfiguration configuration;
    private final Environment environment;
    private final UnaryOperator<String> link;
    private final String serverId = UUID.randomUUID().toString();
    private final Closing closing = new Closing();
    private final Conditions conditions = new Conditions();
    private final Stopping stopping;

    /** @param link makes of ZooKeeper's address the one that the sessions go to */
    Wiring(TenureConfiguration configuration, Environment environment, UnaryOperator<String> link) {
        this.configuration = configuration;
        this.environment = environment;
        this.link = link;
        this.stopping = new Stopping(configuration.drain().toJavaDuration());
    }

    /** Opens everything below the HTTP server and registers what the server needs. */
    void start() {
        Limits limits = configuration.limits();
        boolean inside = configuration.getZookeeper().inside();
        Path data = inside
                ? writable(configuration.getZookeeper().data())
                : configuration.getZookeeper().data();
        Threads threads = closing.with(new Threads());
        Instant since = Instant.ofEpochMilli(threads.wallMillis());
        Database database = closing.with(new Database(configuration.getAudit(), data, environment.metrics(), threads));
        // the two slowest steps of a start, side by side; the database is left alone when the data is not this server's
        // to use
        CompletableFuture<Void> found = new CompletableFuture<>();
        CompletableFuture<Void> begun = found.thenRunAsync(database::start, threads);
        Store store = Store.open(configuration.getZookeeper(), link, threads, () -> found.complete(null), closing);
        store.whenEnded(() -> giveUp(data, threads));
        begun.join();
        Supplier<Optional<String>> full = inside ? new Disk(data, threads)::fault : Optional::empty;
        Audit audit = Audit.open(configuration.getAudit(), database, store, threads, closing);
        Tenures tenures = new Tenures(
                store,
                serverId,
                limits,
                threads,
                audit.history(),
                audit.history(),
                audit.history(),
                audit::waiting,
                () -> full.get().or(store.generation()::fault));
        tenures.readOnly().follow().toCompletableFuture().join();
        Backups backups = new Backups(
                tenures.nodes(),
                audit.copy(),
                store.generation(),
                serverId,
                Version.TEXT,
                data,
                threads::wallMillis,
                Blocking.Awaiting.THREAD);
        stopping.onStop(tenures.hanging()::stop);
        ElectedRole role = closing.with(store.role(serverId));
        role.stand(duties(tenures, audit));
        // whoever has been left behind by a restore makes room for a coordinator that can do something
        store.generation().whenLeft(() -> threads.execute(role::close));
        Fellows fellows = closing.with(new Fellows(store, role, threads));
        fellows.follow();

        watch(store, full, audit, fellows, tenures.readOnly());
        gauges(tenures, audit);
        stopping.onStop(conditions::look);

        Shell shell = new Shell(limits, threads, configuration.getSecurity().loopbackOnly());
        threads.loop("tenure-peers", closing.with(shell.peers()));
        shell.install(environment);
        EventStreams streams = new EventStreams(
                new Events(tenures.following(), tenures.followingElections(), tenures.followingLeases()),
                limits.maxStreams(),
                EventStreams.HEARTBEAT,
                threads,
                threads::after);
        streams.install(environment);
        stopping.onStop(streams::stop);
        Supplier<LeaseId> ids = () -> LeaseId.make(threads.wallMillis());
        Answers answers = shell.answers();
        Verbs verbs = new Verbs(environment.metrics(), threads::nanos);
        resources(
                new RootResource(Version.TEXT),
                new HealthResource(conditions),
                new ClusterResource(
                        () -> fellows.shown(
                                conditions.get(), new Cluster.Outbox(audit.waiting(), audit.oldestMillis())),
                        answers),
                new ReadOnlyResource(tenures.readOnly(), answers),
                new BackupResource(backups, threads.few("tenure-backup", 1, 4)),
                new LeasesResource(
                        tenures.leases(), tenures.renewals(), tenures.acquire(), limits, ids, answers, verbs),
                new LocksResource(
                        tenures.locks(Kind.LOCK), tenures.leases(), tenures.explain(), limits, ids, answers, verbs),
                new RwLocksResource(
                        tenures.locks(Kind.RWLOCK),
                        tenures.downgrades(),
                        tenures.leases(),
                        tenures.explain(),
                        limits,
                        ids,
                        answers,
                        verbs),
                new SemaphoresResource(
                        tenures.locks(Kind.SEMAPHORE),
                        tenures.semaphores(),
                        tenures.leases(),
                        tenures.explain(),
                        limits,
                        ids,
                        answers,
                        verbs),
                new ElectionsResource(
                        tenures.elections(),
                        tenures.transfers(),
                        tenures.leases(),
                        tenures.explain(),
                        limits,
                        ids,
                        answers,
                        verbs),
                new WaitsResource(tenures.waits(), answers),
                audit.resource(answers, threads));

        MetricsPage.install(environment);
        manage();
        environment.lifecycle().addServerLifecycleListener(server -> {
            fellows.announce(new LiveServer(serverId, address(server), Version.TEXT, since), closing);
            ready(server, store, inside ? ", data in " + data : "");
            // not before: at first no server is coordinator
            conditions.follow(threads);
        });
    }

    /** What may be wrong, and how bad it is; each also as a health check of its own on the admin port. */
    private void watch(Store store, Supplier<Optional<String>> full, Audit audit, Fellows fellows, ReadOnly readOnly) {
        conditions.add(
                Level.STOPPING,
                "stopping",
                () -> stopping.begun() ? Optional.of("this server is stopping") : Optional.empty());
        watch(Level.SUSPENDED, "zookeeper", store::fault);
        watch(Level.SUSPENDED, "restore", store.generation()::fault);
        conditions.add(Level.READ_ONLY, "readOnly", readOnly::fault);
        watch(Level.DEGRADED, "disk", full::get);
        watch(Level.DEGRADED, "database", () -> audit.databaseFault().or(audit::quarantineFault));
        watch(Level.DEGRADED, "outbox", audit::outboxFault);
        watch(Level.DEGRADED, "coordinator", fellows::coordinatorFault);
        watch(Level.DEGRADED, "peers", fellows::peersFault);
    }

    private void watch(Level level, String name, Conditions.Condition fault) {
        conditions.add(level, name, fault);
        environment.healthChecks().register(name, new FaultCheck(fault));
    }

    private void gauges(Tenures tenures, Audit audit) {
        MetricRegistry metrics = environment.metrics();
        metrics.gauge("tenure.leases.live", () -> () -> tenures.expiry().live());
        metrics.gauge("tenure.leases.expired", () -> () -> tenures.expiry().expired());
        metrics.gauge("tenure.requests.hanging", () -> () -> tenures.hanging().count());
        metrics.gauge("tenure.queues.watched", () -> () -> tenures.acquire().views());
        metrics.gauge("tenure.outbox.length", () -> audit::waiting);
        metrics.gauge("tenure.outbox.oldest.millis", () -> audit::oldestMillis);
        conditions.count(metrics);
    }

    /** The process ends, so that whoever looks after it starts it again: a store that has ended does not come back by itself. */
    private void giveUp(Path data, Threads threads) {
        if (!stopping.begun()) {
            LOG.error(
                    "ZooKeeper could not write to {}, where {} MiB are free, and has ended: free space there, or mend the disk."
                            + " This server ends too, with status 1, and is to be started again; what it acknowledged is kept",
                    data,
                    Disk.free(data) >> 20);
            threads.loop("tenure-exit", () -> System.exit(1));
        }
    }

    private static Path writable(Path data) {
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw StartFault.of("zookeeper.dataDir: the folder " + data + " cannot be made: " + e);
        }
        if (!Files.isWritable(data)) {
            throw StartFault.of("zookeeper.dataDir: the folder " + data + " cannot be written");
        }
        return data;
    }

    private static List<Duty> duties(Tenures tenures, Audit audit) {
        List<Duty> duties = new ArrayList<>(tenures.duties());
        duties.addAll(audit.duties());
        return duties;
    }

    private void resources(Object... resources) {
        for (Object resource : resources) {
            environment.jersey().register(resource);
        }
    }

    private String address(Server server) {
        return configuration.getAdvertise().isEmpty()
                ? Advertised.of(server, configuration.getZookeeper().ownHost())
                : configuration.getAdvertise();
    }

    /** Closing comes after the HTTP server has answered what it had begun; stopping is told before. */
    private void manage() {
        environment.lifecycle().manage(new Managed() {
            @Override
            public void stop() {
                close();
            }
        });
        environment.lifecycle().addEventListener(stopping);
        try {
            stopping.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        ShutdownThread.register(0, stopping);
        closing.with(() -> ShutdownThread.deregister(stopping));
    }

    private static void ready(Server server, Store store, String data) {
        StringBuilder line = new StringBuilder("tenure ").append(Version.TEXT);
        for (var connector : server.getConnectors()) {
            if (connector instanceof ServerConnector tcp) {
                LastConnections.watch(server, tcp);
                line.append(tcp.getName().equals("admin") ? ", metrics on http://" : " serves http://")
                        .append(tcp.getHost() == null ? "0.0.0.0" : tcp.getHost())
                        .append(':')
                        .append(tcp.getLocalPort());
            }
        }
        LOG.info("{}, ZooKeeper on {}{}", line, store.address(), data);
    }

    @Override
    public void close() {
        stopping.begin();
        closing.close();
    }

    /** One of the things that may be wrong. */
    private static final class FaultCheck extends HealthCheck {
        private final Conditions.Condition fault;

        FaultCheck(Conditions.Condition fault) {
            this.fault = fault;
        }

        @Override
        protected Result check() {
            return fault.fault().map(Result::unhealthy).orElseGet(Result::healthy);
        }
    }
}
