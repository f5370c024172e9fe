package io.tenure.lease;

import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.Steps.Meaning;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Those who are granted by the transaction that ends the holds before them. Belongs to one attempt of one end.
 */
final class Receivers {
    private static final int MOST = 16;

    private final HandOver handOver;
    private final List<HandOver.Receiver> receivers = new ArrayList<>();

    /** The index of the first receiver's write; each receiver's operations follow one another. */
    private int from;

    Receivers(HandOver handOver) {
        this.handOver = handOver;
    }

    /** Finds who comes next for a hold that ends and gives its place back. */
    void of(Hold hold, String place) {
        if (hold.state() == State.HELD && receivers.size() < MOST) {
            receivers.addAll(handOver.next(hold, place, MOST - receivers.size()));
        }
    }

    boolean isEmpty() {
        return receivers.isEmpty();
    }

    /** Appends their operations, the first receiver's write first; nothing before them may be one that is dropped. */
    void addTo(Steps steps) {
        from = steps.size();
        for (HandOver.Receiver receiver : receivers) {
            steps.add(receiver.write(), Meaning.NO_RECEIVER).addAll(receiver.others(), Meaning.NO_RECEIVER);
        }
        steps.addAll(handOver.also(), Meaning.NO_RECEIVER);
    }

    /** Tells them what came of it. */
    CompletionStage<Steps.Result> told(CompletionStage<Steps.Result> committed) {
        return committed.whenComplete((result, failure) -> {
            int at = from;
            for (HandOver.Receiver receiver : receivers) {
                if (result instanceof Steps.Result.Done done) {
                    receiver.granted(done.outcome().stamp(at));
                    at += 1 + receiver.others().size();
                } else {
                    receiver.declined();
                }
            }
        });
    }

    /** Whether it was not done because of them, and is to be done without them. */
    boolean hinder(Steps.Result result) {
        return !handOver.required()
                && result instanceof Steps.Result.Refused refused
                && refused.meaning() == Meaning.NO_RECEIVER;
    }
}
