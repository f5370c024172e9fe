package io.tenure.http;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever a request ended with into a problem document: the one exception mapper.
 *
 * <p>A {@link Refusal} is written as it is, wherever in the chain of causes it stands. What the JAX-RS runtime refuses gets the code
 * of its status. All else is a fault of the service: the answer bears an id and never the cause, which is logged with that id.
 */
@Provider
final class Faults implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    @Context
    private @Nullable HttpServletRequest request;

    @Override
    public Response toResponse(Throwable fault) {
        String id = RequestIds.of(request);
        Response answer = Problem.response(refusal(fault, id, path()), id);
        if (fault instanceof WebApplicationException web) {
            String allow = web.getResponse().getHeaderString(HttpHeaders.ALLOW);
            return allow == null
                    ? answer
                    : Response.fromResponse(answer)
                            .header(HttpHeaders.ALLOW, allow)
                            .build();
        }
        return answer;
    }

    /** What a request is answered with, whatever it ended with. A fault of the service is logged with the request's id. */
    static Refusal refusal(Throwable fault, @Nullable String id, String path) {
        Refusal refusal = known(fault, path);
        return refusal == null ? internal(fault, id) : refusal;
    }

    private static @Nullable Refusal known(Throwable fault, String path) {
        Throwable cause = fault;
        for (int depth = 0; cause != null && depth < 8; depth++) {
            if (cause instanceof Refusal refusal) {
                return refusal;
            }
            cause = cause.getCause();
        }
        return fault instanceof WebApplicationException web ? Statuses.refusal(web, path) : null;
    }

    private static Refusal internal(Throwable fault, @Nullable String id) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof IOException) {
            LOG.info("Request {} broke off: {}", id, cause.toString());
        } else {
            LOG.error("Request {} met a fault of the service", id, cause);
        }
        return Refusal.of(ErrorCode.INTERNAL, "the service could not answer; its log tells more under " + id);
    }

    private String path() {
        return request == null ? "" : request.getRequestURI();
    }
}
