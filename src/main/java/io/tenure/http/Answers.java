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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a service promises into an answer, off the thread that keeps the promise.
 *
 * <p>A stage is completed by a thread of the store's lanes, and writing to a client may block, so the writing is moved to another
 * thread. Most answers are there within a few milliseconds, though: {@link #of} waits that long on the request's own thread, which
 * spares the detour over two others, and only then lets the thread go. What may hang for longer uses {@link #hanging}, which takes no
 * thread from the beginning. A refusal becomes its problem document.
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

    private final Executor executor;

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

    private static void await(CompletionStage<?> stage) {
        // its failure is for whoever looks at the stage: thrown here, it would cost a trace of the whole stack
        CompletableFuture<Boolean> done = stage.handle((value, fault) -> true).toCompletableFuture();
        try {
            var unused = done.get(SOON_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException later) {
            // whoever looks at the stage waits for it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
            stage.whenComplete((value, fault) -> executor.execute(() -> complete(answered, future, answer, id)));
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
