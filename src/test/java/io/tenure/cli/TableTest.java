package io.tenure.cli;

import static io.tenure.cli.Column.cell;
import static io.tenure.cli.Column.number;
import static io.tenure.cli.Column.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final List<Column> COLUMNS =
            List.of(text("NAME", "name"), number("WAITING", "waiting"), cell("NOTE", item -> Table.NOTHING));

    private final StringWriter written = new StringWriter();
    private final PrintWriter out = new PrintWriter(written, true);

    private static JsonNode items(String json) {
        try {
            return new ObjectMapper().readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void textIsAlignedAtItsLeftAndNumbersAtTheirRight() {
        new Table(COLUMNS).print(out, items("[{'name':'nightly','waiting':3},{'name':'a'}]"));

        assertThat(written).hasToString("""
                NAME     WAITING  NOTE
                nightly        3  -
                a              -  -
                """);
    }

    @Test
    void morePagesHaveNoHeadingAndTheWidthsOfThoseBefore() {
        Table table = new Table(List.of(text("NAME", "name"), text("ID", "id")));
        table.print(out, items("[{'name':'nightly','id':'7'}]"));
        table.print(out, items("[{'name':'a','id':'8'}]"));

        assertThat(written).hasToString("""
                NAME     ID
                nightly  7
                a        8
                """);
    }

    @Test
    void oneTableLeavesOutColumnsThatSayNothing() {
        Table.print(out, COLUMNS, items("[{'name':'a','waiting':0}]"));

        assertThat(written).hasToString("""
                NAME  WAITING
                a           0
                """);
    }

    @Test
    void oneTableWithoutItemsIsNothing() {
        Table.print(out, COLUMNS, items("[]"));

        assertThat(written).hasToString("");
    }
}
