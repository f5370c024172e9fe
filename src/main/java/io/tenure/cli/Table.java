package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Items of JSON as aligned columns for people, with headings. Printed page by page, as wide as what was printed so far needs. Not safe for use by many
 * threads.
 */
final class Table {
    /** What stands where there is nothing. */
    static final String NOTHING = "-";

    private final List<Column> columns;
    private final int[] widths;
    private boolean begun;

    Table(List<Column> columns) {
        this.columns = columns;
        this.widths =
                columns.stream().mapToInt(column -> column.title().length()).toArray();
    }

    /** Prints one table without the columns that say nothing; nothing when there are no items. */
    static void print(PrintWriter out, List<Column> columns, Iterable<JsonNode> items) {
        List<Column> telling = columns.stream()
                .filter(column -> {
                    for (JsonNode item : items) {
                        if (!column.content().apply(item).equals(NOTHING)) {
                            return true;
                        }
                    }
                    return false;
                })
                .toList();
        if (!telling.isEmpty()) {
            new Table(telling).print(out, items);
        }
    }

    /** Prints more items, below those before. */
    void print(PrintWriter out, Iterable<JsonNode> items) {
        List<List<String>> rows = new ArrayList<>();
        if (!begun) {
            rows.add(columns.stream().map(Column::title).toList());
            begun = true;
        }
        for (JsonNode item : items) {
            rows.add(
                    columns.stream().map(column -> column.content().apply(item)).toList());
        }
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        rows.forEach(row -> out.println(line(row)));
    }

    private String line(List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - row.get(i).length());
            line.append(columns.get(i).right() ? padding + row.get(i) : row.get(i) + padding);
            line.append("  ");
        }
        return line.toString().stripTrailing();
    }
}
