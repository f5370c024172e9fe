package io.tenure.cli;

import static io.tenure.cli.Column.cell;
import static io.tenure.cli.Column.number;
import static io.tenure.cli.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Elections. */
final class ElectionView implements View {
    @Override
    public List<Column> columns(Shown shown) {
        return List.of(
                text("NAME", "name"),
                cell("LEADER", election -> Shown.text(leader(election).path("id"))),
                cell("VALUE", election -> Shown.text(leader(election).path("value"))),
                cell("LEADS FOR", election -> shown.ago(leader(election).path("since"))),
                cell("EXPIRES IN", election -> shown.left(leader(election).path("expiresAt"))),
                number("CANDIDATES", "candidateCount"),
                number("TERM", "term"));
    }

    @Override
    public String line(JsonNode election, Shown shown) {
        int candidates = election.path("candidateCount").asInt();
        JsonNode leader = leader(election);
        String who = !leader.isObject()
                ? nobody(election)
                : "led by " + Shown.text(leader.path("id")) + " since " + shown.time(leader.path("since")) + " in term "
                        + Shown.text(election.path("term"));
        return who + (candidates == 0 ? "" : ", " + candidates + (candidates == 1 ? " follows" : " follow"));
    }

    private static String nobody(JsonNode election) {
        String why = View.nobody(election);
        return why.equals("free") ? "nobody leads" : "nobody leads, " + why;
    }

    @Override
    public void details(JsonNode election, Output output) {
        Shown shown = output.shown();
        output.table(
                List.of(
                        text("LEADER", "id"),
                        text("LEASE", "lease"),
                        text("OWNER", "owner"),
                        text("VALUE", "value"),
                        cell("SINCE", leader -> shown.time(leader.path("since"))),
                        cell("EXPIRES", leader -> shown.time(leader.path("expiresAt"))),
                        cell("NOTE", View::note)),
                View.list(leader(election)));
        output.table(
                List.of(
                        number("PLACE", "position"),
                        text("CANDIDATE", "id"),
                        text("LEASE", "lease"),
                        text("OWNER", "owner"),
                        text("VALUE", "value"),
                        cell("SINCE", candidate -> shown.time(candidate.path("queuedAt"))),
                        cell("NOTE", View::note)),
                election.path("candidates"));
    }

    private static JsonNode leader(JsonNode election) {
        return election.path("leader");
    }
}
