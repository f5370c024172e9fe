package io.tenure.cli.torture;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * What came back.
 *
 * @param status 0 when nothing did: whether the call was carried out cannot be told
 * @param code of a refusal; null when a proxy has answered instead of a server
 * @param state of the hold or the lease
 * @param token the fencing token or the term; 0 when there is none
 * @param written whether the answer says that the lease goes on from now ({@code validForMillis})
 * @param endedBy how it has ended
 */
public record Answer(
        int status,
        @Nullable String code,
        @Nullable String state,
        long token,
        boolean written,
        @Nullable String endedBy) {
    /** None has come. */
    public static final Answer NONE = new Answer(0, null, null, 0, false, null);

    /** Done, or was so already. */
    @JsonIgnore
    public boolean isDone() {
        return status >= 200 && status < 300;
    }

    /** A server says no, and that nothing was changed. */
    @JsonIgnore
    public boolean isRefused() {
        return status >= 400 && status < 500 && code != null;
    }

    /** Neither: it may have been carried out, or not, or be so later. */
    @JsonIgnore
    public boolean isUnknown() {
        return !isDone() && !isRefused();
    }

    /** It says that the lease or the hold is no more, or never was. */
    boolean denies() {
        return isRefused() && (status == 404 || status == 410);
    }

    /** It says that who asked holds it. */
    boolean holds() {
        return isDone() && ("HELD".equals(state) || "LEADING".equals(state));
    }

    /** It says that who asked has a place in the queue. */
    boolean waits() {
        return isDone() && ("QUEUED".equals(state) || "FOLLOWING".equals(state));
    }

    /** As it is counted. */
    String label() {
        if (status == 0) {
            return "no answer";
        }
        return code == null ? String.valueOf(status) : status + " " + code;
    }
}
