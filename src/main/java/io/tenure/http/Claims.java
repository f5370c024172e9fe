package io.tenure.http;

import io.tenure.api.AcquireBody;
import io.tenure.api.CampaignBody;
import io.tenure.api.SeveralAsk;
import io.tenure.election.Elections;
import io.tenure.error.Refusal;
import io.tenure.lease.Limits;
import io.tenure.lease.Terms;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import io.tenure.queue.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes claims of what requests say, checked field by field. Immutable. */
final class Claims {
    private static final int MOST_REASON = 1000;
    private static final int MOST_ID = 200;

    /** Each is a place in the queue, and all are taken in one transaction. */
    private static final int MOST_PERMITS = 100;

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
            throw noTtl();
        }
        return lease != null
                ? claim(kind, name, lease, false, true, body, caller)
                : claim(kind, name, newLease(), false, false, body, caller);
    }

    private Claim claim(
            Kind kind, Name name, LeaseId lease, boolean named, boolean chosen, AcquireBody body, Caller caller) {
        Want want = new Want(
                kind,
                name,
                mode("mode", kind, body.mode()),
                count("count", kind, body.count()),
                limits.closedMillis("minHold", body.minHold()),
                limits.closedMillis("lockDelay", body.lockDelay()),
                reason(body.reason()),
                null,
                null);
        return new Claim(
                lease,
                named,
                chosen,
                List.of(want),
                terms(body.ttl(), body.owner(), body.maxHold(), body.metadata()),
                limits.wait(body.patience()),
                Boolean.TRUE.equals(body.queue()),
                caller.actor(),
                caller::presence);
    }

    /** A candidacy that may be repeated: the client names the lease. */
    Claim campaign(Name name, LeaseId lease, CampaignBody body, Caller caller) {
        if (body.lease() != null) {
            throw Refusal.invalid("lease", "stands in the path of a PUT, not in its body", body.lease());
        }
        return campaign(name, lease, true, true, body, caller);
    }

    /** A candidacy whose lease the server names, unless the body does. */
    Claim campaign(Name name, CampaignBody body, Caller caller) {
        LeaseId lease = body.lease();
        if (lease == null && body.ttl() == null) {
            throw noTtl();
        }
        return lease != null
                ? campaign(name, lease, false, true, body, caller)
                : campaign(name, newLease(), false, false, body, caller);
    }

    private Claim campaign(Name name, LeaseId lease, boolean named, boolean chosen, CampaignBody body, Caller caller) {
        String owner = body.owner();
        String id = body.id() != null ? body.id() : owner != null ? owner : lease.value();
        if (id.isBlank() || id.length() > MOST_ID) {
            throw Refusal.invalid("id", "1 to " + MOST_ID + " characters", id);
        }
        Want want = new Want(
                Kind.ELECTION,
                name,
                null,
                null,
                null,
                limits.closedMillis("lockDelay", body.lockDelay()),
                null,
                id,
                Limits.text("value", body.value(), Elections.MOST_VALUE));
        return new Claim(
                lease,
                named,
                chosen,
                List.of(want),
                terms(body.ttl(), owner, body.maxHold(), body.metadata()),
                limits.wait(body.patience()),
                !Boolean.FALSE.equals(body.queue()),
                caller.actor(),
                caller::presence);
    }

    private static Refusal noTtl() {
        return Refusal.invalid(
                "ttl",
                "required, a duration with a unit like \"30s\", unless \"lease\" names a lease to attach to",
                null);
    }

    private @Nullable Terms terms(
            @Nullable Duration ttl,
            @Nullable String owner,
            @Nullable Duration maxHold,
            @Nullable Map<String, String> metadata) {
        if (ttl != null) {
            return new Terms(ttl, owner, maxHold, Metadata.checked(metadata, limits.maxMetadataBytes()));
        }
        refuseOfLease("owner", owner);
        refuseOfLease("metadata", metadata);
        refuseOfLease("maxHold", maxHold);
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
        if (holds.stream().anyMatch(Objects::isNull)) {
            throw Refusal.invalid("holds", "a list of {\"kind\":\"lock\",\"name\":…}", null);
        }
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
        Kind kind = entry.kind();
        if (kind != Kind.LOCK && kind != Kind.RWLOCK && kind != Kind.SEMAPHORE) {
            throw Refusal.invalid("holds.kind", "lock, rwlock or semaphore", kind == null ? null : kind.wire());
        }
        Mode mode = mode("holds.mode", kind, entry.mode());
        Integer count = count("holds.count", kind, entry.count());
        return new Want(kind, name, mode, count, null, null, reason, null, null);
    }

    /** A read/write lock is wanted one way or the other; nothing else has a mode. */
    private static @Nullable Mode mode(String field, Kind kind, @Nullable Mode mode) {
        if (kind == Kind.RWLOCK && mode == null) {
            throw Refusal.invalid(field, "required of a read/write lock, \"read\" or \"write\"", null);
        }
        if (kind != Kind.RWLOCK && mode != null) {
            throw Refusal.invalid(field, "only of a read/write lock (/v1/rwlocks)", mode.wire());
        }
        return mode;
    }

    /** How many permits of a semaphore; one is not told, so that it is the same whether it was said or left out. */
    private static @Nullable Integer count(String field, Kind kind, @Nullable Integer count) {
        if (count != null && kind != Kind.SEMAPHORE) {
            throw Refusal.invalid(field, "only of a semaphore (/v1/semaphores)", count);
        }
        if (count != null && (count < 1 || count > MOST_PERMITS)) {
            throw Refusal.invalid(field, "a whole number from 1 to " + MOST_PERMITS, count);
        }
        return count == null || count == 1 ? null : count;
    }

    private static @Nullable String reason(@Nullable String reason) {
        return Limits.text("reason", reason, MOST_REASON);
    }
}
