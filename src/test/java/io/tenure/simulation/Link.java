package io.tenure.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection between a lane and the store: messages arrive late but in order, each way, until it is cut.
 *
 * <p>A cut may lose the last messages of either way. Requests that it catches may also be stuck, and arrive much later.
 */
final class Link {
    private static final long NEVER = Long.MAX_VALUE;

    /** What the store does for a request. */
    interface Request {
        /** Carries it out and gives its answer; null when the request or its answer is too long, which ends the connection. */
        @Nullable
        Runnable carryOut(TwinSession at);
    }

    /** What becomes of the messages that are on their way when a link is cut. */
    enum Fate {
        /** Requests on their way are lost. */
        LOST,
        /** Requests on their way are carried out, and their answers are lost. */
        ANSWER_LOST,
        /** Requests on their way arrive later, if the session still stands then and has no other link. */
        STUCK
    }

    private final World world;
    private final TwinLane lane;
    private final TwinSession session;
    private final Machine machine;
    private long lastUp;
    private long lastDown;
    private long upEnds = NEVER;
    private long downEnds = NEVER;
    private long stuckFor = NEVER;
    private boolean closed;

    Link(World world, TwinLane lane, TwinSession session, Machine machine) {
        this.world = world;
        this.lane = lane;
        this.session = session;
        this.machine = machine;
    }

    TwinSession session() {
        return session;
    }

    /** Sends a request to the store. */
    void up(Request request) {
        long arrival = Math.max(lastUp, world.nanos() + world.latency());
        lastUp = arrival;
        world.at(arrival, () -> {
            if (arrival <= upEnds) {
                session.receive(this, request);
            } else if (stuckFor != NEVER) {
                world.after(stuckFor, () -> session.receive(this, request));
            }
        });
    }

    /** Sends something to the lane. */
    void down(Runnable message) {
        long shows = session.seen();
        long arrival = Math.max(lastDown, world.nanos() + world.latency());
        lastDown = arrival;
        world.at(arrival, () -> {
            if (arrival <= downEnds) {
                machine.run(() -> {
                    if (!closed) {
                        lane.sees(shows);
                        message.run();
                    }
                });
            }
        });
    }

    /** Tells the lane of what it watches. */
    void tell(List<Touch> news, long zxid) {
        down(() -> {
            lane.sees(zxid);
            lane.changed(this, news);
        });
    }

    /** The session has ended: the client is told so, if it can still be reached. */
    void end() {
        if (!cut()) {
            down(() -> lane.interrupted(this));
        }
    }

    boolean cut() {
        return downEnds != NEVER;
    }

    /** Breaks it now, with this fate for what is on its way; the lane notices after a while. */
    void cut(Fate fate, long noticedAfter) {
        if (cut()) {
            return;
        }
        session.silent();
        long now = world.nanos();
        boolean calm = world.weather().latency().isZero();
        downEnds = fate == Fate.ANSWER_LOST || calm ? now - 1 : now + world.latency();
        switch (fate) {
            case ANSWER_LOST -> {}
            case LOST -> upEnds = calm ? now - 1 : now + world.latency();
            case STUCK -> {
                upEnds = calm ? now - 1 : now + world.latency();
                long timeout = world.weather().sessionTimeout().toNanos();
                stuckFor = calm ? timeout / 2 : 1 + world.bits(timeout * 3 / 2);
            }
        }
        world.after(noticedAfter, () -> machine.run(() -> lane.interrupted(this)));
    }

    /** The client has noticed the end of it: nothing more is delivered. */
    void close() {
        closed = true;
    }
}
