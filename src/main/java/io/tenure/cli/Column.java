package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param right whether it is aligned at its right, as numbers are
 * @param content what stands in it for an item, {@link Table#NOTHING} where there is nothing
 */
record Column(String title, boolean right, Function<JsonNode, String> content) {
    /** Whatever the function makes of an item. */
    static Column cell(String title, Function<JsonNode, String> content) {
        return new Column(title, false, content);
    }

    /** Whatever the function makes of an item, aligned at its right. */
    static Column figure(String title, Function<JsonNode, String> content) {
        return new Column(title, true, content);
    }

    /** A field as it is. */
    static Column text(String title, String field) {
        return cell(title, item -> Shown.text(item.path(field)));
    }

    /** A field that is a number. */
    static Column number(String title, String field) {
        return figure(title, item -> Shown.text(item.path(field)));
    }
}
