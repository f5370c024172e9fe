package io.tenure.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page ended, as an opaque text that belongs to one question and one order, and never expires.
 *
 * @param at the time of the last item; 0 where the number alone orders
 * @param number of the last item
 */
record Cursor(long at, long number) {
    /** Before everything, in the order that begins with the oldest. */
    static final Cursor START = new Cursor(0, 0);

    private static final Pattern FORM = Pattern.compile("1\\.([A-Za-z0-9_-]{12})\\.([0-9]{1,18})\\.([0-9]{1,18})");

    /** The text for whoever goes on with this question. */
    String text(String question) {
        String plain = "1." + hash(question) + "." + at + "." + number;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(US_ASCII));
    }

    /** The place that a text tells, which must have been made for this question. */
    static Cursor of(String text, String question) {
        Matcher matcher = FORM.matcher(decoded(text));
        if (!matcher.matches() || !matcher.group(1).equals(hash(question))) {
            throw refused();
        }
        return new Cursor(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), US_ASCII);
        } catch (IllegalArgumentException e) {
            throw refused();
        }
    }

    private static Refusal refused() {
        return Refusal.of(
                ErrorCode.INVALID_CURSOR,
                "cursor: one that this query, with the same filters and order, gave as \"next\"; begin again without it");
    }

    private static String hash(String question) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(question.getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 9));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
