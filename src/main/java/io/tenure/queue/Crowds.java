package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Query;
import io.tenure.error.Refusal;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads all queues in which somebody may wait. What it reads is bounded: of each name a stamp, and more only of those whose directory
 * has more than one child. Safe for use by many threads.
 */
final class Crowds {
    /** Bulky reads stand in no name's way. */
    static final String LANE = "waits";

    private static final List<Kind> KINDS = List.of(Kind.LOCK, Kind.RWLOCK, Kind.SEMAPHORE, Kind.ELECTION);
    private static final int STAMPS_AT_ONCE = 200;

    /** So many names of places are a good part of what the store may answer with at once. */
    private static final int PLACES_AT_ONCE = 4_000;

    private final LeaseNodes nodes;
    private final int mostNames;
    private final int mostPlaces;

    Crowds(LeaseNodes nodes, int mostNames, int mostPlaces) {
        this.nodes = nodes;
        this.mostNames = mostNames;
        this.mostPlaces = mostPlaces;
    }

    /** A queue that has more than one place, as its stamp says. */
    record Crowd(Want want, int places) {}

    /** Those that were found. {@code complete} says whether they are all. */
    record Some(List<Crowd> crowds, boolean complete) {}

    /** A queue as it was read. */
    record Line(Want want, List<Seat> seats) {}

    /** Those whose names begin with this, by kind and name. */
    CompletionStage<Some> find(String prefix) {
        List<Query> all = KINDS.stream()
                .<Query>map(kind -> new Query.Children(nodes.paths().directories(kind)))
                .toList();
        return nodes.store().read(LANE, all).thenCompose(found -> {
            List<Want> names = new ArrayList<>();
            for (int i = 0; i < KINDS.size(); i++) {
                names.addAll(names(KINDS.get(i), found.get(i), prefix));
            }
            List<Want> some = names.subList(0, Math.min(mostNames, names.size()));
            return crowds(some).thenApply(crowds -> bounded(crowds, some.size() == names.size()));
        });
    }

    private Some bounded(List<Crowd> crowds, boolean allNames) {
        List<Crowd> some = new ArrayList<>();
        long places = 0;
        for (Crowd crowd : crowds) {
            places += crowd.places();
            if (places > mostPlaces) {
                return new Some(some, false);
            }
            some.add(crowd);
        }
        return new Some(some, allNames);
    }

    private static List<Want> names(Kind kind, Found found, String prefix) {
        return found instanceof Found.Children children
                ? children.names().stream()
                        .filter(name -> name.startsWith(prefix))
                        .sorted()
                        .flatMap(name -> valid(name).stream())
                        .map(name -> Want.of(kind, name))
                        .toList()
                : List.of();
    }

    /** Directories that a native client named as Tenure would not are not looked at. */
    private static Optional<Name> valid(String name) {
        try {
            return Optional.of(new Name(name));
        } catch (Refusal notOurs) {
            return Optional.empty();
        }
    }

    /** Those in whose queues somebody may wait. */
    private CompletionStage<List<Crowd>> crowds(List<Want> names) {
        return InTurn.all(InTurn.batches(names, STAMPS_AT_ONCE), batch -> {
            List<Query> queries = batch.stream()
                    .<Query>map(want -> new Query.Data(nodes.paths().directory(want.kind(), want.name())))
                    .toList();
            return nodes.store().read(LANE, queries).thenApply(found -> {
                List<Crowd> crowds = new ArrayList<>();
                for (int i = 0; i < batch.size(); i++) {
                    if (found.get(i) instanceof Found.Node node && node.stamp().children() > 1) {
                        crowds.add(new Crowd(batch.get(i), node.stamp().children()));
                    }
                }
                return crowds;
            });
        });
    }

    /** Their queues, in their order. */
    CompletionStage<List<Line>> lines(List<Crowd> crowds) {
        return InTurn.all(InTurn.batches(crowds, PLACES_AT_ONCE, Crowd::places), batch -> {
            List<Want> wants = batch.stream().map(Crowd::want).toList();
            return nodes.store().read(LANE, Looked.queries(nodes, wants)).thenApply(found -> {
                List<Contenders> queues = Looked.queues(wants, found);
                List<Line> lines = new ArrayList<>();
                for (int i = 0; i < wants.size(); i++) {
                    Want want = wants.get(i);
                    lines.add(new Line(want, Seat.of(want.kind(), want.name(), queues.get(i))));
                }
                return lines;
            });
        });
    }
}
