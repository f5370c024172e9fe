package io.tenure.cli.torture;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A connection to each server, to ask whichever answers what is no part of the history. Used by one thread. */
final class Wires implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final List<Wire> wires;
    private int server;

    Wires(Clockwork clockwork, List<URI> servers) {
        this.wires = servers.stream().map(one -> new Wire(clockwork, one)).toList();
    }

    /** Looks something up at the server that answered last; empty when it did not this time, and then another is asked the next time. */
    Optional<String> get(String path) {
        Optional<String> answer = wires.get(server)
                .ask("GET", path, null, PATIENCE)
                .filter(reply -> reply.status() == 200)
                .map(Wire.Reply::body);
        if (answer.isEmpty()) {
            server = (server + 1) % wires.size();
        }
        return answer;
    }

    /** Asks one server after the other to delete something that may be gone already; false when it stays, or none can tell. */
    boolean delete(String path) {
        for (int asked = 0; asked < wires.size(); asked++) {
            Optional<Wire.Reply> reply = wires.get(server).ask("DELETE", path, null, SHORT);
            if (reply.isPresent() && reply.get().status() < 500) {
                return reply.get().status() != 409;
            }
            server = (server + 1) % wires.size();
        }
        return false;
    }

    @Override
    public void close() {
        wires.forEach(Wire::close);
    }
}
