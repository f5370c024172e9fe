package io.tenure.http;

import io.dropwizard.core.setup.Environment;
import io.tenure.lease.Limits;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.concurrent.Executor;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Everything of this package that stands around the resources, put into a server in one step.
 *
 * <p>Who makes it runs {@link #peers} on a thread of its own and closes it behind the server.
 */
public final class Shell {
    private final Peers peers;
    private final Answers answers;
    private final Executor executor;
    private final Limits limits;
    private final boolean localOnly;

    /**
     * Makes the shell.
     *
     * @param executor writes answers to requests that waited; its threads may block
     * @param localOnly whether requests that name a foreign host or origin are refused
     */
    public Shell(Limits limits, Executor executor, boolean localOnly) {
        this.limits = limits;
        this.executor = executor;
        this.localOnly = localOnly;
        this.peers = new Peers(executor);
        this.answers = new Answers(executor);
    }

    /** Notices clients that vanish. */
    public Peers peers() {
        return peers;
    }

    /** What resources make their answers with. */
    public Answers answers() {
        return answers;
    }

    /** Puts the shell around the resources of this server, which must not have started. */
    public void install(Environment environment) {
        environment
                .servlets()
                .addFilter("front", new Front(peers, executor, localOnly))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        environment.jersey().register(new HttpFeature(limits.maxBodyBytes()));
        environment.jersey().register(new LimitsResource(limits));
        environment.getApplicationContext().setErrorHandler(new ProblemHandler());
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle event) {
                if (event instanceof Server server) {
                    server.setErrorHandler(new ProblemHandler());
                }
            }
        });
    }
}
