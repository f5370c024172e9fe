package io.tenure.coordination;

/**
 * Work that exactly one server should do at a time: the coordinator's. Two servers may believe for a while that it is theirs, so
 * each write of a duty starts with {@link Term#fence}.
 */
public interface Duty {
    /** Begins the work; called again, with a later term, after {@link #end}. Must not block. */
    void begin(Term term);

    /** Stops the work, as soon as the role is given up, lost or in doubt. Must not block. */
    void end();

    /**
     * One server's time in the role.
     *
     * @param epoch grows with each term, over all servers
     * @param fence fails with {@code VERSION} once a later term has begun; belongs first into each list of operations of the duty
     */
    record Term(long epoch, Operation fence) {}
}
