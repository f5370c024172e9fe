package io.tenure.coordination;

import java.util.List;
import java.util.Optional;

/** Stands for the role of coordinator, and hands the duties to this server while it has the role. */
public interface ElectedRole extends AutoCloseable {
    /** Begins to stand for the role. When it is won the duties begin in their order; when it is lost they end in reverse. */
    void stand(List<Duty> duties);

    /** The term of this server, if it believes to have the role. */
    Optional<Duty.Term> term();

    /**
     * Who took the role last, as far as this server has seen; it may have lost it since. Answers at once, for people to read: empty
     * when nobody ever took it or the store could not be asked yet.
     */
    Optional<Holder> coordinator();

    /** Gives the role up, if it is held, and stands no longer. */
    @Override
    void close();

    /**
     * The server that has the role.
     *
     * @param server its id
     * @param epoch of its term
     */
    record Holder(String server, long epoch) {}
}
