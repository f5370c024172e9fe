package io.tenure.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as it is written: {@code application/problem+json}, RFC 9457, with {@code code} and the refusal's own fields.
 *
 * @param document the members in the order in which they are written
 */
record Problem(
        @JsonInclude(JsonInclude.Include.ALWAYS) @JsonValue Map<String, @Nullable Object> document) {
    /** The content type of every refusal. */
    static final String TYPE = "application/problem+json";

    /** A field that a refusal may carry in order to say when to come back; otherwise that is after a second. */
    private static final String RETRY_AFTER = "retryAfterMillis";

    /** The document for a refusal of the request with this id. */
    static Problem of(Refusal refusal, @Nullable String requestId) {
        ErrorCode code = refusal.code();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("type", "urn:tenure:" + code);
        document.put("title", code.title());
        document.put("status", status(code));
        document.put("code", code.name());
        document.put("detail", refusal.detail());
        if (requestId != null) {
            document.put("instance", RequestIds.urn(requestId));
        }
        document.putAll(refusal.fields());
        return new Problem(Collections.unmodifiableMap(document));
    }

    /** The whole answer to a request with this id that is refused. */
    static Response response(Refusal refusal, @Nullable String requestId) {
        Response.ResponseBuilder answer =
                Response.status(status(refusal.code())).type(TYPE).entity(of(refusal, requestId));
        if (retriable(refusal.code())) {
            answer.header(HttpHeaders.RETRY_AFTER, retryAfterSeconds(refusal));
        }
        return answer.build();
    }

    /** Writes the whole answer to a request with this id that is refused before a resource sees it. */
    static void answer(HttpServletResponse response, Refusal refusal, @Nullable String requestId) throws IOException {
        byte[] bytes = ProblemHandler.bytes(of(refusal, requestId));
        response.setStatus(status(refusal.code()));
        response.setContentType(TYPE);
        response.setContentLength(bytes.length);
        if (retriable(refusal.code())) {
            response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(retryAfterSeconds(refusal)));
        }
        response.getOutputStream().write(bytes);
    }

    /** Whether an answer with this code carries {@code Retry-After}. */
    static boolean retriable(ErrorCode code) {
        int status = status(code);
        return status == 429 || status == 503;
    }

    /** Whole seconds, at least one. */
    static long retryAfterSeconds(Refusal refusal) {
        return refusal.fields().get(RETRY_AFTER) instanceof Number millis
                ? Math.max(1, (millis.longValue() + 999) / 1000)
                : 1;
    }

    /** The HTTP status of a code: the one place that knows it. */
    static int status(ErrorCode code) {
        return switch (code) {
            case INVALID, INVALID_CURSOR, BACKUP_REFUSED -> 400;
            case FOREIGN_ORIGIN -> 403;
            case LEASE_UNKNOWN, HOLD_UNKNOWN, TOKEN_UNKNOWN, SEMAPHORE_UNKNOWN, PATH_UNKNOWN -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case NOT_ACCEPTABLE -> 406;
            case HELD,
                    CLOSED,
                    NOT_HOLDER,
                    LEASE_DIFFERS,
                    PERMITS_DIFFER,
                    NO_UPGRADE,
                    NOT_LEADING,
                    TERM_CHANGED,
                    IN_USE,
                    NOT_EMPTY,
                    BUSY,
                    NATIVE_HOLDER -> 409;
            case LEASE_ENDED, HOLD_ENDED, TOKEN_ENDED -> 410;
            case TOO_LARGE -> 413;
            case URI_TOO_LONG -> 414;
            case NOT_JSON -> 415;
            case QUOTA, QUEUE_FULL -> 429;
            case HEADERS_TOO_LARGE -> 431;
            case INTERNAL -> 500;
            case SERVER_STOPPING, STORE_UNAVAILABLE, AUDIT_BACKLOG, READ_ONLY, AUDIT_UNAVAILABLE -> 503;
        };
    }
}
