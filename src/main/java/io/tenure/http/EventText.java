package io.tenure.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;

/** The lines of an event stream, as the WHATWG's HTML standard defines {@code text/event-stream}. */
final class EventText {
    /** The content type of a stream. */
    static final String TYPE = "text/event-stream;charset=utf-8";

    /** How long a client waits before it comes back, which a stream begins with. */
    static final String RETRY = "retry: 1000\n\n";

    /** A comment, which clients drop. */
    static final String HEARTBEAT = ": heartbeat\n\n";

    /** The last event of a stream that the server ends. It has no id: the client comes back with the one before. */
    static final String BYE = "event: bye\ndata: {\"retryAfterMillis\":1000}\n\n";

    private EventText() {}

    /** One event. JSON has no line breaks outside its structure, and the mapper writes none there, so the body is one line. */
    static String of(EventFeed.Event event) {
        return "event: " + event.name() + "\nid: " + event.revision() + "\ndata: " + json(event) + "\n\n";
    }

    /** The text as it is sent. */
    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String json(EventFeed.Event event) {
        try {
            if (!event.missed()) {
                return Json.mapper().writeValueAsString(event.body());
            }
            ObjectNode body = Json.mapper().valueToTree(event.body());
            return Json.mapper().writeValueAsString(body.put("missed", true));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
