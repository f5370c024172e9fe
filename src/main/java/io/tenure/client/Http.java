package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Asks one of the servers. Tests have one of their own. */
interface Http {
    /**
     * Sends a request once, to the server that answered last.
     *
     * @return the answer; fails with a {@link NoAnswer} when there is none in time, and then the next request goes to another server
     */
    CompletionStage<Answer> send(Request request);

    /** The server that is asked now seems to hang: the next request goes to another. */
    default void another() {}

    /**
     * A request.
     *
     * @param path with its query, from {@code /v1} on
     * @param body null for none
     * @param timeout how long to wait for the whole answer
     */
    record Request(String method, String path, @Nullable JsonNode body, Duration timeout) {}

    /** Nobody has answered: whether the request was carried out cannot be told. */
    final class NoAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
