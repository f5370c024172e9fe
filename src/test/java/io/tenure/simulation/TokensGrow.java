package io.tenure.simulation;

import java.util.Map;
import java.util.TreeMap;

/**
 * Invariant 2: the fencing tokens of a lock strictly grow in the order of its grants, and everybody is told the same token for the
 * same hold: the holder, the lease node and the audit log.
 */
final class TokensGrow implements Invariant {
    private final Map<String, Long> granted = new TreeMap<>();
    private final Map<String, Long> told = new TreeMap<>();
    private final Map<String, Long> highest = new TreeMap<>();

    @Override
    public void after(Step step) {
        long zxid = step.transaction().zxid();
        step.leases().forEach((lease, change) -> {
            change.became("HELD").forEach(hold -> {
                granted.put(lease + " " + hold, zxid);
                told.remove(lease + " " + hold);
            });
            LeaseView after = change.after();
            if (after != null) {
                after.holds().values().forEach(hold -> written(lease, hold));
            }
        });
        step.records().forEach(record -> record.holds().forEach(hold -> written(record.lease(), hold)));
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
        if (before == null) {
            grow(hold, grantedAs, token);
        }
    }

    /** Tokens must be ordered as the grants are; they may be told in another order. */
    private void grow(String hold, long grantedAs, long token) {
        if (token != grantedAs) {
            throw new Violation(
                    "invariant 2: " + hold + " granted by transaction " + grantedAs + " with token " + token);
        }
        highest.merge(hold, token, Math::max);
    }
}
