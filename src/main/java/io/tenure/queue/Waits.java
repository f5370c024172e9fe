package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Query;
import io.tenure.lease.HandOver;
import io.tenure.lease.Promise;
import io.tenure.lease.StoredLease;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.Collection;
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
final class Waits {
    private final Means means;
    private final Lines lines;
    private final Heads heads;
    private final Map<Unattended, Waiter> unattended = new ConcurrentHashMap<>();

    Waits(Means means) {
        this.means = means;
        this.lines = new Lines(means.store(), means.nodes().paths(), means.timers());
        this.heads = new Heads(means.nodes(), means.timers());
    }

    /** Places of one request that nobody attends. */
    private record Unattended(LeaseId lease, String wants) {}

    /** What a queue looks like, where a line of this server knows it and saves a read. */
    Optional<Sight> sight(Want want) {
        return lines.glance(want)
                .filter(glance -> glance.length() > 0)
                .map(glance -> new Sight(true, glance.length(), glance.first()));
    }

    /** Whoever waits here right behind this place. */
    Optional<HandOver.Receiver> next(Kind kind, Name name, String place) {
        return lines.behind(kind, name, place).flatMap(Waiter::receiver);
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
     */
    CompletionStage<Acquired> queued(
            Claim claim, String attendedBy, long beganAt, StoredLease now, List<String> places, Promise promise) {
        if (!claim.patience().isZero() || !claim.queue()) {
            CompletionStage<Acquired> answer =
                    new Waiter(means, lines, heads, claim, attendedBy, now, places, beganAt).await();
            return claim.queue()
                    ? answer.whenComplete(
                            (acquired, failure) -> stayIfQueued(claim, attendedBy, beganAt, acquired, places))
                    : answer;
        }
        List<Query> queries = claim.wants().stream()
                .<Query>map(want -> new Query.Children(means.nodes().paths().directory(want.kind(), want.name())))
                .toList();
        return means.store().read(claim.lane(), queries).thenApply(found -> {
            List<Integer> positions = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                positions.add(
                        found.get(i) instanceof Found.Children children
                                ? position(claim.wants().get(i), children.names(), places.get(i))
                                : 0);
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
            Waiter waiter = new Waiter(means, lines, heads, claim, attendedBy, queued.lease(), places, beganAt);
            Unattended place = new Unattended(claim.lease(), claim.identity());
            waiter.stay(() -> unattended.remove(place, waiter));
            Waiter before = unattended.put(place, waiter);
            if (before != null) {
                before.stop();
            }
        }
    }

    private static int position(Want want, Collection<String> names, String place) {
        Place mine = Place.of(want.kind(), place);
        return (int) names.stream()
                .map(name -> Place.of(want.kind(), name))
                .filter(other -> other.compareTo(mine) < 0)
                .count();
    }
}
