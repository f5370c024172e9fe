package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Operation.Mode;
import io.tenure.coordination.Paths;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What {@link InvariantTest} shows of locks, of what is particular to read/write locks, semaphores and elections. */
class KindInvariantTest {
    private static final LeaseId ONE = new LeaseId("00000000-0000-0000-0000-000000000001");
    private static final LeaseId TWO = new LeaseId("00000000-0000-0000-0000-000000000002");
    private static final LeaseId THREE = new LeaseId("00000000-0000-0000-0000-000000000003");
    private static final Share WRITE = thing(Recipe.RWLOCK).share();
    private static final Share READ = WRITE.reading();
    private static final Share PERMIT = thing(Recipe.SEMAPHORE).share();
    private static final Share TWO_PERMITS = new Share(PERMIT.thing(), false, 2);
    private static final Share OFFICE = thing(Recipe.ELECTION).share();

    private long base;
    private final World world = World.calm();
    private final Paths paths = new Paths("/tenure");
    private final TwinStore store = new TwinStore(world).layOut(paths);
    private final Entitled entitled = new Entitled(store, paths);
    private final Truth truth = new Truth(world, () -> base, any -> false);
    private final Ledger ledger = new Ledger(
            world,
            store,
            paths,
            List.of(entitled, new TokensGrow(() -> base), new LostWasGone(), new Together(), truth));

    KindInvariantTest() {
        for (Share share : List.of(WRITE, PERMIT, OFFICE)) {
            commit(new Operation.Create(share.thing().directory(paths), new byte[0], Mode.CONTAINER));
        }
    }

    private static Thing thing(Recipe recipe) {
        return new Thing(recipe, new Name("x"));
    }

    private static String want(Share share) {
        return "{\"kind\":\"" + share.thing().recipe().wire() + "\",\"name\":\"x\""
                + (share.thing().recipe() == Recipe.RWLOCK
                        ? ",\"mode\":\"" + (share.reads() ? "read" : "write") + "\""
                        : "")
                + (share.count() == 1 ? "" : ",\"count\":" + share.count()) + "}";
    }

    private static byte[] lease(Share share, String state, long token) {
        return ("{\"format\":1,\"ttlMillis\":1000,\"named\":true,\"forHolds\":true,\"holds\":[{\"want\":" + want(share)
                        + ",\"state\":\"" + state + "\"" + (token == 0 ? "" : ",\"token\":" + token) + "}]}")
                .getBytes(UTF_8);
    }

    private Operation create(LeaseId id, Share share, String state) {
        return new Operation.Create(paths.lease(id), lease(share, state, 0), Mode.PERSISTENT);
    }

    private Operation set(LeaseId id, Share share, String state) {
        return new Operation.SetData(paths.lease(id), lease(share, state, 0), -1);
    }

    private Operation place(LeaseId id, Share share) {
        return new Operation.Create(path(id, share), new byte[0], Mode.SEQUENTIAL);
    }

    private String path(LeaseId id, Share share) {
        return share.thing().directory(paths) + "/_c_" + id + "-"
                + share.thing().recipe().word(share.reads());
    }

    /** Removes its first so many places. */
    private Stream<Operation> unplace(LeaseId id, Share share, int most) {
        return share.thing().queue(store, paths).stream()
                .filter(name -> Recipe.lease(name).equals(id.value()))
                .limit(most)
                .map(name -> new Operation.Delete(share.thing().directory(paths) + "/" + name, -1));
    }

    private void commit(Operation... operations) {
        assertThat(store.commit(0, List.of(operations)).done()).isTrue();
        assertThat(ledger).isNotNull();
    }

    private void take(LeaseId id, Share share, String state) {
        List<Operation> all = new ArrayList<>();
        all.add(create(id, share, state));
        for (int i = 0; i < share.count(); i++) {
            all.add(place(id, share));
        }
        commit(all.toArray(Operation[]::new));
    }

