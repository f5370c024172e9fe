package io.tenure.coordination;

/**
 * What the store notes of a node. Transaction numbers order all writes to the store, whoever made them; times are milliseconds of
 * the store's own clock, the same for all of one transaction.
 *
 * @param czxid number of the transaction that created the node
 * @param mzxid number of the transaction that last set its data
 * @param pzxid number of the transaction that last created or deleted a child of it
 * @param ctime when it was created, milliseconds since 1970
 * @param mtime when its data was last set, milliseconds since 1970
 * @param version how often its data has been set
 * @param children how many children it has
 * @param ephemeral whether it ends with a session
 */
public record Stamp(
        long czxid, long mzxid, long pzxid, long ctime, long mtime, int version, int children, boolean ephemeral) {}
