package io.tenure.client.fencing;

/**
 * A write was refused because a higher fencing token has written to the resource: the lock was lost, and somebody else has had it since.
 *
 * <p>Roll the transaction back and stop the work; repeating it with this token never helps. Unchecked, so that what runs a
 * transaction around a method rolls it back.
 */
public final class StaleTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String resource;
    private final long token;
    private final long highestToken;

    StaleTokenException(String resource, long token, long highestToken) {
        super("the fencing token " + token + " is too old to write to " + resource + ": " + highestToken
                + " has written already, so the lock was lost; roll back and stop the work");
        this.resource = resource;
        this.token = token;
        this.highestToken = highestToken;
    }

    /** What was to be written to. */
    public String resource() {
        return resource;
    }

    /** The token that was refused. */
    public long token() {
        return token;
    }

    /** The highest token that has written to the resource; above {@link #token}. */
    public long highestToken() {
        return highestToken;
    }
}
