package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.error.ErrorCode;
import io.tenure.name.EndedBy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered.
 *
 * @param body never null; missing where there was none or no JSON
 * @param retryAfter how long the server asks to wait before the request is repeated; null when it does not
 */
record Answer(int status, JsonNode body, @Nullable Duration retryAfter) {
    boolean ok() {
        return status >= 200 && status < 300;
    }

    /** The server, or a proxy before it, cannot tell now: the same request may be repeated. */
    boolean cannotTell() {
        return status >= 500;
    }

    /** A limit is reached: the same request may be repeated later. */
    boolean busy() {
        return status == 429;
    }

    /** It was never seen, or has ended. A 404 without a code is not of our servers, but of a proxy that has lost them. */
    boolean gone() {
        return (status == 404 || status == 410) && code().isPresent();
    }

    /** How it has ended, as a 410 tells. */
    EndedBy endedBy() {
        return Arrays.stream(EndedBy.values())
                .filter(known -> known.name().equals(text("endedBy")))
                .findFirst()
                .orElse(EndedBy.UNKNOWN);
    }

    /** It has ended by itself or by an accident, and not because somebody wanted it to: it may be begun anew. */
    boolean mayBeginAnew() {
        return switch (endedBy()) {
            case EXPIRED, LOST, RESTORED, WAIT_OVER, UNKNOWN -> true;
            case RELEASED, REVOKED, RESIGNED, TRANSFERRED, WITHDRAWN -> false;
        };
    }

    /** How long what was granted or renewed may be counted on from when the answer left; zero where it does not say. */
    Duration validFor() {
        return validFor(body);
    }

    /** As {@link #validFor()}, of one item of many. */
    static Duration validFor(JsonNode item) {
        return Duration.ofMillis(item.path("validForMillis").asLong());
    }

    String text(String field) {
        return body.path(field).asText("");
    }

    /** A text that may not be there. */
    @Nullable
    String textOrNull(String field) {
        return body.hasNonNull(field) ? text(field) : null;
    }

    /** Why it was refused; empty for a code that this client does not know. */
    Optional<ErrorCode> code() {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.name().equals(text("code")))
                .findFirst();
    }

    /** The refusal as an exception. */
    TenureException refusal() {
        String detail = body.path("detail").asText("a server answered with status " + status);
        String instance = body.hasNonNull("instance") ? " (" + text("instance") + ")" : "";
        return new TenureException(code().orElse(null), detail + instance, null);
    }

    /** What a 404 or 410 to a renewal, or an item of many renewals, says of how it was lost. */
    Loss loss(String what) {
        EndedBy endedBy = endedBy();
        String detail = body.hasNonNull("endedBy")
                ? what + " has ended: " + endedBy
                : what + " is not known to the servers: "
                        + body.path("detail").asText("it was never seen, or long ago");
        return Loss.of(endedBy, textOrNull("by"), textOrNull("reason"), detail);
    }
}
