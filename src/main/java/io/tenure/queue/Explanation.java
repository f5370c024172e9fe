package io.tenure.queue;

import io.tenure.api.AheadBody;
import io.tenure.api.ExplainBody;
import io.tenure.api.NamedBody;
import io.tenure.api.Times;
import io.tenure.coordination.Timers;
import io.tenure.lease.Lease.State;
import io.tenure.lease.StoredLease;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was found of one who waits, or would, and of those before. Immutable.
 *
 * @param own who waits; null for whoever came now
 * @param ahead the seats before it, the first first
 * @param read who sits there, as far as was read
 * @param permits of a semaphore how many it has
 */
record Explanation(Kind kind, Name name, @Nullable Seated own, List<Seat> ahead, Map<Seat, Seated> read, int permits) {
    /** Whether the lease has a place, and not only one that keeps the name closed. */
    boolean hasPlace() {
        return own != null && !own.isNative() && !own.isClosed();
    }

    private boolean holds() {
        return own != null && own.isHeld();
    }

    /** Who sits before it, as far as was read; nobody is before who holds. */
    List<Seated> before() {
        return holds()
                ? List.of()
                : ahead.stream().map(read::get).flatMap(Stream::ofNullable).toList();
    }

    /** How many stand before it. */
    int beforeCount() {
        return holds() ? 0 : ahead.size();
    }

    /** How many of them wait. */
    int waitingCount() {
        return own != null && own.isHeld()
                ? 0
                : (int) ahead.stream().filter(this::waits).count();
    }

    private boolean waits(Seat seat) {
        Seated seated = read.get(seat);
        return seated == null ? seat.waits() : seated.waits();
    }

    /** How many permits are out: held, or kept by a hold that has ended. */
    int permitsOut() {
        Stream<Seat> seats =
                own != null && own.isHeld() ? Stream.concat(ahead.stream(), Stream.of(own.seat())) : ahead.stream();
        return places(seats, seat -> !wants(seat));
    }

    /** How many permits are wanted by those before it and by itself. */
    int permitsWanted() {
        int others = holds() ? 0 : places(ahead.stream(), this::wants);
        return others + (own == null || own.isHeld() ? 0 : own.seat().places());
    }

    private boolean wants(Seat seat) {
        Seated seated = read.get(seat);
        return seated == null ? seat.waits() : (seated.waits() || seated.isReserved());
    }

    private static int places(Stream<Seat> seats, Predicate<Seat> which) {
        return seats.filter(which).mapToInt(Seat::places).sum();
    }

    /** Whether whoever came now would be granted at once. */
    boolean isFree() {
        if (own != null) {
            return false;
        }
        return kind == Kind.SEMAPHORE ? permitsWanted() == 0 && permitsOut() < permits : ahead.isEmpty();
    }

    /** How long it stays closed though nobody holds it. */
    long closedForMillis(Timers timers) {
        return before().stream()
                .filter(Seated::isClosed)
                .flatMap(seated -> seated.lease().stream())
                .mapToLong(stored -> Closed.forMillis(kind, name, stored, timers))
                .max()
                .orElse(0);
    }

    /** About how long the wait is going to be if everybody holds for the median; null where that cannot be said. */
    @Nullable
    Long estimatedWaitMillis(OptionalLong median, Timers timers) {
        boolean single = kind == Kind.LOCK || kind == Kind.ELECTION;
        if (!single || median.isEmpty() || holds()) {
            return null;
        }
        long first = before().stream()
                .filter(seated -> !seated.waits())
                .mapToLong(seated -> left(seated, median.getAsLong(), timers))
                .sum();
        return first + waitingCount() * median.getAsLong();
    }

    private long left(Seated first, long median, Timers timers) {
        if (first.isClosed()) {
            return closedForMillis(timers);
        }
        return first.isHeld() ? Math.max(0, median - Math.max(0, timers.wallMillis() - first.since())) : median;
    }

    /** The same as an answer. */
    ExplainBody body(OptionalLong median, Timers timers) {
        Seated waiter = holds() ? null : own;
        boolean semaphore = kind == Kind.SEMAPHORE;
        return new ExplainBody(
                own == null ? null : own.id(),
                kind.wire(),
                name.value(),
                own == null ? null : (holds() ? State.HELD : State.QUEUED).name(),
                waiter == null ? null : waiter.seat().position(),
                waiter == null ? null : Times.text(waiter.since()),
                new ExplainWords(this, median, timers).detail(),
                isFree(),
                before().stream().map(this::ahead).toList(),
                beforeCount(),
                semaphore ? permits : null,
                semaphore ? permitsOut() : null,
                semaphore ? permitsWanted() : null,
                closedForMillis(timers),
                median.isPresent() ? median.getAsLong() : null,
                estimatedWaitMillis(median, timers));
    }

    private AheadBody ahead(Seated seated) {
        boolean held = seated.isHeld();
        StoredLease holder = held ? seated.lease().orElse(null) : null;
        boolean queued = !held && !seated.isClosed();
        List<NamedBody> others = queued ? others(seated) : List.of();
        return new AheadBody(
                seated.id(),
                seated.owner(),
                held ? State.HELD.name() : queued ? State.QUEUED.name() : "ENDED",
                seated.mode(),
                seated.count(),
                queued ? seated.seat().position() : null,
                seated.isClosed() ? null : Times.text(seated.since()),
                holder == null ? null : Times.text(holder.expiresAt()),
                holder == null ? null : Times.textOrNull(holder.maxHoldUntil()),
                seated.hold().map(hold -> hold.want().reason()).orElse(null),
                others.isEmpty() ? null : others,
                (holder == null || holder.lease().revoked() == null) ? null : Boolean.TRUE,
                seated.isNative() ? Boolean.TRUE : null);
    }

    /** The other names that a waiting lease wants together with this one. */
    List<NamedBody> others(Seated seated) {
        return seated.lease().stream()
                .flatMap(stored -> stored.lease().holds().stream())
                .filter(hold -> hold.state() == State.QUEUED && !hold.on(kind, name))
                .map(hold -> new NamedBody(hold.kind().wire(), hold.name().value()))
                .toList();
    }
}
