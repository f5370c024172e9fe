package io.tenure.audit;

import org.jspecify.annotations.Nullable;

/** Bytes in the place of an audit record that this version cannot read: damaged, foreign, or written by a later version. */
public final class UnreadableRecord extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableRecord(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
