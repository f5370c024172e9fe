package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who waits waits for; without a lease, what somebody who came now would wait for.
 *
 * @param lease whose place it is; null for the whole queue
 * @param state {@code QUEUED} or {@code HELD}; null for the whole queue
 * @param position 1 is next, 0 is first already; null of who holds, and for the whole queue
 * @param since when the lease took its place; null when it holds, and for the whole queue
 * @param detail all of it in one sentence
 * @param free whether nobody holds it, waits for it or keeps it closed; of a semaphore whether a permit is in and nobody waits
 * @param ahead who stands before, the first first: 100 at most
 * @param aheadCount how many stand before
 * @param permits of a semaphore how many it has; otherwise null
 * @param permitsOut of a semaphore how many are held; otherwise null
 * @param permitsWanted of a semaphore how many are waited for, of a place those before it and its own; otherwise null
 * @param closedForMillis how long it stays closed though nobody holds it; 0 when it does not
 * @param medianHeldMillis the median of how long it was held lately; null when that is not known
 * @param estimatedWaitMillis of a lock or an election about how long the wait is going to be; null without a median
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "lease",
    "kind",
    "name",
    "state",
    "position",
    "since",
    "detail",
    "free",
    "ahead",
    "aheadCount",
    "permits",
    "permitsOut",
    "permitsWanted",
    "closedForMillis",
    "medianHeldMillis",
    "estimatedWaitMillis"
})
public record ExplainBody(
        @Nullable String lease,
        String kind,
        String name,
        @Nullable String state,
        @Nullable Integer position,
        @Nullable String since,
        String detail,
        boolean free,
        List<AheadBody> ahead,
        int aheadCount,
        @Nullable Integer permits,
        @Nullable Integer permitsOut,
        @Nullable Integer permitsWanted,
        long closedForMillis,
        @Nullable Long medianHeldMillis,
        @Nullable Long estimatedWaitMillis) {}
