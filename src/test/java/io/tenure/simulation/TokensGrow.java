package io.tenure.simulation;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Invariant 2: the fencing tokens of a lock strictly grow in the order of its grants, and everybody is told the same token for the
 * same hold: the holder, the lease node and the audit log.
 */
final class TokensGrow implements Invariant {
    /** The token of a hold that has come through a restore, until somebody is told it. */
    private static final long UNKNOWN = -1;

    private final LongSupplier base;
    private final Map<String, Long> granted = new TreeMap<>();
    private final Map<String, Long> told = new TreeMap<>();
    private final Map<String, Long> highest = new TreeMap<>();

    /** @param base the token base */
    TokensGrow(LongSupplier base) {
        this.base = base;
    }

    @Override
    public void after(Step step) {
        long token = base.getAsLong() + step.transaction().zxid();
        step.leases().forEach((lease, change) -> {
            change.became("HELD").forEach(hold -> {
                granted.put(lease + " " + hold, token);
                told.remove(lease + " " + hold);
                Long before = highest.put(hold, token);
                if (before != null && before >= token) {
                    throw new Violation(
                            "invariant 2: " + hold + " is granted with token " + token + " after " + before);
                }
            });
            LeaseView after = change.after();
            if (after != null) {
                after.holds().values().forEach(hold -> written(lease, hold));
            }
        });
        step.records().forEach(record -> record.holds().forEach(hold -> written(record.lease(), hold)));
    }

    @Override
    public void restored(Map<String, LeaseView> leases) {
        granted.clear();
        told.clear();
        leases.forEach(
                (lease, view) -> view.holds().keySet().forEach(hold -> granted.put(lease + " " + hold, UNKNOWN)));
    }

    private void written(String lease, HoldView hold) {
        Long token = hold.token();
        if (token != null) {
            tell(lease, hold.name(), token);
        }
    }

    /** Somebody was told this token for this hold. */
    void tell(String lease, String hold, long token) {
        String key = lease + " " + hold;
        Long grantedAs = granted.get(key);
        if (grantedAs == null) {
            throw new Violation("invariant 2: token " + token + " was told for " + key + ", which was never granted");
        }
        Long before = told.putIfAbsent(key, token);
        if (before != null && before != token) {
            throw new Violation("invariant 2: " + key + " was told token " + before + " and token " + token);
        }
        if (before == null && grantedAs != UNKNOWN && grantedAs != token) {
            throw new Violation("invariant 2: " + key + " granted as " + grantedAs + " was told token " + token);
        }
    }
}
