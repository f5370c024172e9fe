package io.tenure.coordination;

import java.util.List;
import java.util.Optional;

/** Stands for the role of coordinator, and hands the duties to this server while it has the role. */
public interface ElectedRole extends AutoCloseable {
    /** Begins to stand for the role. When it is won the duties begin in their order; when it is lost they end in reverse. */
    void stand(List<Duty> duties);

    /** The term of this server, if it believes to have the role. */
    Optional<Duty.Term> term();

    /** Gives the role up, if it is held, and stands no longer. */
    @Override
    void close();
}
