package io.tenure.testing;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A servlet container with one filter before a servlet that answers every request, and remembers those that came so far. */
public final class GuardedServer implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final List<String> served = new CopyOnWriteArrayList<>();

    /** @param attribute an attribute of a request that is remembered with it */
    public GuardedServer(Filter filter, String attribute) {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new Remembering(attribute)), "/*");
        server.setHandler(context);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the container did not start", e);
        }
    }

    public int port() {
        return connector.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Method, path and attribute of each request that the filter let through, in turn. */
    public List<String> served() {
        return List.copyOf(served);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the container did not stop", e);
        }
    }

    private final class Remembering extends HttpServlet {
        private static final long serialVersionUID = 1L;
        private final String attribute;

        Remembering(String attribute) {
            this.attribute = attribute;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            served.add(request.getMethod() + " " + request.getRequestURI() + " " + request.getAttribute(attribute));
            response.setContentType("application/json");
            response.getOutputStream().print("{}");
        }
    }
}
