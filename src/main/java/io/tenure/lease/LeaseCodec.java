package io.tenure.lease;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.io.IOException;

/** The bytes of a lease node: compact JSON in UTF-8. Stateless. */
final class LeaseCodec {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(Lease.class);
    private static final ObjectWriter WRITER = MAPPER.writerFor(Lease.class);

    private LeaseCodec() {}

    static byte[] encode(Lease lease) {
        try {
            return WRITER.writeValueAsBytes(lease);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a lease must have a JSON form", e);
        }
    }

    /** @throws Refusal {@code INTERNAL} when the bytes are no lease, or one of a later format */
    static Lease decode(byte[] data) {
        Lease lease;
        try {
            lease = READER.readValue(data);
        } catch (IOException e) {
            throw Refusal.of(ErrorCode.INTERNAL, "a lease node is damaged: " + e.getMessage());
        }
        if (lease.format() > Lease.FORMAT) {
            throw Refusal.of(
                    ErrorCode.INTERNAL,
                    "a lease node has format " + lease.format() + ", this server reads up to " + Lease.FORMAT
                            + ": upgrade this server");
        }
        return lease;
    }
}
