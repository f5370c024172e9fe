package io.tenure.archive;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The last line of an archive: the SHA-256 of every byte before it. Always of the same length. */
final class Trailer {
    private static final String BEFORE = "{\"sha256\":\"";
    private static final String BEHIND = "\"}\n";

    /** How many bytes it has. */
    static final int BYTES = BEFORE.length() + 64 + BEHIND.length();

    private Trailer() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The line for what the digest has seen. */
    static String line(MessageDigest digest) {
        return BEFORE + HexFormat.of().formatHex(digest.digest()) + BEHIND;
    }
}
