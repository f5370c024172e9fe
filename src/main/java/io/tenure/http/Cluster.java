package io.tenure.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All servers as one of them sees them.
 *
 * @param level how well the asked server can serve
 * @param reasons why not better
 * @param servers the servers that are alive
 * @param coordinator which of them expires leases and drains the outbox; null while there is none
 * @param ensemble the servers that the store consists of
 * @param outbox the audit records that wait for the database
 */
@JsonPropertyOrder({"level", "reasons", "servers", "coordinator", "ensemble", "outbox"})
public record Cluster(
        Level level,
        List<String> reasons,
        List<Server> servers,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Coordinator coordinator,
        List<Peer> ensemble,
        Outbox outbox) {
    /** One server that is alive. */
    @JsonPropertyOrder({"id", "address", "version", "since"})
    public record Server(String id, String address, String version, Instant since) {}

    /** The server in the elected role, with its term. */
    @JsonPropertyOrder({"id", "epoch"})
    public record Coordinator(String id, long epoch) {}

    /**
     * One server of the store.
     *
     * @param id its number; null when it is not known
     * @param address where sessions connect
     * @param role {@code LEADER}, {@code FOLLOWER}, {@code OBSERVER}, {@code STANDALONE}, {@code ELECTING}, {@code UNREACHABLE} or {@code
     *     UNKNOWN}
     */
    @JsonPropertyOrder({"id", "address", "role"})
    public record Peer(@Nullable Integer id, String address, String role) {}

    /** How many records wait, and for how long the oldest has. */
    @JsonPropertyOrder({"length", "oldestMillis"})
    public record Outbox(int length, long oldestMillis) {}
}
