package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where a command writes what the servers have answered, and in which form.
 *
 * @param out for what was asked for
 * @param err for what else is to be said
 * @param json whether programs read it
 * @param shown how fields are shown to people
 */
record Output(PrintWriter out, PrintWriter err, boolean json, Shown shown) {
    /** Writes an answer: to programs as it is, to people as told. */
    void tell(JsonNode answer, Consumer<JsonNode> people) {
        if (json) {
            out.println(answer);
        } else {
            people.accept(answer);
        }
    }

    /** Writes an answer that people are told in one line. */
    void tell(JsonNode answer, String line) {
        tell(answer, same -> out.println(line));
    }

    /** Writes items below a heading, if there are any. */
    void table(List<Column> columns, Iterable<JsonNode> items) {
        if (items.iterator().hasNext()) {
            out.println();
            Table.print(out, columns, items);
        }
    }

    /** Says something to people that is no part of what was asked for. */
    void remark(String text) {
        if (!json) {
            err.println("tenure: " + text);
        }
    }
}
