package io.tenure.name;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.tenure.error.Refusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What kind of thing a record, a hold or a lease is about. On the wire the constant's name in lower case. */
public enum Kind {
    /** One holder at a time; Curator's {@code InterProcessMutex}. */
    LOCK,
    /** Readers together or one writer; Curator's {@code InterProcessReadWriteLock}. */
    RWLOCK,
    /** As many permits as were set; Curator's {@code InterProcessSemaphore}. */
    SEMAPHORE,
    /** One leader at a time, whose candidates can be seen; Curator's {@code LeaderLatch}. */
    ELECTION,
    /** A lease that holds nothing. */
    LEASE;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The word on the wire, in the audit log and in the lease node. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** The kind with this word. */
    @JsonCreator
    public static Kind of(String wire) {
        return Arrays.stream(values())
                .filter(kind -> kind.wire.equals(wire))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid(
                        "kind",
                        "one of " + Arrays.stream(values()).map(Kind::wire).collect(Collectors.joining(", ")),
                        wire));
    }
}
