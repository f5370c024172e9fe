package io.tenure.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Operation.Mode;
import io.tenure.coordination.Paths;
import io.tenure.name.Name;
import io.tenure.simulation.NativeContender.Habits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The models of natives do what Curator's recipes do, their weaknesses included; what they are denied is noticed. */
class NativesTest {
    /** For so long a native has slept soundly. */
    private static final Duration LONG = Duration.ofSeconds(10);

    private static final long OURS = 77;

    private final World world = World.calm();
    private final Paths paths = new Paths("/tenure");
    private final TwinStore store = new TwinStore(world).layOut(paths);
    private final Beliefs beliefs = new Beliefs(world);
    private final Natives natives = new Natives(store, paths, beliefs, new Tally());
    private final Ledger ledger = new Ledger(world, store, paths, List.of(natives));
    private final Map<Thing, Integer> made = new TreeMap<>();

    private static Thing thing(Recipe recipe) {
        return new Thing(recipe, new Name("x"));
    }

    /** A native that stands in the queue by now, or holds. */
    private NativeContender contender(Thing thing) {
        NativeContender contender =
                NativeContender.of(world, store, thing, natives, new Habits(Duration.ofSeconds(1), 1));
        contender.start();
        while (!contender.holds() && !contender.sleeps() && world.step()) {
            assertThat(ledger).isNotNull();
        }
        return contender;
    }

    private String place(Thing thing, boolean reads) {
        int number = made.merge(thing, 1, Integer::sum);
        if (store.node(thing.directory(paths)).isEmpty()) {
            commit(new Operation.Create(thing.directory(paths), new byte[0], Mode.CONTAINER));
        }
        String path = thing.directory(paths) + "/_c_00000000-0000-0000-0000-00000000000" + number + "-"
                + thing.recipe().word(reads);
        commit(new Operation.Create(path, new byte[0], Mode.SEQUENTIAL));
        return thing.directory(paths) + "/" + thing.queue(store, paths).get(number - 1);
    }

    private String place(Thing thing) {
        return place(thing, false);
    }

    private void commit(Operation... operations) {
        assertThat(store.commit(OURS, List.of(operations)).done()).isTrue();
        world.settle();
    }

    private void write(String place) {
        commit(new Operation.SetData(place, new byte[0], -1));
    }

    private void end(String place) {
        commit(new Operation.Delete(place, -1));
    }

    private void soon() {
        world.advance(Duration.ofMillis(1));
    }

    private Thing semaphore(int permits) {
        Thing semaphore = thing(Recipe.SEMAPHORE);
        commit(semaphore.permit(store, paths, permits));
        beliefs.permit(semaphore, permits);
        return semaphore;
    }

    @Test
    void aMutexWaitsForTheOneBefore() {
        String ours = place(thing(Recipe.LOCK));
        NativeContender contender = contender(thing(Recipe.LOCK));
        assertThat(contender.watched()).isEqualTo(ours);

        end(ours);
        soon();

        assertThat(contender.holds()).isTrue();
    }

    @Test
    void aSemaphoreHoldsAsLongAsThereArePermits() {
        Thing semaphore = semaphore(2);
        place(semaphore);
        assertThat(contender(semaphore).holds()).isTrue();
        assertThat(contender(semaphore).holds()).isFalse();
    }

    @Test
    void aSemaphoreSleepsThoughItIsEntitledUntilThePlaceThatItWatchesIsWrittenOver() {
        Thing semaphore = semaphore(2);
        String first = place(semaphore);
        String second = place(semaphore);
        NativeContender contender = contender(semaphore);
        assertThat(contender.watched()).isEqualTo(first);
        store.commit(Stranger.SESSION, List.of(new Operation.Delete(second, -1)));
        soon();
        assertThat(contender.sleeps()).isTrue();

        write(first);
        soon();

        assertThat(contender.holds()).isTrue();
    }

    @Test
    void aSemaphoreFollowsTheNumberOfPermits() {
        Thing semaphore = semaphore(1);
        place(semaphore);
        NativeContender contender = contender(semaphore);
        assertThat(contender.sleeps()).isTrue();

        semaphore(2);
        soon();

        assertThat(contender.holds()).isTrue();
    }

    @Test
    void anEndThatLeavesAnEntitledNativeAsleepIsNoticed() {
        Thing semaphore = semaphore(2);
        String first = place(semaphore);
        String second = place(semaphore);
        contender(semaphore);
        world.advance(LONG);
        assertThatThrownBy(() -> endAndWait(second))
                .hasMessageContaining("rule 5")
                .hasMessageContaining("sleeps on");
        assertThat(first).isNotEmpty();
    }

