package io.tenure.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot be used as it is. The message is one line for an operator: what is wrong, where, and what to do.
 *
 * <p>It is thrown at start only; while the service runs, a store that is away is an {@link Outcome.Unavailable}.
 */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** It could not be asked just now; it may be well otherwise. */
    public static final class Away extends StoreException {
        private static final long serialVersionUID = 1L;

        public Away(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
