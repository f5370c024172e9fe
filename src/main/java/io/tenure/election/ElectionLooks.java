package io.tenure.election;

import io.tenure.api.CandidateBody;
import io.tenure.api.ElectionBody;
import io.tenure.api.LeaderBody;
import io.tenure.api.Times;
import io.tenure.coordination.Timers;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Lease.State;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.StoredLease;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import io.tenure.queue.Closed;
import io.tenure.queue.Queues;
import io.tenure.queue.Queues.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Shows elections as they stand, native candidates among them. Safe for use by many threads. */
public final class ElectionLooks {
    private static final int SHOWN = 100;

    private final Queues queues;
    private final LeaseNodes nodes;
    private final Timers timers;

    public ElectionLooks(Queues queues, LeaseNodes nodes, Timers timers) {
        this.queues = queues;
        this.nodes = nodes;
        this.timers = timers;
    }

    /** An election as it stands. */
    public CompletionStage<ElectionBody> look(Name name) {
        return queues.look(Kind.ELECTION, name, SHOWN + 1).thenApply(queue -> body(name, queue));
    }

    private ElectionBody body(Name name, Queues.Queue queue) {
        LeaderBody leader = null;
        Long term = null;
        long closedForMillis = 0;
        List<CandidateBody> candidates = new ArrayList<>();
        for (Contender contender : queue.first()) {
            StoredLease stored = contender.lease().orElse(null);
            if (stored == null) {
                if (contender.position() == 0) {
                    leader = nativeLeader(contender);
                } else {
                    candidates.add(nativeCandidate(name, contender));
                }
                continue;
            }
            Optional<Hold> hold = stored.lease().hold(Kind.ELECTION, name);
            if (hold.isEmpty()) {
                closedForMillis = Closed.forMillis(Kind.ELECTION, name, stored, timers);
            } else if (hold.get().state() == State.HELD) {
                leader = leader(stored, hold.get());
                term = stored.token(hold.get());
            } else {
                candidates.add(candidate(stored, hold.get(), contender.position(), null));
            }
        }
        int count = queue.waiting() + (leader == null && closedForMillis == 0 && !candidates.isEmpty() ? 1 : 0);
        return new ElectionBody(
                name.value(),
                leader,
                term,
                queue.revision(),
                null,
                candidates,
                count,
                closedForMillis,
                nodes.paths().directory(Kind.ELECTION, name));
    }

    /** Who leads by this hold. */
    static LeaderBody leader(StoredLease stored, Hold hold) {
        return new LeaderBody(
                hold.want().candidate(),
                hold.want().value(),
                stored.lease().owner(),
                stored.id().value(),
                Times.text(stored.grantedAt(hold)),
                Times.text(stored.expiresAt()),
                stored.lease().revoked() == null ? null : Boolean.TRUE,
                null);
    }

    /** A candidate by its hold, granted or not. */
    static CandidateBody candidate(
            StoredLease stored, Hold hold, @Nullable Integer position, @Nullable Long validForMillis) {
        boolean leads = hold.state() == State.HELD;
        return new CandidateBody(
                stored.id().value(),
                hold.name().value(),
                hold.want().candidate(),
                leads ? CandidateBody.LEADING : CandidateBody.FOLLOWING,
                leads ? null : position,
                leads ? Long.valueOf(stored.token(hold)) : null,
                validForMillis,
                stored.lease().ttlMillis(),
                stored.lease().owner(),
                hold.want().value(),
                Times.textOrNull(stored.queuedAt(hold)),
                leads ? Times.text(stored.grantedAt(hold)) : null,
                leads ? Times.text(stored.expiresAt()) : null,
                stored.lease().revoked() == null ? null : Boolean.TRUE,
                null,
                null);
    }

    private static LeaderBody nativeLeader(Contender contender) {
        return new LeaderBody(
                contender.says(),
                null,
                null,
                contender.name(),
                Times.text(contender.node().stamp().ctime()),
                null,
                null,
                true);
    }

    private static CandidateBody nativeCandidate(Name name, Contender contender) {
        return new CandidateBody(
                contender.name(),
                name.value(),
                contender.says(),
                CandidateBody.FOLLOWING,
                contender.position(),
                null,
                null,
                null,
                null,
                null,
                Times.text(contender.node().stamp().ctime()),
                null,
                null,
                null,
                null,
                true);
    }
}