    @Test
    void anEndThatWakesAnEntitledNativeIsNotNoticed() {
        Thing semaphore = semaphore(2);
        String first = place(semaphore);
        String second = place(semaphore);
        NativeContender contender = contender(semaphore);
        commit(new Operation.Delete(second, -1), new Operation.SetData(first, new byte[0], -1));
        soon();
        assertThat(contender.holds()).isTrue();
    }

    @Test
    void aNativeThatWatchesAnotherIsExcused() {
        Thing semaphore = semaphore(2);
        commit(new Operation.Create(semaphore.directory(paths), new byte[0], Mode.CONTAINER));
        store.commitNative(
                5,
                List.of(new Operation.Create(
                        semaphore.directory(paths) + "/_c_another-lock-", new byte[0], Mode.SEQUENTIAL)));
        made.put(semaphore, 1);
        String ours = place(semaphore);
        NativeContender contender = contender(semaphore);
        end(ours);
        assertThat(contender.sleeps()).isTrue();
    }

    @Test
    void aLatchIsDeafOnceThePlaceThatItWatchesWasWrittenOver() {
        String ours = place(thing(Recipe.ELECTION));
        NativeContender contender = contender(thing(Recipe.ELECTION));
        write(ours);
        world.advance(LONG);
        assertThatThrownBy(() -> endAndWait(ours)).hasMessageContaining("sleeps on");
        soon();
        assertThat(contender.sleeps()).isTrue();
    }

    @Test
    void aLatchLeadsWhenTheLeaderEndsAndSaysWhatItIsCalled() {
        String ours = place(thing(Recipe.ELECTION));
        NativeContender contender = contender(thing(Recipe.ELECTION));
        assertThat(store.node(contender.node()).orElseThrow().data()).asString().isEqualTo("native-" + contender.id());
        end(ours);
        soon();
        assertThat(contender.holds()).isTrue();
    }

    @Test
    void aNativesPlaceThatIsRemovedIsNoticed() {
        NativeContender contender = contender(thing(Recipe.LOCK));
        assertThatThrownBy(() -> end(contender.node())).hasMessageContaining("a native's place was removed");
    }

    @Test
    void aReaderWaitsForTheFirstWriterAndAWriterForTheOneBefore() {
        Thing rwlock = thing(Recipe.RWLOCK);
        String reader = place(rwlock, true);
        boolean read = false;
        boolean wrote = false;
        for (int i = 0; i < 20 && !(read && wrote); i++) {
            NativeContender contender = contender(rwlock);
            List<String> queue = rwlock.queue(store, paths);
            int own = queue.indexOf(contender.node().substring(contender.node().lastIndexOf('/') + 1));
            List<String> before = queue.subList(0, own);
            if (contender.share().reads()) {
                read = true;
                String writer = before.stream()
                        .filter(place -> !Recipe.reads(place))
                        .findFirst()
                        .map(place -> rwlock.directory(paths) + "/" + place)
                        .orElse("");
                assertThat(contender.holds()).isEqualTo(writer.isEmpty());
                assertThat(contender.watched()).isEqualTo(writer);
            } else {
                wrote = true;
                assertThat(contender.watched()).endsWith(before.get(before.size() - 1));
            }
        }
        assertThat(List.of(read, wrote)).containsOnly(true);
        assertThat(reader).isNotEmpty();
    }

    @Test
    void aWriterThatDowngradesIsNeverWithoutAPlaceAndKeepsItsSequence() {
        Thing rwlock = thing(Recipe.RWLOCK);
        List<String> queues = new ArrayList<>();
        Runnable stop = store.follow(transaction ->
                queues.add(String.join(" ", rwlock.queue(store, paths)).replaceAll("_c_[^_]+-", "")));
        for (int i = 0; i < 8; i++) {
            NativeContender contender = contender(rwlock);
            world.advance(Duration.ofSeconds(30));
            assertThat(contender.holds()).isFalse();
        }
        stop.run();
        assertThat(queues).anyMatch(queue -> queue.matches("__READ__(\\d+) __WRIT__\\1|__WRIT__(\\d+) __READ__\\2"));
        for (int i = 1; i < queues.size(); i++) {
            if (queues.get(i - 1).contains(" ")) {
                assertThat(queues.get(i)).matches("__READ__\\d+|");
            }
        }
    }

    private void endAndWait(String place) {
        end(place);
        world.advance(LONG);
    }
}
