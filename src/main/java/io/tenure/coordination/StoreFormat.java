package io.tenure.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Which form the data of a store has, and how new a program must be to read it.
 *
 * <p>It stands in the node {@code sys/format}, and in a file of the data folder of an embedded store.
 *
 * @param format the form it was made in
 * @param minReader the lowest form that a program must know to use it
 */
public record StoreFormat(int format, int minReader) {
    /** What this program makes, and the highest it reads. */
    public static final StoreFormat CURRENT = new StoreFormat(1, 1);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The bytes that are stored. */
    public byte[] bytes() {
        return "{\"format\":%d,\"minReader\":%d}".formatted(format, minReader).getBytes(UTF_8);
    }

    /**
     * Refuses data that this program must not touch.
     *
     * @param stored what stands in the store
     * @param where the file or node it was read from, for the message
     * @throws StoreException if the data needs a newer program, or says nothing that can be understood
     */
    public static void require(byte[] stored, String where) {
        int needed;
        try {
            JsonNode minReader = JSON.readTree(stored).path("minReader");
            if (!minReader.canConvertToInt()) {
                throw unreadable(where, null);
            }
            needed = minReader.intValue();
        } catch (IOException malformed) {
            throw unreadable(where, malformed);
        }
        if (needed > CURRENT.format()) {
            throw new StoreException(
                    "%s says that its data needs a program that reads format %d, and this one reads %d:"
                                    .formatted(where, needed, CURRENT.format())
                            + " start the newer version of Tenure that wrote it");
        }
    }

    private static StoreException unreadable(String where, @Nullable IOException cause) {
        String message = where + " does not hold a format such as {\"format\":1,\"minReader\":1}:"
                + " point Tenure at its own data, or restore it";
        return cause == null ? new StoreException(message) : new StoreException(message, cause);
    }
}
