package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.coordination.Coordination.Registration;
import io.tenure.coordination.Timers;
import io.tenure.coordination.Watcher;
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
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever follows a name how it stands, at once and after each change.
 *
 * <p>Every change that can be seen from outside shows itself in the directory of the name: a place comes, goes, or is written once more
 * with the same bytes. So one watch for each name that is followed in this server is enough, however many follow it; after an event
 * it looks once for all. Changes that come quickly one after the other are told as one. Safe for use by many threads.
 *
 * @param <B> what shows how a name stands
 */
public final class Following<B> {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Kind kind;
    private final LeaseNodes nodes;
    private final Timers timers;
    private final Hanging hanging;
    private final Function<Name, CompletionStage<B>> look;
    private final Function<B, String> revision;

    @GuardedBy("this")
    private final Map<Name, Followed> open = new HashMap<>();

    /**
     * @param look shows how a name stands
     * @param revision tells by what was shown whether it has changed
     */
    public Following(
            Kind kind,
            LeaseNodes nodes,
            Timers timers,
            Hanging hanging,
            Function<Name, CompletionStage<B>> look,
            Function<B, String> revision) {
        this.kind = kind;
        this.nodes = nodes;
        this.timers = timers;
        this.hanging = hanging;
        this.look = look;
        this.revision = revision;
    }

    /**
     * Follows a name until the registration is closed.
     *
     * @param told is told how it stands now, and after each change, one call after the other; must not block
     */
    public Registration follow(Name name, Consumer<B> told) {
        Followed followed;
        synchronized (this) {
            followed = open.computeIfAbsent(name, Followed::new);
        }
        followed.add(told);
        return () -> leave(name, followed, told);
    }

    private void leave(Name name, Followed followed, Consumer<B> told) {
        if (followed.remove(told)) {
            timers.after(LINGER, () -> {
                synchronized (this) {
                    if (!followed.isIdle() || open.get(name) != followed) {
                        return;
                    }
                    open.remove(name);
                }
                followed.close();
            });
        }
    }

    /**
     * Looks at a name; hangs for at most this long while it looks as it did before.
     *
     * @param same whether an answer is the one that the client knows already
     * @return what is shown, changed or not
     */
    public CompletionStage<B> until(Name name, Duration wait, Function<B, Boolean> same) {
        if (wait.isZero()) {
            return look.apply(name);
        }
        CompletableFuture<B> answer = hanging.answer();
        Registration following = follow(name, shown -> {
            if (!same.apply(shown)) {
                answer.complete(shown);
            }
        });
        // when the time is over it looks once more, so that who cannot be told anything now is not told what was
        Timers.Timer timer = timers.after(
                wait,
                () -> look.apply(name).whenComplete((shown, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    } else {
                        answer.complete(shown);
                    }
                }));
        var unused = answer.whenComplete((done, failure) -> {
            following.close();
            timer.cancel();
        });
        return answer;
    }

    /** How many names are followed. */
    public synchronized int count() {
        return open.size();
    }

    /** One name that somebody follows. */
    private final class Followed implements Watcher {
        private final Name name;
        private final List<Registration> watches = new ArrayList<>();

        /** With the revision that each was told last, empty before the first. They are told one after the other, in order. */
        @GuardedBy("this")
        private final Map<Consumer<B>, String> followers = new LinkedHashMap<>();

        /** How it stands; null while that may be out of date. */
        @GuardedBy("this")
        private @Nullable B last;

        @GuardedBy("this")
        private boolean looking;

        @GuardedBy("this")
        private boolean again;

        Followed(Name name) {
            this.name = name;
            watches.add(nodes.store().watch(name.value(), nodes.paths().directory(kind, name), this));
            if (kind == Kind.SEMAPHORE) {
                watches.add(nodes.store().watch(name.value(), nodes.paths().permits(name), this));
            }
        }

        synchronized void add(Consumer<B> told) {
            followers.put(told, "");
            if (!looking && last != null) {
                tell(last);
            }
        }

        /** Tells all who have not been told this yet. */
        @GuardedBy("this")
        private void tell(B shown) {
            String current = revision.apply(shown);
            for (Map.Entry<Consumer<B>, String> follower : List.copyOf(followers.entrySet())) {
                if (!current.equals(follower.getValue())) {
                    followers.replace(follower.getKey(), current);
                    follower.getKey().accept(shown);
                }
            }
        }

        /** Whether nobody follows any more. */
        synchronized boolean remove(Consumer<B> told) {
            return followers.remove(told) != null && followers.isEmpty();
        }

        synchronized boolean isIdle() {
            return followers.isEmpty();
        }

        void close() {
            watches.forEach(Registration::close);
        }

        @Override
        public void standing() {
            look();
        }

        @Override
        public void changed(Change change, String path) {
            look();
        }

        @Override
        public synchronized void interrupted() {
            last = null;
        }

        private void look() {
            synchronized (this) {
                if (looking) {
                    again = true;
                    return;
                }
                looking = true;
            }
            look.apply(name).whenComplete((shown, failure) -> {
                boolean more;
                synchronized (this) {
                    looking = false;
                    more = again;
                    again = false;
                    if (shown != null) {
                        last = shown;
                        tell(shown);
                    }
                }
                if (more) {
                    look();
                } else if (failure != null && nodes.store().connected(name.value())) {
                    timers.after(RETRY, this::look);
                }
            });
        }
    }
}
