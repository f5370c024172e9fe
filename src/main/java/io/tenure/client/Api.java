package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.Http.Request;
import org.jspecify.annotations.Nullable;

/**
 * The API as its document tells it, for what this client has no method for: a path goes in, JSON comes out. Safe for use by many
 * threads.
 *
 * <p>While no server answers, a request is repeated at other servers for some seconds, whatever its method; so it may be carried out
 * twice. Calls of the API that change something tell in their document what a second one is answered.
 */
public final class Api {
    private final Calls calls;

    Api(Calls calls) {
        this.calls = calls;
    }

    /**
     * Asks for something.
     *
     * @param path with its query, from {@code /v1} on, escaped as in a URL
     * @throws TenureException a server has refused, or none has answered
     */
    public JsonNode get(String path) {
        return call("GET", path, null);
    }

    /**
     * Calls anything but a stream.
     *
     * @param path with its query, from {@code /v1} on, escaped as in a URL
     * @param body null for none
     * @throws TenureException a server has refused, or none has answered
     */
    public JsonNode call(String method, String path, @Nullable JsonNode body) {
        Answer answer = Waiting.on(calls.repeat(Calls.TIMEOUT, new Request(method, path, body, Calls.TIMEOUT)));
        if (!answer.ok()) {
            throw answer.refusal();
        }
        return answer.body();
    }
}
