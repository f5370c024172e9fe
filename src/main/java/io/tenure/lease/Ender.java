package io.tenure.lease;

import io.tenure.audit.AuditRecord;
import io.tenure.audit.Ending;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.Past;
import io.tenure.lease.Lease.State;
import io.tenure.lease.Steps.Meaning;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ends leases and holds: the one place that knows which operations an end takes.
 *
 * <p>An end deletes the lease node by its version and all its queue nodes, and records the whole story, in one transaction. When
 * that was, the stamp of a write in the same transaction tells: that which grants the next in line, or else one more to the lease node.
 * A hold that asked for its name to stay closed for a while ({@code minHold}) leaves its queue node standing; the coordinator
 * removes it when the time is over. Safe for use by many threads.
 */
public final class Ender {
    private static final byte[] NOTHING = new byte[0];
    private static final int MOST_PAST = 64;

    private final LeaseNodes nodes;
    private volatile HandOver handOver = HandOver.NONE;

    public Ender(LeaseNodes nodes) {
        this.nodes = nodes;
    }

    /** From now on whoever comes next is granted with the end of the hold before it, where that is known. */
    public void handTo(HandOver next) {
        this.handOver = next;
    }

    /** What became of an attempt to end something. */
    public sealed interface Result {
        /** It has ended now. */
        record Done(Ending ending) implements Result {}

        /** The lease is not as it was read, or another coordinator has taken over: nothing was changed. */
        record Changed(boolean deposed) implements Result {}

        /** No answer came. */
        record Unavailable() implements Result {}
    }

    /** Ends a lease with all that it holds or waits for. */
    public CompletionStage<Result> endLease(String lane, StoredLease stored, How how) {
        return endLease(lane, stored, how, List.of());
    }

    /** The same, behind the fence of a coordinator. */
    CompletionStage<Result> endLease(String lane, StoredLease stored, How how, List<Operation> fence) {
        return endLease(lane, stored, how, fence, handOver);
    }

    private CompletionStage<Result> endLease(
            String lane, StoredLease stored, How how, List<Operation> fence, HandOver next) {
        return places(lane, stored)
                .thenCompose(places -> wakes(lane, places, next)
                        .thenCompose(wakes -> endLease(lane, stored, how, fence, next, places, wakes)));
    }

    private CompletionStage<Result> endLease(
            String lane,
            StoredLease stored,
            How how,
            List<Operation> fence,
            HandOver next,
            Map<Hold, String> places,
            List<Operation> wakes) {
        AuditRecord record = nodes.ended(stored, how);
        List<Hold> closed = new ArrayList<>();
        Steps steps = new Steps().addAll(fence, Meaning.DEPOSED);
        List<Operation> queueNodes = new ArrayList<>();
        Receivers receivers = new Receivers(next);
        for (Hold hold : stored.filled().holds()) {
            String place = places.get(hold);
            if (place == null) {
                continue;
            }
            if (staysClosed(hold, how)) {
                closed.add(closedAfter(hold, place, how));
            } else {
                queueNodes.addAll(nodes.deletePlaces(hold, place));
                receivers.of(hold, place);
            }
        }
        int end = steps.size();
        nodes.forget(stored.id());
        String path = nodes.paths().lease(stored.id());
        if (closed.isEmpty() && !receivers.isEmpty()) {
            // the write that grants the next tells when this was
            steps.add(new Operation.Delete(path, stored.version()), Meaning.LOOK_AGAIN);
            end++;
        } else if (closed.isEmpty()) {
            steps.add(new Operation.SetData(path, NOTHING, stored.version()), Meaning.LOOK_AGAIN)
                    .add(new Operation.Delete(path, stored.version() + 1), Meaning.LOOK_AGAIN);
        } else {
            Lease content = stored.filled().closing(new Lease.Closing(how.endedBy(), how.by(), how.reason()), closed);
            steps.add(nodes.write(stored, content), Meaning.LOOK_AGAIN);
            queueNodes.add(nodes.attention(stored.id()));
        }
        receivers.addTo(steps);
        steps.addAll(queueNodes, Meaning.DROP).addAll(wakes, Meaning.DROP);
        if (stored.lease().named()) {
            List<Operation> both = nodes.outbox().endAndRemember(record);
            steps.add(both.get(0), Meaning.ENDED).add(both.get(1), Meaning.DROP);
        } else {
            steps.add(nodes.outbox().end(record), Meaning.ENDED);
        }
        int endAt = end;
        return receivers
                .told(steps.commit(nodes.store(), lane))
                .thenCompose(result -> receivers.hinder(result)
                        ? endLease(lane, stored, how, fence, handOver.alone())
                        : finished(result, endAt, at -> Ending.of(record, at)));
    }

