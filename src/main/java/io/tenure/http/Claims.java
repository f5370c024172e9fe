package io.tenure.http;

import io.tenure.api.AcquireBody;
import io.tenure.api.SeveralAsk;
import io.tenure.error.Refusal;
import io.tenure.lease.Limits;
import io.tenure.lease.Terms;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Claim;
import io.tenure.queue.Want;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes claims of what requests say, checked field by field. Immutable. */
final class Claims {
    private static final int MOST_REASON = 1000;

    private final Limits limits;
    private final Supplier<LeaseId> ids;

    Claims(Limits limits, Supplier<LeaseId> ids) {
        this.limits = limits;
        this.ids = ids;
    }

    /** The id of a lease that the server names. */
    LeaseId newLease() {
        return ids.get();
    }

    /** A claim that may be repeated: the client names the lease. */
    Claim put(Kind kind, Name name, LeaseId lease, AcquireBody body, Caller caller) {
        if (body.lease() != null) {
            throw Refusal.invalid("lease", "stands in the path of a PUT, not in its body", body.lease());
        }
        return claim(kind, name, lease, true, true, body, caller);
    }

    /** A claim whose lease the server names, unless the body does. */
    Claim post(Kind kind, Name name, AcquireBody body, Caller caller) {
        LeaseId lease = body.lease();
        if (lease == null && body.ttl() == null) {
            throw Refusal.invalid(
                    "ttl",
                    "required, a duration with a unit like \"30s\", unless \"lease\" names a lease to attach to",
                    null);
        }
        return lease != null
                ? claim(kind, name, lease, false, true, body, caller)
                : claim(kind, name, newLease(), false, false, body, caller);
    }

    private Claim claim(
            Kind kind, Name name, LeaseId lease, boolean named, boolean chosen, AcquireBody body, Caller caller) {
        Want want = new Want(kind, name, limits.minHoldMillis(body.minHold()), reason(body.reason()));
        return new Claim(
                lease,
                named,
                chosen,
                List.of(want),
                terms(body),
                limits.wait(body.patience()),
                Boolean.TRUE.equals(body.queue()),
                caller.actor(),
                caller::presence);
    }

    private @Nullable Terms terms(AcquireBody body) {
        if (body.ttl() != null) {
            return new Terms(
                    body.ttl(),
                    body.owner(),
                    body.maxHold(),
                    Metadata.checked(body.metadata(), limits.maxMetadataBytes()));
        }
        refuseOfLease("owner", body.owner());
        refuseOfLease("metadata", body.metadata());
        refuseOfLease("maxHold", body.maxHold());
        return null;
    }

    private static void refuseOfLease(String field, @Nullable Object value) {
        if (value != null) {
            throw Refusal.invalid(
                    field, "belongs to the lease: send it where the lease is made, or send a ttl too", value);
        }
    }

    /** A claim to several things, all or nothing. */
    Claim several(LeaseId lease, SeveralAsk body, Caller caller) {
        List<SeveralAsk.Entry> holds = body.holds();
        if (holds == null) {
            throw Refusal.invalid("holds", "required, a list of {\"kind\":\"lock\",\"name\":…}", null);
        }
        Limits.count("holds", holds.size(), limits.maxHoldsAtOnce());
        if (body.ttl() == null) {
            throw Refusal.invalid("ttl", "required, a duration with a unit like \"30s\"", null);
        }
        List<Want> wants =
                holds.stream().map(entry -> want(entry, reason(body.reason()))).toList();
        Terms terms = new Terms(
                body.ttl(), body.owner(), body.maxHold(), Metadata.checked(body.metadata(), limits.maxMetadataBytes()));
        Duration patience = limits.wait(body.patience());
        return new Claim(lease, true, true, wants, terms, patience, false, caller.actor(), caller::presence);
    }

    private static Want want(SeveralAsk.Entry entry, @Nullable String reason) {
        Name name = entry.name();
        if (name == null) {
            throw Refusal.invalid("holds.name", "required", null);
        }
        if (entry.kind() != Kind.LOCK) {
            throw Refusal.invalid(
                    "holds.kind",
                    "lock",
                    entry.kind() == null ? null : entry.kind().wire());
        }
        return new Want(Kind.LOCK, name, null, reason);
    }

    private static @Nullable String reason(@Nullable String reason) {
        return Limits.text("reason", reason, MOST_REASON);
    }
}
