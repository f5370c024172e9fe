package io.tenure.name;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.tenure.error.Refusal;
import java.util.Arrays;
import java.util.Locale;

/** How a read/write lock is held. On the wire the constant's name in lower case. */
public enum Mode {
    /** Together with other readers. */
    READ,
    /** Alone. */
    WRITE;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The word on the wire, in the audit log and in the lease node. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** The mode with this word. */
    @JsonCreator
    public static Mode of(String wire) {
        return Arrays.stream(values())
                .filter(mode -> mode.wire.equals(wire))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid("mode", "read or write", wire));
    }
}
