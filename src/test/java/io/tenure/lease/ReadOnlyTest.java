package io.tenure.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.api.ReadOnlyBody;
import io.tenure.audit.Actor;
import io.tenure.coordination.Operation;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.simulation.TwinCoordination;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The operator's choice over the in-memory twin: two servers follow one node. */
class ReadOnlyTest {
    private static final Actor ANNA = new Actor("10.0.0.1", null, null);

    private final TwinCoordination store = TwinCoordination.calm();
    private final TwinCoordination other = store.another("server-2");
    private final AtomicInteger resumed = new AtomicInteger();
    private final ReadOnly here = followed(store);
    private final ReadOnly there = followed(other);

    private ReadOnly followed(TwinCoordination server) {
        ReadOnly readOnly = new ReadOnly(server, store.paths(), server.timers());
        assertThat(code(readOnly)).as("before it is known").isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        store.world().await(readOnly.follow());
        readOnly.whenOff(resumed::incrementAndGet);
        return readOnly;
    }

    private static @Nullable ErrorCode code(ReadOnly readOnly) {
        return readOnly.refusal().map(Refusal::code).orElse(null);
    }

    private ReadOnlyBody on(ReadOnly server, String reason) {
        return store.world().await(server.on(reason, null, ANNA));
    }

    @Test
    void atFirstNothingIsReadOnly() {
        assertThat(here.refusal()).isEmpty();
        assertThat(here.fault()).isEmpty();
    }

    @Test
    void theServerThatSwitchesFollowsBeforeItAnswersAndTheOtherSoonAfter() {
        here.on("new disks", null, ANNA).thenRun(() -> assertThat(code(here)).isEqualTo(ErrorCode.READ_ONLY));
        store.settle();
        assertThat(code(there)).isEqualTo(ErrorCode.READ_ONLY);
        assertThat(there.fault().orElseThrow()).contains("new disks", "10.0.0.1");

        store.world().await(there.off());
        store.settle();
        assertThat(here.refusal()).isEmpty();
        assertThat(resumed).hasValue(2);
    }

    @Test
    void whoComesSecondChangesNothing() {
        ReadOnlyBody first = on(here, "new disks");
        store.settle();
        assertThat(on(there, "another")).isEqualTo(first);
        assertThat(on(here, "another")).isEqualTo(first);
        store.world().await(here.off());
        assertThat(store.world().await(here.off())).isEqualTo(ReadOnlyBody.OFF);
    }

    @Test
    void aServerThatCannotSeeTheNodeGrantsNothingUntilItDoesAgain() {
        other.interrupt();
        store.settle();
        assertThat(code(there)).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(there.fault()).isEmpty();
        on(here, "new disks");
        other.restore();
        store.advance(Duration.ofSeconds(30));
        assertThat(code(there)).isEqualTo(ErrorCode.READ_ONLY);

        other.interrupt();
        store.settle();
        store.world().await(here.off());
        int before = resumed.get();
        other.restore();
        store.advance(Duration.ofSeconds(30));
        assertThat(there.refusal()).isEmpty();
        assertThat(resumed.get()).as("those who wait there look again").isGreaterThan(before);
    }

    @Test
    void aNodeThatCannotBeReadIsAChoiceAllTheSame() {
        on(here, "new disks");
        store.world()
                .await(store.commit(
                        "x", List.of(new Operation.SetData(store.paths().mode(), new byte[] {'?'}, -1))));
        store.settle();
        assertThat(code(here)).isEqualTo(ErrorCode.READ_ONLY);
        store.world().await(there.off());
        store.settle();
        assertThat(here.refusal()).isEmpty();
    }
}
