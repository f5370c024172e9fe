package io.tenure.http;

import java.util.List;

/**
 * How well this server can serve, and why not better.
 *
 * @param level the worst of what was found
 * @param reasons one line each; none when the level is {@code NORMAL}
 */
public record Health(Level level, List<String> reasons) {
    public Health {
        reasons = List.copyOf(reasons);
    }
}
