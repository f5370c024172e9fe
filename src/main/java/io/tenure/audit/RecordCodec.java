package io.tenure.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * The bytes of an {@link AuditRecord}: compact JSON in UTF-8, one form for one record.
 *
 * <p>The fields stand in the record's order and the metadata in the order of its keys, so that equal records have equal bytes.
 * Fields that this version does not know are passed over; a record of a higher format is refused. Safe for use by many threads.
 */
public final class RecordCodec {
    /** The format that this version writes, and the highest it reads. */
    public static final int FORMAT = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final ObjectWriter WRITER = MAPPER.writerFor(AuditRecord.class);
    private static final ObjectReader READER = MAPPER.readerFor(AuditRecord.class);

    private RecordCodec() {}

    /** The bytes of a record. */
    public static byte[] bytes(AuditRecord record) {
        try {
            return WRITER.writeValueAsBytes(record);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an audit record that cannot be written: " + record, e);
        }
    }

    /**
     * The record that has these bytes.
     *
     * @throws UnreadableRecord when they are no record, or one of a higher format
     */
    public static AuditRecord parse(byte[] bytes) {
        AuditRecord record;
        try {
            record = READER.readValue(bytes);
        } catch (IOException | IllegalArgumentException e) {
            throw new UnreadableRecord("not an audit record: " + e.getMessage(), e);
        }
        if (record == null) {
            throw new UnreadableRecord("not an audit record: null", null);
        }
        if (record.format() < 1 || record.format() > FORMAT) {
            throw new UnreadableRecord(
                    "an audit record of format " + record.format() + "; this version reads " + FORMAT, null);
        }
        return record;
    }
}
