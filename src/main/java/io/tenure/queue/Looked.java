package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Query;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Reads the queues of all that a claim wants, with their permits, at one moment. Stateless. */
final class Looked {
    private Looked() {}

    /** The queues in the order of the wants. */
    static CompletionStage<List<Contenders>> at(LeaseNodes nodes, Claim claim) {
        return nodes.store()
                .read(claim.lane(), queries(nodes, claim.wants()))
                .thenApply(found -> queues(claim.wants(), found));
    }

    /** Asks for the queues of these. */
    static List<Query> queries(LeaseNodes nodes, List<Want> wants) {
        List<Query> queries = new ArrayList<>();
        for (Want want : wants) {
            queries.add(new Query.Children(nodes.paths().directory(want.kind(), want.name())));
            if (want.kind() == Kind.SEMAPHORE) {
                queries.add(Permits.query(nodes.paths(), want.name()));
            }
        }
        return queries;
    }

    /** What the answers to {@link #queries} for one thing say to who wants it. */
    static Sight sight(Want want, List<Found> found) {
        Permits permits =
                want.kind() == Kind.SEMAPHORE ? Permits.of(found.get(1)).orElse(Permits.NONE) : Permits.ONE;
        return found.get(0) instanceof Found.Children children
                ? Sight.of(want, children.names(), permits)
                : Sight.empty(false, permits);
    }

    /** What the answers to {@link #queries} say. */
    static List<Contenders> queues(List<Want> wants, List<Found> found) {
        List<Contenders> queues = new ArrayList<>();
        int at = 0;
        for (Want want : wants) {
            List<String> names =
                    found.get(at++) instanceof Found.Children children ? List.copyOf(children.names()) : List.of();
            Permits permits =
                    want.kind() == Kind.SEMAPHORE ? Permits.of(found.get(at++)).orElse(Permits.NONE) : Permits.ONE;
            queues.add(Contenders.of(want.kind(), names, permits));
        }
        return queues;
    }
}
