package io.tenure.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.client.Leadership.Led;
import io.tenure.client.Leadership.Unknown;
import io.tenure.client.Leadership.Vacant;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What whoever follows an election is told of who leads, on a clock that the test moves. */
class FollowingTest {
    private final ManualTime time = new ManualTime();
    private final Engine engine = FakeEngine.over(time, new FakeHttp());
    private final FakeStreams streams = new FakeStreams();
    private final List<Leadership> told = new ArrayList<>();

    private Following follow() {
        Following following = Election.of(engine, streams, new Name("reports")).follow(told::add);
        time.settle();
        return following;
    }

    private void led(String id, int term) {
        while (streams.last().closed) {
            time.pass(Duration.ofMillis(10));
        }
        streams.last()
                .event(
                        "leader",
                        String.valueOf(term),
                        "{'leader':{'id':'" + id + "','value':'v','owner':'o','lease':'l" + term + "'},'term':" + term
                                + "}");
        time.settle();
    }

    private void vacant(int revision) {
        streams.last().event("leader", String.valueOf(revision), "{'leader':null}");
        time.settle();
    }

    @Test
    void somebodyAndNobodyAreToldOnceEach() {
        Following following = follow();
        assertThat(streams.last().path).isEqualTo("/v1/elections/reports/events");
        assertThat(following.latest()).isInstanceOf(Unknown.class);
        led("a", 1);
        led("a", 1);
        vacant(2);
        vacant(3);
        led("b", 4);

        assertThat(told)
                .containsExactly(new Led("a", "v", "o", "l1", 1L), new Vacant(), new Led("b", "v", "o", "l4", 4L));
        assertThat(following.latest()).isEqualTo(told.get(2));
        following.close();
        assertThat(streams.last().closed).isTrue();
    }

    @Test
    void aNativeLeaderHasNoTerm() {
        follow();
        streams.last()
                .event("state", "1", "{'leader':{'id':'latch-1','lease':'_c_1-latch-0','since':'x','native':true}}");
        time.settle();

        assertThat(told).containsExactly(new Led("latch-1", null, null, "_c_1-latch-0", null));
    }

    @Test
    void aShortBreakIsNotToldAndALongOneIsThatItCannotBeTold() {
        follow();
        led("a", 1);
        streams.last().fail();
        time.pass(Duration.ofSeconds(2));
        led("a", 1);
        assertThat(told).hasSize(1);

        streams.last().fail();
        long began = time.nanos();
        while (told.size() == 1) {
            time.pass(Duration.ofMillis(10));
            streams.last().fail();
        }
        assertThat(Duration.ofNanos(time.nanos() - began)).isBetween(Following.GRACE, Following.GRACE.plusMillis(20));
        assertThat(told).last().isInstanceOf(Unknown.class);
        time.pass(Duration.ofMinutes(1));
        streams.last().fail();
        time.pass(Duration.ofMinutes(1));
        assertThat(told).hasSize(2);

        led("a", 1);
        assertThat(told).hasSize(3).last().isInstanceOf(Led.class);
    }

    @Test
    void whoReachesNobodyIsToldSo() {
        follow();
        streams.last().fail();
        time.pass(Duration.ofSeconds(6));

        assertThat(told).singleElement().isInstanceOf(Unknown.class);
        // why it cannot be told is no news
        streams.last().refuse(403, "FOREIGN_ORIGIN", null);
        time.pass(Duration.ofSeconds(6));
        assertThat(told).hasSize(1);
    }

    @Test
    void whatDoesNotSayWhoLeadsDoesNotSayThatNobodyDoes() {
        follow();
        streams.last().event("state", "1", "{}");
        time.settle();

        assertThat(told).singleElement().isInstanceOf(Unknown.class);
    }

    @Test
    void aListenerThatFailsIsToldWhatComesNext() {
        var unused = Election.of(engine, streams, new Name("reports")).follow(leadership -> {
            told.add(leadership);
            throw new IllegalStateException("a test");
        });
        time.settle();
        led("a", 1);
        vacant(2);

        assertThat(told).hasSize(2);
    }

    @Test
    void whoIsClosedIsToldNothingMore() {
        Following following = follow();
        led("a", 1);
        streams.last().event("leader", "2", "{'leader':null}");
        following.close();
        time.pass(Duration.ofMinutes(1));

        assertThat(told).hasSize(1);
        assertThat(streams.opened).hasSize(1);
    }
}
