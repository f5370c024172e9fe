package io.tenure.queue;

import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the audit log knows of fencing tokens that were given out. */
public interface Tokens {
    /** Asks about one token. The stage never completes exceptionally. */
    CompletionStage<Known> known(Kind kind, Name name, long token);

    /**
     * What is known.
     *
     * @param certain whether the audit log could be asked
     * @param given whether it tells of this token
     * @param newest the newest token it tells of for this name
     */
    record Known(boolean certain, boolean given, Optional<Long> newest) {}
}
