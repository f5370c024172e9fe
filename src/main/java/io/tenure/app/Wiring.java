package io.tenure.app;

import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tenure.coordination.Bootstrap;
import io.tenure.coordination.Paths;
import io.tenure.coordination.zookeeper.Connection;
import io.tenure.coordination.zookeeper.EmbeddedZooKeeper;
import io.tenure.coordination.zookeeper.ZooKeeperCoordination;
import io.tenure.http.Cluster;
import io.tenure.http.ClusterResource;
import io.tenure.http.Health;
import io.tenure.http.HealthResource;
import io.tenure.http.Level;
import io.tenure.http.RootResource;
import io.tenure.http.Shell;
import io.tenure.lease.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.ShutdownThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of one server, made by hand in the order of the floors and closed in reverse.
 *
 * <p>Each floor has a method here; what a floor opens it hands to {@link Closing}. Resources are added to {@link #resources}, one line
 * each.
 */
final class Wiring implements Managed, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
    private static final Duration FIRST_CONTACT = Duration.ofSeconds(30);

    private final TenureConfiguration configuration;
    private final Environment environment;
    private final String serverId = UUID.randomUUID().toString();
    private final Closing closing = new Closing();
    private final Conditions conditions = new Conditions();
    private final Stopping stopping = new Stopping();

    Wiring(TenureConfiguration configuration, Environment environment) {
        this.configuration = configuration;
        this.environment = environment;
    }

    /** Opens everything but the HTTP server, and gives back what it has opened when something fails. */
    @Override
    public void start() {}

    void open() {
        try {
            Limits limits = configuration.limits();
            Threads threads = closing.with(new Threads());
            Path data = configuration.getZookeeper().data();

            EmbeddedZooKeeper zooKeeper = closing.with(EmbeddedZooKeeper.start(
                    Path.of(configuration.getZookeeper().dataDir()), configuration.getZookeeper().port()));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        closing.close();
    }
}
