package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a subscriber is told of streams that break, are silent, or are refused, on a clock that the test moves. */
class EventStreamTest {
    private static final String PATH = "/v1/locks/nightly/events";

    private final ManualTime time = new ManualTime();
    private final Engine engine = FakeEngine.over(time, new FakeHttp());
    private final FakeStreams streams = new FakeStreams();
    private final Told told = new Told();

    /** What a subscriber is told, in one line each. */
    private static class Told implements Flow.Subscriber<Event> {
        final List<String> all = new ArrayList<>();
        private Flow.Subscription subscription = new NoSubscription();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Event event) {
            all.add(event.name() + " " + event.revision() + (event.missed() ? " missed" : ""));
        }

        @Override
        public void onError(Throwable fault) {
            all.add(
                    fault instanceof TenureException refused
                            ? "error " + refused.code().orElse(null)
                            : "error " + fault.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            all.add("complete");
        }
    }

    private static final class NoSubscription implements Flow.Subscription {
        @Override
        public void request(long count) {
            throw new AssertionError("not subscribed");
        }

        @Override
        public void cancel() {
            throw new AssertionError("not subscribed");
        }
    }

    private void subscribe(String path, boolean ends, long count) {
        new EventStream(engine, streams, path, ends, told).begin();
        if (count > 0) {
            told.subscription.request(count);
        }
        time.settle();
    }

    @Test
    void nothingIsAskedBeforeSomethingIsWantedAndNothingReadThatIsNot() {
        subscribe(PATH, false, 0);
        assertThat(streams.opened).isEmpty();

        told.subscription.request(2);
        streams.last().write("retry: 1000", "");
        for (int i = 1; i <= 4; i++) {
            streams.last().state(i);
        }
        time.settle();
        assertThat(told.all).containsExactly("state 1", "state 2");
        assertThat(streams.last().unread()).isEqualTo(8);
        // what is not read says nothing about the connection
        time.pass(Duration.ofMinutes(10));
        assertThat(streams.opened).hasSize(1);

        told.subscription.request(1);
        time.settle();
        assertThat(told.all).hasSize(3);
        assertThat(streams.last().unread()).isEqualTo(4);
        told.subscription.request(Long.MAX_VALUE);
        told.subscription.request(Long.MAX_VALUE);
        streams.last().state(5);
        time.settle();
        assertThat(told.all).last().isEqualTo("state 5");
        assertThat(streams.opened).hasSize(1);
    }

    @Test
    void aBrokenConnectionIsReplacedByOneThatGoesOnBehindTheLastEvent() {
        subscribe(PATH, false, Long.MAX_VALUE);
        assertThat(streams.last().path).isEqualTo(PATH);
        assertThat(streams.last().lastSeen).isNull();
        streams.last().event("state", "7", "{}");
        streams.last().write("event: granted", "id: 8", "data: {}");
        streams.last().fail();
        time.pass(Duration.ofMillis(100));

        assertThat(streams.opened).hasSize(2);
        assertThat(streams.last().lastSeen).isEqualTo("7");
        streams.last().event("state", "9", "{'missed':true}");
        time.settle();
        assertThat(told.all).containsExactly("state 7", "state 9 missed");
    }

    @Test
    void pausesGrowWhileNothingIsReachedAndAreShortAgainBehindAnEvent() {
        subscribe(PATH, false, Long.MAX_VALUE);
        long began = time.nanos();
        for (int i = 0; i < 12; i++) {
            int opened = streams.opened.size();
            streams.last().fail();
            while (streams.opened.size() == opened) {
                time.pass(Duration.ofMillis(1));
            }
        }
        assertThat(Duration.ofNanos(time.nanos() - began)).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(16));

