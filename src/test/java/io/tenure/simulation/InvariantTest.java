package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Operation.Mode;
import io.tenure.coordination.Paths;
import io.tenure.name.LeaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each invariant notices a history that breaks it, and leaves one alone that does not. */
class InvariantTest {
    private static final LeaseId ONE = new LeaseId("00000000-0000-0000-0000-000000000001");
    private static final LeaseId TWO = new LeaseId("00000000-0000-0000-0000-000000000002");
    private static final String HELD = hold("HELD", "");
    private static final String QUEUED = hold("QUEUED", "");

    private long base;
    private final World world = World.calm();
    private final Paths paths = new Paths("/tenure");
    private final TwinStore store = new TwinStore(world).layOut(paths);
    private final Entitled entitled = new Entitled(store, paths);
    private final TwinAuditLog log = new TwinAuditLog(world);
    private final Truth truth = new Truth(world, () -> base, any -> false);
    private final String directory = "/tenure/locks/x";
    private @Nullable Ledger ledger;

    @BeforeEach
    void follow() {
        List<Invariant> all = List.of(
                entitled,
                new TokensGrow(() -> base),
                new LostWasGone(),
                new NeverEarly(),
                new AuditExact(store, log, () -> base),
                new EndedStaysEnded(),
                truth);
        ledger = new Ledger(world, store, paths, all);
        store.commit(0, List.of(new Operation.Create(directory, new byte[0], Mode.CONTAINER)));
    }

    private static String hold(String state, String more) {
        return "{\"kind\":\"lock\",\"name\":\"x\",\"state\":\"" + state + "\"" + more + "}";
    }

    private static byte[] lease(String hold) {
        return ("{\"format\":1,\"ttlMillis\":1000,\"named\":true,\"forHolds\":true,\"holds\":[" + hold + "]}")
                .getBytes(UTF_8);
    }

    private Operation create(LeaseId id, String hold) {
        return new Operation.Create(paths.lease(id), lease(hold), Mode.PERSISTENT);
    }

    private Operation set(LeaseId id, String hold) {
        return new Operation.SetData(paths.lease(id), lease(hold), -1);
    }

    private Operation place(LeaseId id) {
        return new Operation.Create(directory + "/_c_" + id + "-lock-", new byte[0], Mode.SEQUENTIAL);
    }

    private Operation record(LeaseId id, String suffix, String action, String endedBy) {
        return record(id, suffix, action, endedBy, "");
    }

    private Operation record(LeaseId id, String suffix, String action, String endedBy, String token) {
        String json = "{\"format\":1,\"action\":\"" + action + "\",\"lease\":\"" + id + "\",\"endedBy\":\"" + endedBy
                + "\",\"holds\":[{\"kind\":\"lock\",\"name\":\"x\"" + token + "}]}";
        return new Operation.Create(paths.outbox(id) + "/" + id + "-" + suffix, json.getBytes(UTF_8), Mode.PERSISTENT);
    }

    private void commit(Operation... operations) {
        assertThat(store.commit(0, List.of(operations)).done()).isTrue();
    }

    private void grant(LeaseId id) {
        commit(create(id, HELD), place(id), record(id, "0-0", "GRANTED", ""));
    }

    private void queue(LeaseId id) {
        commit(create(id, QUEUED), place(id), record(id, "0-0", "QUEUED", ""));
    }

    private void end(LeaseId id, String endedBy, boolean withPlace) {
        List<Operation> operations = new ArrayList<>();
        operations.add(new Operation.Delete(paths.lease(id), -1));
        if (withPlace) {
            store.children(directory).stream()
                    .filter(name -> name.contains(id.value()))
                    .forEach(name -> operations.add(new Operation.Delete(directory + "/" + name, -1)));
        }
        long granted = store.node(paths.lease(id)).orElseThrow().stamp().mzxid();
        operations.add(record(id, "END", "ENDED", endedBy, ",\"fencingToken\":" + granted));
        commit(operations.toArray(Operation[]::new));
    }

    private static void assertViolates(String what, ThrowingCallable doing) {
        assertThatThrownBy(doing).isInstanceOf(Invariant.Violation.class).hasMessageContaining(what);
    }

    @Test
    void aHandOverInOrderBreaksNothing() {
        grant(ONE);
        queue(TWO);
        end(ONE, "RELEASED", true);
        commit(set(TWO, HELD), record(TWO, "1-0", "GRANTED", ""));
        world.advance(Duration.ofSeconds(2));
        end(TWO, "EXPIRED", true);
    }

    @Test
    void twoHoldersAreNoticed() {
        grant(ONE);
        assertViolates("is not entitled", () -> grant(TWO));
    }

    @Test
    void aGrantBehindANativeIsNoticed() {
        store.commitNative(
                7, List.of(new Operation.Create(directory + "/_c_native-lock-", new byte[0], Mode.SEQUENTIAL)));
        assertViolates("is not entitled", () -> grant(ONE));
    }

