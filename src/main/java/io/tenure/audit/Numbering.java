package io.tenure.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into numbered events and into tenures that open and close. It knows no database.
 *
 * <p>One record is one event for each of its holds and, when the lease itself is a subject or nothing else is, one for the lease: first
 * when it begins, last when it ends. Not safe for use by several threads.
 */
final class Numbering {
    private long number;
    private long at;
    private final List<EventRow> events = new ArrayList<>();
    private final Map<TenureRow.Key, TenureRow> tenures = new LinkedHashMap<>();

    /**
     * @param number of the last event so far
     * @param at of the last event so far
     */
    Numbering(long number, long at) {
        this.number = number;
        this.at = at;
    }

    /** Numbers the events of a record that can be read. */
    void add(Entry entry) {
        AuditRecord story = Objects.requireNonNull(entry.record());
        at = Math.max(at, entry.at().toEpochMilli());
        int ordinal = 0;
        for (AuditRecord.@Nullable Hold hold : subjects(story)) {
            EventRow event = event(entry, story, ordinal++, hold);
            events.add(event);
            remember(event);
        }
    }

    List<EventRow> events() {
        return events;
    }

    /** Tenures that opened here; some have ended here, too. */
    List<TenureRow> opened() {
        return tenures.values().stream().filter(row -> row.granted() != null).toList();
    }

    /** Tenures that opened earlier and ended here. */
    List<TenureRow> closed() {
        return tenures.values().stream().filter(row -> row.granted() == null).toList();
    }

    /** Events that tell of a tenure, opened here or earlier, whose writer is a reader since. */
    List<EventRow> downgraded() {
        return events.stream()
                .filter(event -> event.action() == Action.DOWNGRADED)
                .toList();
    }

    long number() {
        return number;
    }

    long at() {
        return at;
    }

    private static List<AuditRecord.@Nullable Hold> subjects(AuditRecord story) {
        List<AuditRecord.@Nullable Hold> subjects = new ArrayList<>(story.holds());
        if (story.bare() || subjects.isEmpty()) {
            subjects.add(story.action() == Action.ENDED ? subjects.size() : 0, null);
        }
        return subjects;
    }

    private EventRow event(Entry entry, AuditRecord story, int ordinal, AuditRecord.@Nullable Hold hold) {
        Long token = hold == null ? null : hold.fencingToken();
        Action action = story.action();
        if (action == Action.GRANTED && hold != null && token == null) {
            token = entry.position();
        } else if (action == Action.ENDED && hold != null && token == null) {
            action = Action.LEFT_QUEUE;
        }
        return new EventRow(++number, entry, story, ordinal, action, hold, token, at);
    }

    private void remember(EventRow event) {
        TenureRow.Key key = TenureRow.Key.of(event);
        switch (event.action()) {
            case GRANTED -> tenures.put(key, new TenureRow(event, null));
            case ENDED -> {
                TenureRow open = tenures.get(key);
                tenures.put(key, new TenureRow(open == null ? null : open.granted(), event));
            }
            case QUEUED, LEFT_QUEUE, REVOKING, DOWNGRADED, TRANSFERRED, VALUE_CHANGED, PERMITS_CHANGED -> {}
        }
    }
}
