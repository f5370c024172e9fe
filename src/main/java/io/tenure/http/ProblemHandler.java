package io.tenure.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes as problem documents what the server refuses before a resource sees it, such as a request line that is broken. */
public final class ProblemHandler extends ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String id = RequestIds.of(request.getHeaders().get(RequestIds.HEADER));
        Refusal refusal = refusal(request, response, id);
        response.setStatus(Problem.status(refusal.code()));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(RequestIds.HEADER, id);
        if (Problem.retriable(refusal.code())) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, Problem.retryAfterSeconds(refusal));
        }
        response.write(true, ByteBuffer.wrap(bytes(Problem.of(refusal, id))), callback);
        return true;
    }

    /** The document as it is sent. */
    static byte[] bytes(Problem problem) {
        try {
            return (Json.mapper().writeValueAsString(problem) + "\n").getBytes(UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Refusal refusal(Request request, Response response, String id) {
        Throwable cause = request.getAttribute(ERROR_EXCEPTION) instanceof Throwable thrown ? thrown : null;
        int status = cause instanceof HttpException http ? http.getCode() : response.getStatus();
        Refusal refusal = Statuses.refusal(status, request.getHttpURI().getPath(), reason(request, cause));
        if (refusal == null) {
            LOG.error("Request {} met a fault of the server, status {}", id, status, cause);
            return Refusal.of(ErrorCode.INTERNAL, "the service could not answer; its log tells more under " + id);
        }
        return refusal;
    }

    private static @Nullable String reason(Request request, @Nullable Throwable cause) {
        return cause instanceof HttpException http
                ? http.getReason()
                : request.getAttribute(ERROR_MESSAGE) instanceof String message ? message : null;
    }
}
