package io.tenure.http;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * The first filter: gives each request its id and its {@link Caller}, sets the headers that every answer has, and refuses foreign
 * web pages.
 *
 * <p>Without security, whoever reaches the port may do everything. On the loopback interface that is everybody on this machine, and
 * also every web page in a browser on it, unless requests that name another host or another origin are refused (DNS rebinding).
 */
public final class Front implements Filter {
    private static final Pattern OURS =
            Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final Pattern OUR_ORIGIN = Pattern.compile("https?://" + OURS.pattern(), Pattern.CASE_INSENSITIVE);

    private final Peers peers;
    private final Executor executor;
    private final boolean localOnly;

    /** A host that is ours, the last one asked for: nearly every request names the same. */
    private volatile @Nullable String known;

    /**
     * Makes the filter.
     *
     * @param executor runs what hangs on a client's going
     * @param localOnly whether foreign hosts and origins are refused
     */
    public Front(Peers peers, Executor executor, boolean localOnly) {
        this.peers = peers;
        this.executor = executor;
        this.localOnly = localOnly;
    }

    @Override
    public void doFilter(ServletRequest servletRequest, ServletResponse servletResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) servletRequest;
        HttpServletResponse response = (HttpServletResponse) servletResponse;
        String id = RequestIds.of(request.getHeader(RequestIds.HEADER));
        response.setHeader(RequestIds.HEADER, id);
        response.setHeader("Cache-Control", "no-store");
        Optional<Refusal> foreign = localOnly ? foreign(request) : Optional.empty();
        if (foreign.isPresent()) {
            Problem.answer(response, foreign.get(), id);
            return;
        }
        request.setAttribute(Caller.ATTRIBUTE, new Caller(request, peers, executor, id));
        // A connection is silent while its request waits for an answer. A stopping server, whose idle timeout is short,
        // must not take that for the end of it. What is being read or written when the time is over still fails.
        ServletContextRequest.getServletContextRequest(request).addIdleTimeoutListener(silent -> false);
        RequestIds.current(id);
        try {
            chain.doFilter(request, response);
        } finally {
            RequestIds.current(null);
        }
    }

    private Optional<Refusal> foreign(HttpServletRequest request) {
        String host = request.getHeader("Host");
        if (host != null && host.equals(known) && request.getHeader("Origin") == null) {
            return Optional.empty();
        }
        Optional<Refusal> foreign = foreign("Host", host, OURS);
        if (foreign.isEmpty()) {
            known = host;
        }
        return foreign.or(() -> foreign("Origin", request.getHeader("Origin"), OUR_ORIGIN));
    }

    private static Optional<Refusal> foreign(String header, @Nullable String value, Pattern ours) {
        return value == null || ours.matcher(value).matches()
                ? Optional.empty()
                : Optional.of(Refusal.of(
                                ErrorCode.FOREIGN_ORIGIN,
                                "without security this server answers only to localhost, 127.0.0.1 and [::1]; " + header
                                        + " is " + value)
                        .with("header", header)
                        .with("value", value));
    }
}
