package io.tenure.app;

import io.dropwizard.util.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code leases}: how long rights last.
 *
 * @param minTtl shortest TTL that may be asked for
 * @param maxTtl longest TTL that may be asked for
 * @param grace how long a lease is kept beyond what its holder was told
 * @param maxHold longest time from grant to end whatever the renewals, or {@code none}
 * @param endedMemory how long the id of an ended, client-named lease is refused at least
 */
public record LeasesSection(Duration minTtl, Duration maxTtl, Duration grace, String maxHold, Duration endedMemory) {
    /** What a file without this section means: everything left out. */
    @SuppressWarnings("NullAway")
    static final LeasesSection DEFAULT = new LeasesSection(null, null, null, null, null);

    public LeasesSection {
        minTtl = minTtl == null ? Duration.seconds(1) : minTtl;
        maxTtl = maxTtl == null ? Duration.hours(24) : maxTtl;
        grace = grace == null ? Duration.milliseconds(500) : grace;
        maxHold = maxHold == null ? "none" : maxHold;
        endedMemory = endedMemory == null ? Duration.seconds(60) : endedMemory;
    }

    /** The longest time from grant to end; null for none. */
    java.time.@Nullable Duration longestHold() {
        Duration parsed = Check.optional(new ArrayList<>(), "leases.maxHold", maxHold);
        return parsed == null ? null : parsed.toJavaDuration();
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        Check.range(faults, "leases.minTtl", minTtl, Duration.milliseconds(100), Duration.days(365));
        Check.range(faults, "leases.maxTtl", maxTtl, minTtl, Duration.days(365));
        Check.range(faults, "leases.grace", grace, Duration.milliseconds(0), Duration.hours(1));
        Check.range(faults, "leases.endedMemory", endedMemory, Duration.seconds(1), Duration.hours(24));
        Check.optional(faults, "leases.maxHold", maxHold);
        return faults;
    }
}
