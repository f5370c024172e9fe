package io.tenure.simulation;

import io.tenure.coordination.Paths;
import io.tenure.coordination.Stamp;
import io.tenure.name.LeaseId;
import io.tenure.simulation.Invariant.Violation;
import io.tenure.simulation.Service.Shown;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who follows a thing by a stream of some server, and begins anew with another when that one dies, or when he pleases. When
 * nothing goes wrong any more he does not go on for long with a state that is over: each change is told him, and the last one is what
 * he knows in the end.
 */
final class Onlooker {
    private static final Duration LOOK = Duration.ofMillis(300);
    /** In slow weather one look may take seconds, and be begun again. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final Shown NOTHING = new Shown("", new TreeSet<>());

    private final World world;
    private final TwinStore store;
    private final Paths paths;
    private final Fleet fleet;
    private final Thing thing;
    private final Tally tally;
    private Stream stream;
    private Shown shown = NOTHING;
    /** Since when nothing was told him, and what he knows has not been true whenever one looked. */
    private long wrongSince;

    private boolean strict;

    Onlooker(World world, TwinStore store, Paths paths, Fleet fleet, Thing thing, Tally tally) {
        this.world = world;
        this.store = store;
        this.paths = paths;
        this.fleet = fleet;
        this.thing = thing;
        this.tally = tally;
        this.stream = new Stream(world.oneOf(fleet.servers()));
    }

    /** One connection to a server, by which it is told one thing after the other. */
    private final class Stream {
        private final Server server;
        /** The life of the server that it goes to. */
        private Machine machine;

        private @Nullable Runnable end;
        private long lastArrival;

        Stream(Server server) {
            this.server = server;
            this.machine = server.machine();
        }

        void open() {
            world.after(
                    world.latency(),
                    () -> server.serve(service -> {
                        machine = server.machine();
                        end = service.follow(thing, this::send);
                    }));
        }

        private void send(Shown now) {
            lastArrival = Math.max(lastArrival, world.nanos() + world.latency());
            world.at(lastArrival, () -> {
                if (stream == this) {
                    tally.count("told");
                    world.note(() -> "who follows " + thing + " is told " + now);
                    shown = now;
                    wrongSince = world.nanos();
                }
            });
        }

        void close() {
            Runnable last = end;
            if (last != null) {
                machine.run(last);
            }
        }

        boolean isDead() {
            return machine.crashed();
        }
    }

    void start() {
        stream.open();
        again();
    }

    /** From now on nothing goes wrong any more. */
    void expectAll() {
        strict = true;
        wrongSince = world.nanos();
    }

    private void again() {
        world.after(LOOK.toNanos(), () -> {
            if (stream.isDead() || world.chance(0.03)) {
                stream.close();
                stream = new Stream(world.oneOf(fleet.servers()));
                shown = NOTHING;
                stream.open();
                wrongSince = world.nanos();
            } else if (isRight()) {
                wrongSince = world.nanos();
            } else if (strict && world.nanos() - wrongSince > SOON.toNanos()) {
                throw new Violation("rule 15: who follows " + thing + " was told nothing for " + SOON.toMillis()
                        + " ms, and knows " + shown + " where it is " + truth());
            }
            again();
        });
    }

    /** Whether he knows how it stands. */
    boolean isRight() {
        return shown.equals(truth());
    }

    private Shown truth() {
        NavigableSet<String> holders = new TreeSet<>();
        for (String place : thing.queue(store, paths)) {
            String lease = Recipe.lease(place);
            store.node(paths.lease(new LeaseId(lease)))
                    .map(LeaseView::of)
                    .filter(view -> view.in("HELD").contains(thing.toString()))
                    .ifPresent(view -> holders.add(lease));
        }
        return new Shown(revision(), holders);
    }

    private String revision() {
        Optional<Long> directory = store.node(thing.directory(paths))
                .map(TwinNode::stamp)
                .map(stamp -> Math.max(stamp.pzxid(), stamp.mzxid()));
        Optional<Long> permits = thing.recipe() != Recipe.SEMAPHORE
                ? Optional.empty()
                : store.node(thing.permitsNode(paths)).map(TwinNode::stamp).map(Stamp::mzxid);
        long highest = Math.max(directory.orElse(0L), permits.orElse(0L));
        return Long.toUnsignedString(highest) + (directory.isEmpty() && permits.isPresent() ? "-0" : "");
    }
}
