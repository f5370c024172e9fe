package io.tenure.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;

/** An answer over HTTP: status, headers, and the JSON body. */
public record Reply(int status, HttpHeaders headers, JsonNode body) {
    /** A field of the body as text; {@code null} as text when it is not there. */
    public String text(String pointer) {
        return body.at(pointer).asText();
    }

    /** A field of the body as a number. */
    public long number(String pointer) {
        return body.at(pointer).asLong();
    }

    /** Whether the body has such a field. */
    public boolean has(String pointer) {
        return !body.at(pointer).isMissingNode();
    }

    @Override
    public String toString() {
        return status + " " + body;
    }
}
