package io.tenure.cli;

/** A command has come to nothing, and the message says why. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    Failure(String message) {
        this(Exit.REFUSED, message);
    }

    /** @param status that the program ends with */
    Failure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The status that the program ends with. */
    int status() {
        return status;
    }
}