    /** What wakes native clients once these holds, which stand at these places, let their names go. */
    CompletionStage<List<Operation>> wakes(String lane, Map<Hold, String> places) {
        return wakes(lane, places, handOver);
    }

    /** The same; only those who share a semaphore need it. */
    private static CompletionStage<List<Operation>> wakes(String lane, Map<Hold, String> places, HandOver next) {
        CompletionStage<List<Operation>> all = CompletableFuture.completedFuture(List.of());
        for (Map.Entry<Hold, String> each : places.entrySet()) {
            if (each.getKey().kind() == Kind.SEMAPHORE) {
                all = all.thenCombine(
                        next.wakes(lane, each.getKey(), each.getValue()),
                        (before, more) ->
                                Stream.concat(before.stream(), more.stream()).toList());
            }
        }
        return all;
    }

    /**
     * Ends one hold. The lease lives on, unless it was made for its holds and this was the last.
     *
     * @param delayMillis how long its name stays closed in any case; null for as the hold asked
     */
    public CompletionStage<Result> endHold(
            String lane, StoredLease stored, Hold hold, How how, @Nullable Long delayMillis) {
        return endHoldHandingTo(lane, stored, hold, how, delayMillis, handOver);
    }

    /** The same, with what is to be done for those who come next. */
    public CompletionStage<Result> endHoldHandingTo(
            String lane, StoredLease stored, Hold hold, How how, @Nullable Long delayMillis, HandOver next) {
        return stored.lease().forHolds() && stored.lease().holdCount() == 1
                ? endLease(lane, stored, how, List.of(), next)
                : endHold(lane, stored, hold, how, delayMillis, next);
    }

    private CompletionStage<Result> endHold(
            String lane, StoredLease stored, Hold hold, How how, @Nullable Long delayMillis, HandOver next) {
        return places(lane, stored).thenCompose(places -> {
            Hold known = stored.filled().hold(hold.kind(), hold.name()).orElse(hold);
            String place = places.get(known);
            Map<Hold, String> ends = place == null ? Map.of() : Map.of(known, place);
            return wakes(lane, ends, next)
                    .thenCompose(wakes -> endHold(lane, stored, known, place, how, delayMillis, next, wakes));
        });
    }

    private CompletionStage<Result> endHold(
            String lane,
            StoredLease stored,
            Hold known,
            @Nullable String place,
            How how,
            @Nullable Long delayMillis,
            HandOver next,
            List<Operation> wakes) {
        AuditRecord.Hold told = nodes.audited(stored, known);
        Lease filled = stored.filled();
        List<Hold> rest = new ArrayList<>(filled.holds());
        rest.remove(known);
        Steps steps = new Steps();
        Receivers receivers = new Receivers(next);
        List<Operation> after = new ArrayList<>();
        if (place != null && (delayMillis != null || staysClosed(known, how))) {
            rest.add(delayMillis != null ? known.delayed(place, delayMillis, null) : closedAfter(known, place, how));
            after.add(nodes.attention(stored.id()));
        } else if (place != null) {
            after.addAll(nodes.deletePlaces(known, place));
            after.addAll(wakes);
            receivers.of(known, place);
        }
        Past past = new Past(
                known.kind(),
                known.name(),
                known.named(),
                how.endedBy(),
                null,
                how.by(),
                how.reason(),
                told.fencingToken(),
                told.grantedAt());
        Lease content = filled.withHolds(rest, remembered(filled.past(), past)).attended(null, null, none -> false);
        steps.add(nodes.write(stored, content), Meaning.LOOK_AGAIN);
        receivers.addTo(steps);
        steps.addAll(after, Meaning.DROP).add(nodes.holdEnded(stored, told, how), Meaning.ENDED);
        return receivers.told(steps.commit(nodes.store(), lane)).thenCompose(result -> {
            if (receivers.hinder(result)) {
                return endHold(lane, stored, known, how, delayMillis, handOver.alone());
            }
            if (result instanceof Steps.Result.Done done) {
                nodes.written(stored.id(), content, done.outcome().stamp(0));
            }
            return finished(
                    result,
                    0,
                    at -> new Ending(
                            stored.id(),
                            how.endedBy(),
                            at,
                            how.by(),
                            how.reason(),
                            List.of(new Ending.Hold(
                                    known.kind(),
                                    known.name(),
                                    told.fencingToken(),
                                    instant(told.grantedAt()),
                                    instant(told.queuedAt())))));
        });
    }

