package io.tenure.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.error.Refusal;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * The first line of an archive: what it is, in JSON that people can read too.
 *
 * @param format the form it was made in
 * @param minReader the lowest form that a program must know to read it
 * @param tenure the version of the program that made it
 * @param takenAt when it was begun, by the clock of the server that made it
 * @param tokenBase what the cluster added to its transaction numbers
 * @param from a number of the store's order, the token base included: whatever was acknowledged up to it is in the archive
 */
public record Header(int format, int minReader, String tenure, Instant takenAt, long tokenBase, long from) {
    /** The form that this version writes, and the highest that it reads. */
    public static final int FORMAT = 1;

    static final String MAGIC = "tenure-backup";
    private static final JsonMapper JSON = new JsonMapper();

    /** What this version begins an archive with. */
    public static Header now(String tenure, Instant takenAt, long tokenBase, long from) {
        return new Header(FORMAT, FORMAT, tenure, takenAt, tokenBase, from);
    }

    /** One line, without its end. */
    String line() {
        ObjectNode json = JSON.createObjectNode()
                .put("archive", MAGIC)
                .put("format", format)
                .put("minReader", minReader)
                .put("tenure", tenure)
                .put("takenAt", takenAt.toString())
                .put("tokenBase", tokenBase)
                .put("from", from);
        return json.toString();
    }

    /** @throws Refusal when it is not the first line of an archive, or of one that a newer program wrote */
    static Header parse(String line) {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw foreign();
        }
        if (!json.path("archive").asText().equals(MAGIC)
                || !json.path("minReader").canConvertToInt()) {
            throw foreign();
        }
        if (json.path("minReader").intValue() > FORMAT) {
            throw Archive.refused("it needs a program that reads format "
                    + json.path("minReader").intValue() + ", and this one reads " + FORMAT
                    + ": use the version of Tenure that wrote it, "
                    + json.path("tenure").asText("unknown"));
        }
        try {
            return new Header(
                    json.path("format").intValue(),
                    json.path("minReader").intValue(),
                    json.path("tenure").asText(),
                    Instant.parse(json.path("takenAt").asText()),
                    json.path("tokenBase").longValue(),
                    json.path("from").longValue());
        } catch (DateTimeException e) {
            throw Archive.refused("it is damaged: its first line does not say when it was made");
        }
    }

    private static Refusal foreign() {
        return Archive.refused("it is no backup of Tenure");
    }
}
