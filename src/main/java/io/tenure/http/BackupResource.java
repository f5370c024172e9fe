package io.tenure.http;

import io.tenure.backup.Backups;
import io.tenure.backup.Restored;
import io.tenure.error.ErrorCode;
import io.tenure.error.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Backup and restore of the whole cluster, as streams on a thread of their own.
 *
 * <p>200; 400 for a backup that is refused; 409 when another is under way, or the cluster is not empty; 503 when the store or the database
 * cannot be asked. A backup that breaks off when it has begun to be sent ends without the line that says that it is whole.
 */
@Path("/v1/cluster")
public final class BackupResource {
    private final Backups backups;
    private final Executor executor;

    /** @param executor of its own: its threads are held for as long as a backup takes */
    public BackupResource(Backups backups, Executor executor) {
        this.backups = backups;
        this.executor = executor;
    }

    /** The archive. */
    @GET
    @Path("/backup")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public CompletionStage<Response> backup() {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        run(answer, () -> {
            try (Backups.Begun begun = backups.backup()) {
                // it is written here, on this thread, before complete() returns
                answer.complete(Response.ok((StreamingOutput) out -> write(begun, out))
                        .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                        .header("Content-Disposition", "attachment; filename=\"tenure-backup\"")
                        .build());
            }
        });
        return answer;
    }

    private static void write(Backups.Begun begun, OutputStream out) throws IOException {
        try {
            begun.write(out);
        } catch (Refusal refusal) {
            // the status is sent: only a broken connection tells now
            throw new IOException(refusal.detail(), refusal);
        }
    }

    /** Takes an archive. */
    @POST
    @Path("/restore")
    @Produces(MediaType.APPLICATION_JSON)
    public CompletionStage<Response> restore(@Context HttpServletRequest request) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        run(answer, () -> {
            try (InputStream body = request.getInputStream()) {
                Restored restored = backups.restore(body);
                answer.complete(Answers.ok(restored));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return answer;
    }

    private void run(CompletableFuture<Response> answer, Runnable work) {
        String id = RequestIds.current();
        try {
            executor.execute(() -> {
                try {
                    work.run();
                } catch (Refusal refusal) {
                    answer.complete(Problem.response(refusal, id));
                } catch (RuntimeException | Error fault) {
                    answer.completeExceptionally(fault);
                }
            });
        } catch (RejectedExecutionException full) {
            answer.complete(
                    Problem.response(Refusal.of(ErrorCode.BUSY, "backups and restores wait for each other"), id));
        }
    }
}
