package io.tenure.name;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.tenure.error.Refusal;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The id of a lease: a UUID of any version, kept in lower case.
 *
 * @param value 36 characters, lower-case hexadecimal digits and hyphens
 */
public record LeaseId(String value) implements Comparable<LeaseId> {
    private static final String[] SHARDS = new String[256];

    static {
        for (int i = 0; i < SHARDS.length; i++) {
            SHARDS[i] = "%02x".formatted(i);
        }
    }

    @JsonCreator
    public LeaseId {
        value = value.toLowerCase(Locale.ROOT);
        if (!isUuid(value)) {
            throw Refusal.invalid("lease", "a UUID like 4f1c2a3e-90ab-4cde-8f01-23456789abcd", value);
        }
    }

    /**
     * A new id, a UUID of version 7: the time, then 74 random bits that nobody guesses. Ids that are made one after the other stand
     * beside each other in an index, so a database writes few of its pages for many of them (RFC 9562, section 5.7).
     *
     * @param millis the time, milliseconds since 1970
     */
    public static LeaseId make(long millis) {
        UUID random = UUID.randomUUID();
        long high = (millis << 16) | 0x7000 | (random.getMostSignificantBits() & 0xfff);
        return new LeaseId(new UUID(high, random.getLeastSignificantBits()).toString());
    }

    /** A loop, because every request and every write that is told of comes by here, and a regular expression takes ten times as long. */
    private static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (hyphen ? c != '-' : !isHexadecimal(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHexadecimal(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
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
