package io.tenure.cli.torture;

/**
 * One call of one client, from its invocation to its return.
 *
 * @param client its number
 * @param server the number of the server that was asked
 * @param lease that it is about, also where another client asks; empty when it is about none
 * @param invoked just before it was sent, nanoseconds of the one clock of this process
 * @param returned just after its answer was there, or it was given up
 */
public record Call(
        int client,
        int server,
        Verb verb,
        Thing thing,
        String lease,
        Ask ask,
        long invoked,
        long returned,
        Answer answer) {
    /** It was, or may have been, carried out, now or later. */
    boolean mayBeDone() {
        return !answer.isRefused();
    }

    /** It says that the lease holds the thing at some moment between its two. */
    boolean showsHold() {
        return switch (verb) {
            case TAKE -> answer.holds();
            case DOWNGRADE -> answer.isDone();
            // readers that are let in together have one token
            case CHECK -> answer.isDone() && !ask.shared();
            case RENEW, RELEASE, END, REVOKE, TRANSFER, PERMITS -> false;
        };
    }

    /** It says that the lease goes on for its TTL from some moment between its two. */
    boolean prolongs() {
        return (verb == Verb.TAKE || verb == Verb.RENEW) && answer.isDone() && answer.written();
    }

    /** It says that the hold has ended. */
    boolean showsEnd() {
        return switch (verb) {
            case RELEASE, END -> answer.isDone() || answer.status() == 410;
            case TAKE, RENEW, DOWNGRADE, CHECK -> answer.denies() && answer.status() == 410;
            case REVOKE -> ask.immediately() && answer.status() == 200;
            case TRANSFER, PERMITS -> false;
        };
    }

    /** Until when the lease is certain to live if this prolonged it, counted from before it was sent. */
    long deadline() {
        return invoked + ask.ttlMillis() * 1_000_000;
    }
}
