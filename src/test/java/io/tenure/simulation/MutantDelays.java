package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Knows how long a name stays closed only where it let the hold expire itself; of others' it takes the time for over. */
final class MutantDelays extends Mutant {
    private static final String COORDINATOR = "expiry";
    private static final String EXPIRED = "\"closing\":{\"endedBy\":\"EXPIRED\"";
    private static final Pattern LENGTH = Pattern.compile("\"closedForMillis\":\\d+");

    private final String leases;
    /** The leases that it wrote as coordinator. */
    private final Set<String> own = new HashSet<>();

    MutantDelays(Coordination port, Mutation mutation, Paths paths) {
        super(port, mutation, paths);
        this.leases = paths.leases() + "/";
    }

    /** The same lease, its names closed for no time. */
    static byte[] opened(byte[] lease) {
        return LENGTH.matcher(new String(lease, UTF_8))
                .replaceAll("\"closedForMillis\":0")
                .getBytes(UTF_8);
    }

    @Override
    public CompletionStage<Outcome> commit(String lane, List<Operation> operations, Pace pace) {
        if (lane.equals(COORDINATOR)) {
            operations.stream()
                    .filter(each -> each instanceof Operation.SetData)
                    .map(Operation::path)
                    .forEach(own::add);
        }
        return super.commit(lane, operations, pace);
    }

    @Override
    public CompletionStage<List<Found>> read(String lane, List<Query> queries) {
        return lane.equals(COORDINATOR)
                ? super.read(lane, queries).thenApply(found -> opened(queries, found))
                : super.read(lane, queries);
    }

    private List<Found> opened(List<Query> queries, List<Found> found) {
        List<Found> told = new ArrayList<>(found);
        for (int i = 0; i < told.size(); i++) {
            String path = queries.get(i).path();
            if (told.get(i) instanceof Found.Node node
                    && path.startsWith(leases)
                    && !own.contains(path)
                    && new String(node.data(), UTF_8).contains(EXPIRED)) {
                told.set(i, new Found.Node(opened(node.data()), node.stamp()));
            }
        }
        return told;
    }
}
