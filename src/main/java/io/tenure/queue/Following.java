package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Hanging;
import io.tenure.lease.LeaseNodes;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Tells whoever follows something how it stands, at once and after each change.
 *
 * <p>Every change of a queue that can be seen from outside shows itself in its directory: a place comes or goes, or the directory is
 * written once more. So one watch for each name that is followed in this server is enough, however many follow it; after an event
 * it looks once for all. Changes that come quickly one after the other are told as one. Safe for use by many threads.
 *
 * @param <K> what is followed: a name, or a lease
 * @param <B> what shows how it stands
 */
public final class Following<K, B> {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final LeaseNodes nodes;
    private final Timers timers;
    private final Hanging hanging;
    private final Function<K, List<String>> paths;
    private final Function<K, CompletionStage<B>> look;
    private final Function<B, String> revision;

    @GuardedBy("this")
    private final Map<K, Followed> open = new HashMap<>();

    /**
     * @param paths the nodes whose changes, and those of what is below them, show every change
     * @param look shows how it stands
     * @param revision tells by what was shown whether it has changed
     */
    public Following(
            LeaseNodes nodes,
            Timers timers,
            Hanging hanging,
            Function<K, List<String>> paths,
            Function<K, CompletionStage<B>> look,
            Function<B, String> revision) {
        this.nodes = nodes;
        this.timers = timers;
        this.hanging = hanging;
        this.paths = paths;
        this.look = look;
        this.revision = revision;
    }

    /** For the names of one kind. */
    public static <B> Following<Name, B> names(
            Kind kind,
            LeaseNodes nodes,
            Timers timers,
            Hanging hanging,
            Function<Name, CompletionStage<B>> look,
            Function<B, String> revision) {
        return new Following<>(
                nodes,
                timers,
                hanging,
                name -> {
                    String directory = nodes.paths().directory(kind, name);
                    return kind == Kind.SEMAPHORE
                            ? List.of(directory, nodes.paths().permits(name))
                            : List.of(directory);
                },
                look,
                revision);
    }

    /** Who follows: is told one thing after the other, on any thread. */
    public interface Follower<B> {
        /** How it stands now, or after a change. */
        void told(B shown);

        /** It cannot be followed: a refusal that time does not mend. Nothing more is told. */
        void failed(Throwable fault);
    }

    /**
     * Follows it.
     *
     * @param follower must not block
     * @return ends it
     */
    public Runnable follow(K key, Follower<B> follower) {
        Followed followed;
        synchronized (this) {
            followed = open.computeIfAbsent(key, Followed::new);
            // in here, so that it is not closed as idle before somebody has come
            followed.add(follower);
        }
        followed.lookAgain();
        return () -> leave(key, followed, follower);
    }

    private void leave(K key, Followed followed, Follower<B> follower) {
        if (followed.remove(follower)) {
            timers.after(LINGER, () -> {
                synchronized (this) {
                    if (!followed.isIdle() || open.get(key) != followed) {
                        return;
                    }
                    open.remove(key);
                }
                followed.close();
            });
        }
    }

    /**
     * Looks; hangs for at most this long while it looks as it did before.
     *
     * @param same whether an answer is the one that the client knows already
     * @return what is shown, changed or not
     */
    public CompletionStage<B> until(K key, Duration wait, Function<B, Boolean> same) {
        if (wait.isZero()) {
            return look.apply(key);
        }
        CompletableFuture<B> answer = hanging.answer();
        Runnable following = follow(key, new Follower<>() {
            @Override
            public void told(B shown) {
                if (!same.apply(shown)) {
                    answer.complete(shown);
                }
            }

            @Override
            public void failed(Throwable fault) {
                answer.completeExceptionally(fault);
            }
        });
        // when the time is over it looks once more, so that who cannot be told anything now is not told what was
        Timers.Timer timer = timers.after(
                wait,
                () -> look.apply(key).whenComplete((shown, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    } else {
                        answer.complete(shown);
                    }
                }));
        var unused = answer.whenComplete((done, failure) -> {
            following.run();
            timer.cancel();
        });
        return answer;
    }

    /** How many are followed. */
    public synchronized int count() {
        return open.size();
    }

    /** One that somebody follows. */
    private final class Followed implements Watcher {
        private final K key;
        private final String lane;
        private final List<Registration> watches = new ArrayList<>();

        /** With the revision that each was told last, empty before the first. They are told one after the other, in order. */
        @GuardedBy("this")
        private final Map<Follower<B>, String> followers = new LinkedHashMap<>();

        /** Whether the watch stands, and has let everybody look who came before. */
        @GuardedBy("this")
        private boolean stands;

        @GuardedBy("this")
        private boolean looking;

        @GuardedBy("this")
        private boolean again;

        Followed(K key) {
            this.key = key;
            this.lane = key.toString();
            paths.apply(key).forEach(path -> watches.add(nodes.store().watch(lane, path, this)));
        }

        synchronized void add(Follower<B> follower) {
            followers.put(follower, "");
        }

        /** For a newcomer: what was seen before is memory, and the store may be out of reach without a word of it. */
        void lookAgain() {
            synchronized (this) {
                if (!stands) {
                    return;
                }
            }
            look();
        }

        /** Tells all who have not been told this yet. */
        @GuardedBy("this")
        private void tell(B shown) {
            String current = revision.apply(shown);
            for (Map.Entry<Follower<B>, String> follower : List.copyOf(followers.entrySet())) {
                if (!current.equals(follower.getValue())) {
                    followers.replace(follower.getKey(), current);
                    follower.getKey().told(shown);
                }
            }
        }

        /** Whether nobody follows any more. */
        synchronized boolean remove(Follower<B> follower) {
            return followers.remove(follower) != null && followers.isEmpty();
        }

        synchronized boolean isIdle() {
            return followers.isEmpty();
        }

        void close() {
            watches.forEach(Registration::close);
        }

        @Override
        public void standing() {
            synchronized (this) {
                stands = true;
            }
            look();
        }

        @Override
        public void changed(Change change, String path) {
            look();
        }

        @Override
        public synchronized void interrupted() {
            stands = false;
        }

        private static boolean isFinal(Throwable failure) {
            Throwable cause = failure.getCause() != null ? failure.getCause() : failure;
            return !(cause instanceof Refusal refusal && refusal.code() == ErrorCode.STORE_UNAVAILABLE);
        }

        private synchronized void fail(Throwable failure) {
            for (Follower<B> follower : List.copyOf(followers.keySet())) {
                follower.failed(failure.getCause() != null ? failure.getCause() : failure);
            }
        }

        private void look() {
            synchronized (this) {
                if (looking) {
                    again = true;
                    return;
                }
                looking = true;
            }
            look.apply(key).whenComplete((shown, failure) -> {
                boolean more;
                synchronized (this) {
                    looking = false;
                    more = again;
                    again = false;
                    if (shown != null) {
                        tell(shown);
                    }
                }
                if (more) {
                    look();
                } else if (failure != null && isFinal(failure)) {
                    fail(failure);
                } else if (failure != null && nodes.store().connected(lane)) {
                    timers.after(RETRY, this::look);
                }
            });
        }
    }
}
