package io.tenure.http;

import io.tenure.error.Refusal;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a service promises into an answer, off the thread that keeps the promise.
 *
 * <p>A stage is completed by a thread of the store's lanes, and writing to a client may block, so the writing is moved to another
 * thread. Most answers are there within a few milliseconds, though: {@link #of} waits that long on the request's own thread, which
 * spares the detour over two others, and only then lets the thread go. What may hang for longer uses {@link #hanging}, which takes no
 * thread from the beginning; when it is there, a thread that waits for an answer of its own makes it, if there is one. So where one hold
 * ends and the next is granted, the thread that answers the one answers the other first. A refusal becomes its problem document.
 *
 * <pre>{@code
 * @PUT
 * @Path("/{name}/holds/{lease}")
 * public CompletionStage<Response> acquire(
 *         @PathParam("name") Name name, @PathParam("lease") LeaseId lease, AcquireBody body, @Context Caller caller) {
 *     return answers.of(
 *             locks.acquire(body.request(name, lease, limits), caller.actor(), caller::presence),
 *             got -> Answers.created("/v1/locks/" + name + "/holds/" + lease, HoldView.of(got)));
 * }
 * }</pre>
 */
public final class Answers {
    /** So short that threads are soon free again when the store stalls. */
    private static final long SOON_MILLIS = 25;

    private static final Runnable NOTHING = Answers::nothing;

    private final Executor executor;

    /** The latest thread that waits for an answer of its own, and may do one thing meanwhile. */
    private final AtomicReference<@Nullable CompletableFuture<Runnable>> standby = new AtomicReference<>();

    /**
     * Makes the place.
     *
     * @param executor writes the answers; its threads may block
     */
    public Answers(Executor executor) {
        this.executor = executor;
    }

    /** The answer that the stage's value makes, which is most likely there soon. */
    public <T> CompletionStage<Response> of(CompletionStage<T> stage, Function<? super T, Response> answer) {
        await(stage);
        return hanging(stage, answer);
    }

    private void await(CompletionStage<?> stage) {
        CompletableFuture<Runnable> next = new CompletableFuture<>();
        // a failure is for whoever looks at the stage: thrown here, it would cost a trace of the whole stack
        var unused = stage.whenComplete((value, fault) -> next.complete(NOTHING));
        if (next.isDone()) {
            return;
        }
        standby.set(next);
        Runnable first = soon(next);
        standby.compareAndSet(next, null);
        if (first != NOTHING) {
            String id = RequestIds.current();
            RequestIds.current(null); // what it does now is about another request
            first.run();
            RequestIds.current(id);
            CompletableFuture<Runnable> done = new CompletableFuture<>();
            unused = stage.whenComplete((value, fault) -> done.complete(NOTHING));
            soon(done);
        }
    }

    /** What the thread is to do next: nothing when what it waits for is there, or will not be soon. */
    private static Runnable soon(CompletableFuture<Runnable> next) {
        try {
            return next.get(SOON_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException later) {
            // whoever looks at the stage waits for it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return next.complete(NOTHING) ? NOTHING : next.join();
    }

    private static void nothing() {}

    /** Runs the task on a thread that waits for an answer of its own, where there is one: that spares waking another. */
    private void execute(Runnable task) {
        CompletableFuture<Runnable> waiting = standby.getAndSet(null);
        if (waiting == null || !waiting.complete(task)) {
            executor.execute(task);
        }
    }

    /** The answer that the stage's value makes, whenever it is there. */
    public <T> CompletionStage<Response> hanging(CompletionStage<T> stage, Function<? super T, Response> answer) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        CompletableFuture<Response> answered = new CompletableFuture<>();
        String id = RequestIds.current();
        if (future.isDone()) {
            complete(answered, future, answer, id);
        } else {
            stage.whenComplete((value, fault) -> execute(() -> complete(answered, future, answer, id)));
        }
        return answered;
    }

    /** 200 with this body. */
    public static Response ok(Record body) {
        return Response.ok(body, MediaType.APPLICATION_JSON_TYPE).build();
    }

    /** 201 with this body: made by this request. The location is a path without a host. */
    public static Response created(String location, Record body) {
        return located(Response.Status.CREATED, location, body);
    }

    /** 202 with this body: begun, not finished. The location is a path without a host. */
    public static Response accepted(String location, Record body) {
        return located(Response.Status.ACCEPTED, location, body);
    }

    private static Response located(Response.Status status, String location, Record body) {
        return Response.status(status)
                .header(HttpHeaders.LOCATION, location)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(body)
                .build();
    }

    private static <T> void complete(
            CompletableFuture<Response> answered,
            CompletableFuture<T> done,
            Function<? super T, Response> answer,
            @Nullable String id) {
        try {
            answered.complete(answer.apply(done.join()));
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                // written here: on its way through the runtime's exception mapping it would cost more than the rest of
                // the answer
                answered.complete(Problem.response(refusal, id));
            } else {
                answered.completeExceptionally(e.getCause() == null ? e : e.getCause());
            }
        } catch (RuntimeException | Error e) {
            answered.completeExceptionally(e);
        }
    }
}
