package io.tenure.cluster;

import io.tenure.name.Durations;
import io.tenure.testing.Network;
import io.tenure.testing.ServerCluster;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.SmallDisk;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** All that happens to clusters in these tests. */
final class Faults {
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private Faults() {}

    /** Which of the servers it happens to. */
    enum Victim {
        COORDINATOR("the coordinator") {
            @Override
            OptionalInt find(ServerCluster cluster) {
                return coordinator(cluster);
            }
        },
        LEADER("ZooKeeper's leader") {
            @Override
            OptionalInt find(ServerCluster cluster) {
                return cluster.zooKeeperLeader();
            }
        },
        FOLLOWER("a server that is neither") {
            @Override
            OptionalInt find(ServerCluster cluster) {
                OptionalInt coordinator = coordinator(cluster);
                OptionalInt leader = cluster.zooKeeperLeader();
                return cluster.numbers().stream()
                        .mapToInt(number -> number)
                        .filter(number -> coordinator.isPresent() && number != coordinator.getAsInt())
                        .filter(number -> leader.isPresent() && number != leader.getAsInt())
                        .findFirst();
            }
        };

        private final String text;

        Victim(String text) {
            this.text = text;
        }

        abstract OptionalInt find(ServerCluster cluster);

        int in(ServerCluster cluster) {
            return find(cluster).orElseThrow(() -> new IllegalStateException("a cluster that is whole lacks " + text));
        }

        private static OptionalInt coordinator(ServerCluster cluster) {
            return cluster.numbers().stream()
                    .map(cluster::coordinator)
                    .filter(OptionalInt::isPresent)
                    .findFirst()
                    .orElse(OptionalInt.empty());
        }
    }

    private record Simple(Duration lasts, BiFunction<Trial, Duration, Fault.Blow> chosen) implements Fault {
        @Override
        public Blow choose(Trial trial) {
            return chosen.apply(trial, lasts);
        }
    }

    private static Fault of(Duration lasts, BiFunction<Trial, Duration, Fault.Blow> chosen) {
        return new Simple(lasts, chosen);
    }

    private static String text(Duration time) {
        return Durations.text(time);
    }

    /** A process ends at once, and is started again after a while. */
    static Fault kill(Victim victim, Duration lasts) {
        return of(lasts, (trial, time) -> {
            int number = victim.in(trial.cluster());
            return new Fault.Blow(
                    "kill -9 of " + victim.text,
                    () -> trial.cluster().server(number).kill());
        });
    }

    /** A process stands still for a while, and goes on as if nothing had been. */
    static Fault freeze(Victim victim, Duration lasts) {
        return of(lasts, (trial, time) -> {
            int number = victim.in(trial.cluster());
            return new Fault.Blow(
                    "freeze of " + victim.text + " for " + text(time),
                    () -> trial.cluster().server(number).pause(),
                    () -> trial.cluster().server(number).resume());
        });
    }

    /** One server reaches neither of the others, nor they it; clients and the database reach all. */
    static Fault isolate(Victim victim, Duration lasts) {
        return of(lasts, (trial, time) -> {
            int number = victim.in(trial.cluster());
            Network network = trial.network().orElseThrow();
            return new Fault.Blow(
                    victim.text + " cut off from the other two for " + text(time),
                    () -> trial.cluster().but(number).forEach(other -> network.cut(number, other)),
                    network::heal);
        });
    }

    /** What one server sends reaches the other two no more, though it hears them. */
    static Fault mute(Victim victim, Duration lasts) {
        return of(lasts, (trial, time) -> {
            int number = victim.in(trial.cluster());
            Network network = trial.network().orElseThrow();
            return new Fault.Blow(
                    "the other two do not hear " + victim.text + " for " + text(time),
                    () -> trial.cluster().but(number).forEach(other -> network.cutOneWay(number, other)),
                    network::heal);
        });
    }

    /** The answers of these servers do not reach their clients. */
    static Fault deafClients(List<Integer> servers, Duration lasts) {
        return of(lasts, (trial, time) -> {
            Network network = trial.network().orElseThrow();
            return new Fault.Blow(
                    "clients cut off from " + (servers.size() == 3 ? "all servers" : "one server") + " for "
                            + text(time),
                    () -> servers.forEach(network::cutFromClients),
                    network::heal);
        });
    }

    /** The disk of one server takes nothing more, so that it ends, and has room again after a while. */
    static Fault fullDisk(Duration lasts) {
        return of(lasts, (trial, time) -> {
            SmallDisk disk = trial.disk().orElseThrow();
            ServerProgram server = trial.cluster().server(Trial.ON_SMALL_DISK);
            Runnable full = () -> {
                disk.fill(0);
                server.exitStatus(LONGEST_STOP);
            };
            return new Fault.Blow("full disk of one peer", full, disk::free);
        });
    }

    /** The database cannot be reached. */
    static Fault databaseAway(Duration lasts) {
        return of(
                lasts,
                (trial, time) ->
                        new Fault.Blow("no database for " + text(time), trial.database()::cut, trial.database()::heal));
    }

    /** All are killed at the same moment, and started again at once. */
    static Fault killAll() {
        return of(
                Duration.ZERO,
                (trial, time) -> new Fault.Blow(
                        "kill -9 of all three at once, and start", () -> each(trial, server -> server.kill())));
    }

    /** Each is stopped and started again, one after the other, as for a new version. */
    static Fault rollingRestart() {
        return of(
                Duration.ZERO,
                (trial, time) -> new Fault.Blow(
                        "restart of one after the other",
                        () -> IntStream.rangeClosed(1, 3).forEach(number -> {
                            ServerProgram server = trial.cluster().server(number);
                            server.terminate();
                            server.exitStatus(LONGEST_STOP);
                            trial.cluster().mend();
                        })));
    }

    private static void each(Trial trial, Consumer<ServerProgram> what) {
        trial.cluster().numbers().forEach(number -> what.accept(trial.cluster().server(number)));
    }
}
