package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.api.Times;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.BoundedMap;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.StoredLease;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says who stands first in a queue, and refuses in words that name the holder. Safe for use by many threads. */
final class Heads {
    private static final int MOST_DATA = 200;
    private static final int MOST_REMEMBERED = 1_000;

    private final LeaseNodes nodes;
    private final Timers timers;

    @GuardedBy("last")
    private final Map<String, Place> last = new BoundedMap<>(MOST_REMEMBERED);

    Heads(LeaseNodes nodes, Timers timers) {
        this.nodes = nodes;
        this.timers = timers;
    }

    private Coordination store() {
        return nodes.store();
    }

    /**
     * The refusal for one who will not wait, or no longer; empty when whoever stood first has gone meanwhile.
     *
     * @param sight the queue, in which somebody stands
     * @param waitedMillis how long the request has waited
     */
    CompletionStage<Optional<Refusal>> refusal(String lane, Want want, Sight sight, long waitedMillis) {
        return store().read(lane, queries(want, sight.first().orElseThrow()))
                .thenApply(found -> refusal(want, sight.with(found), waitedMillis));
    }

    /** Asks who stands at this place. */
    List<Query> queries(Want want, Place place) {
        Query data = new Query.Data(nodes.paths().directory(want.kind(), want.name()) + "/" + place.node());
        return place.lease().map(lease -> List.of(data, nodes.query(lease))).orElseGet(() -> List.of(data));
    }

    /**
     * The same refusal, from what was read already.
     *
     * @param sight the queue, with the answers to {@link #queries}
     */
    Optional<Refusal> refusal(Want want, Sight sight, long waitedMillis) {
        List<Found> found = sight.head();
        Place first = sight.first().orElseThrow();
        if (!(found.get(0) instanceof Found.Node node)) {
            return Optional.empty();
        }
        remember(want, first);
        Optional<StoredLease> stored =
                found.size() < 2 ? Optional.empty() : nodes.stored(first.lease().orElseThrow(), found.get(1));
        return Optional.of(
                stored.isPresent()
                        ? held(want, stored.get(), sight, waitedMillis)
                        : nativeHolder(want, node, sight, waitedMillis));
    }

    /** Who stood first when this name was last refused here, and perhaps still does: who asks for both at once saves a read. */
    Optional<Place> last(Want want) {
        synchronized (last) {
            return Optional.ofNullable(last.get(key(want)));
        }
    }

    private void remember(Want want, Place first) {
        synchronized (last) {
            last.put(key(want), first);
        }
    }

    private static String key(Want want) {
        return want.kind() + "/" + want.name();
    }

    static List<Refusal> with(List<Refusal> before, Optional<Refusal> one) {
        return Stream.concat(before.stream(), one.stream()).toList();
    }

    /** One refusal for all that several-at-once wanted and did not get: the first, with a list of the holders. */
    static Refusal together(int wants, List<Refusal> refusals) {
        if (wants == 1) {
            return refusals.get(0);
        }
        List<Map<String, @Nullable Object>> holders = refusals.stream()
                .map(refusal -> {
                    Map<String, @Nullable Object> holder = new LinkedHashMap<>();
                    holder.put("kind", refusal.fields().get("kind"));
                    holder.put("name", refusal.fields().get("name"));
                    if (refusal.fields().get("holder") instanceof Map<?, ?> fields) {
                        fields.forEach((field, value) -> holder.put(String.valueOf(field), value));
                    }
                    return holder;
                })
                .toList();
        return Refusal.of(
                        ErrorCode.HELD, "nothing was taken: " + refusals.get(0).detail())
                .with("holders", holders)
                .with("waitedMillis", refusals.get(0).fields().get("waitedMillis"));
    }

    private Refusal held(Want want, StoredLease stored, Sight sight, long waitedMillis) {
        Optional<Hold> hold = stored.lease().hold(want.kind(), want.name());
        if (hold.isEmpty()) {
            return closed(want, stored, sight, waitedMillis);
        }
        boolean granted = hold.get().state() == State.HELD;
        Long queuedAt = stored.queuedAt(hold.get());
        long since = granted || queuedAt == null ? stored.grantedAt(hold.get()) : queuedAt;
        String owner = String.valueOf(stored.lease().owner());
        Map<String, @Nullable Object> holder = new LinkedHashMap<>();
        holder.put("lease", stored.id().value());
        holder.put("owner", owner);
        holder.put("since", Times.text(since));
        holder.put("heldMillis", granted ? Math.max(0, timers.wallMillis() - since) : 0);
        holder.put("expiresInMillis", Math.max(0, stored.expiresAt() - timers.wallMillis()));
        if (hold.get().want().reason() != null) {
            holder.put("reason", hold.get().want().reason());
        }
        String detail = granted
                ? subject(want, sight) + by(want) + owner + " since " + Times.text(since)
                : subject(want, sight) + " is about to be granted to " + owner + ", who waits since "
                        + Times.text(since);
        return refusal(ErrorCode.HELD, detail, want, holder, sight, waitedMillis);
    }

    /** Nobody holds it, and this lease keeps it closed for a while. */
    Refusal closed(Want want, StoredLease stored, Sight sight, long waitedMillis) {
        long left = Closed.forMillis(want.kind(), want.name(), stored, timers);
        String detail = subject(want, sight) + " is held by nobody and stays closed for another " + left
                + " ms, as its last holder asked (minHold) or because it was taken from it";
        return refusal(ErrorCode.CLOSED, detail, want, null, sight, waitedMillis)
                .with("closedForMillis", left);
    }

    private Refusal nativeHolder(Want want, Found.Node node, Sight sight, long waitedMillis) {
        String text = new String(node.data(), StandardCharsets.UTF_8);
        String data = text.length() > MOST_DATA ? text.substring(0, MOST_DATA) : text;
        Map<String, @Nullable Object> holder = new LinkedHashMap<>();
        holder.put("native", true);
        holder.put("owner", data);
        holder.put("since", Times.text(node.stamp().ctime()));
        holder.put("heldMillis", Math.max(0, timers.wallMillis() - node.stamp().ctime()));
        String detail = subject(want, sight) + by(want) + "a native Curator client (" + data + ") since "
                + Times.text(node.stamp().ctime());
        return refusal(ErrorCode.HELD, detail, want, holder, sight, waitedMillis);
    }

    /** What is said to be held: of a semaphore the first of its permits that are out. */
    private static String subject(Want want, Sight sight) {
        return want.kind() == Kind.SEMAPHORE
                ? want.name() + " has " + sight.permits().count() + " permits, " + sight.out() + " out, "
                        + want.places() + " asked for; the first"
                : want.name().value();
    }

    private static String by(Want want) {
        return want.kind() == Kind.ELECTION ? " is led by " : " is held by ";
    }

    private static Refusal refusal(
            ErrorCode code,
            String detail,
            Want want,
            @Nullable Map<String, @Nullable Object> holder,
            Sight sight,
            long waitedMillis) {
        Refusal refusal = Refusal.of(code, detail)
                .with("kind", want.kind().wire())
                .with("name", want.name().value());
        if (want.kind() == Kind.SEMAPHORE) {
            refusal = refusal.with("permits", sight.permits().count())
                    .with("out", sight.out())
                    .with("count", want.places());
        }
        return (holder == null ? refusal : refusal.with("holder", holder))
                .with("queueLength", sight.waiting())
                .with("waitedMillis", waitedMillis);
    }
}
