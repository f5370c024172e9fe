package io.tenure.queue;

import io.tenure.api.ExplainBody;
import io.tenure.coordination.Timers;
import io.tenure.error.Refusal;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Refusals;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Explains what somebody who waits waits for, native clients included. It only reads. Safe for use by many threads. */
public final class Explain {
    private static final int SHOWN = 100;
    private static final int LOOKS = 3;

    private final LeaseNodes nodes;
    private final HoldTimes times;
    private final Timers timers;

    /** @param times how long things are held */
    public Explain(LeaseNodes nodes, HoldTimes times, Timers timers) {
        this.nodes = nodes;
        this.times = times;
        this.timers = timers;
    }

    /**
     * What a lease waits for, or whoever came now.
     *
     * @param lease the lease that waits; null for whoever came now
     * @return completes exceptionally with a {@link Refusal} {@code HOLD_UNKNOWN} when the lease has no place there
     */
    public CompletionStage<ExplainBody> explain(Kind kind, Name name, @Nullable LeaseId lease) {
        // the database is asked while the store is
        CompletionStage<OptionalLong> median = times.median(kind, name);
        return read(kind, name, lease, LOOKS)
                .thenCompose(first -> lease == null || first.hasPlace()
                        ? CompletableFuture.completedFuture(first)
                        : nodes.store().sync(name.value()).thenCompose(synced -> read(kind, name, lease, LOOKS)))
                .thenCombine(median, (explanation, known) -> {
                    if (lease != null && !explanation.hasPlace()) {
                        throw Refusals.holdUnknown(lease, kind, name);
                    }
                    return explanation.body(known, timers);
                });
    }

    private CompletionStage<Explanation> read(Kind kind, Name name, @Nullable LeaseId lease, int looks) {
        List<Want> wants = List.of(Want.of(kind, name));
        return nodes.store()
                .read(name.value(), Looked.queries(nodes, wants))
                .thenCompose(found ->
                        read(kind, name, lease, Looked.queues(wants, found).get(0), looks));
    }

    private CompletionStage<Explanation> read(
            Kind kind, Name name, @Nullable LeaseId lease, Contenders queue, int looks) {
        List<Seat> seats = Seat.of(kind, name, queue);
        int own = lease == null ? -1 : indexOf(lease, seats);
        List<Seat> ahead = seats.subList(0, own < 0 ? seats.size() : own);
        List<Seat> asked = new ArrayList<>(ahead.subList(0, Math.min(SHOWN, ahead.size())));
        if (own >= 0) {
            asked.add(seats.get(own));
        }
        return Seated.read(nodes, name.value(), asked).thenCompose(seated -> {
            if (seated.size() < asked.size() && looks > 1) {
                // somebody has gone since, or was moved by a downgrade or a transfer and must not be missed
                return read(kind, name, lease, looks - 1);
            }
            Seated place = own < 0 ? null : seated.get(seats.get(own));
            return CompletableFuture.completedFuture(new Explanation(
                    kind, name, place, ahead, seated, queue.permits().count()));
        });
    }

    private static int indexOf(LeaseId lease, List<Seat> seats) {
        return IntStream.range(0, seats.size())
                .filter(i -> seats.get(i).last().lease().filter(lease::equals).isPresent())
                .findFirst()
                .orElse(-1);
    }
}
