package io.tenure.queue;

import io.tenure.coordination.Operation;
import io.tenure.lease.HandOver;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Promise;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Want;
import io.tenure.name.LeaseId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The waiting of this server: its lines, the requests that hang in them, and the places that stay without one. Safe for use by many
 * threads.
 */
final class Waits implements HandOver {
    private final Means means;
    private final Lines lines;
    private final Heads heads;
    private final Wakes wakes;
    private final Map<Unattended, Waiter> unattended = new ConcurrentHashMap<>();

    Waits(Means means) {
        this.means = means;
        this.lines = new Lines(means.store(), means.nodes().paths(), means.timers());
        this.heads = new Heads(means.nodes(), means.timers());
        this.wakes = new Wakes(means.nodes(), means.timers());
    }

    /** Places of one request that nobody attends. */
    private record Unattended(LeaseId lease, String wants) {}

    /** What a queue looks like, where a line of this server knows it and saves a read. */
    Optional<Sight> sight(Want want) {
        return lines.sight(want).filter(sight -> !sight.isEmpty());
    }

    @Override
    public List<Receiver> next(Hold hold, String place, int most) {
        Optional<Line> line = lines.line(hold.kind(), hold.name());
        if (line.isEmpty()) {
            return List.of();
        }
        List<String> gone = means.nodes().places(hold, place).stream()
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .toList();
        return line.get().entitledWithout(gone, most).stream()
                .flatMap(waiter -> waiter.receiver().stream())
                .toList();
    }

    @Override
    public CompletionStage<List<Operation>> wakes(String lane, Hold hold, String place) {
        return wakes.of(lane, hold, place);
    }

    /** Lets all who wait in this server look whether it is their turn. */
    void turn() {
        lines.turn();
    }

    Lines lines() {
        return lines;
    }

    /** Who stands first in queues. */
    Heads heads() {
        return heads;
    }

    /** How many views of queues are open. */
    int views() {
        return lines.count();
    }

    /**
     * Waits for places that have been taken, as the claim says. Without a wait those that are to stay are only told; any other is
     * waited for and given up at once, since nobody else would: an earlier request may have left it behind.
     *
     * @param attendedBy what the lease node says of this request
     * @param now the lease as it was last written, by this server, under this promise
     * @param hopeful whether the queues looked as if these places were entitled already
     */
    CompletionStage<Acquired> queued(
            Claim claim,
            String attendedBy,
            long beganAt,
            StoredLease now,
            List<String> places,
            Promise promise,
            boolean hopeful) {
        if (!claim.patience().isZero() || !claim.queue() || hopeful) {
            CompletionStage<Acquired> answer =
                    new Waiter(means, this, claim, attendedBy, now, places, beganAt).await(hopeful);
            return claim.queue()
                    ? answer.whenComplete(
                            (acquired, failure) -> stayIfQueued(claim, attendedBy, beganAt, acquired, places))
                    : answer;
        }
        return Looked.at(means.nodes(), claim).thenApply(queues -> {
            List<Integer> positions = new ArrayList<>();
            for (int i = 0; i < queues.size(); i++) {
                positions.add(
                        queues.get(i).position(Place.of(claim.wants().get(i).kind(), places.get(i))));
            }
            Acquired.Queued queued = new Acquired.Queued(now, promise.leftMillis(now, means.timers()), positions);
            stayIfQueued(claim, attendedBy, beganAt, queued, places);
            return queued;
        });
    }

    /** A place that may stay without a request is granted at its turn by the server that served it last. */
    private void stayIfQueued(
            Claim claim, String attendedBy, long beganAt, @Nullable Acquired acquired, List<String> places) {
        if (acquired instanceof Acquired.Queued queued) {
            Waiter waiter = new Waiter(means, this, claim, attendedBy, queued.lease(), places, beganAt);
            Unattended place = new Unattended(claim.lease(), claim.identity());
            waiter.stay(() -> unattended.remove(place, waiter));
            Waiter before = unattended.put(place, waiter);
            if (before != null) {
                before.stop();
            }
        }
    }
}