    private void hold(LeaseId id, Share share) {
        take(id, share, "HELD");
    }

    private void queue(LeaseId id, Share share) {
        take(id, share, "QUEUED");
    }

    private void grant(LeaseId id, Share share) {
        commit(set(id, share, "HELD"));
    }

    private void end(LeaseId id, Share share) {
        commit(Stream.concat(Stream.of(new Operation.Delete(paths.lease(id), -1)), unplace(id, share, share.count()))
                .toArray(Operation[]::new));
    }

    private void permits(int count) {
        commit(PERMIT.thing().permit(store, paths, count));
    }

    private void takeNative(Share share) {
        store.commitNative(
                7,
                List.of(new Operation.Create(
                        share.thing().directory(paths) + "/_c_native-"
                                + share.thing().recipe().word(share.reads()),
                        new byte[0],
                        Mode.SEQUENTIAL)));
    }

    private static void assertViolates(String what, ThrowingCallable doing) {
        assertThatThrownBy(doing).isInstanceOf(Invariant.Violation.class).hasMessageContaining(what);
    }

    private Operation several(String permit, String office) {
        String holds = "{\"want\":" + want(PERMIT) + ",\"state\":\"" + permit + "\"},{\"want\":" + want(OFFICE)
                + ",\"state\":\"" + office + "\"}";
        byte[] data = ("{\"format\":1,\"ttlMillis\":1000,\"named\":true,\"forHolds\":true,\"holds\":[" + holds + "]}")
                .getBytes(UTF_8);
        return store.node(paths.lease(ONE)).isPresent()
                ? new Operation.SetData(paths.lease(ONE), data, -1)
                : new Operation.Create(paths.lease(ONE), data, Mode.PERSISTENT);
    }

    @Test
    void severalAreGrantedTogether() {
        permits(1);
        commit(several("QUEUED", "QUEUED"), place(ONE, PERMIT), place(ONE, OFFICE));
        commit(several("HELD", "HELD"));
    }

    @Test
    void whatIsAttachedLaterIsGrantedByItself() {
        permits(1);
        hold(ONE, PERMIT);
        commit(several("HELD", "QUEUED"), place(ONE, OFFICE));
        commit(several("HELD", "HELD"));
    }

    @Test
    void aGrantOfSomeOfSeveralIsNoticed() {
        permits(1);
        commit(several("QUEUED", "QUEUED"), place(ONE, PERMIT), place(ONE, OFFICE));
        assertViolates("rule 6", () -> commit(several("HELD", "QUEUED")));
    }

    @Test
    void readersTogetherAndWritersAloneBreakNothing() {
        hold(ONE, READ);
        hold(TWO, READ);
        queue(THREE, WRITE);
        end(ONE, READ);
        end(TWO, READ);
        grant(THREE, WRITE);
        end(THREE, WRITE);
    }

    @Test
    void aWriterBesideAReaderIsNoticed() {
        hold(ONE, READ);
        assertViolates("is not entitled", () -> hold(TWO, WRITE));
    }

    @Test
    void aReaderBesideAWriterIsNoticed() {
        hold(ONE, WRITE);
        assertViolates("is not entitled", () -> hold(TWO, READ));
    }

    @Test
    void aReaderThatOvertakesAWriterWhoWaitsIsNoticed() {
        hold(ONE, READ);
        takeNative(WRITE);
        assertViolates("is not entitled", () -> hold(TWO, READ));
    }

    @Test
    void aWriterWithThePlaceOfAReaderIsNoticed() {
        assertViolates("not of the mode", () -> commit(create(ONE, WRITE, "HELD"), place(ONE, READ)));
    }

    private Operation[] downgrade(LeaseId id, String sequence, long token) {
        return Stream.concat(
                        Stream.of(
                                new Operation.SetData(paths.lease(id), lease(READ, "HELD", token), -1),
                                new Operation.Create(path(id, READ) + sequence, new byte[0], Mode.PERSISTENT)),
                        unplace(id, WRITE, 1))
                .toArray(Operation[]::new);
    }