    @Test
    void aGrantWithoutAPlaceIsNoticed() {
        assertViolates("without a place", () -> commit(create(ONE, HELD), record(ONE, "0-0", "GRANTED", "")));
    }

    @Test
    void aPlaceThatOutlivesItsHoldIsNoticed() {
        grant(ONE);
        assertViolates("belongs to no hold", () -> end(ONE, "RELEASED", false));
    }

    @Test
    void aHoldWhosePlaceAStrangerTookIsExcused() {
        grant(ONE);
        String place = directory + "/" + store.children(directory).get(0);
        entitled.rob(place);
        commit(new Operation.Delete(place, -1));
        grant(TWO);
    }

    @Test
    void aLostPlaceIsNoticed() {
        queue(ONE);
        String place = directory + "/" + store.children(directory).get(0);
        assertViolates("lost its place", () -> commit(new Operation.Delete(place, -1)));
    }

    @Test
    void aTokenThatIsNotTheGrantsIsNoticed() {
        grant(ONE);
        assertViolates("invariant 2", () -> commit(set(ONE, hold("HELD", ",\"token\":17"))));
    }

    @Test
    void anExpiryBeforeItsTimeIsNoticed() {
        grant(ONE);
        world.advance(Duration.ofMillis(999));
        assertViolates("invariant 3", () -> end(ONE, "EXPIRED", true));
    }

    @Test
    void aGrantWithoutARecordIsNoticed() {
        assertViolates("0 records of GRANTED", () -> commit(create(ONE, HELD), place(ONE)));
    }

    @Test
    void anEndWithoutARecordIsNoticed() {
        queue(ONE);
        String place = directory + "/" + store.children(directory).get(0);
        assertViolates(
                "0 records of ENDED",
                () -> commit(new Operation.Delete(paths.lease(ONE), -1), new Operation.Delete(place, -1)));
    }

    @Test
    void aRecordOfNothingIsNoticed() {
        assertViolates("not changed", () -> commit(record(ONE, "0-0", "GRANTED", "")));
    }

    @Test
    void aLeaseThatLivesAgainIsNoticed() {
        grant(ONE);
        end(ONE, "RELEASED", true);
        assertViolates("lives again", () -> commit(create(ONE, HELD), place(ONE), record(ONE, "0-1", "GRANTED", "")));
    }

    private void endAs(String endedBy, String reason) {
        String place = directory + "/" + store.children(directory).get(0);
        long granted = store.node(paths.lease(ONE)).orElseThrow().stamp().mzxid();
        String more = "\",\"reason\":\"" + reason;
        commit(
                new Operation.Delete(paths.lease(ONE), -1),
                new Operation.Delete(place, -1),
                record(ONE, "END", "ENDED", endedBy + more, ",\"fencingToken\":" + granted));
    }

    @Test
    void aPlaceThatStandsIsNotLost() {
        grant(ONE);
        assertViolates("rule 7", () -> endAs("LOST", ""));
    }

    @Test
    void anEndByTheLongestTimeBeforeItIsOverIsNoticed() {
        byte[] data = new String(lease(HELD), UTF_8)
                .replace("\"named\"", "\"maxHoldMillis\":5000,\"named\"")
                .getBytes(UTF_8);
        commit(
                new Operation.Create(paths.lease(ONE), data, Mode.PERSISTENT),
                place(ONE),
                record(ONE, "0-0", "GRANTED", ""));
        world.advance(Duration.ofMillis(4_999));
        assertViolates("longest time of 5000 ms", () -> endAs("EXPIRED", "maxHold"));
    }

    @Test
    void aTokenThatIsCalledCurrentAfterItsEndIsNoticed() {
        grant(ONE);
        long token = store.last();
        truth.current(Thing.lock("x"), token, world.nanos());
        end(ONE, "RELEASED", true);
        world.advance(Duration.ofMillis(1));
        assertViolates("was called current", () -> truth.current(Thing.lock("x"), token, world.nanos()));
    }

    @Test
    void aTokenThatIsDeniedWhileItIsCurrentIsNoticed() {
        grant(ONE);
        long token = store.last();
        world.advance(Duration.ofMillis(1));
        assertViolates(
                "was not called current", () -> truth.notCurrent(Thing.lock("x"), ONE.value(), token, world.nanos()));
    }

    @Test
    void tokensThatGoBackAfterARestoreAreNoticedUnlessTheirBaseIsRaised() {
        Backup backup = new Backup(store, log, paths);
        for (int i = 0; i < 3; i++) {
            commit(new Operation.SetData(directory, new byte[0], -1));
        }
        grant(ONE);
        end(ONE, "RELEASED", true);
        restore(backup);
        assertViolates("is granted with token", () -> grant(TWO));

        base = Backup.base(store, paths);
        restore(backup);
        grant(TWO);
    }

    private void restore(Backup backup) {
        backup.restore();
        Objects.requireNonNull(ledger).restored(Backup.standing(store, paths));
    }
}
