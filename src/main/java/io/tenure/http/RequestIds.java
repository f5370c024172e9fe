package io.tenure.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ids that tell one request from another in answers, in the audit log and in the server's own log. */
final class RequestIds {
    /** The header that carries an id both ways. */
    static final String HEADER = "X-Request-Id";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:=+/-]{0,127}");

    /** The id of the request that this thread has begun to answer. */
    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    private RequestIds() {}

    /** This thread answers the request with this id from now on, or none. */
    static void current(@Nullable String id) {
        if (id == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(id);
        }
    }

    /** The id of the request that this thread has begun to answer; null when it has not. */
    static @Nullable String current() {
        return CURRENT.get();
    }

    /** The client's own id when it is one that can be written down safely, otherwise a fresh one. */
    static String of(@Nullable String header) {
        return header != null && FORM.matcher(header).matches() ? header : fresh();
    }

    /** An id that no other request has. It is no secret, so the cheap source of random numbers will do. */
    static String fresh() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    /** The id as a URI for a problem document. */
    static String urn(String id) {
        return (id.length() == 36 && id.charAt(8) == '-' ? "urn:uuid:" : "urn:tenure:request:") + id;
    }

    /** The id of a request that the first filter has seen. */
    static @Nullable String of(@Nullable HttpServletRequest request) {
        return request != null && request.getAttribute(Caller.ATTRIBUTE) instanceof Caller caller
                ? caller.actor().requestId()
                : null;
    }
}