    @Test
    void aDowngradeBreaksNothing() {
        hold(ONE, WRITE);
        long token = store.last();
        queue(TWO, READ);
        queue(THREE, WRITE);
        commit(downgrade(ONE, "0000000000", token));
        grant(TWO, READ);
    }

    @Test
    void aDowngradeWithAnotherTokenIsNoticed() {
        hold(ONE, WRITE);
        assertViolates("invariant 2", () -> commit(downgrade(ONE, "0000000000", store.last() + 1)));
    }

    @Test
    void aDowngradeBehindAWriterIsNoticed() {
        hold(ONE, WRITE);
        long token = store.last();
        queue(TWO, WRITE);
        assertViolates("is not entitled", () -> commit(downgrade(ONE, "0000000009", token)));
    }

    @Test
    void permitsAreHeldTogether() {
        permits(3);
        hold(ONE, PERMIT);
        hold(TWO, TWO_PERMITS);
        queue(THREE, PERMIT);
        end(TWO, TWO_PERMITS);
        grant(THREE, PERMIT);
    }

    @Test
    void aGrantBeyondThePermitsIsNoticed() {
        permits(2);
        hold(ONE, PERMIT);
        assertViolates("is not entitled", () -> hold(TWO, TWO_PERMITS));
    }

    @Test
    void aPermitOfANativeCounts() {
        permits(1);
        takeNative(PERMIT);
        assertViolates("is not entitled", () -> hold(ONE, PERMIT));
    }

    @Test
    void permitsThatBecomeFewerEndNoHoldAndAllowNoGrant() {
        permits(2);
        hold(ONE, PERMIT);
        hold(TWO, PERMIT);
        permits(1);
        commit(set(TWO, PERMIT, "HELD"));
        end(ONE, PERMIT);
        assertViolates("is not entitled", () -> hold(THREE, PERMIT));
    }

    @Test
    void whoIsTheFirstIsGrantedBesideThoseWhoHoldFromBeforeThePermitsBecameFewer() {
        permits(2);
        queue(ONE, PERMIT);
        hold(TWO, PERMIT);
        permits(1);
        grant(ONE, PERMIT);
    }

    @Test
    void aGrantMayComeBeforeThePermitsBecomeFewerInOneTransaction() {
        permits(2);
        hold(ONE, PERMIT);
        queue(TWO, PERMIT);
        commit(set(TWO, PERMIT, "HELD"), PERMIT.thing().permit(store, paths, 1));
    }

    @Test
    void aGrantOfWhatWasNeverAmongThePermitsIsNoticedWhereTheyBecomeFewer() {
        permits(2);
        hold(ONE, TWO_PERMITS);
        queue(TWO, PERMIT);
        assertViolates(
                "is not entitled",
                () -> commit(set(TWO, PERMIT, "HELD"), PERMIT.thing().permit(store, paths, 1)));
    }

    @Test
    void aHoldThatHasFewerPlacesThanPermitsIsNoticed() {
        permits(2);
        assertViolates("without a place", () -> commit(create(ONE, TWO_PERMITS, "HELD"), place(ONE, PERMIT)));
    }

    @Test
    void aHoldThatHasMorePlacesThanPermitsIsNoticed() {
        permits(2);
        assertViolates(
                "has 2 places for semaphore/x and wants 1",
                () -> commit(create(ONE, PERMIT, "HELD"), place(ONE, PERMIT), place(ONE, PERMIT)));
    }

    @Test
    void aPlaceOfSeveralThatOutlivesItsHoldIsNoticed() {
        permits(2);
        hold(ONE, TWO_PERMITS);
        assertViolates("belongs to no hold", () -> end(ONE, PERMIT));
    }

