package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Remembers the TTL that the coordinator has first read of a lease, and lets it expire by that. */
final class MutantExpiry extends Mutant {
    private static final String COORDINATOR = "expiry";
    private static final Pattern TTL = Pattern.compile("\"ttlMillis\":\\d+");

    private final String leases;
    private final Map<String, String> remembered = new HashMap<>();

    MutantExpiry(Coordination port, Mutation mutation, Paths paths) {
        super(port, mutation, paths);
        this.leases = paths.leases() + "/";
    }

    @Override
    public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
        return lane.equals(COORDINATOR)
                ? super.read(lane, queries).thenApply(found -> remembered(queries, found))
                : super.read(lane, queries);
    }

    private List<Found> remembered(List<Query> queries, List<Found> found) {
        List<Found> told = new ArrayList<>(found);
        for (int i = 0; i < told.size(); i++) {
            String path = queries.get(i).path();
            if (told.get(i) instanceof Found.Node node && path.startsWith(leases)) {
                String text = new String(node.data(), UTF_8);
                Matcher now = TTL.matcher(text);
                if (now.find()) {
                    String first = remembered.computeIfAbsent(path, any -> now.group());
                    told.set(i, new Found.Node(now.replaceFirst(first).getBytes(UTF_8), node.stamp()));
                }
            }
        }
        return told;
    }
}
