package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What whoever follows a name or a lease is told, by a stream and by a long poll. */
class EventsIT extends EndToEnd {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One event of a stream. */
    private record Event(String name, String id, JsonNode data) {}

    /** The events of a stream, one after the other. */
    private final class Events {
        private final Iterator<String> lines;

        Events(String path) {
            lines = api.lines(path + "/events").body().iterator();
            assertThat(lines.next()).startsWith("retry: ");
        }

        Event next() {
            String name = "";
            String id = "";
            while (true) {
                String line = lines.next();
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    return new Event(name, id, json(line.substring(6)));
                }
            }
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    @RepeatedTest(20)
    void aLockIsToldAsItIsTakenWaitedForHandedOnAndLeft() {
        String name = newName();
        String first = Api.newLease();
        String second = Api.newLease();
        Events events = new Events(thing("lock", name));
        assertThat(events.next().name()).isEqualTo("state");

        api.put(hold(name, first), "{'ttl':'30s'}");
        Event granted = events.next();
        assertThat(granted.name()).isEqualTo("granted");
        assertThat(granted.data().at("/holders/0/lease").asText()).isEqualTo(first);
        assertThat(granted.data()).isEqualTo(withoutTimes(granted.data(), api.get(thing("lock", name))));

        api.put(hold(name, second), "{'ttl':'30s','queue':true}");
        assertThat(events.next().name()).isEqualTo("queued");

        api.delete(hold(name, first));
        assertThat(events.next().name()).isEqualTo("ended");
        Event next = events.next();
        assertThat(next.name()).isEqualTo("granted");
        assertThat(next.data().at("/holders/0/lease").asText()).isEqualTo(second);

        api.delete(hold(name, second));
        Event last = events.next();
        assertThat(last.name()).isEqualTo("ended");
        assertThat(last.data().at("/holders")).isEmpty();
    }

    /** What a look shows now, but for how long ago it was renewed, which differs from moment to moment. */
    private static JsonNode withoutTimes(JsonNode event, Reply look) {
        JsonNode body = look.body().deepCopy();
        ((ObjectNode) body.at("/holders/0")).set("lastRenewedMillisAgo", event.at("/holders/0/lastRenewedMillisAgo"));
        return body;
    }

    @Test
    void anElectionTellsItsLeaderValueAndCandidates() {
        String election = "/v1/elections/" + newName();
        String leader = Api.newLease();
        Events events = new Events(election);
        assertThat(events.next().data().at("/leader").isNull()).isTrue();

        api.put(election + "/candidates/" + leader, "{'id':'a','ttl':'30s'}");
        assertThat(events.next().name()).isEqualTo("leader");
        api.put(election + "/candidates/" + leader + "/value", "{'value':'here'}");
        Event value = events.next();
        assertThat(value.name()).isEqualTo("value");
        assertThat(value.data().at("/leader/value").asText()).isEqualTo("here");
        api.put(election + "/candidates/" + Api.newLease(), "{'id':'b','ttl':'30s'}");
        assertThat(events.next().name()).isEqualTo("candidates");
        api.delete(election + "/candidates/" + leader);
        assertThat(events.next().data().at("/leader/id").asText()).isEqualTo("b");
    }

    @Test
    void permitsAndReadersAreTold() {
        String name = newName();
        Events semaphore = new Events(thing("semaphore", name));
        semaphore.next();
        api.put(thing("semaphore", name), "{'permits':2}");
        assertThat(semaphore.next().data().at("/permits").asInt()).isEqualTo(2);

        Events readers = new Events(thing("rwlock", name));
        readers.next();
        api.post(thing("rwlock", name), "{'ttl':'30s','mode':'read'}");
        assertThat(readers.next().name()).isEqualTo("granted");
        // the second takes a place and is granted by another write, which shows too
        String second =
                api.post(thing("rwlock", name), "{'ttl':'30s','mode':'read'}").text("/lease");
        Event told = readers.next();
        while (!told.name().equals("granted")) {
            assertThat(told.name()).isEqualTo("queued");
            told = readers.next();
        }
        assertThat(told.data().at("/holders/1/lease").asText()).isEqualTo(second);
    }

    @Test
    void aLeaseTellsItsEndAndIsThenRefused() {
        String lease = Api.newLease();
        api.put("/v1/leases/" + lease, "{'ttl':'30s'}");
        Events events = new Events("/v1/leases/" + lease);
        assertThat(events.next().name()).isEqualTo("state");

        api.post("/v1/leases/" + lease + "/renew", null);
        api.delete("/v1/leases/" + lease);

        // the renewal is nothing to tell
        Event ended = events.next();
        assertThat(ended.name()).isEqualTo("ended");
        assertThat(ended.data().at("/endedBy").asText()).isEqualTo("RELEASED");
        assertThat(events.next().name()).isEqualTo("bye");
        assertThat(events.lines).toIterable().allMatch(String::isEmpty);
        assertThat(api.get("/v1/leases/" + lease + "/events").text("/code")).isEqualTo("LEASE_ENDED");
        assertThat(api.get("/v1/leases/" + Api.newLease() + "/events").text("/code"))
                .isEqualTo("LEASE_UNKNOWN");
    }

    @Test
    void theIdOfAnEventIsWhereALongPollGoesOn() {
        String name = newName();
        Events events = new Events(thing("lock", name));
        String id = events.next().id();
        CompletableFuture<Reply> poll = api.later("GET", thing("lock", name) + "?wait=20s&after=" + id, null);

        api.post(thing("lock", name), "{'ttl':'30s'}");

        Reply told = poll.join();
        assertThat(told.body().at("/changed").asBoolean()).isTrue();
        assertThat(told.text("/revision")).isEqualTo(events.next().id());
        Reply same = api.get(thing("lock", name) + "?wait=200ms&after=" + told.text("/revision"));
        assertThat(same.body().at("/changed").asBoolean(true)).isFalse();
    }
}
