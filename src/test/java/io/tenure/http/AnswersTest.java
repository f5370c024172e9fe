package io.tenure.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private final AtomicInteger handedOver = new AtomicInteger();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final ExecutorService requests = Executors.newFixedThreadPool(4);
    private final Answers answers = new Answers(task -> {
        handedOver.incrementAndGet();
        workers.execute(task);
    });

    @AfterEach
    void close() {
        workers.shutdownNow();
        requests.shutdownNow();
    }

    private static Response made(Thread by) {
        return Response.ok(by).build();
    }

    private static Object maker(CompletionStage<Response> answer) throws Exception {
        return answer.toCompletableFuture().get(10, TimeUnit.SECONDS).getEntity();
    }

    @Test
    void aThreadThatWaitsForItsOwnAnswerMakesAnotherMeanwhile() throws Exception {
        int both = 0;
        for (int i = 0; i < 200; i++) {
            CompletableFuture<String> own = new CompletableFuture<>();
            CompletableFuture<String> other = new CompletableFuture<>();
            CompletionStage<Response> hanging = answers.hanging(other, value -> made(Thread.currentThread()));
            CompletableFuture<Thread> waits = new CompletableFuture<>();
            CompletableFuture<CompletionStage<Response>> request = CompletableFuture.supplyAsync(
                    () -> {
                        waits.complete(Thread.currentThread());
                        return answers.of(own, value -> made(Thread.currentThread()));
                    },
                    requests);
            Thread thread = waits.get(10, TimeUnit.SECONDS);
            Thread.sleep(1);
            other.complete("");
            own.complete("");
            boolean made = maker(hanging) == thread;
            both += made && maker(request.get(10, TimeUnit.SECONDS)) == thread ? 1 : 0;
        }
        // not each: the machine may have other work just then
        assertThat(both).isPositive();
        assertThat(handedOver).hasValueLessThan(200);
    }

    @Test
    void withNobodyWaitingTheExecutorMakesIt() throws Exception {
        CompletableFuture<String> other = new CompletableFuture<>();
        CompletionStage<Response> hanging = answers.hanging(other, value -> made(Thread.currentThread()));
        other.complete("");

        maker(hanging);
        assertThat(handedOver).hasValue(1);
    }

    @Test
    void aThreadThatWaitsNoLongerIsAskedForNothing() throws Exception {
        CompletionStage<Response> slow =
                answers.of(new CompletableFuture<String>(), value -> made(Thread.currentThread()));
        CompletableFuture<String> other = new CompletableFuture<>();
        CompletionStage<Response> hanging = answers.hanging(other, value -> made(Thread.currentThread()));
        other.complete("");

        assertThat(maker(hanging)).isNotSameAs(Thread.currentThread());
        assertThat(slow.toCompletableFuture()).isNotDone();
        assertThat(handedOver).hasValue(1);
    }

    @Test
    void noAnswerIsLostWhileManyWaitAndHang() throws Exception {
        for (int i = 0; i < 500; i++) {
            List<CompletableFuture<String>> stages = IntStream.range(0, 8)
                    .mapToObj(n -> new CompletableFuture<String>())
                    .toList();
            List<CompletableFuture<CompletionStage<Response>>> all = IntStream.range(0, 8)
                    .mapToObj(n -> CompletableFuture.supplyAsync(
                            () -> n % 2 == 0
                                    ? answers.of(stages.get(n), value -> made(Thread.currentThread()))
                                    : answers.hanging(stages.get(n), value -> made(Thread.currentThread())),
                            requests))
                    .toList();
            stages.forEach(stage -> stage.complete(""));
            for (CompletableFuture<CompletionStage<Response>> one : all) {
                assertThat(maker(one.get(10, TimeUnit.SECONDS))).isInstanceOf(Thread.class);
            }
        }
    }
}
