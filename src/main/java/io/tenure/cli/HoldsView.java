package io.tenure.cli;

import static io.tenure.cli.Column.cell;
import static io.tenure.cli.Column.figure;
import static io.tenure.cli.Column.number;
import static io.tenure.cli.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What leases hold: locks, read/write locks and semaphores. */
final class HoldsView implements View {
    private final List<Column> own;

    /** @param own the columns that a list has for this kind alone */
    HoldsView(Column... own) {
        this.own = List.of(own);
    }

    /** Whether a read/write lock is read or written. */
    static Column mode() {
        return cell("MODE", thing -> Shown.text(thing.at("/holders/0/mode")));
    }

    /** How many of a semaphore's permits are out. */
    static Column permits() {
        return cell("PERMITS OUT", HoldsView::out);
    }

    @Override
    public List<Column> columns(Shown shown) {
        List<Column> columns = new ArrayList<>();
        columns.add(text("NAME", "name"));
        columns.addAll(own);
        columns.add(cell("HOLDER", thing -> holders(thing).isEmpty() ? nobody(thing) : owners(thing)));
        columns.add(cell("HELD FOR", thing -> shown.ago(thing.at("/holders/0/grantedAt"))));
        columns.add(cell("EXPIRES IN", thing -> shown.left(thing.at("/holders/0/expiresAt"))));
        columns.add(number("WAITING", "queueLength"));
        columns.add(figure("TOKEN", thing -> Shown.text(thing.at("/holders/0/fencingToken"))));
        return columns;
    }

    /** Nobody is told in brackets, so that it is no owner's name. */
    private static String nobody(JsonNode thing) {
        String why = View.nobody(thing);
        return why.equals("free") ? Table.NOTHING : "(" + why + ")";
    }

    @Override
    public String line(JsonNode thing, Shown shown) {
        String permits = thing.has("permits") ? out(thing) + " permits out, " : "";
        String who = holders(thing).isEmpty()
                ? View.nobody(thing)
                : verb(thing) + " by " + owners(thing) + " since " + shown.time(thing.at("/holders/0/grantedAt"));
        int waiting = thing.path("queueLength").asInt();
        return permits + who + (waiting == 0 ? "" : ", " + waiting + (waiting == 1 ? " waits" : " wait"));
    }

    private static String verb(JsonNode thing) {
        return switch (thing.at("/holders/0/mode").asText()) {
            case "read" -> "read";
            case "write" -> "written";
            default -> "held";
        };
    }

    @Override
    public void details(JsonNode thing, Output output) {
        Shown shown = output.shown();
        output.table(
                List.of(
                        text("HOLDER", "owner"),
                        text("LEASE", "lease"),
                        text("MODE", "mode"),
                        number("COUNT", "count"),
                        number("TOKEN", "fencingToken"),
                        cell("SINCE", hold -> shown.time(hold.path("grantedAt"))),
                        cell("EXPIRES", hold -> shown.time(hold.path("expiresAt"))),
                        text("REASON", "reason"),
                        cell("NOTE", View::note)),
                holders(thing));
        output.table(
                List.of(
                        number("PLACE", "position"),
                        text("WAITER", "owner"),
                        text("LEASE", "lease"),
                        text("MODE", "mode"),
                        number("COUNT", "count"),
                        cell("SINCE", place -> shown.time(place.path("queuedAt"))),
                        text("REASON", "reason"),
                        cell("NOTE", View::note)),
                thing.path("waiters"));
    }

    private static JsonNode holders(JsonNode thing) {
        return thing.path("holders");
    }

    private static String owners(JsonNode thing) {
        return View.some(View.texts(holders(thing), "owner"));
    }

    private static String out(JsonNode semaphore) {
        int out = 0;
        for (JsonNode hold : holders(semaphore)) {
            out += hold.path("count").asInt(1);
        }
        return out + " of " + semaphore.path("permits").asInt();
    }
}
