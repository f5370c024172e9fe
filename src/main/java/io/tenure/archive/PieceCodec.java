package io.tenure.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The lines of an archive: compact JSON, whose first field says what it is. Stateless. */
final class PieceCodec {
    private static final JsonMapper JSON = new JsonMapper();

    /** The line behind the last piece. */
    private static final String END = "end";

    private PieceCodec() {}

    static String line(Piece piece) {
        ObjectNode json = JSON.createObjectNode();
        if (piece instanceof Piece.LeaseNode lease) {
            json.put("lease", lease.lease())
                    .put("version", lease.version())
                    .put("write", lease.write())
                    .put("at", lease.at())
                    .put("madeAt", lease.madeAt());
            put(json, lease.data());
        } else if (piece instanceof Piece.Queue queue) {
            json.put("queue", queue.kind()).put("name", queue.name()).put("natives", queue.natives());
            queue.places().forEach(json.putArray("places")::add);
        } else if (piece instanceof Piece.Permits permits) {
            json.put("permits", permits.name()).put("count", permits.count()).put("write", permits.write());
        } else if (piece instanceof Piece.Ended ended) {
            json.put("ended", ended.lease());
            put(json, ended.data());
        } else if (piece instanceof Piece.Aside aside) {
            json.put("aside", aside.name())
                    .put("position", aside.position())
                    .put("at", aside.at())
                    .put("fault", aside.fault())
                    .put("resolution", aside.resolution());
            put(json, aside.body());
        } else if (piece instanceof Piece.Entry entry) {
            json.put("record", entry.name()).put("position", entry.position()).put("at", entry.at());
            put(json, entry.body());
        }
        return json.toString();
    }

    static String end(Counts counts) {
        return JSON.createObjectNode().set(END, JSON.valueToTree(counts)).toString();
    }

    /** Whether it is the line behind the last piece. */
    static boolean isEnd(JsonNode line) {
        return line.has(END);
    }

    static Counts counts(JsonNode line) throws JsonProcessingException {
        return JSON.treeToValue(line.get(END), Counts.class);
    }

    static JsonNode parse(String line) throws JsonProcessingException {
        return JSON.readTree(line);
    }

    /** @throws IllegalArgumentException when it is nothing that can stand in an archive */
    static Piece piece(JsonNode json) {
        if (json.has("lease")) {
            return new Piece.LeaseNode(
                    text(json, "lease"),
                    (int) number(json, "version"),
                    number(json, "write"),
                    number(json, "at"),
                    number(json, "madeAt"),
                    bytes(json));
        }
        if (json.has("queue")) {
            List<String> places = new ArrayList<>();
            json.path("places").forEach(place -> places.add(place.asText()));
            return new Piece.Queue(text(json, "queue"), text(json, "name"), places, (int) number(json, "natives"));
        }
        if (json.has("permits")) {
            return new Piece.Permits(text(json, "permits"), (int) number(json, "count"), number(json, "write"));
        }
        if (json.has("ended")) {
            return new Piece.Ended(text(json, "ended"), bytes(json));
        }
        if (json.has("aside")) {
            return new Piece.Aside(
                    text(json, "aside"),
                    number(json, "position"),
                    number(json, "at"),
                    text(json, "fault"),
                    json.path("resolution").textValue(),
                    bytes(json));
        }
        return new Piece.Entry(text(json, "record"), number(json, "position"), number(json, "at"), bytes(json));
    }

    /** Bytes as text where they are text, so that people can read them. */
    private static void put(ObjectNode json, byte[] bytes) {
        String text = new String(bytes, UTF_8);
        if (Arrays.equals(text.getBytes(UTF_8), bytes)) {
            json.put("data", text);
        } else {
            json.put("base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static byte[] bytes(JsonNode json) {
        return json.has("base64")
                ? Base64.getDecoder().decode(text(json, "base64"))
                : text(json, "data").getBytes(UTF_8);
    }

    private static String text(JsonNode json, String field) {
        String text = json.path(field).textValue();
        if (text == null) {
            throw new IllegalArgumentException("no " + field + " in " + json);
        }
        return text;
    }

    private static long number(JsonNode json, String field) {
        if (!json.path(field).canConvertToLong()) {
            throw new IllegalArgumentException("no " + field + " in " + json);
        }
        return json.path(field).longValue();
    }
}