        streams.last().state(1);
        streams.last().fail();
        time.pass(Duration.ofMillis(50));
        assertThat(streams.opened).hasSize(14);
    }

    @Test
    void aSilentConnectionIsGivenUpAfterTwoHeartbeats() {
        subscribe(PATH, false, Long.MAX_VALUE);
        streams.last().state(1);
        for (int i = 0; i < 10; i++) {
            time.pass(Duration.ofSeconds(15));
            streams.last().write(": heartbeat", "");
        }
        assertThat(streams.opened).hasSize(1);

        time.pass(EventReader.SILENCE.minusMillis(1));
        assertThat(streams.last().closed).isFalse();
        time.pass(Duration.ofMillis(100));
        assertThat(streams.opened).hasSize(2);
        assertThat(streams.opened.get(0).left).isTrue();
        assertThat(streams.last().lastSeen).isEqualTo("1");
        streams.opened.get(0).late("event: state", "id: 0", "data: {}", "");
        time.pass(EventReader.FIRST.plusMillis(1000));
        assertThat(streams.opened).hasSize(3);
        assertThat(told.all).containsExactly("state 1");
    }

    @ParameterizedTest
    @CsvSource({"400,INVALID,error INVALID", "404,LEASE_UNKNOWN,error LEASE_UNKNOWN", "410,LEASE_ENDED,complete"})
    void whatIsRefusedForGoodEndsIt(int status, String code, String last) {
        subscribe("/v1/leases/x/events", true, 5);
        streams.last().state(1);
        streams.last().fail();
        time.pass(Duration.ofSeconds(1));
        streams.last().refuse(status, code, null);
        time.pass(Duration.ofMinutes(1));

        assertThat(told.all).containsExactly("state 1", last);
        assertThat(streams.opened).hasSize(2);
    }

    @Test
    void whatIsRefusedForNowIsAskedAgain() {
        subscribe(PATH, false, 1);
        streams.last().refuse(503, "STORE_UNAVAILABLE", null);
        time.pass(Duration.ofMillis(100));
        assertThat(streams.opened).hasSize(2);

        streams.last().refuse(429, "QUOTA", Duration.ofSeconds(8));
        time.pass(Duration.ofSeconds(3));
        assertThat(streams.opened).hasSize(2);
        time.pass(Duration.ofSeconds(5));
        assertThat(streams.opened).hasSize(3);
        assertThat(told.all).isEmpty();
    }

    @Test
    void aServerThatSaysByeIsNotComeBackToAtOnce() {
        subscribe(PATH, false, 9);
        streams.last().state(1);
        streams.last().write("event: bye", "data: {\"retryAfterMillis\":1000}", "");
        streams.last().end();
        time.pass(Duration.ofMillis(499));
        assertThat(streams.opened).hasSize(1);
        time.pass(Duration.ofMillis(501));

        assertThat(streams.opened).hasSize(2);
        assertThat(streams.last().lastSeen).isEqualTo("1");
        assertThat(told.all).containsExactly("state 1");
    }

    @Test
    void theEndOfALeaseIsTheEndOfItsEvents() {
        subscribe("/v1/leases/x/events", true, 9);
        streams.last().state(1);
        streams.last().event("ended", "2", "{}");
        time.settle();

        assertThat(told.all).containsExactly("state 1", "ended 2", "complete");
        assertThat(streams.last().closed).isTrue();
    }

    @Test
    void theEndOfAHoldIsNot() {
        subscribe(PATH, false, 9);
        streams.last().event("ended", "2", "{}");
        time.settle();

        assertThat(told.all).containsExactly("ended 2");
        assertThat(streams.last().closed).isFalse();
    }

    @Test
    void whoCancelsIsToldNothingMoreAndTheConnectionIsClosed() {
        subscribe(PATH, false, 9);
        streams.last().state(1);
        told.subscription.cancel();
        time.pass(Duration.ofMinutes(5));

        assertThat(told.all).isEmpty();
        assertThat(streams.last().closed).isTrue();
        assertThat(streams.opened).hasSize(1);
    }

    @Test
    void whoCancelsBetweenTwoConnectionsIsNotConnectedAgain() {
        subscribe(PATH, false, 9);
        streams.last().fail();
        told.subscription.cancel();
        time.pass(Duration.ofMinutes(5));

        assertThat(streams.opened).hasSize(1);
    }

    @Test
    void nothingIsToldBeforeTheSubscriberKnowsThatItIsOne() {
        new EventStream(engine, streams, PATH, false, new Told() {
                    @Override
                    public void onSubscribe(Flow.Subscription given) {
                        given.request(5);
                        streams.last().state(1);
                        time.settle();
                        assertThat(all).isEmpty();
                        told.all.add("subscribed");
                    }

                    @Override
                    public void onNext(Event event) {
                        told.onNext(event);
                    }
                })
                .begin();
        time.settle();

        assertThat(told.all).containsExactly("subscribed", "state 1");
    }

    @Test
    void toAskForNothingIsAMistake() {
        subscribe(PATH, false, 1);
        told.subscription.request(0);
        time.settle();

        assertThat(told.all).containsExactly("error IllegalArgumentException");
        assertThat(streams.last().closed).isTrue();
    }
}
