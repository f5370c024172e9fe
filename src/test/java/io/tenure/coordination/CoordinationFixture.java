package io.tenure.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** What a test of the port needs of an implementation, and the words in which the contract is written. */
public abstract class CoordinationFixture {
    /** The lane that most tests use. */
    protected static final String LANE = "lane";

    /** A node that is there and has no child when a test begins. */
    protected static final String TOP = "/t";

    /** The port as the server with this name sees it, on the store of this test; the same object for the same name. */
    protected abstract Coordination server(String name);

    /** Ends the server with this name: its port is closed and its sessions end at once. */
    protected abstract void end(String name);

    /** From now on nobody may change this node, or create or delete a child of it; it may be read. */
    protected abstract void forbid(String path);

    /** Sends a list that is carried out, and takes the connection away before its answer, until {@link #restore}. */
    protected abstract CompletionStage<Outcome> commitWithoutAnswer(String server, Operation operation);

    /** Takes the connection of the server away until {@link #restore}; returns once {@code connected} answers false. */
    protected abstract void interrupt(String name);

    /** As {@link #interrupt}, for so long that the store has forgotten the server's sessions; returns when it has. */
    protected abstract void expire(String name);

    /** Gives the connection back; returns at once. */
    protected abstract void restore(String name);

    /** The value of a stage. An implementation that is driven by steps overrides this to take them. */
    protected <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError("no value", failure);
        }
    }

    /** Returns once the condition holds. An implementation that is driven by steps overrides this to take them. */
    protected void until(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    protected final Outcome commit(String server, Operation... operations) {
        return await(server(server).commit(LANE, List.of(operations)));
    }

    protected final Outcome commit(Operation... operations) {
        return commit("a", operations);
    }

    protected final Outcome.Done done(Operation... operations) {
        Outcome outcome = commit(operations);
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return (Outcome.Done) outcome;
    }

    protected final Found read(Query query) {
        return await(server("a").read(LANE, List.of(query))).get(0);
    }

    protected final boolean there(String path) {
        return read(new Query.Data(path)) instanceof Found.Node;
    }

    protected final Stamp stamp(String path) {
        return ((Found.Node) read(new Query.Data(path))).stamp();
    }

    protected final String text(String path) {
        return new String(((Found.Node) read(new Query.Data(path))).data(), UTF_8);
    }

    protected final List<String> children(String path) {
        return ((Found.Children) read(new Query.Children(path))).names();
    }

    protected static Operation create(String path) {
        return create(path, Operation.Mode.PERSISTENT);
    }

    protected static Operation create(String path, Operation.Mode mode) {
        return new Operation.Create(path, bytes("new"), mode);
    }

    protected static Operation directory(String path) {
        return create(path, Operation.Mode.CONTAINER);
    }

    protected static Operation sequential(String path) {
        return create(path, Operation.Mode.SEQUENTIAL);
    }

    protected static Operation delete(String path) {
        return new Operation.Delete(path, -1);
    }

    protected static Operation set(String path, String data, int version) {
        return new Operation.SetData(path, bytes(data), version);
    }

    protected static Operation check(String path, int version) {
        return new Operation.Check(path, version);
    }

    protected static Outcome conflict(int index, Outcome.Cause cause) {
        return new Outcome.Conflict(index, cause);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
