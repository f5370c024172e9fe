package io.tenure.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.DropwizardTestSupport;
import io.tenure.lease.Limits;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.LifeCycle;

/** A server with the shell and event streams, which a {@link ToldEvents} feeds. It has all its threads from the beginning. */
final class StreamServer implements AutoCloseable {
    final ToldEvents source = new ToldEvents();
    final EventStreams streams;

    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(4);
    private final Shell shell;
    private final boolean watching;
    private final DropwizardTestSupport<Configuration> server;

    /**
     * Starts a server.
     *
     * @param watching whether clients that vanish are looked for
     */
    StreamServer(int most, Duration heartbeat, Duration idleTimeout, boolean watching) throws Exception {
        this.watching = watching;
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        threads.prestartAllCoreThreads();
        shell = new Shell(limits(most), threads, true);
        streams = new EventStreams(source, most, heartbeat, threads, (delay, task) -> {
            var unused = threads.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        });
        server = new DropwizardTestSupport<>(StreamApplication.class, "streams.yml") {
            @Override
            public Application<Configuration> newApplication() {
                return new StreamApplication(idleTimeout);
            }
        };
        server.before();
    }

    /** A server whose streams are silent as long as nothing happens. */
    static StreamServer silent(int most) throws Exception {
        return new StreamServer(most, Duration.ofHours(1), Duration.ofSeconds(75), true);
    }

    int port() {
        return server.getLocalPort();
    }

    Object gauge(String name) {
        return server.getEnvironment().metrics().gauge(name).getValue();
    }

    /** Stops the server as its process would. */
    void stop() {
        server.after();
    }

    @Override
    public void close() {
        stop();
        shell.peers().close();
        threads.shutdown();
    }

    private static Limits limits(int maxStreams) {
        return new Limits(
                Duration.ofSeconds(1),
                Duration.ofHours(24),
                Duration.ofMillis(500),
                null,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                10_000,
                100_000,
                500_000,
                500,
                maxStreams,
                16,
                64,
                65_536,
                4096,
                100_000);
    }

    private final class StreamApplication extends Application<Configuration> {
        private final Duration idleTimeout;

        StreamApplication(Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
        }

        @Override
        public void initialize(Bootstrap<Configuration> bootstrap) {
            bootstrap.setConfigurationSourceProvider(path -> new ByteArrayInputStream(
                    """
                    server:
                      applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1, idleTimeout: %dms, acceptQueueSize: 512}]
                      adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
                      minThreads: 12
                      maxThreads: 12
                      registerDefaultExceptionMappers: false
                      gzip: {enabled: false}
                      requestLog: {appenders: []}
                      shutdownGracePeriod: 10s
                    logging: {level: WARN}
                    """.formatted(idleTimeout.toMillis()).getBytes(UTF_8)));
        }

        @Override
        public void run(Configuration configuration, Environment environment) {
            shell.install(environment);
            streams.install(environment);
            environment.lifecycle().addEventListener(new LifeCycle.Listener() {
                @Override
                public void lifeCycleStopping(LifeCycle event) {
                    streams.stop();
                }
            });
            if (watching) {
                Thread watcher = new Thread(shell.peers(), "stream-peers");
                watcher.setDaemon(true);
                watcher.start();
            }
        }
    }
}
