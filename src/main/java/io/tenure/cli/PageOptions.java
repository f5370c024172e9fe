package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.client.Api;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of a list is shown. */
final class PageOptions {
    @Option(names = "--limit", paramLabel = "N", description = "How many a page has, 1 to 1000. Default: 100")
    private @Nullable Integer limit;

    @Option(names = "--all", description = "Follow the pages to the end.")
    private boolean all;

    /**
     * Shows the page at this address, and those that follow it.
     *
     * @return the last answer
     */
    JsonNode show(Api api, Output output, Address address, List<Column> columns) {
        Table table = new Table(columns);
        Address first = address.with("limit", limit);
        JsonNode page = api.get(first.text());
        tell(output, page, table);
        if (page.path("items").isEmpty()) {
            output.remark("there is none");
        }
        // a list that is told from its oldest item on always has a next page, empty for now
        while (all
                && page.has("next")
                && !page.path("items").isEmpty()
                && !output.out().checkError()) {
            page = api.get(first.with("cursor", page.path("next").asText()).text());
            tell(output, page, table);
        }
        if (!all && page.has("next") && !page.path("items").isEmpty()) {
            output.remark("there may be more; --all shows all");
        }
        return page;
    }

    private static void tell(Output output, JsonNode page, Table table) {
        output.tell(page, same -> {
            if (!page.path("items").isEmpty()) {
                table.print(output.out(), page.path("items"));
            }
        });
    }
}
