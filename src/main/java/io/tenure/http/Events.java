package io.tenure.http;

import io.tenure.api.CandidateBody;
import io.tenure.api.ElectionBody;
import io.tenure.api.HeldBody;
import io.tenure.api.LeaderBody;
import io.tenure.api.LockBody;
import io.tenure.api.QueuedBody;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.lease.Leases;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import io.tenure.queue.Following;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of states: compares how a thing stands with how it stood, and names what has changed. The body of each event is the
 * whole state, so several names for one change have the same body. Safe for use by many threads.
 */
public final class Events implements EventSource {
    private static final String STATE = "state";
    private static final String ENDED = "ended";

    private final Map<Kind, Following<Name, LockBody>> names;
    private final Following<Name, ElectionBody> elections;
    private final Following<LeaseId, Leases.Shown> leases;

    /**
     * Makes the source.
     *
     * @param names what follows locks, read/write locks and semaphores
     */
    public Events(
            Map<Kind, Following<Name, LockBody>> names,
            Following<Name, ElectionBody> elections,
            Following<LeaseId, Leases.Shown> leases) {
        this.names = Map.copyOf(names);
        this.elections = elections;
        this.leases = leases;
    }

    @Override
    public Subscription subscribe(Kind kind, Name name, Sink sink) {
        if (kind == Kind.ELECTION) {
            return follow(elections, name, ElectionBody::revision, Events::ofElection, sink);
        }
        Following<Name, LockBody> following = names.get(kind);
        if (following == null) {
            throw Refusal.of(ErrorCode.PATH_UNKNOWN, "there are no events of " + kind.wire());
        }
        return follow(following, name, LockBody::revision, Events::ofHolds, sink);
    }

    /** A lease that has ended is told so once, and the stream ends; who comes back is refused as by the {@code GET}. */
    @Override
    public Subscription subscribe(LeaseId lease, Sink sink) {
        Runnable end = leases.follow(lease, new Following.Follower<>() {
            private boolean known;

            @Override
            public void told(Leases.Shown shown) {
                Refusal ended = shown.ended();
                if (known || ended == null) {
                    sink.event(known && ended != null ? ENDED : STATE, shown.revision(), shown.body());
                }
                if (ended != null) {
                    sink.fail(ended);
                }
                known = true;
            }

            @Override
            public void failed(Throwable fault) {
                sink.fail(fault);
            }
        });
        return end::run;
    }

    private static <B> Subscription follow(
            Following<Name, B> following,
            Name key,
            Function<B, String> revision,
            BiFunction<B, B, List<String>> changes,
            Sink sink) {
        Runnable end = following.follow(key, new Following.Follower<>() {
            private @Nullable B before;

            @Override
            public void told(B shown) {
                List<String> events = before == null ? List.of(STATE) : changes.apply(before, shown);
                before = shown;
                events.forEach(event -> sink.event(event, revision.apply(shown), shown));
            }

            @Override
            public void failed(Throwable fault) {
                sink.fail(fault);
            }
        });
        return end::run;
    }

    /** What has become of holds and places. Who was queued and is granted did not end. */
    static List<String> ofHolds(LockBody before, LockBody now) {
        Set<String> held = holders(now);
        Set<String> known = all(before);
        Set<String> all = all(now);
        List<String> events = new ArrayList<>();
        if (known.stream().anyMatch(lease -> !all.contains(lease))) {
            events.add(ENDED);
        }
        if (held.stream().anyMatch(lease -> !holders(before).contains(lease))) {
            events.add("granted");
        }
        if (all.stream().anyMatch(lease -> !known.contains(lease) && !held.contains(lease))) {
            events.add("queued");
        }
        return events.isEmpty() ? List.of(STATE) : events;
    }

    private static Set<String> holders(LockBody body) {
        return body.holders().stream().map(HeldBody::lease).collect(Collectors.toSet());
    }

    private static Set<String> all(LockBody body) {
        Set<String> all = new HashSet<>(holders(body));
        body.waiters().stream().map(QueuedBody::lease).forEach(all::add);
        if (body.reservedBy() != null) {
            all.add(body.reservedBy().lease());
        }
        return all;
    }

    static List<String> ofElection(ElectionBody before, ElectionBody now) {
        List<String> events = new ArrayList<>();
        LeaderBody led = before.leader();
        LeaderBody leads = now.leader();
        if (led == null || leads == null || !led.lease().equals(leads.lease())) {
            if (led != null || leads != null) {
                events.add("leader");
            }
        } else if (!Objects.equals(led.value(), leads.value())) {
            events.add("value");
        }
        if (!candidates(before).toList().equals(candidates(now).toList())) {
            events.add("candidates");
        }
        return events.isEmpty() ? List.of(STATE) : events;
    }

    private static Stream<String> candidates(ElectionBody body) {
        return body.candidates().stream().map(CandidateBody::lease);
    }
}
