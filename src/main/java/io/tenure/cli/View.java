package io.tenure.cli;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/** How people are shown things of one kind. */
interface View {
    /** The columns of a list. */
    List<Column> columns(Shown shown);

    /** How it stands, in one line. */
    String line(JsonNode thing, Shown shown);

    /** Who has it and who waits, as tables. */
    void details(JsonNode thing, Output output);

    /** What is to be known of a holder or of who waits: that it is asked to end, or is a native client. */
    static String note(JsonNode who) {
        List<String> notes = new ArrayList<>();
        if (who.path("revoking").asBoolean()) {
            notes.add("asked to end");
        }
        if (who.path("native").asBoolean()) {
            notes.add("native client");
        }
        return notes.isEmpty() ? Table.NOTHING : String.join(", ", notes);
    }

    /** Why nobody has it. */
    static String nobody(JsonNode thing) {
        long closed = thing.path("closedForMillis").asLong();
        if (closed > 0) {
            return "closed for " + Shown.millis(thing.path("closedForMillis"));
        }
        return thing.has("reservedBy") ? "kept for " + Shown.text(thing.at("/reservedBy/owner")) : "free";
    }

    /** One item as a list. */
    static ArrayNode list(JsonNode item) {
        ArrayNode list = instance.arrayNode();
        return item.isObject() ? list.add(item) : list;
    }

    /** What many have in common, as texts. */
    static List<String> texts(JsonNode items, String field) {
        List<String> texts = new ArrayList<>();
        items.forEach(item -> texts.add(Shown.text(item.path(field))));
        return texts;
    }

    /** The first three, and how many more. */
    static String some(List<String> texts) {
        String first = String.join(", ", texts.subList(0, Math.min(3, texts.size())));
        return texts.size() <= 3 ? first : first + " and " + (texts.size() - 3) + " more";
    }
}
