package io.tenure.cli.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What came of a load.
 *
 * @param prefix of the names that it used
 * @param time from its begin until its clients were told to stop
 * @param calls that its clients made
 * @param cycles how many holds were taken and have ended
 * @param grants that were told of
 * @param outcomes how many calls were answered with each status and code
 * @param longestGap the longest time in which no client was told of a grant; zero when all were short
 * @param marks what happened to the cluster, in order
 * @param chapters how many parts of the history were checked
 * @param unread for how many of them the audit log could not be read whole, so that what it lacks was not noticed
 * @param events of the audit log that were checked
 * @param found how many violations there are
 * @param violations the first of them
 * @param left how many leases could not be ended; they end when their TTL is over
 */
public record Report(
        String prefix,
        long seed,
        Duration time,
        long calls,
        long cycles,
        long grants,
        Map<String, Long> outcomes,
        Duration longestGap,
        List<Marked> marks,
        int chapters,
        int unread,
        long events,
        int found,
        List<Violation> violations,
        int left) {
    /** Copies the collections. */
    public Report {
        outcomes = Map.copyOf(outcomes);
        marks = List.copyOf(marks);
        violations = List.copyOf(violations);
    }

    /**
     * Something that happened to the cluster.
     *
     * @param at when, from the begin of the load
     * @param longestGap the longest time in which no client was told of a grant, from then until the next such event or the end
     */
    public record Marked(String what, Duration at, Duration longestGap) {}

    /** Whether everything was checked, and nothing found. */
    public boolean isClean() {
        return found == 0 && unread == 0;
    }

    /** How many cycles in a second. */
    public double perSecond() {
        return time.isZero() ? 0 : cycles * 1e9 / time.toNanos();
    }

    /** All violations that are told, each with the piece of history that shows it, for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Violation violation : violations) {
            lines.addAll(Piece.lines(violation));
            lines.add("");
        }
        return lines;
    }

    static Report of(Settings settings, String prefix, History history, Verdicts verdicts, long ended, int left) {
        long begun = history.begun();
        List<Marked> marked = new ArrayList<>();
        List<History.Mark> marks = history.marks();
        for (int i = 0; i < marks.size(); i++) {
            long at = marks.get(i).at();
            long next = i + 1 < marks.size() ? marks.get(i + 1).at() : ended;
            marked.add(new Marked(
                    marks.get(i).what(),
                    Duration.ofNanos(at - begun),
                    Duration.ofNanos(history.gaps().longest(at, next))));
        }
        return new Report(
                prefix,
                settings.seed(),
                Duration.ofNanos(ended - begun),
                history.calls(),
                history.cycles(),
                history.grants(),
                history.outcomes(),
                Duration.ofNanos(history.gaps().longest(begun, ended)),
                marked,
                verdicts.checked(),
                verdicts.unread(),
                verdicts.events(),
                verdicts.found(),
                verdicts.violations(),
                left);
    }
}
