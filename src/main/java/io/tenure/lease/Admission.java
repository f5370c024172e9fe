package io.tenure.lease;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Says whether something new may begin, as far as the service's own bounds go. What has begun may always be renewed and ended.
 *
 * @param limits the bounds
 * @param live how many leases live, as the coordinator counts them
 * @param remembered how many ended ids are remembered
 * @param backlog how many audit records wait for the database
 * @param full why the store has no room for anything new; empty while it has
 * @param readOnly why nobody may be given anything now, not even who waits already; empty while everybody may
 */
public record Admission(
        Limits limits,
        IntSupplier live,
        IntSupplier remembered,
        IntSupplier backlog,
        Supplier<Optional<String>> full,
        Supplier<Optional<Refusal>> readOnly) {
    /** Refuses while the cluster is read-only. */
    public void checkReadOnly() {
        readOnly.get().ifPresent(refusal -> {
            throw refusal;
        });
    }

    /** Whether nobody may be given anything now, not even who waits already. */
    public boolean isReadOnly() {
        return readOnly.get().isPresent();
    }

    /**
     * Refuses when a bound is reached.
     *
     * @param fresh whether a lease is to be made, and not only a hold added to one that lives
     * @param named whether the client chose its id
     */
    public void check(boolean fresh, boolean named) {
        checkReadOnly();
        full.get().ifPresent(why -> {
            throw Refusal.of(ErrorCode.STORE_UNAVAILABLE, why);
        });
        if (backlog.getAsInt() >= limits.maxBacklog()) {
            throw Refusal.of(
                    ErrorCode.AUDIT_BACKLOG,
                    limits.maxBacklog()
                            + " audit records wait for the database; nothing new is granted until some have been written");
        }
        if (fresh && live.getAsInt() >= limits.maxLeases()) {
            throw quota("maxLeases", limits.maxLeases(), "leases live");
        }
        if (fresh && named && remembered.getAsInt() >= limits.maxEnded()) {
            throw quota("maxEnded", limits.maxEnded(), "ended ids are remembered; POST is not bound by this");
        }
    }

    private static Refusal quota(String limit, int most, String what) {
        return Refusal.of(ErrorCode.QUOTA, most + " " + what + " (limits." + limit + ")")
                .with("limit", limit)
                .with("value", most);
    }
}
