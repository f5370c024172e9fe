package io.tenure.app;

import java.util.List;

/**
 * The section {@code security}: who may do what.
 *
 * @param type {@code none}: everybody who reaches the port may do everything, so the port must be on loopback;
 *     {@code none-i-know}: the same, on any address
 */
public record SecuritySection(String type) {
    /** What a file without this section means: everything left out. */
    @SuppressWarnings("NullAway")
    static final SecuritySection DEFAULT = new SecuritySection(null);

    public SecuritySection {
        type = type == null ? "none" : type;
    }

    /** Whether this server must be reachable from this machine only. */
    boolean loopbackOnly() {
        return type.equals("none");
    }

    List<String> faults() {
        return type.equals("none") || type.equals("none-i-know")
                ? List.of()
                : List.of("security.type: none or none-i-know; got " + type);
    }
}
