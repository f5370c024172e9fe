package io.tenure.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests that hang when the server stops, or begin to just then. */
class HangingTest {
    private final Hanging hanging = new Hanging();

    @Test
    void oneThatHangsIsToldThatTheServerStops() {
        CompletableFuture<String> answer = hanging.answer();
        hanging.stop();

        assertThat(isToldOfTheStop(answer)).isTrue();
        assertThat(hanging.count()).isZero();
    }

    @Test
    void oneThatBeginsToHangAfterTheStopIsToldSoToo() {
        hanging.stop();

        assertThat(isToldOfTheStop(hanging.answer())).isTrue();
        assertThat(hanging.count()).isZero();
    }

    /** What a waiter sees, which then gives up its place. */
    private static boolean isToldOfTheStop(CompletableFuture<String> answer) {
        return answer.handle((done, failure) -> failure != null && Hanging.isStopping(failure))
                .join();
    }
}
