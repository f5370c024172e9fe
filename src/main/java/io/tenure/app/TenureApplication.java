package io.tenure.app;

import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The server: {@code server config.yml} and {@code check config.yml}. */
public final class TenureApplication extends Application<TenureConfiguration> {
    private final UnknownKeys unknownKeys = new UnknownKeys();
    private final UnaryOperator<String> link;
    private @Nullable Wiring wiring;

    public TenureApplication() {
        this(UnaryOperator.identity());
    }

    /** @param link makes of ZooKeeper's address the one that this server's sessions go to */
    TenureApplication(UnaryOperator<String> link) {
        this.link = link;
    }

    @Override
    public String getName() {
        return "tenure";
    }

    @Override
    public void initialize(Bootstrap<TenureConfiguration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(new SubstitutingSourceProvider(
                bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(false)));
        bootstrap.getObjectMapper().addHandler(unknownKeys);
        bootstrap.getObjectMapper().registerSubtypes(ServerSection.class);
    }

    @Override
    protected void addDefaultCommands(Bootstrap<TenureConfiguration> bootstrap) {
        bootstrap.addCommand(new RunCommand(this));
        bootstrap.addCommand(new CheckCommand(this));
    }

    @Override
    public void run(TenureConfiguration configuration, Environment environment) {
        require(configuration);
        if (configuration.getServerFactory() instanceof AbstractServerFactory server) {
            server.setRegisterDefaultExceptionMappers(false);
            // renaming the thread for each request costs two system calls
            server.setEnableThreadNameFilter(false);
        }
        wiring = new Wiring(configuration, environment, link);
        wiring.start();
    }

    /** Refuses a configuration with faults, all of them at once. */
    void require(TenureConfiguration configuration) {
        List<String> faults = new ArrayList<>(unknownKeys.faults());
        faults.addAll(configuration.faults());
        if (!faults.isEmpty()) {
            throw StartFault.of(faults);
        }
    }

    /** Gives up what a start that failed has taken. */
    void abandon() {
        if (wiring != null) {
            wiring.close();
        }
    }
}
