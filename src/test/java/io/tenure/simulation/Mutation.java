package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.coordination.Coordination;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Watcher;
import io.tenure.name.Kind;
import io.tenure.name.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the protocol that is broken on purpose, to show that the simulation would notice: what becomes of operations and
 * watches.
 *
 * <p>Broken from outside, in the lists on their way to the store, so that no production code knows of it.
 */
public enum Mutation {
    /** A write to a lease that lives on takes any version. */
    GRANT_WITHOUT_VERSION {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return operation instanceof Operation.SetData set && isLease(set.path(), paths) && !ends(set.path(), all)
                    ? new Operation.SetData(set.path(), set.data(), -1)
                    : operation;
        }
    },
    /** A grant does not ask whether the queue node still stands. */
    GRANT_WITHOUT_PLACE {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return operation instanceof Operation.Check check && Recipe.isPlace(check.path(), paths) ? null : operation;
        }
    },
    /** A release takes any version. */
    RELEASE_WITHOUT_VERSION {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return isFenced(all, paths) ? operation : endWithoutVersion(operation, all, paths);
        }
    },
    /** An expiry takes any version. */
    EXPIRY_WITHOUT_VERSION {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return isFenced(all, paths) ? endWithoutVersion(operation, all, paths) : operation;
        }
    },
    /** A PUT does not ask whether its id has ended. */
    PUT_WITHOUT_ENDED_CHECK {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            boolean probes = operation.path().startsWith(paths.endeds() + "/")
                    && all.stream()
                            .anyMatch(each -> each instanceof Operation.Delete
                                    && each.path().equals(operation.path()));
            return probes && !isFenced(all, paths) ? null : operation;
        }
    },
    /** The ages that a coordinator leaves to its successor are higher than what it has seen. */
    AGES_TOO_HIGH {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return operation instanceof Operation.SetData set && set.path().startsWith(paths.ages() + "/")
                    ? new Operation.SetData(
                            set.path(),
                            new String(set.data(), UTF_8)
                                    .replaceAll("(\\d)]", "$1" + "000]")
                                    .getBytes(UTF_8),
                            set.version())
                    : operation;
        }
    },
    /** Records of one lease are told apart by their ordinal alone. */
    RECORD_NAME_WITHOUT_VERSION {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            if (operation instanceof Operation.Create create && create.path().startsWith(paths.outbox() + "/")) {
                String path = create.path().replaceFirst("-\\d+-(\\d+)$", "-$1");
                return new Operation.Create(path, create.data(), create.mode());
            }
            return operation;
        }
    },
    /** The end of an expired hold does not say for how long its name stays closed. */
    LOCK_DELAY_FORGOTTEN {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return isFenced(all, paths) && operation instanceof Operation.SetData set && isLease(set.path(), paths)
                    ? new Operation.SetData(set.path(), MutantDelays.opened(set.data()), set.version())
                    : operation;
        }
    },
    /** Only the coordinator that let a hold expire knows for how long its name stays closed. */
    LOCK_DELAY_IN_MEMORY {
        @Override
        Coordination over(Coordination port, Paths paths, TwinStore store) {
            return new MutantDelays(port, this, paths);
        }
    },
    /** What happened while there was no connection is not asked for afterwards. */
    NO_LIST_AFTER_RECONNECT {
        @Override
        Watcher mutate(Watcher watcher) {
            return new Watcher() {
                private boolean stood;

                @Override
                public void standing() {
                    if (!stood) {
                        stood = true;
                        watcher.standing();
                    }
                }

                @Override
                public void changed(Change change, String path) {
                    watcher.changed(change, path);
                }

                @Override
                public void interrupted() {
                    // and it is not noticed that the connection was away
                }
            };
        }
    },
    /** A place is taken in an empty queue without proof that it was empty. */
    HEAD_WITHOUT_PROOF {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            if (!operation.path().startsWith(paths.root() + "/locks/")) {
                return operation;
            }
            boolean takesHead = all.stream()
                    .anyMatch(each ->
                            each instanceof Operation.Create create && create.mode() == Operation.Mode.CONTAINER);
            boolean replaces = all.stream()
                    .anyMatch(each -> each instanceof Operation.Delete
                            && all.stream()
                                    .anyMatch(other -> other instanceof Operation.Create
                                            && other.path().equals(each.path())));
            if (takesHead && replaces && operation instanceof Operation.Create create) {
                return create.mode() == Operation.Mode.CONTAINER
                        ? new Operation.Check(create.path(), -1)
                        : new Operation.Create(
                                create.path().replaceFirst("\\d{10}$", ""), create.data(), Operation.Mode.SEQUENTIAL);
            }
            return takesHead && replaces && operation instanceof Operation.Delete ? null : operation;
        }
    },
    /** The token of a grant after waiting is the number of the transaction that made the place. */
    TOKEN_OF_PLACE {
        @Override
        Coordination over(Coordination port, Paths paths, TwinStore store) {
            return new MutantTokens(port, this, paths, store);
        }
    },
    /** A token is called current by what a read shows. */
    TOKEN_CHECK_BY_READ {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return all.stream().allMatch(each -> each instanceof Operation.Check) ? null : operation;
        }
    },
    /** That a place is lost is concluded from an event. */
    LOST_FROM_EVENT {
        @Override
        Coordination over(Coordination port, Paths paths, TwinStore store) {
            return new MutantEvents(port, this, paths);
        }
    },
    /** A lease expires by the TTL that the coordinator remembers of it. */
    EXPIRY_WITH_REMEMBERED_TTL {
        @Override
        Coordination over(Coordination port, Paths paths, TwinStore store) {
            return new MutantExpiry(port, this, paths);
        }
    },
    /** The outbox is not listed behind a barrier: its number comes from another session, which may be ahead. */
    DRAIN_WITHOUT_BARRIER {
        @Override
        String lane(String lane, List<Operation> all, Paths paths) {
            // a letter whose code is odd: of two lanes, it chooses the other
            return all.stream().anyMatch(each -> each.path().equals(paths.barrier())) ? lane + "a" : lane;
        }
    },
    /** A grant by pull does not show in the directory. */
    PULL_NOT_SHOWN(true) {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            boolean grants = all.stream()
                    .anyMatch(each -> each instanceof Operation.Check check && Recipe.isPlace(check.path(), paths));
            return grants && operation instanceof Operation.SetData set && isQueue(set.path(), paths)
                    ? null
                    : operation;
        }
    },
    /** Natives that an end entitles are not woken. */
    NATIVES_NOT_WOKEN {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return operation instanceof Operation.SetData && Recipe.isPlace(operation.path(), paths) ? null : operation;
        }
    },
    /** A grant does not ask whether there are still as many permits. */
    GRANT_WITHOUT_PERMITS {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            return operation instanceof Operation.Check
                            && operation.path().startsWith(Thing.permitsDirectory(paths) + "/")
                    ? null
                    : operation;
        }
    },
    /** A transfer does not ask whether the leader's place still stands. */
    TRANSFER_WITHOUT_PLACE(true) {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            String elections = paths.directories(Kind.ELECTION) + "/";
            boolean asks = operation instanceof Operation.Check
                    && operation.path().startsWith(elections)
                    && all.stream()
                            .anyMatch(each -> each instanceof Operation.Create
                                    && each.path().startsWith(elections));
            return asks ? null : operation;
        }
    },
    /** A downgrade gives up the place of the writer and takes none as a reader. */
    DOWNGRADE_WITHOUT_PLACE {
        @Override
        @Nullable
        Operation mutate(Operation operation, List<Operation> all, Paths paths) {
            String reader = Paths.marker(Kind.RWLOCK, Mode.READ);
            boolean downgrades = operation instanceof Operation.Create
                    && operation.path().contains(reader)
                    && all.contains(new Operation.Delete(
                            operation.path().replace(reader, Paths.marker(Kind.RWLOCK, Mode.WRITE)), -1));
            return downgrades ? null : operation;
        }
    };

    private final boolean shownToFollowers;

    Mutation() {
        this(false);
    }

    Mutation(boolean shownToFollowers) {
        this.shownToFollowers = shownToFollowers;
    }

    /** A schedule in which somebody may notice. */
    Simulation schedule(long seed, Tally tally) {
        return shownToFollowers
                ? Simulation.ofFollowedThings(seed, this, tally)
                : Simulation.ofThings(seed, this, tally);
    }

    /** A server's port on which the rule is broken. */
    Coordination over(Coordination port, Paths paths, TwinStore store) {
        return new Mutant(port, this, paths);
    }

    /** What is sent in place of the operation; null for nothing. */
    @Nullable
    Operation mutate(Operation operation, List<Operation> all, Paths paths) {
        return operation;
    }

    /** Where the list is sent. */
    String lane(String lane, List<Operation> all, Paths paths) {
        return lane;
    }

    /** Who is told in place of the watcher. */
    Watcher mutate(Watcher watcher) {
        return watcher;
    }

    private static boolean isLease(String path, Paths paths) {
        return path.startsWith(paths.leases() + "/");
    }

    private static boolean isQueue(String path, Paths paths) {
        return Recipe.isPlace(path + "/any", paths);
    }

    private static boolean isFenced(List<Operation> all, Paths paths) {
        return all.get(0) instanceof Operation.Check check && check.path().equals(paths.epoch());
    }

    private static boolean ends(String lease, List<Operation> all) {
        return all.stream()
                .anyMatch(
                        each -> each instanceof Operation.Delete && each.path().equals(lease));
    }

    private static Operation endWithoutVersion(Operation operation, List<Operation> all, Paths paths) {
        if (!isLease(operation.path(), paths) || !ends(operation.path(), all)) {
            return operation;
        }
        if (operation instanceof Operation.SetData set) {
            return new Operation.SetData(set.path(), set.data(), -1);
        }
        return operation instanceof Operation.Delete delete ? new Operation.Delete(delete.path(), -1) : operation;
    }
}
