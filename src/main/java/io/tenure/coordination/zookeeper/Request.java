package io.tenure.coordination.zookeeper;

import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * One request under way in a session: it is answered or refused once, and then leaves the session.
 *
 * @param <T> what the answer is
 */
final class Request<T> {
    private final Session session;
    private final CompletableFuture<T> stage = new CompletableFuture<>();

    private Request(Session session) {
        this.session = session;
    }

    /** Sends a request in a session that has been entered for it. */
    static <T> CompletionStage<T> send(Session session, Sender<T> sender) {
        Request<T> request = new Request<>(session);
        try {
            sender.send(session.handle(), request);
        } catch (RuntimeException mistake) {
            // ZooKeeper refuses a path that cannot be one before it sends anything.
            session.leave();
            throw mistake;
        }
        return request.stage;
    }

    /** Completes the stage, and with it what hangs on it, before the session may be followed by another. */
    void answer(Supplier<T> answer) {
        finish(open -> open.complete(answer.get()));
    }

    void refuse(@Nullable Code code, @Nullable String path) {
        Refusal refusal = Translation.isUnavailable(code)
                ? unavailable()
                : Refusal.of(ErrorCode.INTERNAL, "ZooKeeper refuses to read %s: %s".formatted(path, code));
        finish(open -> open.completeExceptionally(refusal));
    }

    private void finish(Consumer<CompletableFuture<T>> end) {
        try {
            end.accept(stage);
        } catch (RuntimeException fault) {
            stage.completeExceptionally(fault);
        } finally {
            session.leave();
        }
    }

    static Refusal unavailable() {
        return Refusal.of(ErrorCode.STORE_UNAVAILABLE, "ZooKeeper cannot be asked now");
    }

    /** Sends with the handle, and answers the request in the callback. */
    interface Sender<T> {
        void send(ZooKeeper handle, Request<T> request);
    }
}
