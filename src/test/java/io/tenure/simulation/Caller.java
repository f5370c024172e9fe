package io.tenure.simulation;

import io.tenure.coordination.Timers;
import io.tenure.name.LeaseId;
import io.tenure.queue.Presence;
import io.tenure.simulation.Service.Answer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How clients make requests: each waits for its answer so long and no longer, and holds what it is told against the truth. */
final class Caller {
    private final World world;
    private final Fleet fleet;
    private final Truth truth;
    private final Tally tally;

    Caller(World world, Fleet fleet, Truth truth, Tally tally) {
        this.world = world;
        this.fleet = fleet;
        this.truth = truth;
        this.tally = tally;
    }

    /**
     * Asks some server.
     *
     * @param lease whom the answer is about; null when that is not known
     * @param patience after this the client hangs up
     * @param unanswered is run then; what the server answers later is not heard
     */
    void call(
            @Nullable LeaseId lease,
            Duration patience,
            BiFunction<Service, Presence, CompletionStage<Answer>> request,
            Consumer<Answer> answered,
            Runnable unanswered) {
        long sent = world.nanos();
        Timers.Timer[] timer = new Timers.Timer[1];
        Fleet.Call call = fleet.ask(request, answer -> {
            timer[0].cancel();
            if (answer instanceof Answer.Refused refused && lease != null) {
                switch (refused.code()) {
                    case LEASE_UNKNOWN -> truth.unknown(lease.value(), sent);
                    case LEASE_ENDED -> truth.over(lease.value());
                    default -> {}
                }
            }
            tally.count(
                    answer instanceof Answer.Refused refused
                            ? "answer " + refused.code()
                            : "answer " + answer.getClass().getSimpleName());
            answered.accept(answer);
        });
        timer[0] = world.after(patience.toNanos(), () -> {
            call.hangUp();
            tally.count("no answer");
            unanswered.run();
        });
    }

    /** Whether repeating the request could not change the answer. */
    static boolean isFinal(Answer.Refused refused) {
        return switch (refused.code()) {
            case STORE_UNAVAILABLE, SERVER_STOPPING, AUDIT_BACKLOG, READ_ONLY -> false;
            default -> true;
        };
    }
}
