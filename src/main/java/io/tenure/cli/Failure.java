package io.tenure.cli;

/** A command has come to nothing, and the message says why. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
        super(message);
    }
}
