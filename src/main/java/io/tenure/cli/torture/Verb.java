package io.tenure.cli.torture;

import java.util.Locale;

/** What a call asks for. */
public enum Verb {
    /** To hold something, or to go on waiting for it. */
    TAKE,
    /** That the lease goes on. */
    RENEW,
    /** To give the hold back, or the place in the queue up. */
    RELEASE,
    /** To end the lease with its hold, or to refuse it from then on where it was never seen. */
    END,
    /** To end somebody's hold. */
    REVOKE,
    /** To hand an office to another candidate. */
    TRANSFER,
    /** To read on where one wrote. */
    DOWNGRADE,
    /** Whether a fencing token is current. */
    CHECK,
    /** That a semaphore has so many permits. */
    PERMITS;

    /** Whether it ends what the lease holds, where it is carried out. */
    boolean ends() {
        return this == RELEASE || this == END || this == REVOKE || this == TRANSFER;
    }

    /** Whether only the lease's own client asks for it, to be rid of the hold. */
    boolean gives() {
        return this == RELEASE || this == END;
    }

    /** The word that people are shown. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
