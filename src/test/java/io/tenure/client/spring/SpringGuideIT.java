package io.tenure.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenure.client.Hold;
import io.tenure.client.TenureClient;
import io.tenure.client.shedlock.TenureLockProvider;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.javacrumbs.shedlock.core.LockAssert;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import net.javacrumbs.shedlock.support.KeepAliveLockProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;

/** The examples of {@code docs/spring.md}, in Spring and over a real server. */
class SpringGuideIT {
    private static Running server;

    private final Books books = new Books();

    @BeforeAll
    static void start(@TempDir Path data) {
        server = Running.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aTaskThatIsDueInTwoPlacesRunsInOne() {
        try (AnnotationConfigApplicationContext one = context(Locks.class, MonthEnd.class, Ticks.class);
                AnnotationConfigApplicationContext another = context(Locks.class, MonthEnd.class, Ticks.class)) {
            await().untilAsserted(() -> {
                assertThat(one.getBean(Ticks.class).count).hasValueGreaterThan(1);
                assertThat(another.getBean(Ticks.class).count).hasValueGreaterThan(1);
                assertThat(books.closed).hasValueGreaterThan(0);
            });
        }

        assertThat(books.closed).hasValue(1);
        await().untilAsserted(() -> {
            Reply tenures = server.api().get("/v1/audit/tenures?name=month-end");
            assertThat(tenures.text("/items/0/reason")).isEqualTo("month-end");
            assertThat(tenures.text("/items/0/endedBy")).isEqualTo("RELEASED");
            assertThat(tenures.has("/items/1")).isFalse();
        });
    }

    @Test
    void aLockThatIsKeptAliveIsTakenAndReleased() {
        try (AnnotationConfigApplicationContext context = context(KeptLocks.class, Client.class)) {
            LockProvider provider = context.getBean(LockProvider.class);
            LockConfiguration asked =
                    new LockConfiguration(Instant.now(), "kept", Duration.ofSeconds(30), Duration.ZERO);

            SimpleLock lock = provider.lock(asked).orElseThrow();
            assertThat(provider.lock(asked)).isEmpty();
            lock.unlock();

            assertThat(server.api().get("/v1/locks/kept").has("/holders/0")).isFalse();
        }
    }

    @Test
    void aServiceTakesALockByItself() throws Exception {
        try (AnnotationConfigApplicationContext context = context(Client.class, Transfers.class)) {
            context.getBean(Transfers.class).transfer("4711");

            assertThat(books.token).hasPositiveValue();
            assertThat(server.api().get("/v1/locks/accounts.4711").has("/holders/0"))
                    .isFalse();
        }
    }

    /** What a process has, with a task that is due each second. */
    private AnnotationConfigApplicationContext context(Class<?>... beans) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        Map<String, Object> properties =
                Map.of("tenure.servers", "http://127.0.0.1:" + server.port(), "month-end", "* * * * * *");
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
        context.registerBean(Books.class, () -> books);
        context.register(beans);
        context.refresh();
        return context;
    }

    /** Counts how often the task was due: a context runs what is due at once one after the other. */
    static class Ticks {
        final AtomicInteger count = new AtomicInteger();

        @Scheduled(cron = "${month-end}")
        void tick() {
            count.incrementAndGet();
        }
    }

    /** The client alone. */
    static class Client {
        @Bean
        TenureClient tenure(@Value("${tenure.servers}") String[] servers) {
            return new Locks().tenure(servers);
        }
    }
}

// snippet: configuration
@Configuration
@EnableScheduling
@EnableSchedulerLock(defaultLockAtMostFor = "10m")
class Locks {
    @Bean
    TenureClient tenure(@Value("${tenure.servers}") String[] servers) {
        return TenureClient.connect(servers);
    }

    @Bean
    LockProvider lockProvider(TenureClient tenure) {
        return new TenureLockProvider(tenure);
    }
}
// end: configuration

class KeptLocks {
    // snippet: keep-alive
    @Bean
    ScheduledExecutorService extending() {
        return Executors.newSingleThreadScheduledExecutor();
    }

    @Bean
    LockProvider lockProvider(TenureClient tenure, ScheduledExecutorService extending) {
        return new KeepAliveLockProvider(new TenureLockProvider(tenure), extending);
    }
    // end: keep-alive
}

// snippet: task
@Component
class MonthEnd {
    private final Books books;

    MonthEnd(Books books) {
        this.books = books;
    }

    @Scheduled(cron = "${month-end}")
    @SchedulerLock(name = "month-end", lockAtMostFor = "30m", lockAtLeastFor = "1m")
    public void run() {
        LockAssert.assertLocked();
        books.close();
    }
}
// end: task

// snippet: service
@Service
class Transfers {
    private final TenureClient tenure;
    private final Books books;

    Transfers(TenureClient tenure, Books books) {
        this.tenure = tenure;
        this.books = books;
    }

    void transfer(String account) throws InterruptedException {
        try (Hold hold = tenure.lock("accounts." + account).reason("transfer").acquire()) {
            books.write(account, hold.fencingToken());
        }
    }
}
// end: service

/** What the guide's examples do when they have the lock: here it is counted. */
class Books {
    final AtomicInteger closed = new AtomicInteger();
    final AtomicLong token = new AtomicLong();

    void close() {
        closed.incrementAndGet();
    }

    void write(String account, long fencingToken) {
        token.set(fencingToken);
    }
}
