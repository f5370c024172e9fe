package io.tenure.coordination;

/**
 * The store cannot be used as it is. The message is one line for an operator: what is wrong, where, and what to do.
 *
 * <p>It is thrown at start only; while the service runs, a store that is away is an {@link Outcome.Unavailable}.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
