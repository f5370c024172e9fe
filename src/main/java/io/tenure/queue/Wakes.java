package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Query;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.LeaseNodes;
import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Wakes native clients that wait for a semaphore. Curator's recipe watches one place of those before it, and sleeps on when another
 * one ends and it is entitled by that. So the transaction that ends one of ours writes the same bytes once more into our other places
 * before such a client: it looks again ({@code docs/protocol.md} 5). Safe for use by many threads.
 */
final class Wakes {
    private final LeaseNodes nodes;

    Wakes(LeaseNodes nodes) {
        this.nodes = nodes;
    }

    /** What wakes whoever is entitled once this hold of a semaphore has ended. */
    CompletionStage<List<Operation>> of(String lane, Hold hold, String place) {
        String directory = nodes.paths().directory(hold.kind(), hold.name());
        List<Query> queue = List.of(new Query.Children(directory), Permits.query(nodes.paths(), hold.name()));
        return nodes.store().read(lane, queue).thenCompose(found -> {
            if (!(found.get(0) instanceof Found.Children children)) {
                return CompletableFuture.completedFuture(List.of());
            }
            Contenders contenders = Contenders.of(
                    Kind.SEMAPHORE, children.names(), Permits.of(found.get(1)).orElse(Permits.NONE));
            List<String> gone = nodes.places(hold, place).stream()
                    .map(path -> path.substring(directory.length() + 1))
                    .toList();
            List<Place> entitled = contenders.entitledWithout(gone, any -> true, Integer.MAX_VALUE);
            return entitled.stream().allMatch(contenders::isEntitled)
                    ? CompletableFuture.completedFuture(List.of())
                    : wakes(lane, directory, contenders, entitled);
        });
    }

    private CompletionStage<List<Operation>> wakes(
            String lane, String directory, Contenders before, List<Place> entitled) {
        List<Query> queries = entitled.stream()
                .<Query>map(place -> new Query.Data(directory + "/" + place.node()))
                .toList();
        return nodes.store().read(lane, queries).thenApply(found -> {
            List<Operation> ours = new ArrayList<>();
            List<Operation> wakes = List.of();
            for (int i = 0; i < entitled.size(); i++) {
                if (!(found.get(i) instanceof Found.Node node)) {
                    continue;
                }
                if (!node.stamp().ephemeral()) {
                    ours.add(new Operation.SetData(
                            directory + "/" + entitled.get(i).node(), node.data(), -1));
                } else if (!before.isEntitled(entitled.get(i))) {
                    wakes = List.copyOf(ours);
                }
            }
            return wakes;
        });
    }
}
