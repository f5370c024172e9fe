package io.tenure.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body into a record, strictly.
 *
 * <p>It takes every content type in order to refuse all but JSON itself, with the line that would have worked; so resources carry no
 * {@code @Consumes}. The body is always read to its end, which the server needs before it can tell whether the client is still there.
 */
@Provider
@Consumes(MediaType.WILDCARD)
final class BodyReader implements MessageBodyReader<Record> {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    /** So many times the limit is read, and thrown away, for the sake of a refusal that arrives. */
    private static final int PASSED_OVER = 16;

    private final int maxBytes;
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

    @Context
    private @Nullable HttpServletRequest request;

    BodyReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type.isRecord();
    }

    @Override
    public Record readFrom(
            Class<Record> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream stream)
            throws IOException {
        byte[] bytes = bytes(headers.getFirst(HttpHeaders.CONTENT_LENGTH), stream);
        if (bytes.length == 0) {
            bytes = empty(annotations);
        } else if (!mediaType.getSubtype().equals("json")
                || !mediaType.getType().equals("application")) {
            throw notJson(headers.getFirst(HttpHeaders.CONTENT_TYPE));
        }
        ObjectReader reader = readers.computeIfAbsent(type, Json.mapper()::readerFor);
        try (JsonParser parser = reader.getFactory().createParser(bytes)) {
            return body(reader, parser);
        }
    }

    private static Record body(ObjectReader reader, JsonParser parser) {
        try {
            Record body = reader.readValue(parser);
            if (body == null) {
                throw Refusal.invalid("body", "one JSON object", "null");
            }
            return body;
        } catch (IOException e) {
            // while the parser still stands at what it could not read
            throw JsonFaults.refusal(e);
        }
    }

    private byte[] bytes(@Nullable String length, InputStream stream) throws IOException {
        if (length != null && (length.length() > 9 || Integer.parseInt(length) > PASSED_OVER * maxBytes)) {
            throw tooLarge();
        }
        byte[] bytes = stream.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            passOver(stream);
            throw tooLarge();
        }
        return bytes;
    }

    /** A server that leaves much unread closes the connection, and its client may not get to read the refusal. */
    private void passOver(InputStream stream) throws IOException {
        byte[] passed = new byte[maxBytes];
        for (int i = 0; i < PASSED_OVER && stream.readNBytes(passed, 0, maxBytes) == maxBytes; i++) {
            // nothing is kept of it
        }
    }

    private static byte[] empty(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            if (annotation.annotationType() == EmptyAllowed.class) {
                return EMPTY_OBJECT;
            }
        }
        throw Refusal.invalid("body", "one JSON object", "nothing");
    }

    private Refusal tooLarge() {
        return Refusal.of(ErrorCode.TOO_LARGE, "body: at most " + maxBytes + " bytes");
    }

    private Refusal notJson(@Nullable String type) {
        String method = request == null ? HttpMethod.POST : request.getMethod();
        String uri = request == null ? "" : request.getRequestURL().toString();
        return Refusal.of(
                ErrorCode.NOT_JSON,
                "the body must be JSON and say so: curl -X " + method
                        + " -H 'Content-Type: application/json' -d '{…}' '" + uri + "'; got "
                        + (type == null ? "no Content-Type" : type));
    }
}
