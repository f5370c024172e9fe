package io.tenure.cli.torture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tenure.name.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of one client, each written down. Goes to another server when one does not answer or cannot tell. Used by one thread. */
final class Calls implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How long an answer may take beyond what was asked for. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final int client;
    private final Clockwork clockwork;
    private final History history;
    private final List<Wire> wires;
    private int server;

    Calls(int client, Clockwork clockwork, History history, Settings settings) {
        this.client = client;
        this.clockwork = clockwork;
        this.history = history;
        this.wires = settings.servers().stream()
                .map(server -> new Wire(clockwork, server))
                .toList();
        this.server = client % wires.size();
    }

    /** Goes to the server with this number, or the rest of it. */
    void move(int to) {
        server = Math.floorMod(to, wires.size());
    }

    /** Goes to the next server. */
    void next() {
        move(server + 1);
    }

    Answer ask(Chapter chapter, Verb verb, Thing thing, String lease, Ask ask) {
        return ask(chapter, verb, thing, lease, ask, PATIENCE.plusMillis(ask.waitMillis()));
    }

    /** As {@link #ask(Chapter, Verb, Thing, String, Ask)}, and gives up when the patience is over. */
    Answer ask(Chapter chapter, Verb verb, Thing thing, String lease, Ask ask, Duration patience) {
        Wire wire = wires.get(server);
        String method = method(verb);
        String path = path(verb, thing, lease, ask);
        String body = body(verb, thing, lease, ask);
        long invoked = clockwork.nanos();
        Optional<Wire.Reply> reply = wire.ask(method, path, body, patience);
        long returned = clockwork.nanos();
        Answer answer = reply.map(Calls::parsed).orElse(Answer.NONE);
        history.add(chapter, new Call(client, server, verb, thing, lease, ask, invoked, returned, answer));
        if (answer.isUnknown()) {
            next();
        }
        return answer;
    }

    private static String method(Verb verb) {
        return switch (verb) {
            case TAKE, PERMITS -> "PUT";
            case RELEASE, END -> "DELETE";
            case RENEW, REVOKE, TRANSFER, DOWNGRADE -> "POST";
            case CHECK -> "GET";
        };
    }

    private static String path(Verb verb, Thing thing, String lease, Ask ask) {
        return switch (verb) {
            case TAKE, RELEASE -> thing.path(lease);
            case RENEW -> "/v1/leases/" + lease + "/renew";
            case END -> "/v1/leases/" + lease + "?cancel=true";
            case REVOKE -> (thing.kind() == Kind.ELECTION ? "/v1/leases/" + lease : thing.path(lease)) + "/revoke";
            case TRANSFER -> thing.path() + "/transfer";
            case DOWNGRADE -> thing.path(lease) + "/downgrade";
            case CHECK -> thing.path() + "/tokens/" + ask.token();
            case PERMITS -> thing.path();
        };
    }

    private @Nullable String body(Verb verb, Thing thing, String lease, Ask ask) {
        return switch (verb) {
            case TAKE ->
                "{\"ttl\":\"" + ask.ttlMillis() + "ms\",\"wait\":\""
                        + (ask.waitMillis() == 0 ? "0s" : ask.waitMillis() + "ms")
                        + "\",\"queue\":" + ask.queue()
                        + ",\"owner\":\"torture " + client + "\"" + special(thing, lease, ask) + "}";
            case PERMITS -> "{\"permits\":" + ask.count() + "}";
            case REVOKE -> "{\"reason\":\"torture\",\"immediately\":" + ask.immediately() + "}";
            case TRANSFER ->
                "{\"to\":\"" + ask.successor() + "\",\"term\":" + ask.token()
                        + ",\"reason\":\"torture\",\"immediately\":" + ask.immediately() + "}";
            case RENEW, RELEASE, END, DOWNGRADE, CHECK -> null;
        };
    }

    private static String special(Thing thing, String lease, Ask ask) {
        return switch (thing.kind()) {
            case RWLOCK -> ",\"mode\":\"" + (ask.shared() ? "read" : "write") + "\"";
            case SEMAPHORE -> ",\"count\":" + ask.count();
            case ELECTION -> ",\"id\":\"" + lease + "\"";
            case LOCK, LEASE -> "";
        };
    }

    private static Answer parsed(Wire.Reply reply) {
        JsonNode body = json(reply.body());
        long token = body.path("fencingToken").asLong(body.path("term").asLong());
        return new Answer(
                reply.status(),
                text(body, "code"),
                text(body, "state"),
                token,
                body.has("validForMillis"),
                text(body, "endedBy"));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static @Nullable String text(JsonNode body, String field) {
        return body.hasNonNull(field) ? body.path(field).asText() : null;
    }

    /** Whether what one lease holds of it may be held by another of its like. */
    static boolean isShared(Kind kind, boolean reads) {
        return kind == Kind.SEMAPHORE || (kind == Kind.RWLOCK && reads);
    }

    @Override
    public void close() {
        wires.forEach(Wire::close);
    }
}
