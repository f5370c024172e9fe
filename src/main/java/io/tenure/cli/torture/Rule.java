package io.tenure.cli.torture;

/** What must hold in every history. */
public enum Rule {
    /** Nobody holds beside another, as its client may believe. */
    EXCLUSION("one holder"),
    /** Fencing tokens grow, and a hold has one. */
    TOKENS("tokens grow"),
    /** Who took an earlier place is granted earlier. */
    FIFO("first come, first served"),
    /** What was acknowledged is in the audit log once, and what was refused is not. */
    ONCE("each grant and each end, once"),
    /** No lease ends before its TTL has passed since it was last prolonged. */
    EARLY("never early"),
    /** What has ended is not held again. */
    ENDED("what has ended stays ended");

    private final String promise;

    Rule(String promise) {
        this.promise = promise;
    }

    /** The promise, in words. */
    public String promise() {
        return promise;
    }
}
