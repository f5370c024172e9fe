package io.tenure.coordination;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The port to the store: a tree of small nodes with versions, changed by atomic lists of operations in one total order.
 *
 * <p><b>Lanes.</b> Every call names a lane by a key (the name of a lock, or the id of a bare lease). Calls on one lane are carried
 * out in the order they are made, but for lists of operations: one that is not yet answered may come behind calls made after it.
 * Answers and the events of watches on a lane are delivered in one order, on one thread of the lane: an event is delivered before
 * any answer that shows its change. A lane sees its own writes at once and never
 * goes back in time; two lanes, or two servers, may see a change at different moments. Two keys may share a lane; the same key
 * always has the same lane in one server. ZooKeeper: a lane is a session.
 *
 * <p><b>Threads.</b> Safe for use by many threads. Stages and listeners are completed on the lane's thread: what hangs on them must
 * not block.
 */
public interface Coordination {
    /**
     * Carries out all operations, or none.
     *
     * <p>Later operations see the effect of earlier ones. The stage never completes exceptionally: the three outcomes are
     * {@link Outcome.Done}, {@link Outcome.Conflict} and {@link Outcome.Unavailable}. When the lane has no connection the answer is
     * {@code Unavailable} at once.
     *
     * @param operations at least one
     */
    default CompletionStage<Outcome> commit(String lane, List<Operation> operations) {
        return commit(lane, operations, Pace.AT_ONCE);
    }

    /** The same, at this pace. */
    CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace);

    /**
     * Reads nodes and lists of children at one moment, without writing.
     *
     * @param queries at least one
     * @return the answers in the order of the queries. Completes exceptionally with a {@link io.tenure.error.Refusal}
     *     {@code STORE_UNAVAILABLE} when the store cannot be asked; at once when the lane has no connection
     */
    CompletionStage<List<Found>> read(String lane, List<Query> queries);

    /**
     * Makes sure that reads on this lane which follow see every write that was acknowledged, to anybody, before this call. It costs
     * a round trip; it is for the moment before an absence is reported.
     *
     * @return completes exceptionally as {@link #read} does
     */
    CompletionStage<Void> sync(String lane);

    /**
     * Watches a node and everything below it, whether it exists or not, until the registration is closed.
     *
     * <p>{@link Watcher#standing} is called once the watch stands, and again each time it stands anew after a loss of the
     * connection: what happened before that call may have gone unseen, so read behind it. Several watches may cover one node.
     */
    Registration watch(String lane, String path, Watcher watcher);

    /** Whether the lane has a connection now. A hint: the answer may be out of date when it arrives. */
    boolean connected(String lane);

    /** When a list of operations goes to the store. */
    enum Pace {
        /** As soon as it can. */
        AT_ONCE,
        /** With the next list of its lane that goes at once, or some milliseconds later by itself. It shares that one's transaction. */
        IN_COMPANY
    }

    /** A watch, or something else that lasts until it is closed. Closing twice is closing once. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
