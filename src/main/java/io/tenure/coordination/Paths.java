package io.tenure.coordination;

import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import org.jspecify.annotations.Nullable;

/**
 * Where every node stands: the one place that knows it.
 *
 * <p>Directories of queues hold queue nodes and nothing else, as Curator's recipes demand; what the service keeps for itself stands
 * below {@code sys}. {@code docs/protocol.md} has the picture.
 *
 * @param root the absolute path that everything stands below, such as {@code /tenure}
 * @param generation how often the cluster was restored from a backup ({@link Generation})
 */
public record Paths(String root, int generation) {
    /** How many digits the name of a sequential node ends with. */
    public static final int SEQUENCE_DIGITS = 10;

    private static final String ZEROS = "0".repeat(SEQUENCE_DIGITS);

    /** Where the nodes of a cluster stand that was never restored. */
    public Paths(String root) {
        this(root, 0);
    }

    public Paths {
        if (!root.startsWith("/") || root.endsWith("/")) {
            throw new IllegalArgumentException("not an absolute path without a slash at its end: " + root);
        }
    }

    /** The directory that holds one directory for each name of a kind. */
    public String directories(Kind kind) {
        return root + "/" + queued(kind).wire() + "s";
    }

    /** The directory of one name's queue. */
    public String directory(Kind kind, Name name) {
        return directories(kind) + "/" + name.value();
    }

    /** A number, not negative, as it stands at the end of a sequential node's name. */
    public static String sequence(long number) {
        String digits = Long.toString(number);
        return ZEROS.substring(digits.length()) + digits;
    }

    /** What the name of a lease's queue node begins with, up to the sequence: Curator's protected form. */
    public static String placePrefix(Kind kind, @Nullable Mode mode, LeaseId lease) {
        return placePrefix(lease) + marker(kind, mode);
    }

    /** What the names of all queue nodes of a lease begin with. */
    public static String placePrefix(LeaseId lease) {
        return "_c_" + lease.value() + "-";
    }

    /** The recipe's word, behind whose last occurrence the sequence stands. */
    public static String marker(Kind kind, @Nullable Mode mode) {
        return switch (queued(kind)) {
            case RWLOCK -> mode == Mode.READ ? "__READ__" : "__WRIT__";
            case ELECTION -> "latch-";
            default -> "lock-";
        };
    }

    private static Kind queued(Kind kind) {
        if (kind == Kind.LEASE) {
            throw new IllegalArgumentException("a bare lease has no queue");
        }
        return kind;
    }

    /** How many permits a semaphore has, in the form of Curator's {@code SharedCount}. */
    public String permits(Name semaphore) {
        return permits() + "/" + semaphore.value();
    }

    /** The directory of the permits of all semaphores. */
    public String permits() {
        return sys() + "/semaphores";
    }

    public String sys() {
        return root + "/sys";
    }

    public String format() {
        return sys() + "/format";
    }

    /** Whether the cluster is read-only. */
    public String mode() {
        return sys() + "/mode";
    }

    public String leases() {
        return sys() + "/leases";
    }

    public String lease(LeaseId id) {
        return leases() + "/" + id.shard() + "/" + id.value();
    }

    /**
     * The outbox of this generation. Every grant and every end writes there, so a server that does not know of a restore cannot grant
     * anything behind it ({@code docs/protocol.md} 2).
     */
    public String outbox() {
        return generation == 0 ? sys() + "/outbox" : sys() + "/outbox-" + generation;
    }

    /** The shard of the outbox that a lease's records stand in. */
    public String outbox(LeaseId id) {
        return outbox() + "/" + id.shard();
    }

    public String endeds() {
        return sys() + "/ended";
    }

    public String ended(LeaseId id) {
        return endeds() + "/" + id.shard() + "/" + id.value();
    }

    public String servers() {
        return sys() + "/servers";
    }

    public String coordinator() {
        return sys() + "/coordinator";
    }

    public String epoch() {
        return coordinator() + "/epoch";
    }

    public String latch() {
        return coordinator() + "/latch";
    }

    public String barrier() {
        return coordinator() + "/barrier";
    }

    public String attention() {
        return coordinator() + "/attention";
    }

    /** Below it, by shard, how long quiet leases have been so. */
    public String ages() {
        return coordinator() + "/ages";
    }

    /** Where the coordinator tells the other servers how far the audit log is. */
    public String backlog() {
        return coordinator() + "/backlog";
    }

    /** What a server writes that wants the audit log to be complete up to now. */
    public String asked() {
        return coordinator() + "/asked";
    }

    /** How often the cluster was restored, in decimal digits; not there when it never was. */
    public String restored() {
        return sys() + "/restored";
    }

    /** Stands while a restore is under way, and when one was cut off. */
    public String restoring() {
        return sys() + "/restoring";
    }

    public String tokenBase() {
        return root + "/token-base";
    }
}
