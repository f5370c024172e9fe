package io.tenure.client.fencing;

/** What numbers a fencing token can be: from 1 on, and below 2<sup>53</sup>. */
final class Tokens {
    static final String RULE = "a whole number above 0 and below 2^53";

    private static final long LIMIT = 1L << 53;

    private Tokens() {}

    static boolean possible(long token) {
        return token > 0 && token < LIMIT;
    }
}
