package io.tenure.name;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.tenure.error.Refusal;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The id of a lease: a UUID of any version, kept in lower case.
 *
 * @param value 36 characters, lower-case hexadecimal digits and hyphens
 */
public record LeaseId(String value) implements Comparable<LeaseId> {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String[] SHARDS = new String[256];

    static {
        for (int i = 0; i < SHARDS.length; i++) {
            SHARDS[i] = "%02x".formatted(i);
        }
    }

    @JsonCreator
    public LeaseId {
        value = value.toLowerCase(Locale.ROOT);
        if (value.length() != 36 || !FORM.matcher(value).matches()) {
            throw Refusal.invalid("lease", "a UUID like 4f1c2a3e-90ab-4cde-8f01-23456789abcd", value);
        }
    }

    @JsonValue
    @Override
    public String value() {
        return value;
    }

    /** The shard that this lease's nodes stand in: the lowest byte of the CRC-32 of its id, as two hexadecimal digits. */
    public String shard() {
        CRC32 crc = new CRC32();
        crc.update(value.getBytes(US_ASCII));
        return SHARDS[(int) (crc.getValue() & 0xff)];
    }

    /** All 256 shards, in order. */
    public static String[] shards() {
        return SHARDS.clone();
    }

    @Override
    public int compareTo(LeaseId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
