package io.tenure.app;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void whoeverAsksForALaterMomentAfterTheEndIsNotDisturbed() {
        Threads threads = new Threads();
        threads.close();

        assertThatCode(() -> threads.after(Duration.ofMillis(1), () -> {}).cancel())
                .doesNotThrowAnyException();
    }
}
