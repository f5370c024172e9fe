package io.tenure.queue;

import io.tenure.coordination.Found;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import io.tenure.name.Name;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How many permits a semaphore has, as one version of its node says. The node has the form of Curator's {@code SharedCount}, so that
 * native clients can follow the same number.
 *
 * @param count how many; whoever is granted beyond them must have been so before they became fewer
 * @param version of the node: a grant checks that it is still this one
 */
public record Permits(int count, int version) {
    /** Of a thing that is no semaphore. */
    static final Permits ONE = new Permits(1, -1);

    /** Of a semaphore whose permits nobody has set. */
    static final Permits NONE = new Permits(0, -1);

    /** Asks for them. */
    public static Query query(Paths paths, Name semaphore) {
        return new Query.Data(paths.permits(semaphore));
    }

    /** What an answer says; empty when nobody has set them. */
    public static Optional<Permits> of(Found found) {
        return found instanceof Found.Node node && node.data().length == Integer.BYTES
                ? Optional.of(new Permits(
                        ByteBuffer.wrap(node.data()).getInt(), node.stamp().version()))
                : Optional.empty();
    }

    /** The content of the node. */
    public static byte[] bytes(int count) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(count).array();
    }

    /** Fails when they are no longer these. */
    Operation check(Paths paths, Name semaphore) {
        return new Operation.Check(paths.permits(semaphore), version);
    }
}
