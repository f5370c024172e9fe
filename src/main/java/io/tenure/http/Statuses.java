package io.tenure.http;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import jakarta.ws.rs.WebApplicationException;
import org.jspecify.annotations.Nullable;

/** Says in the API's own words what the layers below the resources refuse by a bare status. */
final class Statuses {
    /** Where the API begins, for those who are lost. */
    static final String ROOTS =
            "/, /v1/leases, /v1/locks, /v1/audit, /v1/limits, /v1/cluster, /health/live, /health/ready";

    private Statuses() {}

    /** The refusal for a status of the JAX-RS runtime; null when it is a fault of the service. */
    static @Nullable Refusal refusal(WebApplicationException fault, String path) {
        int status = fault.getResponse().getStatus();
        String allow = fault.getResponse().getHeaderString("Allow");
        if (status == 405 && allow != null) {
            return Refusal.of(ErrorCode.METHOD_NOT_ALLOWED, path + " allows " + allow);
        }
        return refusal(status, path, null);
    }

    /** The refusal for a status; null when it is a fault of the service. */
    static @Nullable Refusal refusal(int status, String path, @Nullable String reason) {
        return switch (status) {
            case 404 -> Refusal.of(ErrorCode.PATH_UNKNOWN, "nothing is at " + path + "; known: " + ROOTS);
            case 405 -> Refusal.of(ErrorCode.METHOD_NOT_ALLOWED, "this method is not allowed at " + path);
            case 406 -> Refusal.of(ErrorCode.NOT_ACCEPTABLE, "the answer is application/json; accept that");
            case 413 -> Refusal.of(ErrorCode.TOO_LARGE, "the body is too large");
            case 414 -> Refusal.of(ErrorCode.URI_TOO_LONG, "the path and query are too long");
            case 415 -> Refusal.of(ErrorCode.NOT_JSON, "the body must be JSON, with Content-Type: application/json");
            case 431 -> Refusal.of(ErrorCode.HEADERS_TOO_LARGE, "the headers are too large");
            case 503 -> Refusal.of(ErrorCode.SERVER_STOPPING, "this server is stopping; ask another one");
            default ->
                blamesTheClient(status)
                        ? Refusal.invalid(
                                "request", "HTTP that can be understood", reason == null ? "status " + status : reason)
                        : null;
        };
    }

    /** 501 and 505 speak of a method or a version of HTTP that nobody has. */
    private static boolean blamesTheClient(int status) {
        return status < 500 || status == 501 || status == 505;
    }
}
