package io.tenure.http;

import io.dropwizard.core.setup.Environment;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.glassfish.jersey.message.internal.AcceptableMediaType;
import org.glassfish.jersey.message.internal.HttpHeaderReader;

/**
 * The streams of events: {@code GET /v1/locks/{name}/events}, the same for the other kinds, and {@code GET /v1/leases/{lease}/events}.
 *
 * <p>A filter and no resource, because a stream is written without a thread of its own, which JAX-RS has no form for. It stands behind
 * {@link Front} and lets pass whatever is not asked for here. 200 with {@code text/event-stream}; 400, 405, 406 as everywhere; 429 when
 * there are as many streams as may be; and whatever the source refuses with before its first event.
 *
 * <p>Safe for use by many threads.
 */
public final class EventStreams implements Filter {
    /** How long a stream is silent at most. Proxies cut connections that are silent for a minute. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Pattern PATH = Pattern.compile("/v1/([a-z]+)/([^/]+)/events");

    private final EventSource source;
    private final int most;
    private final Duration tick;
    private final Executor executor;
    private final BiConsumer<Duration, Runnable> later;

    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean stopping;

    /**
     * Makes the place.
     *
     * @param most how many streams may be open at once
     * @param heartbeat how long a stream is silent at most
     * @param executor what the source is asked and the streams are written on
     * @param later runs a task once, when the time has passed
     */
    public EventStreams(
            EventSource source, int most, Duration heartbeat, Executor executor, BiConsumer<Duration, Runnable> later) {
        this.source = source;
        this.most = most;
        this.tick = heartbeat.dividedBy(EventStream.TICKS);
        this.executor = executor;
        this.later = later;
    }

    /** Puts the streams into this server, behind {@link Shell#install}, and their number into its metrics. */
    public void install(Environment environment) {
        environment
                .servlets()
                .addFilter("events", this)
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/v1/*");
        environment.metrics().gauge("tenure.streams.open", () -> this::count);
    }

    /** How many streams are open. */
    public int count() {
        return open.get();
    }

    /** Ends all streams, and refuses those that are asked for from now on. Returns at once. */
    public void stop() {
        stopping = true;
        streams.forEach(EventStream::stop);
    }

    /** The server starts: so do the heartbeats, all of them by one timer. */
    @Override
    public void init(FilterConfig config) {
        later.accept(tick, this::tick);
    }

    private void tick() {
        streams.forEach(EventStream::tick);
        if (!stopping) {
            later.accept(tick, this::tick);
        }
    }

    @Override
    public void doFilter(ServletRequest servletRequest, ServletResponse servletResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) servletRequest;
        HttpServletResponse response = (HttpServletResponse) servletResponse;
        Matcher path = PATH.matcher(path(request));
        Optional<Kind> kind = path.matches() ? kind(path.group(1)) : Optional.empty();
        if (kind.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        try {
            require(request);
            open(request, asked(kind.get(), path.group(2)));
        } catch (Refusal refusal) {
            if (refusal.code() == ErrorCode.METHOD_NOT_ALLOWED) {
                response.setHeader("Allow", "GET");
            }
            Problem.answer(response, refusal, RequestIds.of(request));
        }
    }

    /** The path decoded, when it is one of ours at all: nearly none is. */
    private static String path(HttpServletRequest request) {
        if (!request.getRequestURI().endsWith("/events")) {
            return "";
        }
        return request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
    }

    private static Optional<Kind> kind(String plural) {
        return Arrays.stream(Kind.values())
                .filter(kind -> plural.equals(kind.wire() + "s"))
                .findFirst();
    }

    private Function<EventSource.Sink, EventSource.Subscription> asked(Kind kind, String id) {
        if (kind == Kind.LEASE) {
            LeaseId lease = new LeaseId(id);
            return sink -> source.subscribe(lease, sink);
        }
        Name name = new Name(id);
        return sink -> source.subscribe(kind, name, sink);
    }

    private static void require(HttpServletRequest request) {
        if (!request.getMethod().equals("GET")) {
            throw Refusal.of(ErrorCode.METHOD_NOT_ALLOWED, request.getRequestURI() + " allows GET");
        }
        if (!acceptsEvents(String.join(",", Collections.list(request.getHeaders("Accept"))))) {
            throw Refusal.of(ErrorCode.NOT_ACCEPTABLE, "the answer is text/event-stream; accept that");
        }
        request.getParameterMap().keySet().stream().findFirst().ifPresent(name -> {
            throw Refusal.invalid(name, "unknown parameter; known: none", name);
        });
    }

    /** What the most precise of the ranges that fit says, RFC 9110, section 12.5.1. */
    private static boolean acceptsEvents(String accept) {
        try {
            return accept.isBlank()
                    || HttpHeaderReader.readAcceptMediaType(accept).stream()
                            .filter(range -> range.isCompatible(MediaType.SERVER_SENT_EVENTS_TYPE))
                            .min(Comparator.comparing(AcceptableMediaType::isWildcardType)
                                    .thenComparing(AcceptableMediaType::isWildcardSubtype))
                            .filter(range -> range.getQuality() > 0)
                            .isPresent();
        } catch (ParseException e) {
            throw Refusal.invalid("Accept", "a list of media types", accept);
        }
    }

    private void open(HttpServletRequest request, Function<EventSource.Sink, EventSource.Subscription> asked) {
        if (stopping) {
            throw EventStream.stoppingRefusal();
        }
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            throw Refusal.of(
                            ErrorCode.QUOTA,
                            "this server has as many event streams as limits.maxStreams allows, " + most)
                    .with("maxStreams", most);
        }
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        EventStream stream = new EventStream(
                context, RequestIds.of(request), asked, request.getHeader("Last-Event-ID"), executor, this::ended);
        streams.add(stream);
        context.addListener(stream);
        if (request.getAttribute(Caller.ATTRIBUTE) instanceof Caller caller) {
            caller.presence().whenGone(stream::leave);
        }
        stream.wake();
        if (stopping) {
            // it may have come too late to be told with the others
            stream.stop();
        }
    }

    private void ended(EventStream stream) {
        streams.remove(stream);
        open.decrementAndGet();
    }
}