    private static CompletionStage<Result> finished(Steps.Result result, int end, Function<Instant, Ending> story) {
        if (result instanceof Steps.Result.Done done) {
            return CompletableFuture.completedFuture(new Result.Done(
                    story.apply(Instant.ofEpochMilli(done.outcome().stamp(end).mtime()))));
        }
        if (result instanceof Steps.Result.Refused refused && refused.meaning() != Meaning.ENDED) {
            return CompletableFuture.completedFuture(new Result.Changed(refused.meaning() == Meaning.DEPOSED));
        }
        // ENDED: the record of an earlier life of this id still waits for the database
        return CompletableFuture.completedFuture(new Result.Unavailable());
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    private static boolean staysClosed(Hold hold, How how) {
        return hold.state() == State.DELAYED
                || (hold.state() == State.HELD
                        && !how.atOnce()
                        && (hold.want().minHoldMillis() != null || lockDelay(hold, how) != null));
    }

    /** Only an expiry makes a lock delay begin: its holder may be paused, and does not know yet. */
    private static @Nullable Long lockDelay(Hold hold, How how) {
        return how.endedBy() == EndedBy.EXPIRED ? hold.want().lockDelayMillis() : null;
    }

    private static Hold closedAfter(Hold hold, String place, How how) {
        if (hold.state() == State.DELAYED) {
            return hold;
        }
        Long delay = lockDelay(hold, how);
        Long minHold = hold.want().minHoldMillis();
        if (delay == null) {
            return hold.delayed(place, minHold == null ? 0 : minHold, hold.grantedAt());
        }
        // the end's time is not known yet, so both count from it: perhaps longer than minHold asks, never shorter
        return hold.delayed(place, Math.max(delay, minHold == null ? 0 : minHold), null);
    }

    /** The holds that a lease remembers as ended: one for each name, at most 64; those that must not be forgotten stay. */
    private static List<Past> remembered(List<Past> before, Past latest) {
        List<Past> past = new ArrayList<>(before);
        past.removeIf(old -> old.on(latest.kind(), latest.name()));
        past.add(latest);
        for (int i = 0; past.size() > MOST_PAST && i < past.size(); i++) {
            if (!past.get(i).named()) {
                past.remove(i--);
            }
        }
        return past;
    }

    /** The names of the queue nodes of a lease's holds. A place that is known only by its prefix is looked for in its directory. */
    private CompletionStage<Map<Hold, String>> places(String lane, StoredLease stored) {
        List<Hold> filled = stored.filled().holds();
        Map<Hold, String> known = new HashMap<>();
        List<Hold> sought = new ArrayList<>();
        for (Hold hold : filled) {
            if (hold.place() != null) {
                known.put(hold, hold.place());
            } else {
                sought.add(hold);
            }
        }
        if (sought.isEmpty()) {
            return CompletableFuture.completedFuture(known);
        }
        List<Query> queries = sought.stream()
                .<Query>map(hold -> new Query.Children(nodes.paths().directory(hold.kind(), hold.name())))
                .toList();
        return nodes.store().read(lane, queries).thenApply(found -> {
            for (int i = 0; i < sought.size(); i++) {
                Hold hold = sought.get(i);
                place(stored, found.get(i)).ifPresent(place -> known.put(hold, place));
            }
            return known;
        });
    }

    private static Optional<String> place(StoredLease stored, Found found) {
        String prefix = Paths.placePrefix(stored.id());
        // of several the last: they differ in nothing but the sequence
        return found instanceof Found.Children children
                ? children.names().stream()
                        .filter(name -> name.startsWith(prefix))
                        .max(Comparator.naturalOrder())
                : Optional.empty();
    }
}
