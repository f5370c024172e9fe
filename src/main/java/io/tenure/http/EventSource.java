package io.tenure.http;

import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;

/**
 * Where the events of a stream come from: what {@link EventStreams} asks of whoever knows the state of things.
 *
 * <p>The methods are called by many threads, on none of the server's own, and must not block for long. A {@link
 * io.tenure.error.Refusal} that they throw is told as one that the sink is given.
 */
public interface EventSource {
    /**
     * Tells the sink how the thing of this name stands, as the event {@code state}, and then whatever becomes of it until the
     * subscription is closed.
     *
     * @param kind what it is; never {@link Kind#LEASE}
     */
    Subscription subscribe(Kind kind, Name name, Sink sink);

    /** Tells the sink how this lease stands, as the event {@code state}, and then whatever becomes of it. */
    Subscription subscribe(LeaseId lease, Sink sink);

    /**
     * Who is told. Its methods return at once and never throw, whatever the client does, and may be called from any thread, also before
     * {@code subscribe} has returned; events are written in the order in which they are told. What is told to a sink whose subscription
     * has been closed is dropped.
     */
    interface Sink {
        /**
         * Something has happened. What is told before the first {@code state} is dropped, since that state has it already, so the source
         * may begin to watch before it looks.
         *
         * @param event {@code state}, {@code granted}, {@code queued}, {@code ended}, {@code leader}, {@code value} or
         *     {@code candidates}
         * @param revision how far the body has come, which the client may name when it comes back
         * @param body a record of {@code io.tenure.api}, immutable: it is written later, and to several streams if it is told to several
         *     sinks
         */
        void event(String event, String revision, Object body);

        /**
         * Nothing more will be told. Before the first event the request is answered with the refusal, or with 500 when it is none; behind
         * it the stream says {@code bye} and ends, so that the client comes back and is answered then.
         */
        void fail(Throwable fault);
    }

    /** That a sink is told. Closing it twice is closing it once; it is called on a thread that holds no lock. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
