package io.tenure.simulation;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Invariant 2: the fencing tokens of a thing strictly grow in the order of its grants, or where it is shared never go back, and
 * everybody is told the same token for the same hold from its grant to its end: the holder, the lease node and the audit log.
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
            LeaseView after = change.after();
            if (after != null) {
                change.became("HELD").forEach(hold -> grant(lease, after.hold(hold), token));
                after.holds().values().forEach(hold -> written(lease, hold));
            }
        });
        step.records().forEach(record -> record.holds().forEach(hold -> written(record.lease(), hold)));
    }

    private void grant(String lease, HoldView hold, long token) {
        granted.put(lease + " " + hold.name(), token);
        told.remove(lease + " " + hold.name());
        Long before = highest.put(hold.name(), token);
        if (before != null && (hold.shared() ? before > token : before >= token)) {
            throw new Violation("invariant 2: " + hold.name() + " is granted with token " + token + " after " + before);
        }
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
