package io.tenure.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Mode;
import io.tenure.name.Name;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final LeaseId LEASE = new LeaseId("4f1c2a3e-90ab-4cde-8f01-23456789abcd");

    private static final String GRANTED = """
            {"format":1,"action":"GRANTED","lease":"4f1c2a3e-90ab-4cde-8f01-23456789abcd","owner":"etl@a","ttlMillis":30000,\
            "version":0,"holds":[{"kind":"lock","name":"nightly"}],"server":"s1"}""";

    private static final String ENDED = """
            {"format":1,"action":"ENDED","lease":"4f1c2a3e-90ab-4cde-8f01-23456789abcd","bare":true,"endedBy":"REVOKED",\
            "owner":"etl@a","principal":"etl","address":"10.0.0.7","by":"anna","reason":"INC-1","ttlMillis":30000,"version":7,\
            "holds":[{"kind":"lock","name":"nightly","fencingToken":4294967312,"queuedAt":1795312800113,\
            "grantedAt":1795312801113,"grantedVersion":1,"closedForMillis":500,"reason":"nightly load"}],\
            "metadata":{"a":"1","run":"17"},"server":"s1","requestId":"r-1"}""";

    static AuditRecord granted() {
        return new AuditRecord(
                1,
                Action.GRANTED,
                LEASE,
                false,
                null,
                "etl@a",
                null,
                null,
                null,
                null,
                30_000,
                0,
                List.of(new AuditRecord.Hold(
                        Kind.LOCK, new Name("nightly"), null, null, null, null, null, null, null, null)),
                Map.of(),
                "s1",
                null);
    }

    private static AuditRecord ended(Map<String, String> metadata) {
        return new AuditRecord(
                1,
                Action.ENDED,
                LEASE,
                true,
                EndedBy.REVOKED,
                "etl@a",
                "etl",
                "10.0.0.7",
                "anna",
                "INC-1",
                30_000,
                7,
                List.of(new AuditRecord.Hold(
                        Kind.LOCK,
                        new Name("nightly"),
                        null,
                        null,
                        4294967312L,
                        1795312800113L,
                        1795312801113L,
                        1,
                        500L,
                        "nightly load")),
                metadata,
                "s1",
                "r-1");
    }

    @Test
    void aRecordHasTheFrozenForm() {
        assertThat(new String(RecordCodec.bytes(granted()), UTF_8)).isEqualTo(GRANTED);
        assertThat(new String(RecordCodec.bytes(ended(Map.of("run", "17", "a", "1"))), UTF_8))
                .isEqualTo(ENDED);
    }

    @Test
    void modeAndCountStandBehindTheNameAndNoneIsSomeToo() {
        AuditRecord.Hold writer = Records.shared("ledger", Mode.WRITE, null);
        AuditRecord.Hold none = Records.permits("bulk", 0);
        AuditRecord record = Records.record(Action.GRANTED, LEASE, 0, null, "etl@a", writer, none);
        assertThat(new String(RecordCodec.bytes(record), UTF_8))
                .contains(
                        "\"holds\":[{\"kind\":\"rwlock\",\"name\":\"ledger\",\"mode\":\"write\",\"grantedVersion\":0},"
                                + "{\"kind\":\"semaphore\",\"name\":\"bulk\",\"count\":0}]");
        assertThat(RecordCodec.parse(RecordCodec.bytes(record))).isEqualTo(record);
    }

    @Test
    void equalRecordsHaveEqualBytesWhateverTheOrderOfTheirMetadata() {
        Map<String, String> backwards = new LinkedHashMap<>();
        backwards.put("run", "17");
        backwards.put("a", "1");
        assertThat(RecordCodec.bytes(ended(backwards)))
                .isEqualTo(RecordCodec.bytes(ended(Map.of("run", "17", "a", "1"))));
    }

    @Test
    void whatWasWrittenIsRead() {
        assertThat(RecordCodec.parse(GRANTED.getBytes(UTF_8))).isEqualTo(granted());
        assertThat(RecordCodec.parse(ENDED.getBytes(UTF_8))).isEqualTo(ended(Map.of("run", "17", "a", "1")));
    }

    @Test
    void fieldsOfALaterVersionArePassedOver() {
        String later = GRANTED.replace("\"ttlMillis\"", "\"shape\":{\"a\":[1]},\"ttlMillis\"")
                .replace("\"name\"", "\"colour\":\"red\",\"name\"");
        assertThat(RecordCodec.parse(later.getBytes(UTF_8))).isEqualTo(granted());
    }

    @Test
    void aHigherFormatIsRefused() {
        assertThatThrownBy(() -> RecordCodec.parse(
                        GRANTED.replace("\"format\":1", "\"format\":2").getBytes(UTF_8)))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("format 2");
    }

    @Test
    void whatIsNoRecordIsRefused() {
        for (String bad : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"format\":1",
                GRANTED.replace("GRANTED", "EATEN"),
                GRANTED.replace("\"lock\"", "\"padlock\""),
                GRANTED.replace("\"name\":\"nightly\"", "\"name\":\"a/b\""),
                GRANTED.replace(",\"name\":\"nightly\"", ""))) {
            assertThatThrownBy(() -> RecordCodec.parse(bad.getBytes(UTF_8)))
                    .as(bad)
                    .isInstanceOf(UnreadableRecord.class);
        }
    }
}
