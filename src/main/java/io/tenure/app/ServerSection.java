package io.tenure.app;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.core.server.DefaultServerFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;

/**
 * The section {@code server}: Dropwizard's own, with threads that stand ready.
 *
 * <p>Takes the place of Dropwizard's factory under its name, for Jackson prefers the more special of two types of one name.
 */
@JsonTypeName("default")
public final class ServerSection extends DefaultServerFactory {
    /**
     * So many threads at most stand ready to go on watching the connections while the thread that has read a request carries it out.
     * Where none does, that thread goes on watching, and another must be woken for the request; Jetty keeps one for each processor by
     * default.
     */
    private static final int RESERVED_THREADS = 16;

    @Override
    protected ThreadPool createThreadPool(MetricRegistry metrics) {
        ThreadPool threads = super.createThreadPool(metrics);
        if (threads instanceof QueuedThreadPool queued) {
            queued.setReservedThreads(Math.min(RESERVED_THREADS, getMaxThreads() / 4));
        }
        return threads;
    }
}
