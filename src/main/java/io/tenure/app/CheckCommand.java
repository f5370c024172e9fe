package io.tenure.app;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Namespace;

/** {@code check config.yml}: prints OK, or every fault of the configuration, a line each. Starts nothing. */
final class CheckCommand extends ConfiguredCommand<TenureConfiguration> {
    private final TenureApplication application;

    CheckCommand(TenureApplication application) {
        super("check", "Says what is wrong with a configuration file");
        this.application = application;
    }

    @Override
    protected Class<TenureConfiguration> getConfigurationClass() {
        return TenureConfiguration.class;
    }

    @Override
    protected void run(
            Bootstrap<TenureConfiguration> bootstrap, Namespace namespace, TenureConfiguration configuration) {
        application.require(configuration);
        System.out.println("OK");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable fault) {
        cli.getStdErr().println(StartFault.lines(fault));
    }
}
