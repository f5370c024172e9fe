package io.tenure.audit;

import static io.tenure.audit.Records.at;
import static io.tenure.audit.Records.downgraded;
import static io.tenure.audit.Records.ended;
import static io.tenure.audit.Records.entry;
import static io.tenure.audit.Records.granted;
import static io.tenure.audit.Records.held;
import static io.tenure.audit.Records.hold;
import static io.tenure.audit.Records.lease;
import static io.tenure.audit.Records.permits;
import static io.tenure.audit.Records.record;
import static io.tenure.audit.Records.shared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tenure.audit.AuditFilter.Field;
import io.tenure.audit.AuditFilter.On;
import io.tenure.audit.PageRequest.Order;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import io.tenure.simulation.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the questions answer, on whichever database they are asked. */
abstract class AuditQueriesContract {
    private final TestDatabase database = database();
    private final Jdbi jdbi = Jdbi.create(database.source());
    private final AuditLog log = new JdbiAuditLog(jdbi, new Migrations(database.source()));
    private final AuditQueries queries = new AuditQueries(jdbi, () -> Records.START + 1000);

    abstract TestDatabase database();

    /** Event 1..7: a is held 10 to 20 by lease 1, and from 30 by lease 3; b from 15 to 40 by lease 2; lease 4 leaves the queue of b. */
    @BeforeEach
    void aShortHistory() {
        AuditRecord.Hold waited = new AuditRecord.Hold(
                Kind.LOCK, new Name("b"), null, null, null, Records.START + 5, null, null, null, "second_try");
        append(
                granted(10, lease(1), "a"),
                entry(15, lease(2) + "-1-0", record(Action.GRANTED, lease(2), 1, null, "anna", waited)),
                ended(20, lease(1), "a", 10, EndedBy.RELEASED));
        append(
                entry(22, lease(4) + "-0-0", record(Action.QUEUED, lease(4), 0, null, "bob", hold("b"))),
                granted(30, lease(3), "a"),
                ended(40, lease(2), "b", 15, EndedBy.EXPIRED),
                entry(41, lease(4) + "-END", record(Action.ENDED, lease(4), 0, EndedBy.WAIT_OVER, "bob", hold("b"))));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void append(Entry... entries) {
        long last = entries[entries.length - 1].position();
        assertThat(log.append(new AuditLog.Batch(1, List.of(entries), new AuditLog.Reached(last, at(last)))))
                .isInstanceOf(AuditLog.Answer.Recorded.class);
    }

    private static PageRequest page(Order order, int limit, @Nullable String cursor) {
        return new PageRequest(order, limit, cursor);
    }

    private List<Long> events(AuditFilter filter) {
        return queries.events(filter, PageRequest.FIRST).items().stream()
                .map(AuditEvent::number)
                .toList();
    }

    private List<Long> tenures(AuditFilter filter) {
        return queries.tenures(filter, PageRequest.FIRST).items().stream()
                .map(Tenure::tenure)
                .toList();
    }

    private static AuditFilter range(@Nullable Instant from, @Nullable Instant to, On on) {
        return new AuditFilter(Map.of(), List.of(), null, null, null, null, from, to, on);
    }

    private static AuditFilter prefix(String prefix) {
        return new AuditFilter(Map.of(), List.of(prefix), null, null, null, null, null, null, On.OVERLAPS);
    }

    private static AuditFilter only(@Nullable Boolean open, @Nullable Duration minHeld, @Nullable Duration minWaited) {
        return new AuditFilter(Map.of(), List.of(), null, open, minHeld, minWaited, null, null, On.OVERLAPS);
    }

    private static void refused(ErrorCode code, Supplier<?> call) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(call::get)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void eventsComeNewestFirstAndSayHowFarTheLogIs() {
        AuditPage<AuditEvent> page = queries.events(AuditFilter.ALL, PageRequest.FIRST);
        assertThat(page.items()).extracting(AuditEvent::number).containsExactly(7L, 6L, 5L, 4L, 3L, 2L, 1L);
        assertThat(page.next()).isNull();
        assertThat(page.recordedUntil()).isEqualTo(at(41));
        assertThat(page.recordedNumber()).isEqualTo(7);
        assertThat(page.quarantined()).isZero();
    }

    @Test
    void anEventTellsWhatItsRecordSaid() {
        AuditEvent event = queries.events(AuditFilter.ALL.with(Field.ACTION, "ENDED", "NONE"), PageRequest.FIRST)
                .items()
                .get(0);
        assertThat(event)
                .isEqualTo(new AuditEvent(
                        6,
                        at(40).toEpochMilli(),
                        "ENDED",
                        "lock",
                        "b",
                        null,
                        null,
                        lease(2).value(),
                        15L,
                        "etl@a",
                        null,
                        "127.0.0.1",
                        null,
                        "EXPIRED",
                        null,
                        null,
                        25L,
                        "s1",
                        null,
                        Map.of()));
    }

    @Test
    void filtersOfOneFieldAreAlternativesAndOfSeveralFieldsConditions() {
        assertThat(events(AuditFilter.ALL.with(Field.NAME, "a"))).containsExactly(5L, 3L, 1L);
        assertThat(events(AuditFilter.ALL.with(Field.NAME, "a", "b"))).hasSize(7);
        assertThat(events(AuditFilter.ALL.with(Field.NAME, "a").with(Field.ACTION, "GRANTED")))
                .containsExactly(5L, 1L);
        assertThat(events(AuditFilter.ALL.with(Field.OWNER, "bob"))).containsExactly(7L, 4L);
        assertThat(events(AuditFilter.ALL.with(Field.TOKEN, "15"))).containsExactly(6L, 2L);
        assertThat(events(AuditFilter.ALL.with(Field.LEASE, lease(4).value()))).containsExactly(7L, 4L);
        assertThat(events(AuditFilter.ALL.with(Field.ENDED_BY, "WAIT_OVER"))).containsExactly(7L);
        assertThat(events(AuditFilter.ALL.with(Field.KIND, "lease"))).isEmpty();
        assertThat(events(AuditFilter.ALL.with(Field.PRINCIPAL, "nobody"))).isEmpty();
        assertThat(events(AuditFilter.ALL.with(Field.OWNER, "' OR 1=1 --"))).isEmpty();
    }

    @Test
    void aPrefixIsNoPattern() {
        append(granted(50, lease(5), "a_1"), granted(51, lease(6), "ab1"));
        assertThat(tenures(prefix("a_"))).containsExactly(8L);
        assertThat(tenures(prefix("a"))).containsExactly(9L, 8L, 5L, 1L);
        assertThat(tenures(prefix("%"))).isEmpty();
    }

    @Test
    void aRangeIncludesItsBeginningAndNotItsEnd() {
        assertThat(events(range(at(15), at(30), On.OVERLAPS))).containsExactly(4L, 3L, 2L);
    }

    @Test
    void tenuresCarryBothEnds() {
        List<Tenure> tenures =
                queries.tenures(AuditFilter.ALL, PageRequest.FIRST).items();
        assertThat(tenures).extracting(Tenure::tenure).containsExactly(5L, 2L, 1L);
        assertThat(tenures.get(0).endedAt()).isNull();
        assertThat(tenures.get(1))
                .isEqualTo(new Tenure(
                        2,
                        "lock",
                        "b",
                        null,
                        null,
                        15L,
                        lease(2).value(),
                        "anna",
                        null,
                        "127.0.0.1",
                        Records.START + 5,
                        Records.START + 15,
                        null,
                        Records.START + 40,
                        10L,
                        25L,
                        "EXPIRED",
                        null,
                        "second_try",
                        null,
                        2,
                        30_000L,
                        null,
                        2L,
                        6L,
                        Map.of()));
    }

    @Test
    void aRangeOfTenuresIsWhatWasRunningUnlessSaidOtherwise() {
        assertThat(tenures(range(at(20), at(30), On.OVERLAPS))).containsExactly(2L);
        assertThat(tenures(range(at(19), at(31), On.OVERLAPS))).containsExactly(5L, 2L, 1L);
        assertThat(tenures(range(at(10), at(15), On.GRANTED))).containsExactly(1L);
        assertThat(tenures(range(at(20), at(40), On.ENDED))).containsExactly(1L);
        assertThat(tenures(range(at(50), null, On.OVERLAPS))).containsExactly(5L);
    }

    @Test
    void tenuresCanBeAskedByTheirLengthTheirWaitAndWhetherTheyAreOpen() {
        assertThat(tenures(only(true, null, null))).containsExactly(5L);
        assertThat(tenures(only(false, null, null))).containsExactly(2L, 1L);
        assertThat(tenures(only(null, Duration.ofMillis(25), null))).containsExactly(5L, 2L);
        assertThat(tenures(only(null, Duration.ofMillis(971), null))).isEmpty();
        assertThat(tenures(only(null, null, Duration.ofMillis(10)))).containsExactly(2L);
        assertThat(tenures(AuditFilter.ALL.with(Field.LEASE, lease(2).value(), lease(3).value())))
                .containsExactly(5L, 2L);
    }

    @Test
    void pagesFollowEachOtherWithoutGapsOrRepeats() {
        for (Order order : Order.values()) {
            List<Long> all = new ArrayList<>();
            String cursor = null;
            do {
                AuditPage<AuditEvent> page = queries.events(AuditFilter.ALL, page(order, 3, cursor));
                page.items().forEach(event -> all.add(event.number()));
                cursor = page.items().isEmpty() ? null : page.next();
            } while (cursor != null);
            assertThat(all).hasSize(7).doesNotHaveDuplicates();
            assertThat(all.get(0)).isEqualTo(order == Order.OLDEST ? 1L : 7L);
        }
    }

    @Test
    void pagesOfTenuresFollowEachOtherToo() {
        for (Order order : Order.values()) {
            List<Long> all = new ArrayList<>();
            String cursor = null;
            do {
                AuditPage<Tenure> page = queries.tenures(AuditFilter.ALL, page(order, 1, cursor));
                page.items().forEach(tenure -> all.add(tenure.tenure()));
                cursor = page.items().isEmpty() ? null : page.next();
            } while (cursor != null);
            assertThat(all).isEqualTo(order == Order.OLDEST ? List.of(1L, 2L, 5L) : List.of(5L, 2L, 1L));
        }
    }

    @Test
    void whoReadsFromTheOldestCanAlwaysComeBackForMore() {
        AuditFilter later = AuditFilter.ALL.with(Field.NAME, "later");
        AuditPage<AuditEvent> nothing = queries.events(later, page(Order.OLDEST, 10, null));
        assertThat(nothing.items()).isEmpty();
        append(granted(60, lease(7), "later"));
        AuditPage<AuditEvent> one = queries.events(later, page(Order.OLDEST, 10, nothing.next()));
        assertThat(one.items()).extracting(AuditEvent::number).containsExactly(8L);
        AuditPage<AuditEvent> again = queries.events(later, page(Order.OLDEST, 10, one.next()));
        assertThat(again.items()).isEmpty();
        assertThat(again.next()).isEqualTo(one.next());
    }

    @Test
    void aCursorBelongsToItsQuestion() {
        String cursor =
                queries.events(AuditFilter.ALL, page(Order.NEWEST, 2, null)).next();
        for (String other : List.of("", "x", "AAAA", "*", cursor + "A")) {
            refused(ErrorCode.INVALID_CURSOR, () -> queries.events(AuditFilter.ALL, page(Order.NEWEST, 2, other)));
        }
        refused(ErrorCode.INVALID_CURSOR, () -> queries.events(AuditFilter.ALL, page(Order.OLDEST, 2, cursor)));
        refused(ErrorCode.INVALID_CURSOR, () -> queries.tenures(AuditFilter.ALL, page(Order.NEWEST, 2, cursor)));
        refused(
                ErrorCode.INVALID_CURSOR,
                () -> queries.events(AuditFilter.ALL.with(Field.NAME, "a"), page(Order.NEWEST, 2, cursor)));
        assertThat(queries.events(AuditFilter.ALL, page(Order.NEWEST, 5, cursor))
                        .items())
                .hasSize(5);
    }

    @Test
    void holdersAreWhoHeldAtTheMomentAndWhatHappenedAtTheMomentHasHappened() {
        AuditFilter a = AuditFilter.ALL.with(Field.KIND, "lock").with(Field.NAME, "a");
        assertThat(holders(a, 9)).isEmpty();
        assertThat(holders(a, 10)).containsExactly(1L);
        assertThat(holders(a, 19)).containsExactly(1L);
        assertThat(holders(a, 20)).isEmpty();
        assertThat(holders(a, 30)).containsExactly(5L);
        assertThat(holders(a, 999_999)).containsExactly(5L);
        assertThat(holders(AuditFilter.ALL, 16)).containsExactly(2L, 1L);
        Holders between = queries.holders(at(25), a, PageRequest.FIRST);
        assertThat(between.page().items()).isEmpty();
        assertThat(between.previous()).extracting(Tenure::tenure).isEqualTo(1L);
        assertThat(between.next()).extracting(Tenure::tenure).isEqualTo(5L);
    }

    private List<Long> holders(AuditFilter filter, long at) {
        return queries.holders(at(at), filter, PageRequest.FIRST).page().items().stream()
                .map(Tenure::tenure)
                .toList();
    }

    /** Lease 5 writes from 50 and reads from 60, lease 6 reads beside it from 61, and both until 70. */
    @Test
    void whoWasDowngradedWroteBeforeThatMomentAndReadsSince() {
        append(
                entry(
                        50,
                        lease(5) + "-0-0",
                        record(Action.GRANTED, lease(5), 0, null, "etl@a", shared("ledger", Mode.WRITE, null))),
                downgraded(60, lease(5), "ledger", 50),
                entry(
                        61,
                        lease(6) + "-0-0",
                        record(Action.GRANTED, lease(6), 0, null, "etl@b", shared("ledger", Mode.READ, null))),
                entry(
                        70,
                        lease(5) + "-END",
                        record(
                                Action.ENDED,
                                lease(5),
                                2,
                                EndedBy.RELEASED,
                                "etl@a",
                                shared("ledger", Mode.READ, 50L))));
        AuditFilter ledger = AuditFilter.ALL.with(Field.KIND, "rwlock").with(Field.NAME, "ledger");
        assertThat(modes(ledger, 59)).containsExactly("8 write");
        assertThat(modes(ledger, 60)).containsExactly("8 read");
        assertThat(modes(ledger, 61)).containsExactly("10 read", "8 read");
        assertThat(modes(ledger, 70)).containsExactly("10 read");
        assertThat(queries.tenures(ledger, PageRequest.FIRST).items())
                .extracting(tenure -> tenure.mode() + " " + tenure.downgradedAt())
                .containsExactly("read null", "write " + (Records.START + 60));
        assertThat(queries.events(ledger, PageRequest.FIRST).items())
                .extracting(event -> event.action() + " " + event.mode())
                .containsExactly("ENDED read", "GRANTED read", "DOWNGRADED read", "GRANTED write");
    }

    private List<String> modes(AuditFilter filter, long at) {
        return queries.holders(at(at), filter, PageRequest.FIRST).page().items().stream()
                .map(tenure -> tenure.tenure() + " " + tenure.mode())
                .toList();
    }

    @Test
    void theHoldersOfASemaphoreTellTheirPermitsAndAChangeOfThemTellsHowManyThereAre() {
        append(
                entry(
                        50,
                        lease(5) + "-0-0",
                        record(Action.PERMITS_CHANGED, lease(5), 0, null, "etl@a", permits("bulk", 5))),
                entry(51, lease(6) + "-0-0", record(Action.GRANTED, lease(6), 0, null, "etl@a", permits("bulk", 3))),
                entry(
                        52,
                        lease(7) + "-0-0",
                        record(Action.GRANTED, lease(7), 0, null, "etl@b", permits("bulk", null))));
        AuditFilter bulk = AuditFilter.ALL.with(Field.KIND, "semaphore").with(Field.NAME, "bulk");
        assertThat(queries.holders(at(60), bulk, PageRequest.FIRST).page().items())
                .extracting(tenure -> tenure.lease() + " " + tenure.count())
                .containsExactly(lease(7) + " null", lease(6) + " 3");
        assertThat(queries.events(bulk.with(Field.ACTION, "PERMITS_CHANGED"), PageRequest.FIRST)
                        .items())
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.count()).isEqualTo(5);
                    assertThat(event.lease()).isNull();
                });
        assertThat(events(AuditFilter.ALL.with(Field.LEASE, lease(5).value()))).isEmpty();
    }

    /** One tenure, ended at once, that was held for so long. */
    private void heldFor(long position, String name, EndedBy endedBy, long millis) {
        append(
                granted(position, lease(position), name),
                ended(position + millis, lease(position), name, position, endedBy));
    }

    private OptionalLong median(String name) {
        return queries.medianHeldMillis(Kind.LOCK, new Name(name));
    }

    @Test
    void howLongANameIsHeldIsTheMedianOfThoseThatCameToTheirEnd() {
        assertThat(median("a")).hasValue(10);
        assertThat(median("never")).isEmpty();
        heldFor(100, "job", EndedBy.REVOKED, 1);
        heldFor(102, "job", EndedBy.LOST, 1);
        heldFor(104, "job", EndedBy.TRANSFERRED, 1);
        append(granted(106, lease(106), "job"));
        assertThat(median("job")).isEmpty();
        heldFor(110, "job", EndedBy.RELEASED, 50);
        assertThat(median("job")).hasValue(50);
        heldFor(170, "job", EndedBy.EXPIRED, 20);
        assertThat(median("job")).hasValue(20);
        heldFor(200, "job", EndedBy.RESIGNED, 40);
        assertThat(median("job")).hasValue(40);
        assertThat(queries.medianHeldMillis(Kind.RWLOCK, new Name("job"))).isEmpty();
    }

    @Test
    void onlyTheLastHundredCount() {
        for (int i = 0; i < 60; i++) {
            heldFor(100 + 10 * i, "job", EndedBy.RELEASED, 9);
        }
        for (int i = 0; i < 51; i++) {
            heldFor(1000 + 10 * i, "job", EndedBy.RELEASED, 2);
        }
        assertThat(median("job")).hasValue(2);
    }

    @Test
    void atAHandOverWithinOneMillisecondTheOrderOfEventsSaysWhoHolds() {
        AuditRecord end = record(Action.ENDED, lease(3), 3, EndedBy.RELEASED, "etl@a", held("a", 30, 0));
        AuditRecord next = record(Action.GRANTED, lease(8), 1, null, "etl@b", hold("a"));
        append(
                Entry.of(70, lease(3) + "-END", at(70), RecordCodec.bytes(end)),
                Entry.of(70, lease(8) + "-1-0", at(70), RecordCodec.bytes(next)));
        assertThat(holders(AuditFilter.ALL.with(Field.NAME, "a"), 70)).containsExactly(9L);
    }

    @Test
    void tokensAreRemembered() {
        assertThat(queries.tokenKnown(Kind.LOCK, new Name("a"), 10)).isTrue();
        assertThat(queries.tokenKnown(Kind.LOCK, new Name("a"), 15)).isFalse();
        assertThat(queries.newestToken(Kind.LOCK, new Name("a"))).hasValue(30);
        assertThat(queries.newestToken(Kind.LOCK, new Name("never"))).isEmpty();
    }

    @Test
    void theLogTellsHowALeaseEnded() {
        World world = World.calm();
        EndLookup lookup = new EndLookup(jdbi, Runnable::run, world.timers("a"));
        assertThat(world.await(lookup.endOf(lease(2)))).isInstanceOfSatisfying(History.Answer.Found.class, found -> {
            assertThat(found.ending().endedBy()).isEqualTo(EndedBy.EXPIRED);
            assertThat(found.ending().endedAt()).isEqualTo(at(40));
            assertThat(found.ending().hold(Kind.LOCK, new Name("b"))).isPresent();
        });
        assertThat(world.await(lookup.endOf(lease(3)))).isEqualTo(new History.Answer.NotFound());
        database.takeAway();
        assertThat(world.await(lookup.endOf(lease(2)))).isEqualTo(new History.Answer.CannotTell());
    }

    @Test
    void aLeaseWhoseEndIsInQuarantineHasEndedAllTheSame() {
        AuditRecord end = record(Action.ENDED, lease(9), 3, EndedBy.RELEASED, "o".repeat(2000), hold("a"));
        append(entry(80, lease(9) + "-END", end), granted(81, lease(10), "z"));
        World world = World.calm();
        assertThat(world.await(new EndLookup(jdbi, Runnable::run, world.timers("a")).endOf(lease(9))))
                .isInstanceOf(History.Answer.Found.class);
        assertThat(queries.events(AuditFilter.ALL, PageRequest.FIRST).quarantined())
                .isEqualTo(1);
    }

    @Test
    void aLookupEndsAfterHalfASecondWhateverTheDatabaseDoes() {
        World world = World.calm();
        Deque<Runnable> stuck = new ArrayDeque<>();
        CompletableFuture<History.Answer> answer = new EndLookup(jdbi, stuck::add, world.timers("a"))
                .endOf(lease(2))
                .toCompletableFuture();
        world.advance(Duration.ofMillis(499));
        assertThat(answer).isNotDone();
        world.advance(Duration.ofMillis(2));
        assertThat(answer).isCompletedWithValue(new History.Answer.CannotTell());
        assertThat(stuck).hasSize(1);
    }

    @Test
    void withoutTheDatabaseNothingIsAnswered() {
        database.takeAway();
        refused(ErrorCode.AUDIT_UNAVAILABLE, () -> queries.events(AuditFilter.ALL, PageRequest.FIRST));
        refused(ErrorCode.AUDIT_UNAVAILABLE, () -> queries.holders(at(0), AuditFilter.ALL, PageRequest.FIRST));
        refused(ErrorCode.AUDIT_UNAVAILABLE, () -> queries.tokenKnown(Kind.LOCK, new Name("a"), 1));
        refused(ErrorCode.AUDIT_UNAVAILABLE, () -> median("a"));
    }
}
