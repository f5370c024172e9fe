package io.tenure.queue;

import io.tenure.api.NamedBody;
import io.tenure.api.Times;
import io.tenure.coordination.Timers;
import io.tenure.lease.Lease.Past;
import io.tenure.lease.StoredLease;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Tells an {@link Explanation} to people in one sentence. Used by one thread. */
final class ExplainWords {
    private static final int MOST_NAMED = 3;

    private final Explanation explanation;
    private final OptionalLong median;
    private final Timers timers;
    private final String thing;

    /** @param median how long the thing is held as a rule, milliseconds */
    ExplainWords(Explanation explanation, OptionalLong median, Timers timers) {
        this.explanation = explanation;
        this.median = median;
        this.timers = timers;
        this.thing = explanation.kind().wire() + " " + explanation.name();
    }

    String detail() {
        Seated own = explanation.own();
        if (own == null) {
            return explanation.beforeCount() == 0 ? nobody() : thing + " " + standing() + waiting("") + estimate();
        }
        String since = " since " + Times.text(own.since());
        if (own.isHeld()) {
            return own.called() + (election() ? " leads " : " holds ") + thing + since + " and waits for nobody";
        }
        return own.isReserved()
                ? own.called() + " is first for " + thing + ", where it waits" + since + ", and is granted it "
                        + together(own)
                : own.called() + " waits for " + thing + since + " as number "
                        + own.seat().position() + ": it " + standing() + waiting(" before it") + estimate();
    }

    private boolean election() {
        return explanation.kind() == Kind.ELECTION;
    }

    private String nobody() {
        if (explanation.kind() != Kind.SEMAPHORE) {
            return thing + " is free: nobody " + (election() ? "leads or stands" : "holds it or waits for it");
        }
        return explanation.permits() == 0
                ? thing + " has no permits: nobody has given it any"
                : thing + " is free: none of its " + explanation.permits() + " permits is out";
    }

    /** What keeps whoever waits from being granted, behind the name of the thing. */
    private String standing() {
        List<String> parts = new ArrayList<>();
        if (explanation.kind() == Kind.SEMAPHORE) {
            parts.add("has " + explanation.permits() + " permits, " + explanation.permitsOut() + " are out and "
                    + explanation.permitsWanted() + " wanted");
        }
        List<Seated> before = explanation.before();
        List<Seated> holders = before.stream().filter(Seated::isHeld).toList();
        if (holders.size() == 1) {
            parts.add(held() + until(holders.get(0)));
        } else if (!holders.isEmpty()) {
            parts.add(held() + named(holders));
        }
        before.stream().filter(Seated::isClosed).findFirst().map(this::closed).ifPresent(parts::add);
        before.stream()
                .filter(Seated::isReserved)
                .findFirst()
                .map(first -> "goes to " + first.called() + " next, " + together(first))
                .ifPresent(parts::add);
        return String.join(", ", parts);
    }

    private String held() {
        boolean read = explanation.before().stream()
                .filter(Seated::isHeld)
                .allMatch(seated -> seated.seat().last().reads());
        return election() ? "is led by " : read ? "is held for reading by " : "is held by ";
    }

    private String until(Seated holder) {
        String who = holder.called() + " since " + Times.text(holder.since());
        if (holder.lease().isEmpty()) {
            return who + ", for as long as its session lives";
        }
        StoredLease stored = holder.lease().get();
        String expires = Times.text(stored.expiresAt());
        Long bound = stored.maxHoldUntil();
        if (stored.lease().revoked() != null) {
            return who + ", which is asked to end and loses it at " + expires;
        }
        return who + ", until " + expires + " unless it renews"
                + (bound == null ? "" : " and until " + Times.text(bound) + " whatever it does");
    }

    private static String named(List<Seated> holders) {
        String first = holders.stream()
                .limit(MOST_NAMED)
                .map(Seated::called)
                .distinct()
                .collect(Collectors.joining(", "));
        String more = holders.size() > MOST_NAMED ? " and " + (holders.size() - MOST_NAMED) + " more" : "";
        return first + more + ", the first since " + Times.text(holders.get(0).since());
    }

    private String closed(Seated last) {
        String owner = last.called();
        EndedBy how = last.lease().map(this::how).orElse(EndedBy.UNKNOWN);
        String why = switch (how) {
            case EXPIRED -> "because the lease of " + owner + " expired";
            case REVOKED, TRANSFERRED -> "because " + owner + ", from whom it was taken, may still work";
            case RELEASED, RESIGNED, LOST, RESTORED, WITHDRAWN, WAIT_OVER, UNKNOWN ->
                "as " + owner + ", who held it last, has asked";
        };
        return "stays closed for another " + duration(explanation.closedForMillis(timers)) + " " + why;
    }

    private EndedBy how(StoredLease stored) {
        Optional<Past> past = stored.lease().past(explanation.kind(), explanation.name());
        return stored.lease().closing() != null
                ? stored.lease().closing().endedBy()
                : past.map(Past::endedBy).orElse(EndedBy.UNKNOWN);
    }

    private String together(Seated first) {
        List<NamedBody> others = explanation.others(first);
        return others.isEmpty()
                ? "at once"
                : others.stream()
                        .map(other -> other.kind() + " " + other.name())
                        .collect(Collectors.joining(", ", "together with ", ""));
    }

    private String waiting(String where) {
        int count = explanation.waitingCount();
        return ", and "
                + switch (count) {
                    case 0 -> "nobody waits" + where;
                    case 1 -> "1 waits" + where;
                    default -> count + " wait" + where;
                };
    }

    private String estimate() {
        Long wait = explanation.estimatedWaitMillis(median, timers);
        return wait == null
                ? ""
                : "; as it is held for " + duration(median.orElse(0)) + " as a rule, it may be free in "
                        + duration(wait);
    }

    /** A duration for people: in the unit that keeps it short. */
    static String duration(long millis) {
        if (millis < 1_000) {
            return millis + " ms";
        }
        long seconds = Math.round(millis / 1_000.0);
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = Math.round(seconds / 60.0);
        return minutes < 120 ? minutes + " min" : Math.round(minutes / 60.0) + " h";
    }
}
