package io.tenure.archive;

/**
 * How much there is of each kind in an archive.
 *
 * @param leases leases, as they were read: some may have ended by the moment that the archive is of
 * @param queues names that somebody held or waited for
 * @param places places of leases in their queues
 * @param natives places of native clients, which are not kept
 * @param permits semaphores
 * @param ended ended ids that were remembered
 * @param aside records that the audit database had put aside
 * @param records records of the audit log
 */
public record Counts(
        long leases, long queues, long places, long natives, long permits, long ended, long aside, long records) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

    Counts and(Piece piece) {
        if (piece instanceof Piece.LeaseNode) {
            return new Counts(leases + 1, queues, places, natives, permits, ended, aside, records);
        }
        if (piece instanceof Piece.Queue queue) {
            long more = places + queue.places().size();
            return new Counts(leases, queues + 1, more, natives + queue.natives(), permits, ended, aside, records);
        }
        if (piece instanceof Piece.Permits) {
            return new Counts(leases, queues, places, natives, permits + 1, ended, aside, records);
        }
        if (piece instanceof Piece.Ended) {
            return new Counts(leases, queues, places, natives, permits, ended + 1, aside, records);
        }
        return piece instanceof Piece.Aside
                ? new Counts(leases, queues, places, natives, permits, ended, aside + 1, records)
                : new Counts(leases, queues, places, natives, permits, ended, aside, records + 1);
    }
}
