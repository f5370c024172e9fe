package io.tenure.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What waits for one client. */
class EventFeedTest {
    private final List<EventSource.Sink> sinks = new ArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger news = new AtomicInteger();
    private final EventFeed feed = new EventFeed(this::subscribe, null, news::incrementAndGet);

    private EventSource.Subscription subscribe(EventSource.Sink sink) {
        sinks.add(sink);
        return closed::incrementAndGet;
    }

    @Test
    void nobodyIsAskedBeforeTheClientCanRead() {
        assertThat(sinks).isEmpty();
        assertThat(feed.ready()).isFalse();
        assertThat(sinks).hasSize(1);
    }

    @Test
    void asManyAsMayWaitAreWrittenInOrder() {
        feed.ready();
        tell(EventFeed.MOST);

        for (int i = 0; i < EventFeed.MOST; i++) {
            assertThat(feed.next())
                    .isEqualTo(new EventFeed.Event(i == 0 ? "state" : "granted", "r" + i, "body", false));
        }
        assertThat(feed.next()).isNull();
        assertThat(news).hasValue(EventFeed.MOST);
        assertThat(sinks).hasSize(1);
    }

    @Test
    void oneMoreDropsThemAllAndNothingIsKeptUntilTheClientReads() {
        feed.ready();
        tell(EventFeed.MOST + 1);
        assertThat(news).hasValue(EventFeed.MOST + 1);
        tell(1_000);

        assertThat(news).hasValue(EventFeed.MOST + 1);
        assertThat(sinks).hasSize(1);
    }

    @Test
    void aClientThatFellBehindIsToldTheStateAndThatItMissedSome() {
        feed.ready();
        tell(EventFeed.MOST + 1);

        assertThat(feed.next()).isNull();
        assertThat(sinks).hasSize(2);
        assertThat(closed).hasValue(1);
        sinks.get(0).event("state", "stale", "stale");
        sinks.get(1).event("granted", "r19", "before");
        sinks.get(1).event("state", "r20", "body");
        sinks.get(1).event("granted", "r21", "body");

        assertThat(feed.next()).isEqualTo(new EventFeed.Event("state", "r20", "body", true));
        assertThat(feed.next()).isEqualTo(new EventFeed.Event("granted", "r21", "body", false));
        assertThat(feed.next()).isNull();
    }

    @Test
    void aFaultEndsItAlsoWhenItIsThrown() {
        Refusal refusal = Refusal.of(ErrorCode.LEASE_UNKNOWN, "never heard of it");
        EventFeed throwing = new EventFeed(
                sink -> {
                    throw refusal;
                },
                null,
                news::incrementAndGet);

        assertThat(throwing.ready()).isFalse();
        assertThat(throwing.fault()).isSameAs(refusal);
        assertThat(news).hasValue(1);
    }

    @Test
    void whatWaitsIsWrittenBeforeTheFaultIsSeenAndNothingBehindIt() {
        feed.ready();
        tell(1);
        sinks.get(0).fail(new IllegalStateException());
        tell(1);

        assertThat(feed.next()).isNotNull();
        assertThat(feed.next()).isNull();
        assertThat(feed.fault()).isInstanceOf(IllegalStateException.class);
        assertThat(sinks).hasSize(1);
    }

    @Test
    void aClosedFeedKeepsNothingAndAsksNobody() {
        feed.ready();
        tell(EventFeed.MOST + 1);

        feed.close();
        feed.close();
        tell(1);

        assertThat(feed.next()).isNull();
        assertThat(closed).hasValue(1);
        assertThat(sinks).hasSize(1);
    }

    private void tell(int times) {
        EventSource.Sink sink = sinks.get(sinks.size() - 1);
        for (int i = 0; i < times; i++) {
            sink.event(i == 0 ? "state" : "granted", "r" + i, "body");
        }
    }
}
