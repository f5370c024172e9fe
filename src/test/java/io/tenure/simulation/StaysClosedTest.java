package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Operation.Mode;
import io.tenure.coordination.Paths;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long names stay closed, and that it is noticed when they do not. */
class StaysClosedTest {
    private static final LeaseId ONE = new LeaseId("00000000-0000-0000-0000-000000000001");
    private static final String LOCK_DELAY = "\"lockDelayMillis\":2000";
    private static final String MIN_HOLD = "\"minHoldMillis\":5000";

    private final World world = World.calm();
    private final Paths paths = new Paths("/tenure");
    private final TwinStore store = new TwinStore(world).layOut(paths);
    private final Ledger ledger = new Ledger(world, store, paths, List.of(new StaysClosed()));
    private final String place = "/tenure/locks/x/_c_" + ONE + "-lock-0000000000";
    private int records;

    private Operation write(String want, String state, String closing) {
        byte[] data = ("{\"format\":1" + closing
                        + ",\"ttlMillis\":1000,\"named\":true,\"forHolds\":true,\"holds\":[{\"want\":"
                        + "{\"kind\":\"lock\",\"name\":\"x\"" + want + "},\"state\":\"" + state + "\"}]}")
                .getBytes(UTF_8);
        return store.node(paths.lease(ONE)).isEmpty()
                ? new Operation.Create(paths.lease(ONE), data, Mode.PERSISTENT)
                : new Operation.SetData(paths.lease(ONE), data, -1);
    }

    private Operation record(String endedBy) {
        byte[] data = ("{\"format\":1,\"action\":\"ENDED\",\"lease\":\"" + ONE + "\",\"endedBy\":\"" + endedBy
                        + "\",\"holds\":[{\"kind\":\"lock\",\"name\":\"x\"}]}")
                .getBytes(UTF_8);
        return new Operation.Create(paths.outbox(ONE) + "/" + ONE + "-" + records++, data, Mode.PERSISTENT);
    }

    private void commit(Operation... operations) {
        assertThat(store.commit(0, List.of(operations)).done()).isTrue();
        assertThat(ledger).isNotNull();
    }

    private void grant(String want) {
        commit(new Operation.Create("/tenure/locks/x", new byte[0], Mode.CONTAINER));
        commit(write("," + want, "HELD", ""), new Operation.Create(place, new byte[0], Mode.PERSISTENT));
    }

    /** Its place stands for a while. */
    private void close(String want, String endedBy) {
        commit(write("," + want, "DELAYED", ",\"closing\":{\"endedBy\":\"" + endedBy + "\"}"), record(endedBy));
    }

    private void end(String endedBy) {
        commit(new Operation.Delete(paths.lease(ONE), -1), new Operation.Delete(place, -1), record(endedBy));
    }

    private void open() {
        commit(new Operation.Delete(paths.lease(ONE), -1), new Operation.Delete(place, -1));
    }

    private void pass(int millis) {
        world.advance(Duration.ofMillis(millis));
    }

    private static void assertViolates(String what, Runnable doing) {
        assertThatThrownBy(doing::run)
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("rule 10")
                .hasMessageContaining(what);
    }

    @Test
    void aNameOpensWhenItsLockDelayIsOver() {
        grant(LOCK_DELAY);
        pass(1_000);
        close(LOCK_DELAY, "EXPIRED");
        pass(2_000);
        open();
    }

    @Test
    void aNameThatOpensBeforeIsNoticed() {
        grant(LOCK_DELAY);
        pass(1_000);
        close(LOCK_DELAY, "EXPIRED");
        pass(1_999);
        assertViolates("another 1 ms", this::open);
    }

    @Test
    void anExpiryThatDoesNotCloseItsNameIsNoticed() {
        grant(LOCK_DELAY);
        assertViolates("another 2000 ms", () -> end("EXPIRED"));
    }

    @Test
    void aReleaseOpensAtOnce() {
        grant(LOCK_DELAY);
        end("RELEASED");
    }

    @Test
    void aReleaseThatOnlyClosesIsNoticed() {
        grant(LOCK_DELAY);
        assertViolates("stays closed", () -> close(LOCK_DELAY, "RELEASED"));
    }

    @Test
    void aReleaseBeforeTheLeastTimeKeepsTheNameClosedForTheRest() {
        grant(MIN_HOLD);
        pass(1_000);
        close(MIN_HOLD, "RELEASED");
        pass(4_000);
        open();
    }

    @Test
    void aNameThatOpensBeforeTheLeastTimeIsNoticed() {
        grant(MIN_HOLD);
        pass(1_000);
        close(MIN_HOLD, "RELEASED");
        pass(3_999);
        assertViolates("another 1 ms", this::open);
    }

    @Test
    void ofBothTheLongerCounts() {
        grant(MIN_HOLD + "," + LOCK_DELAY);
        pass(4_000);
        close(MIN_HOLD + "," + LOCK_DELAY, "EXPIRED");
        pass(1_500);
        assertViolates("another 500 ms", this::open);
    }

    @Test
    void aPlaceThatAStrangerRemovesIsExcused() {
        grant(LOCK_DELAY);
        close(LOCK_DELAY, "EXPIRED");
        store.commit(Stranger.SESSION, List.of(new Operation.Delete(place, -1)));
        assertThat(store.node(place)).isEmpty();
    }

    @Test
    void aRestoreTakesBackAnEndAndKeepsWhatHadEndedBefore() {
        grant(LOCK_DELAY);
        LeaseView held = LeaseView.of(store.node(paths.lease(ONE)).orElseThrow());
        close(LOCK_DELAY, "EXPIRED");
        LeaseView closed = LeaseView.of(store.node(paths.lease(ONE)).orElseThrow());

        ledger.restored(Map.of(ONE.value(), closed));
        assertViolates("another 2000 ms", this::open);
        ledger.restored(Map.of(ONE.value(), held));
        commit(write("," + LOCK_DELAY, "DELAYED", ""), new Operation.Create(place, new byte[0], Mode.PERSISTENT));
        open();
    }
}
