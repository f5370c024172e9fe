package io.tenure.http;

import io.tenure.api.AuditBody;
import io.tenure.api.EventBody;
import io.tenure.api.TenureBody;
import io.tenure.api.Times;
import io.tenure.audit.AuditEvent;
import io.tenure.audit.AuditPage;
import io.tenure.audit.CatchUp.Reach;
import io.tenure.audit.Holders;
import io.tenure.audit.Tenure;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes what the audit log answered as the API writes it. */
final class AuditBodies {
    private AuditBodies() {}

    /**
     * A page of the log.
     *
     * @param to the end of what was asked for; null when it was asked up to now
     * @param asked when it was asked
     */
    static <A, B> AuditBody<B> page(
            AuditPage<A> page,
            Function<A, B> item,
            Reach reach,
            @Nullable Instant to,
            Instant asked,
            Optional<Long> backlog) {
        return body(null, page, item, null, null, complete(page, reach, to, asked), backlog);
    }

    static AuditBody<TenureBody> holders(
            Instant at, Holders holders, Reach reach, Instant asked, Optional<Long> backlog) {
        return body(
                Times.text(at.toEpochMilli()),
                holders.page(),
                AuditBodies::tenure,
                holders.previous(),
                holders.next(),
                complete(holders.page(), reach, at, asked),
                backlog);
    }

    static EventBody event(AuditEvent event) {
        return new EventBody(
                event.number(),
                Times.text(event.at()),
                event.action(),
                event.kind(),
                event.name(),
                event.mode(),
                event.count(),
                event.lease(),
                event.token(),
                event.owner(),
                event.principal(),
                event.address(),
                event.by(),
                event.endedBy(),
                event.reason(),
                event.waitedMillis(),
                event.heldMillis(),
                event.server(),
                event.requestId(),
                event.metadata());
    }

    static TenureBody tenure(Tenure tenure) {
        return new TenureBody(
                tenure.tenure(),
                tenure.kind(),
                tenure.name(),
                tenure.mode(),
                tenure.count(),
                tenure.token(),
                tenure.lease(),
                tenure.owner(),
                tenure.principal(),
                tenure.address(),
                Times.textOrNull(tenure.queuedAt()),
                Times.text(tenure.grantedAt()),
                Times.textOrNull(tenure.downgradedAt()),
                Times.textOrNull(tenure.endedAt()),
                tenure.waitedMillis(),
                tenure.heldMillis(),
                tenure.endedBy(),
                tenure.endedByPrincipal(),
                tenure.reason(),
                tenure.endReason(),
                tenure.renewals(),
                tenure.ttlMillis(),
                Times.textOrNull(tenure.closedUntil()),
                tenure.grantedNumber(),
                tenure.endedNumber(),
                tenure.metadata());
    }

    private static <A, B> AuditBody<B> body(
            @Nullable String at,
            AuditPage<A> page,
            Function<A, B> item,
            @Nullable Tenure previous,
            @Nullable Tenure next,
            boolean complete,
            Optional<Long> backlog) {
        Instant until = page.recordedUntil();
        return new AuditBody<>(
                at,
                page.items().stream().map(item).toList(),
                previous == null ? null : tenure(previous),
                next == null ? null : tenure(next),
                page.next(),
                complete,
                until == null ? null : Times.text(until.toEpochMilli()),
                page.recordedNumber(),
                backlog.orElse(null));
    }

    /** Up to now the drain's word counts, not a comparison of two clocks. */
    private static boolean complete(AuditPage<?> page, Reach reach, @Nullable Instant to, Instant asked) {
        if (page.quarantined() > 0) {
            return false;
        }
        Instant until = page.recordedUntil();
        if (to != null && until != null && !to.isAfter(until)) {
            return true;
        }
        return reach == Reach.NOW && (to == null || !to.isAfter(asked));
    }
}
