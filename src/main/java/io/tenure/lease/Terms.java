package io.tenure.lease;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tenure.audit.Actor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of a new lease. Immutable, not yet checked.
 *
 * @param ttl how long it is to live after its last renewal
 * @param owner who the holder says it is; null for what the request itself tells
 * @param maxHold longest time from grant to end; null for the operator's
 * @param metadata what the holder attaches
 */
public record Terms(
        @Nullable Duration ttl,
        @Nullable String owner,
        @Nullable Duration maxHold,
        Map<String, String> metadata) {
    private static final int MOST_OWNER = 200;

    public Terms {
        metadata = metadata == null ? Map.of() : metadata;
    }

    /**
     * The lease that these terms make.
     *
     * @param nonce differs for each attempt
     * @param named whether the client chose the id
     * @param forHolds whether it ends with its last hold
     * @param more what else belongs to the request's identity, such as the names to hold
     */
    public Lease lease(Limits limits, String nonce, boolean named, boolean forHolds, String more, Actor actor) {
        long ttlMillis = limits.ttlMillis(ttl);
        Limits.text("owner", owner, MOST_OWNER);
        limits.metadataBytes(metadataBytes());
        String shown = owner != null ? owner : actor.principal() != null ? actor.principal() : actor.address();
        return new Lease(
                Lease.FORMAT,
                nonce,
                shown,
                actor.principal(),
                actor.address(),
                ttlMillis,
                null,
                named,
                forHolds,
                asked(more),
                limits.maxHoldMillis(maxHold),
                null,
                null,
                false,
                java.util.List.of(),
                java.util.List.of(),
                metadata,
                Map.of());
    }

    /** A digest of everything that makes a request the same as another. */
    public String asked(String more) {
        return digest(more + "\n" + ttl + "\n" + owner + "\n" + maxHold + "\n" + new TreeMap<>(metadata));
    }

    /** A digest of a text: 24 hexadecimal digits. */
    public static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private int metadataBytes() {
        if (metadata.isEmpty()) {
            return 2;
        }
        int bytes = 1;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            bytes += 6 + quoted(entry.getKey()) + quoted(entry.getValue());
        }
        return bytes;
    }

    private static int quoted(String text) {
        return JsonStringEncoder.getInstance().quoteAsUTF8(text).length;
    }
}
