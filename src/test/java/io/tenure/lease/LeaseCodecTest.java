package io.tenure.lease;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.audit.Actor;
import io.tenure.coordination.Stamp;
import io.tenure.lease.Lease.Hold;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes of a lease node. */
class LeaseCodecTest {
    static final Limits LIMITS = new Limits(
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            Duration.ofMillis(500),
            null,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            1_000,
            100_000,
            500_000,
            500,
            2_000,
            16,
            64,
            64 * 1024,
            4 * 1024,
            100_000);
    private static final String FROZEN = """
            {"format":1,"nonce":"n1","owner":"etl@a","address":"127.0.0.1","ttlMillis":30000,"named":true,"forHolds":true,\
            "asked":"%s","holds":[{"want":{"kind":"lock","name":"nightly","reason":"why"},"state":"HELD","named":true,\
            "place":"_c_x-lock-0000000000","grantedVersion":0}],"metadata":{"run":"17"}}""";

    static Lease lease() {
        Terms terms = new Terms(Duration.ofSeconds(30), "etl@a", null, Map.of("run", "17"));
        Lease lease = terms.lease(LIMITS, "n1", true, true, "lock nightly", new Actor("127.0.0.1", null, null));
        return lease.withHold(Hold.queued(
                        new Want(Kind.LOCK, new Name("nightly"), null, null, null, null, "why", null, null), true, null)
                .granted(0, "_c_x-lock-0000000000"));
    }

    @Test
    void theFormIsFrozen() {
        assertThat(new String(LeaseCodec.encode(lease()), UTF_8)).isEqualTo(FROZEN.formatted(lease().asked()));
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(LeaseCodec.decode(LeaseCodec.encode(lease()))).isEqualTo(lease());
    }

    @Test
    void fieldsOfALaterVersionAreKeptOnRewriting() {
        byte[] later = new String(LeaseCodec.encode(lease()), UTF_8)
                .replace("\"metadata\"", "\"colour\":{\"a\":1},\"metadata\"")
                .getBytes(UTF_8);

        byte[] rewritten = LeaseCodec.encode(LeaseCodec.decode(later).withTtl(5_000));

        assertThat(new String(rewritten, UTF_8))
                .contains("\"colour\":{\"a\":1}")
                .contains("\"ttlMillis\":5000");
    }

    @Test
    void aHigherFormatIsRefused() {
        byte[] later = "{\"format\":2,\"nonce\":\"\",\"ttlMillis\":1,\"asked\":\"\"}".getBytes(UTF_8);

        assertThatThrownBy(() -> LeaseCodec.decode(later)).hasMessageContaining("format 2");
    }

    @Test
    void stampsAreThoseOfTheVersionUntilTheNextWriteFillsThemIn() {
        LeaseId id = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");
        StoredLease granted = new StoredLease(id, lease(), new Stamp(7, 7, 0, 1_000, 1_000, 0, 0, false), 100);
        Hold hold = granted.lease().holds().get(0);

        assertThat(granted.token(hold)).isEqualTo(107);
        assertThat(granted.grantedAt(hold)).isEqualTo(1_000);

        StoredLease renewed = new StoredLease(id, granted.filled(), new Stamp(7, 9, 0, 1_000, 5_000, 1, 0, false), 100);
        Hold again = renewed.lease().holds().get(0);
        assertThat(renewed.token(again)).isEqualTo(107);
        assertThat(renewed.grantedAt(again)).isEqualTo(1_000);
        assertThat(renewed.filled().holds()).isEqualTo(List.of(again));
    }
}