    private void lose(LeaseId id, int places) {
        String record = "{\"format\":1,\"action\":\"ENDED\",\"lease\":\"" + id
                + "\",\"endedBy\":\"LOST\",\"holds\":[{\"kind\":\"semaphore\",\"name\":\"x\",\"count\":2}]}";
        commit(Stream.concat(
                        Stream.of(
                                new Operation.Delete(paths.lease(id), -1),
                                new Operation.Create(
                                        paths.outbox(id) + "/" + id + "-END", record.getBytes(UTF_8), Mode.PERSISTENT)),
                        unplace(id, TWO_PERMITS, places))
                .toArray(Operation[]::new));
    }

    @Test
    void aHoldThatHasOneOfItsPlacesLeftIsLost() {
        permits(2);
        hold(ONE, TWO_PERMITS);
        entitled.rob(path(ONE, PERMIT) + "0000000000");
        commit(new Operation.Delete(path(ONE, PERMIT) + "0000000000", -1));
        lose(ONE, 1);
    }

    @Test
    void aHoldWhosePlacesAllStandIsNotLost() {
        permits(2);
        hold(ONE, TWO_PERMITS);
        assertViolates("rule 7", () -> lose(ONE, 2));
    }

    private Operation[] transfer(String sequence, String state) {
        List<Operation> all = new ArrayList<>(List.of(
                new Operation.Delete(paths.lease(ONE), -1),
                set(THREE, OFFICE, state),
                new Operation.Create(path(THREE, OFFICE) + sequence, new byte[0], Mode.PERSISTENT)));
        unplace(ONE, OFFICE, 1).forEach(all::add);
        unplace(THREE, OFFICE, 1).forEach(all::add);
        return all.toArray(Operation[]::new);
    }

    @Test
    void aTransferLetsTheCandidateLeadInTheLeadersPlace() {
        hold(ONE, OFFICE);
        queue(TWO, OFFICE);
        queue(THREE, OFFICE);
        commit(transfer("0000000000", "HELD"));
        assertViolates("is not entitled", () -> grant(TWO, OFFICE));
    }

    @Test
    void aPoliteTransferMakesTheCandidateTheNext() {
        hold(ONE, OFFICE);
        queue(TWO, OFFICE);
        queue(THREE, OFFICE);
        commit(Stream.concat(
                        Stream.of(new Operation.Create(
                                path(THREE, OFFICE) + "0000000000-0", new byte[0], Mode.PERSISTENT)),
                        unplace(THREE, OFFICE, 1))
                .toArray(Operation[]::new));
        end(ONE, OFFICE);
        grant(THREE, OFFICE);
    }

    @Test
    void aTransferToTheWrongPlaceIsNoticed() {
        hold(ONE, OFFICE);
        queue(TWO, OFFICE);
        queue(THREE, OFFICE);
        assertViolates("is not entitled", () -> commit(transfer("0000000009", "HELD")));
    }

    @Test
    void tokensOfReadersMayBeOneButNeverGoBack() {
        queue(ONE, READ);
        queue(TWO, READ);
        commit(set(ONE, READ, "HELD"), set(TWO, READ, "HELD"));
        base -= 2;
        assertViolates("is granted with token", () -> hold(THREE, READ));
    }

    @Test
    void tokensOfWritersAreNeverTheSame() {
        hold(ONE, READ);
        end(ONE, READ);
        base -= 2;
        assertViolates("is granted with token", () -> hold(TWO, WRITE));
    }

    @Test
    void aTokenThatReadersShareIsCurrentUntilTheLastOfThemEnds() {
        queue(ONE, READ);
        queue(TWO, READ);
        commit(set(ONE, READ, "HELD"), set(TWO, READ, "HELD"));
        long token = store.last();
        end(ONE, READ);
        world.advance(Duration.ofMillis(1));
        truth.current(READ.thing(), token, world.nanos());
        end(TWO, READ);
        world.advance(Duration.ofMillis(1));
        assertViolates("was called current", () -> truth.current(READ.thing(), token, world.nanos()));
    }
}
