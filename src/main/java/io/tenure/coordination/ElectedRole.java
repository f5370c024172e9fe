package io.tenure.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stands for the role of coordinator, and hands the duties to this server while it has the role. */
public interface ElectedRole extends AutoCloseable {
    /** Begins to stand for the role. When it is won the duties begin in their order; when it is lost they end in reverse. */
    void stand(List<Duty> duties);

    /** The term of this server, if it believes to have the role. */
    Optional<Duty.Term> term();

    /**
     * Who took the role last, as far as this server has seen; it may have lost it since. Answers at once, for people to read: empty
     * when nobody ever took it or the store could not be asked yet.
     */
    Optional<Holder> coordinator();

    /** Gives the role up, if it is held, and stands no longer. */
    @Override
    void close();

    /**
     * The server that has the role.
     *
     * @param server its id
     * @param epoch of its term
     */
    record Holder(String server, long epoch) {
        private static final ObjectMapper JSON = new ObjectMapper();

        /** The content of the epoch's node. */
        public byte[] bytes() {
            return JSON.createObjectNode()
                    .put("format", 1)
                    .put("epoch", epoch)
                    .put("server", server)
                    .toString()
                    .getBytes(UTF_8);
        }

        /** What the epoch's node says; null when nobody has begun a term yet. */
        public static @Nullable Holder parse(byte[] data) {
            if (data.length == 0) {
                return null;
            }
            try {
                JsonNode json = JSON.readTree(data);
                return new Holder(
                        json.path("server").asText(), json.path("epoch").asLong());
            } catch (IOException malformed) {
                throw new IllegalStateException("the epoch cannot be read", malformed);
            }
        }
    }
}
