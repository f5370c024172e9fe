package io.tenure.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.archive.Piece;
import io.tenure.audit.Actor;
import io.tenure.lease.Lease;
import io.tenure.lease.Lease.Hold;
import io.tenure.lease.Terms;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** New places stand in the order of the old ones, from zero on and without gaps. */
class LinesTest {
    private static final List<LeaseId> IDS = Stream.of("a", "b", "c", "d")
            .map(digit -> new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abc" + digit))
            .toList();

    private final Lines lines = new Lines();

    private static Want want(Kind kind, int count) {
        return new Want(
                kind,
                new Name("x"),
                kind == Kind.RWLOCK ? Mode.READ : null,
                count == 1 ? null : Integer.valueOf(count),
                null,
                null,
                null,
                kind == Kind.ELECTION ? "me" : null,
                null);
    }

    private boolean join(int id, Hold hold, Map<String, Long> jumps) {
        Lease lease = new Terms(Duration.ofSeconds(30), "etl", null, Map.of())
                .lease(RestoreTest.limits(), "n", true, true, "asked", Actor.SERVICE)
                .withHold(hold);
        return lines.join(new Redo.Sharp(IDS.get(id), lease, jumps)).isPresent();
    }

    private static Hold queued(Want want) {
        return Hold.queued(want, true, null);
    }

    private static Hold held(Want want) {
        return queued(want).granted(0, "old");
    }

    private void read(Kind kind, String... places) {
        lines.read(new Piece.Queue(
                kind.wire(),
                "x",
                Stream.of(places)
                        .map(place -> "_c_" + IDS.get(place.charAt(0) - 'a') + place.substring(1))
                        .toList(),
                0));
    }

    private List<String> made() {
        List<Lines.Line> made = new ArrayList<>();
        lines.places(made);
        return made.stream()
                .flatMap(line -> line.places().keySet().stream())
                .map(place -> place.substring(38))
                .toList();
    }

    @Test
    void gapsAreClosedSoThatTheNextNewcomerComesBehind() {
        read(Kind.LOCK, "c-lock-0000000007", "a-lock-0000000009", "b-lock-0000000100");
        join(0, queued(want(Kind.LOCK, 1)), Map.of());
        join(1, queued(want(Kind.LOCK, 1)), Map.of());
        join(2, held(want(Kind.LOCK, 1)), Map.of());

        assertThat(made()).containsExactly("c-lock-0000000000", "a-lock-0000000001", "b-lock-0000000002");
    }

    @Test
    void whoHoldsComesFirstThoughItsPlaceWasReplacedAfterTheLineWasRead() {
        read(Kind.ELECTION, "a-latch-0000000001", "b-latch-0000000002");
        join(0, queued(want(Kind.ELECTION, 1)), Map.of());
        join(1, held(want(Kind.ELECTION, 1)), Map.of());

        assertThat(made()).containsExactly("b-latch-0000000000", "a-latch-0000000001");
    }

    @Test
    void whoWasPromisedToLeadNextComesBeforeTheOthersAndTheLastPromisedFirst() {
        read(Kind.ELECTION, "a-latch-0000000001", "b-latch-0000000002", "c-latch-0000000003", "d-latch-0000000004");
        join(0, held(want(Kind.ELECTION, 1)), Map.of());
        join(1, queued(want(Kind.ELECTION, 1)), Map.of());
        join(2, queued(want(Kind.ELECTION, 1)), Map.of("election x", 50L));
        join(3, queued(want(Kind.ELECTION, 1)), Map.of("election x", 60L));

        assertThat(made())
                .containsExactly(
                        "a-latch-0000000000", "d-latch-0000000001", "c-latch-0000000002", "b-latch-0000000003");
    }

    @Test
    void aHoldOfSeveralPermitsHasAsManyPlacesBesideEachOther() {
        read(Kind.SEMAPHORE, "b-lock-0000000001", "b-lock-0000000002", "a-lock-0000000003");
        join(0, queued(want(Kind.SEMAPHORE, 1)), Map.of());
        join(1, held(want(Kind.SEMAPHORE, 2)), Map.of());

        assertThat(made()).containsExactly("b-lock-0000000000", "b-lock-0000000001", "a-lock-0000000002");
    }

    @Test
    void aReaderThatWroteWhenTheLineWasReadHasAReadersPlace() {
        read(Kind.RWLOCK, "a-__WRIT__0000000001");
        join(0, held(want(Kind.RWLOCK, 1)), Map.of());

        assertThat(made()).containsExactly("a-__READ__0000000000");
    }

    @Test
    void aHoldWithoutAPlaceIsNoneAndALeaseThatWasMadeForItNeither() {
        read(Kind.LOCK, "a-lock-0000000001");

        assertThat(join(0, held(want(Kind.LOCK, 1)), Map.of())).isTrue();
        assertThat(join(1, queued(want(Kind.LOCK, 1)), Map.of())).isFalse();
        assertThat(made()).containsExactly("a-lock-0000000000");
    }
}
