package io.tenure.lease;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tenure.coordination.Duty.Term;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Query;
import io.tenure.name.LeaseId;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ages of quiet leases as they stand in the store: what a coordinator leaves to its successor, one node for each shard.
 *
 * <p>An age says "this very write was made at least so long before this was stored". That stays true whatever happens afterwards,
 * so a node that is out of date can make a lease end late, and never early. A write is known by its number and not by the version
 * of the node, since the versions of an id that is used again begin at zero again; the number includes the token base, so that no
 * age counts after a restore, which may have taken renewals back.
 *
 * <p>A shard is written when one of its leases has been watched a tenth longer than when it was last written, and then with all
 * that is known. The tenth is one of the time for which this coordinator has watched, not of the age: else an age could become so
 * high that no coordinator stays long enough to add to it. Safe for use by many threads.
 */
final class Ages {
    /** From when on a lease is quiet, in a service. */
    static final Duration QUIET = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Ages.class);
    private static final int FORMAT = 1;
    /** No node grows beyond 100 KB, so that several can be read at once; of more leases the oldest are kept. */
    private static final int MOST = 1_000;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final LeaseNodes nodes;
    private final String lane;
    private final Duration quiet;
    /** By shard and lease, what was stored last since {@link #forget}. */
    private volatile Map<String, Map<LeaseId, Watched>> stored = new ConcurrentHashMap<>();

    /**
     * @param lane on which it writes
     * @param quiet for how long a coordinator watches a lease before it stores its age
     */
    Ages(LeaseNodes nodes, String lane, Duration quiet) {
        this.nodes = nodes;
        this.lane = lane;
        this.quiet = quiet;
    }

    /**
     * How old a version of a lease was at least.
     *
     * @param write the number of the write that made it: token base + transaction number
     * @param millis how long it had stood
     */
    record Age(LeaseId id, long write, long millis) {}

    /**
     * An age that the coordinator knows, and how much of it the coordinator has seen itself.
     *
     * @param seenMillis without what its predecessor left to it
     */
    record Watched(Age age, long seenMillis) {}

    /** The number by which an age knows the write that made this version. */
    static long write(StoredLease lease) {
        return lease.tokenBase() + lease.stamp().mzxid();
    }

    /** How long to wait between two calls of {@link #store}. */
    Duration pause() {
        return quiet.dividedBy(3);
    }

    /** Asks for the ages of a shard; {@link #read} reads the answer. */
    Query query(String shard) {
        return new Query.Data(path(shard));
    }

    /** The ages in an answer; none when there is no node, or one that cannot be understood. */
    Map<LeaseId, Age> read(Found found) {
        if (!(found instanceof Found.Node node)) {
            return Map.of();
        }
        try {
            return decode(node.data());
        } catch (IOException | RuntimeException damaged) {
            LOG.warn("ages of leases cannot be read, these leases live up to a TTL longer: {}", damaged.getMessage());
            return Map.of();
        }
    }

    /** Nothing that was stored counts as known any more. */
    void forget() {
        stored = new ConcurrentHashMap<>();
    }

    /**
     * Writes the shards in which a lease has been watched long enough since they were last written, one after the other.
     *
     * @param all every lease whose age is known and worth keeping: what is not among them is dropped from the shards it writes
     * @return completes when no write is under way any more, whatever became of them; never exceptionally
     */
    CompletionStage<Void> store(Term term, List<Watched> all) {
        Map<String, Map<LeaseId, Watched>> known = stored;
        Map<String, List<Watched>> shards = all.stream()
                .collect(Collectors.groupingBy(
                        watched -> watched.age().id().shard(), TreeMap::new, Collectors.toList()));
        CompletionStage<Void> written = CompletableFuture.completedFuture(null);
        for (Map.Entry<String, List<Watched>> shard : shards.entrySet()) {
            Map<LeaseId, Watched> before = known.getOrDefault(shard.getKey(), Map.of());
            if (shard.getValue().stream().anyMatch(watched -> isDue(watched, before))) {
                written = written.thenCompose(done -> write(term, shard.getKey(), shard.getValue(), known));
            }
        }
        return written;
    }

    private boolean isDue(Watched now, Map<LeaseId, Watched> before) {
        if (now.seenMillis() < quiet.toMillis()) {
            return false;
        }
        Watched last = before.get(now.age().id());
        // by the next call it would have grown by more
        return last == null
                || last.age().write() != now.age().write()
                || now.seenMillis() + pause().toMillis() >= last.seenMillis() + last.seenMillis() / 10;
    }

    private CompletionStage<Void> write(
            Term term, String shard, List<Watched> content, Map<String, Map<LeaseId, Watched>> known) {
        byte[] data = encode(content);
        Operation set = new Operation.SetData(path(shard), data, -1);
        Operation create = new Operation.Create(path(shard), data, Operation.Mode.PERSISTENT);
        return nodes.store()
                .commit(lane, List.of(term.fence(), set))
                .thenCompose(outcome -> outcome.equals(new Outcome.Conflict(1, Outcome.Cause.ABSENT))
                        ? nodes.store().commit(lane, List.of(term.fence(), create))
                        : CompletableFuture.completedFuture(outcome))
                .thenAccept(outcome -> {
                    if (outcome instanceof Outcome.Done) {
                        known.put(
                                shard,
                                content.stream()
                                        .collect(Collectors.toMap(
                                                watched -> watched.age().id(), Function.identity())));
                    }
                });
    }

    private String path(String shard) {
        return nodes.paths().ages() + "/" + shard;
    }

    private static byte[] encode(List<Watched> content) {
        List<List<Object>> ages = content.stream()
                .map(Watched::age)
                .sorted(Comparator.comparingLong(Age::millis).reversed())
                .limit(MOST)
                .sorted(Comparator.comparing(Age::id))
                .map(age -> List.<Object>of(age.id().value(), age.write(), age.millis()))
                .toList();
        try {
            return MAPPER.writeValueAsBytes(
                    MAPPER.createObjectNode().put("format", FORMAT).putPOJO("ages", ages));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("ages must have a JSON form", e);
        }
    }

    private static Map<LeaseId, Age> decode(byte[] data) throws IOException {
        JsonNode node = MAPPER.readTree(data);
        if (node.path("format").asInt() != FORMAT) {
            throw new IOException("their format is not " + FORMAT);
        }
        Map<LeaseId, Age> ages = new HashMap<>();
        for (JsonNode one : node.path("ages")) {
            LeaseId id = new LeaseId(one.path(0).asText());
            if (!one.path(1).canConvertToLong()
                    || !one.path(2).canConvertToLong()
                    || one.path(2).longValue() < 0) {
                throw new IOException("the age of " + id + " is no number");
            }
            ages.put(id, new Age(id, one.path(1).longValue(), one.path(2).longValue()));
        }
        return ages;
    }
}
