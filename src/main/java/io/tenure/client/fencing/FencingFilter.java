package io.tenure.client.fencing;

import io.tenure.error.Refusal;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * A servlet filter that lets a request change something only when it brings the fencing token of a hold in force, and asks Tenure whether it does.
 *
 * <p>The token comes in the header {@value #HEADER}. Which lock it must be of is decided here and not by the request: a client that named the lock itself
 * could bring the token of any lock that it holds. {@code GET}, {@code HEAD}, {@code OPTIONS} and {@code TRACE} pass
 * unchecked. Refusals are {@code application/problem+json} (RFC 9457) with a {@code code}:
 *
 * <ul>
 *   <li>428 {@code TOKEN_REQUIRED}: there is no token. 400 {@code INVALID}: what is there is none, or the request leads to no name of a lock.
 *   <li>412 {@code TOKEN_ENDED}, with {@code newestToken} where it is known, or {@code TOKEN_UNKNOWN}: the token is not current. The lock is lost; repeating the
 *       request with this token never helps. Not 409, which invites to try again, nor 410, which would say that the resource has gone.
 *   <li>503 {@code TOKEN_UNCHECKED} with {@code Retry-After}: no server could tell. The request is not let through.
 * </ul>
 *
 * <p><b>What it can do and what not.</b> The answer of Tenure is true when Tenure gives it: the hold was in force then, in the order of all writes. A
 * request that is checked after the hold has ended is refused, however long it was under way. But checking and writing are two steps: the hold can end
 * between them, the next holder can write, and then the request that was checked writes too. The filter makes that gap as short as the request's own work; it does not
 * close it. Where what is written is in PostgreSQL or H2, use {@link FencedTable}, which closes it; both go together, since the token that was checked is the
 * request's attribute {@value #ATTRIBUTE}, a {@code Long}. Of a read/write lock a reader's token passes as a writer's does.
 *
 * <p>Each check is a round trip and a transaction of the store, and blocks the request's thread for the timeout at the longest. Safe for
 * use by many threads.
 */
public final class FencingFilter implements Filter {
    /** The request's header with the token, a decimal number. */
    public static final String HEADER = "Tenure-Fencing-Token";

    /** The attribute of a request that was let through, with its token as a {@code Long}. */
    public static final String ATTRIBUTE = "io.tenure.fencing.token";

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final System.Logger LOG = System.getLogger(FencingFilter.class.getName());

    private final TokenCheck check;
    private final Kind kind;
    private final Function<? super HttpServletRequest, String> name;

    /**
     * A filter that waits a second for an answer.
     *
     * @param servers base URLs of the servers of one Tenure, as {@code http://127.0.0.1:8080}
     * @param kind what the token is of: anything that has tokens
     * @param name from a request the name of the lock that protects what it changes. One that is no name of a lock is answered 400
     */
    public FencingFilter(List<URI> servers, Kind kind, Function<? super HttpServletRequest, String> name) {
        this(
                servers,
                kind,
                name,
                TIMEOUT,
                HttpClient.newBuilder().connectTimeout(TIMEOUT).build());
    }

    /**
     * A filter that waits as long as is said.
     *
     * @param timeout for all servers together; each gets an equal share of it, so that one that hangs leaves time for the others
     * @param client for its own certificates, proxies or threads
     * @throws IllegalArgumentException if there is no server, one has no base URL, the timeout is too short, or the kind has no tokens
     */
    public FencingFilter(
            List<URI> servers,
            Kind kind,
            Function<? super HttpServletRequest, String> name,
            Duration timeout,
            HttpClient client) {
        if (kind == Kind.LEASE) {
            throw new IllegalArgumentException("a bare lease holds nothing and has no fencing token");
        }
        this.check = new TokenCheck(servers, timeout, client);
        this.kind = kind;
        this.name = name;
    }

    @Override
    public void doFilter(ServletRequest given, ServletResponse answer, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) given;
        HttpServletResponse response = (HttpServletResponse) answer;
        if (SAFE.contains(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        List<String> tokens = Collections.list(request.getHeaders(HEADER));
        if (tokens.isEmpty()) {
            Refused.TOKEN_REQUIRED.answer(
                    response, "send the fencing token of your hold in the header " + HEADER, Map.of());
            return;
        }
        OptionalLong token = token(tokens);
        if (token.isEmpty()) {
            Refused.INVALID.answer(
                    response, HEADER + ": " + Tokens.RULE + ", once; got " + String.join(", ", tokens), Map.of());
            return;
        }
        Name lock;
        try {
            lock = new Name(name.apply(request));
        } catch (Refusal e) {
            Refused.INVALID.answer(response, "the request leads to no " + kind.wire() + ": " + e.detail(), Map.of());
            return;
        }
        if (current(response, lock, token.getAsLong())) {
            request.setAttribute(ATTRIBUTE, token.getAsLong());
            chain.doFilter(request, response);
        }
    }

    /** Whether the token is current; writes the refusal if not. */
    private boolean current(HttpServletResponse response, Name lock, long token) throws IOException {
        Verdict verdict = check.ask(kind, lock, token);
        if (verdict instanceof Verdict.Current) {
            return true;
        }
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("kind", kind.wire());
        about.put("name", lock.value());
        about.put("fencingToken", token);
        String which = "the fencing token " + token + " of " + lock;
        if (verdict instanceof Verdict.Ended ended) {
            ended.newest().ifPresent(newest -> about.put("newestToken", newest));
            Refused.TOKEN_ENDED.answer(response, which + " is no longer current: it was lost, so stop the work", about);
        } else if (verdict instanceof Verdict.NeverGiven) {
            Refused.TOKEN_UNKNOWN.answer(response, which + " was never given out", about);
        } else {
            LOG.log(System.Logger.Level.WARNING, "{0} could not be checked: {1}", which, verdict);
            Refused.TOKEN_UNCHECKED.answer(response, which + " could not be checked now; nothing was done", about);
        }
        return false;
    }

    private static OptionalLong token(List<String> headers) {
        if (headers.size() != 1 || !headers.get(0).matches("[0-9]{1,16}")) {
            return OptionalLong.empty();
        }
        long token = Long.parseLong(headers.get(0));
        return Tokens.possible(token) ? OptionalLong.of(token) : OptionalLong.empty();
    }
}
