package io.tenure.client;

import io.tenure.error.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that came to nothing. What is expected, such as a lock that another holds, is a value and no exception.
 *
 * <p>With a {@link #code}, a server has refused the request, and the code says what to do. Without one no server has answered in time, so
 * that it cannot be told what became of the request; a client that gives up on it has asked for its undoing.
 */
public final class TenureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable ErrorCode code;

    TenureException(@Nullable ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** No server has answered. */
    static TenureException unreachable(String what, @Nullable Throwable cause) {
        return new TenureException(null, what, cause);
    }

    /** Why a server has refused; empty when none has answered. */
    public Optional<ErrorCode> code() {
        return Optional.ofNullable(code);
    }
}
