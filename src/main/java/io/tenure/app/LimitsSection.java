package io.tenure.app;

import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code limits}: how much may be asked for.
 *
 * @param maxWait longest time that a request may hang
 * @param maxWaiters longest queue of one name
 * @param maxLeases most leases alive at once
 * @param maxEnded most ended client-named ids remembered at once
 * @param maxBatch most leases in one renewal request
 * @param maxStreams most event streams open at once
 * @param maxHoldsAtOnce most holds in one all-or-nothing request
 * @param maxBody largest request body
 * @param maxMetadata largest metadata, as JSON
 */
public record LimitsSection(
        Duration maxWait,
        Integer maxWaiters,
        Integer maxLeases,
        Integer maxEnded,
        Integer maxBatch,
        Integer maxStreams,
        Integer maxHoldsAtOnce,
        DataSize maxBody,
        DataSize maxMetadata) {
    /** What a file without this section means: everything left out. */
    @SuppressWarnings("NullAway")
    static final LimitsSection DEFAULT = new LimitsSection(null, null, null, null, null, null, null, null, null);

    public LimitsSection {
        maxWait = maxWait == null ? Duration.seconds(60) : maxWait;
        maxWaiters = maxWaiters == null ? 10_000 : maxWaiters;
        maxLeases = maxLeases == null ? 100_000 : maxLeases;
        maxEnded = maxEnded == null ? 500_000 : maxEnded;
        maxBatch = maxBatch == null ? 500 : maxBatch;
        maxStreams = maxStreams == null ? 2_000 : maxStreams;
        maxHoldsAtOnce = maxHoldsAtOnce == null ? 16 : maxHoldsAtOnce;
        maxBody = maxBody == null ? DataSize.kibibytes(64) : maxBody;
        maxMetadata = maxMetadata == null ? DataSize.kibibytes(4) : maxMetadata;
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        Check.range(faults, "limits.maxWait", maxWait, Duration.seconds(1), Duration.hours(1));
        Check.range(faults, "limits.maxWaiters", maxWaiters, 1, 10_000);
        Check.range(faults, "limits.maxLeases", maxLeases, 1, 10_000_000);
        Check.range(faults, "limits.maxEnded", maxEnded, 1, 10_000_000);
        Check.range(faults, "limits.maxBatch", maxBatch, 1, 500);
        Check.range(faults, "limits.maxStreams", maxStreams, 1, 100_000);
        Check.range(faults, "limits.maxHoldsAtOnce", maxHoldsAtOnce, 1, 16);
        Check.range(faults, "limits.maxBody in bytes", maxBody.toBytes(), 1024, 1_048_576);
        Check.range(faults, "limits.maxMetadata in bytes", maxMetadata.toBytes(), 0, 65_536);
        return faults;
    }
}
