package io.tenure.http;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer that is a stream of events.
 *
 * <p>It has no thread. Whatever happens to it, an event, a heartbeat, room in the network's buffers, the client's going, wakes it, and it
 * then does what there is to do without blocking; it is woken as often as need be and works on one thread at a time. Nothing is sent before
 * the first event, so that a refusal until then is answered with its own status.
 *
 * <p>{@link #wake}, {@link #tick}, {@link #stop} and {@link #leave} are safe for use by many threads and return at once.
 */
final class EventStream implements WriteListener, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** So many ticks without anything sent are a heartbeat. */
    static final int TICKS = 15;

    private final AsyncContext context;
    private final @Nullable String requestId;
    private final EventFeed feed;
    private final Executor executor;
    private final Consumer<EventStream> ended;

    private final AtomicInteger wakings = new AtomicInteger();
    private final AtomicInteger quietTicks = new AtomicInteger();
    private volatile boolean stopping;
    private volatile boolean gone;
    private volatile boolean over;

    /** Where it is written to; null until the first event. */
    private @Nullable HttpOutput out;

    /** What goes before the next event. */
    private String before = EventText.RETRY;

    /**
     * Makes the stream, which {@link #wake} begins.
     *
     * @param context the suspended request
     * @param source subscribes a sink to what the stream is about
     * @param lastSeen the revision that the client saw last; null when it comes for the first time
     * @param executor what the stream's work is done on
     * @param ended is run once when the stream has ended
     */
    EventStream(
            AsyncContext context,
            @Nullable String requestId,
            Function<EventSource.Sink, EventSource.Subscription> source,
            @Nullable String lastSeen,
            Executor executor,
            Consumer<EventStream> ended) {
        this.context = context;
        this.requestId = requestId;
        this.feed = new EventFeed(source, lastSeen, this::wake);
        this.executor = executor;
        this.ended = ended;
    }

    /** Has the stream do what there is to do. */
    void wake() {
        if (!over && wakings.getAndIncrement() == 0) {
            executor.execute(this::work);
        }
    }

    /** A fifteenth of a heartbeat has passed. */
    void tick() {
        if (quietTicks.incrementAndGet() >= TICKS) {
            wake();
        }
    }

    /** The server stops: says so to the client if it can be told at once, and ends. */
    void stop() {
        stopping = true;
        wake();
    }

    /** The client has gone. */
    void leave() {
        gone = true;
        wake();
    }

    private void work() {
        int seen;
        do {
            seen = wakings.get();
            try {
                step();
            } catch (IOException e) {
                end();
            } catch (RuntimeException e) {
                LOG.error("The event stream of request {} met a fault of the service", requestId, e);
                end();
            }
        } while (!wakings.compareAndSet(seen, 0));
    }

    private void step() throws IOException {
        if (over) {
            return;
        }
        if (gone) {
            end();
        } else if (out == null) {
            begin();
        } else {
            write(out);
        }
    }

    private void begin() throws IOException {
        HttpServletRequest request = (HttpServletRequest) context.getRequest();
        HttpServletResponse response = (HttpServletResponse) context.getResponse();
        if (stopping) {
            refuse(response, stoppingRefusal());
        } else if (feed.ready()) {
            response.setContentType(EventText.TYPE);
            response.setHeader("X-Accel-Buffering", "no");
            // the server's own output takes a buffer without keeping one of its own for as long as the stream is open
            out = (HttpOutput) response.getOutputStream();
            out.setWriteListener(this);
        } else {
            Throwable fault = feed.fault();
            if (fault != null) {
                refuse(response, Faults.refusal(fault, requestId, request.getRequestURI()));
            }
        }
    }

    private void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
        try {
            Problem.answer(response, refusal, requestId);
        } finally {
            end();
        }
    }

    /** Each turn asks first whether there is room; when there is none, the server wakes this stream as soon as there is. */
    private void write(HttpOutput out) throws IOException {
        while (out.isReady()) {
            EventFeed.Event event = stopping ? null : feed.next();
            if (event != null) {
                send(out, EventText.of(event));
            } else if (stopping || feed.fault() != null) {
                send(out, EventText.BYE);
                end();
                return;
            } else if (quietTicks.get() >= TICKS) {
                send(out, EventText.HEARTBEAT);
            } else {
                return;
            }
        }
        if (stopping) {
            // the client does not read, and a stop does not wait for it
            end();
        }
    }

    private void send(HttpOutput out, String text) throws IOException {
        quietTicks.set(0);
        out.write(EventText.bytes(before + text));
        before = "";
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        ended.accept(this);
        try {
            feed.close();
        } finally {
            complete();
        }
    }

    private void complete() {
        try {
            context.complete();
        } catch (IllegalStateException e) {
            LOG.debug("The server has ended the event stream of request {} itself", requestId, e);
        }
    }

    static Refusal stoppingRefusal() {
        return Refusal.of(
                ErrorCode.SERVER_STOPPING, "this server is stopping; ask another one, or this one when it is back");
    }

    @Override
    public void onWritePossible() {
        wake();
    }

    @Override
    public void onError(Throwable fault) {
        leave();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        leave();
    }

    @Override
    public void onError(AsyncEvent event) {
        leave();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        leave();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // only ever once, before this listener is there
    }
}
