package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** How things are told in one line. */
class ViewsTest {
    private static final Shown SHOWN = Shown.by(Clock.fixed(Instant.parse("2026-11-22T02:30:00Z"), ZoneOffset.UTC));

    private static String line(Thing thing, String json) {
        return thing.view().line(json(json), SHOWN);
    }

    private static JsonNode json(String json) {
        try {
            return new ObjectMapper().readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void nobodyHoldsIt() {
        assertThat(line(Thing.ALL.get(0), "{'holders':[],'queueLength':0,'closedForMillis':0}"))
                .isEqualTo("free");
        assertThat(line(Thing.ALL.get(0), "{'holders':[],'queueLength':2,'closedForMillis':30000}"))
                .isEqualTo("closed for 30s, 2 wait");
        assertThat(line(
                        Thing.ALL.get(0),
                        "{'holders':[],'queueLength':1,'closedForMillis':0,'reservedBy':{'owner':'move@a'}}"))
                .isEqualTo("kept for move@a, 1 waits");
    }

    @Test
    void someHoldIt() {
        String holders =
                "{'owner':'a','mode':'read','grantedAt':'2026-11-22T02:14:00.000Z'},{'owner':'b'},{'owner':'c'},{'owner':'d'}";
        assertThat(line(Thing.ALL.get(1), "{'holders':[" + holders + "],'queueLength':0}"))
                .isEqualTo("read by a, b, c and 1 more since 02:14:00");
    }

    @Test
    void permitsOfASemaphoreAreCounted() {
        String holders = "{'owner':'a','count':2,'grantedAt':'2026-11-22T02:14:00.000Z'},{'owner':'b'}";
        assertThat(line(Thing.SEMAPHORE, "{'permits':5,'holders':[" + holders + "],'queueLength':0}"))
                .isEqualTo("3 of 5 permits out, held by a, b since 02:14:00");
    }

    @Test
    void somebodyLeadsOrNobody() {
        assertThat(line(
                        Thing.ELECTION,
                        "{'leader':{'id':'w7','since':'2026-11-22T02:14:00.000Z'},'term':9,'candidateCount':1}"))
                .isEqualTo("led by w7 since 02:14:00 in term 9, 1 follows");
        assertThat(line(Thing.ELECTION, "{'leader':null,'candidateCount':0,'closedForMillis':2000}"))
                .isEqualTo("nobody leads, closed for 2s");
    }

    @Test
    void aLeaseIsLiveAskedToEndOrEnded() {
        String live = "{'state':'LIVE','expiresAt':'2026-11-22T02:31:00.000Z'}";
        String revoking =
                "{'state':'REVOKING','revokedBy':'anna','reason':'INC-1','expiresAt':'2026-11-22T02:31:00.000Z'}";
        String ended = "{'state':'ENDED','endedBy':'EXPIRED','endedAt':'2026-11-22T02:31:00.000Z'}";

        assertThat(LeaseCommand.line(json(live), SHOWN)).isEqualTo("live, until 02:31:00");
        assertThat(LeaseCommand.line(json(revoking), SHOWN)).isEqualTo("asked to end by anna (INC-1), until 02:31:00");
        assertThat(LeaseCommand.line(json(ended), SHOWN)).isEqualTo("ended: EXPIRED at 02:31:00");
    }
}
