package io.tenure.audit;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.name.LeaseId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where audit records wait in the store for the database: the operations that put them there, and the questions how a lease ended.
 *
 * <p>A record's name is {@code <lease>-<version>-<ordinal>}, with the version that the lease node gets by the write, so a list that is
 * sent again names the same records and cannot be told twice. The record of the end of a lease is {@code <lease>-END}: there is only
 * one, and who sends a release again and finds no lease reads there how it ended. Immutable.
 */
public final class Outbox {
    /** What the name of the record of a lease's end ends with. */
    static final String END = "-END";

    private final Paths paths;

    public Outbox(Paths paths) {
        this.paths = paths;
    }

    /**
     * The step that records what a write did to a lease that stays.
     *
     * @param version the version that the lease node gets by this write
     * @param ordinal counts the records of this lease in this write, from 0
     */
    public Operation create(LeaseId lease, int version, int ordinal, AuditRecord record) {
        return persistent(paths.outbox(lease) + "/" + lease.value() + "-" + version + "-" + ordinal, record);
    }

    /** The step that records the end of a lease, with all the holds that end with it. */
    public Operation end(AuditRecord record) {
        return persistent(endPath(record.lease()), record);
    }

    /** The step that remembers how a client-named lease ended, beside the record itself. */
    public Operation ended(AuditRecord record) {
        return persistent(paths.ended(record.lease()), record);
    }

    /** {@link #end} and {@link #ended} of one record, in this order. */
    public List<Operation> endAndRemember(AuditRecord record) {
        byte[] bytes = RecordCodec.bytes(record);
        return List.of(
                new Operation.Create(endPath(record.lease()), bytes, Operation.Mode.PERSISTENT),
                new Operation.Create(paths.ended(record.lease()), bytes, Operation.Mode.PERSISTENT));
    }

    /** Asks for the record of a lease's end, while it waits for the database; {@link #ending} reads the answer. */
    public Query endQuery(LeaseId lease) {
        return new Query.Data(endPath(lease));
    }

    /** Asks for the memory of how a client-named lease ended; {@link #ending} reads the answer. */
    public Query endedQuery(LeaseId lease) {
        return new Query.Data(paths.ended(lease));
    }

    /**
     * How a lease ended, from the answer to {@link #endQuery} or {@link #endedQuery}; empty when there is no such node.
     *
     * @throws UnreadableRecord when the node has something else in it
     */
    public static Optional<Ending> ending(Found found) {
        if (found instanceof Found.Node node) {
            return Optional.of(Ending.of(
                    RecordCodec.parse(node.data()),
                    Instant.ofEpochMilli(node.stamp().ctime())));
        }
        return Optional.empty();
    }

    private String endPath(LeaseId lease) {
        return paths.outbox(lease) + "/" + lease.value() + END;
    }

    private static Operation persistent(String path, AuditRecord record) {
        return new Operation.Create(path, RecordCodec.bytes(record), Operation.Mode.PERSISTENT);
    }
}
