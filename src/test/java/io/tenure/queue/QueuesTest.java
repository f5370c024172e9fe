package io.tenure.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Operation.Create;
import io.tenure.coordination.Operation.Delete;
import io.tenure.coordination.Operation.Mode;
import io.tenure.coordination.Operation.SetData;
import io.tenure.coordination.Outcome;
import io.tenure.lease.LeaseNodes;
import io.tenure.lease.Recent;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import io.tenure.simulation.TwinCoordination;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How queues look, and by what it is known that they look different. */
class QueuesTest {
    private static final Name NAME = new Name("x");
    private static final byte[] NOTHING = new byte[0];

    private final TwinCoordination store = TwinCoordination.calm();
    private final Queues queues = new Queues(
            new LeaseNodes(store, store.paths(), "s1", 0, new Recent(store.timers(), Duration.ofSeconds(60))));

    private void commit(Operation... operations) {
        assertThat(store.world().await(store.commit("x", List.of(operations)))).isInstanceOf(Outcome.Done.class);
    }

    private String revision(Kind kind) {
        return store.world().await(queues.look(kind, NAME, 10)).revision();
    }

    @Test
    void aSemaphoreWhoseQueueHasGoneDoesNotLookAsItDidWhenItsPermitsChanged() {
        String directory = store.paths().directory(Kind.SEMAPHORE, NAME);
        String permits = store.paths().permits(NAME);
        Set<String> seen = new HashSet<>();
        commit(new Create(permits, Permits.bytes(1), Mode.PERSISTENT));
        seen.add(revision(Kind.SEMAPHORE));
        commit(new Create(directory, NOTHING, Mode.CONTAINER));
        commit(new Create(directory + "/one", NOTHING, Mode.PERSISTENT));
        seen.add(revision(Kind.SEMAPHORE));
        commit(new SetData(permits, Permits.bytes(2), -1));
        seen.add(revision(Kind.SEMAPHORE));
        commit(new Delete(directory + "/one", -1), new Delete(directory, -1));
        seen.add(revision(Kind.SEMAPHORE));

        assertThat(seen).hasSize(4);
    }

    @Test
    void aQueueThatHasGoneLooksAsOneThatNeverWas() {
        String directory = store.paths().directory(Kind.LOCK, NAME);
        String before = revision(Kind.LOCK);
        commit(new Create(directory, NOTHING, Mode.CONTAINER));
        assertThat(revision(Kind.LOCK)).isNotEqualTo(before);
        commit(new Delete(directory, -1));
        assertThat(revision(Kind.LOCK)).isEqualTo(before);
    }
}
