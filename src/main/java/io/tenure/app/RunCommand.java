package io.tenure.app;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.EnvironmentCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.util.List;
import net.sourceforge.argparse4j.inf.Namespace;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code server config.yml}: runs the server until the process is told to end. What keeps it from starting is told in one line. */
final class RunCommand extends EnvironmentCommand<TenureConfiguration> {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    private final TenureApplication application;

    RunCommand(TenureApplication application) {
        super(application, "server", "Runs the server");
        this.application = application;
    }

    @Override
    protected Class<TenureConfiguration> getConfigurationClass() {
        return TenureConfiguration.class;
    }

    @Override
    protected void run(Bootstrap<TenureConfiguration> bootstrap, Namespace namespace, TenureConfiguration configuration)
            throws Exception {
        application.require(configuration);
        List<String> taken = configuration.connectors().map(Connectors::taken).orElse(List.of());
        if (!taken.isEmpty()) {
            throw StartFault.of(taken);
        }
        try {
            super.run(bootstrap, namespace, configuration);
        } catch (Exception e) {
            application.abandon();
            throw e;
        }
    }

    @Override
    protected void run(Environment environment, Namespace namespace, TenureConfiguration configuration)
            throws Exception {
        Server server = configuration.getServerFactory().build(environment);
        server.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopped(LifeCycle event) {
                cleanup();
            }
        });
        cleanupAsynchronously();
        try {
            server.start();
        } catch (Exception e) {
            stop(server);
            throw e;
        }
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("The server did not stop", e);
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable fault) {
        cli.getStdErr().println(StartFault.lines(fault));
    }
}
