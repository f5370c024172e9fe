package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Query;
import io.tenure.coordination.Timers;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Wakes native clients that wait for a semaphore. Curator's recipe watches one place of those before it, and sleeps on when another
 * one ends and it is entitled by that. So the transaction that ends one of ours writes the same bytes once more into our other places
 * before such a client: it looks again ({@code docs/protocol.md} 5).
 *
 * <p>A client that comes in the same moment may look before that transaction and begin to watch after it, and is told nothing. So a
 * while later all who are entitled are woken once more; who holds already does not notice. Safe for use by many threads.
 */
final class Wakes {
    private static final Duration LATER = Duration.ofSeconds(1);

    private final LeaseNodes nodes;
    private final Timers timers;

    /** Semaphores that are looked at once more soon. */
    private final Set<Name> soon = ConcurrentHashMap.newKeySet();

    Wakes(LeaseNodes nodes, Timers timers) {
        this.nodes = nodes;
        this.timers = timers;
    }

    /** What wakes whoever is entitled once this hold of a semaphore has ended. */
    CompletionStage<List<Operation>> of(String lane, Hold hold, String place) {
        String directory = nodes.paths().directory(hold.kind(), hold.name());
        return queue(lane, hold.name()).thenCompose(contenders -> {
            List<String> gone = nodes.places(hold, place).stream()
                    .map(path -> path.substring(directory.length() + 1))
                    .toList();
            if (contenders.size() > gone.size() && soon.add(hold.name())) {
                timers.after(LATER, () -> onceMore(hold.name()));
            }
            List<Place> entitled = contenders.entitledWithout(gone, any -> true, Integer.MAX_VALUE);
            return entitled.stream().allMatch(contenders::isEntitled)
                    ? CompletableFuture.completedFuture(List.of())
                    : wakes(lane, directory, entitled, next -> !contenders.isEntitled(next));
        });
    }

    private CompletionStage<Contenders> queue(String lane, Name semaphore) {
        List<Want> wants = List.of(Want.of(Kind.SEMAPHORE, semaphore));
        return nodes.store()
                .read(lane, Looked.queries(nodes, wants))
                .thenApply(found -> Looked.queues(wants, found).get(0));
    }

    private void onceMore(Name semaphore) {
        soon.remove(semaphore);
        String lane = semaphore.value();
        String directory = nodes.paths().directory(Kind.SEMAPHORE, semaphore);
        var unused = queue(lane, semaphore)
                .thenCompose(contenders ->
                        wakes(lane, directory, contenders.entitled(any -> true, Integer.MAX_VALUE), any -> true))
                .thenAccept(wakes -> wake(lane, wakes));
    }

    private void wake(String lane, List<Operation> wakes) {
        if (!wakes.isEmpty()) {
            var unused = nodes.store().commit(lane, wakes);
        }
    }

    /** @param sleeps which of those who are entitled may not have noticed */
    private CompletionStage<List<Operation>> wakes(
            String lane, String directory, List<Place> entitled, Predicate<Place> sleeps) {
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
                } else if (sleeps.test(entitled.get(i))) {
                    wakes = List.copyOf(ours);
                }
            }
            return wakes;
        });
    }
}
