package io.tenure.cli.torture;

import java.util.List;

/**
 * What the audit log says of some names.
 *
 * @param events in the order of the log
 * @param complete whether all that was acknowledged must be among them
 */
public record Log(List<LogEvent> events, boolean complete) {
    /** Nothing that can be relied on. */
    public static final Log UNREAD = new Log(List.of(), false);

    /** Copies the list. */
    public Log {
        events = List.copyOf(events);
    }
}
