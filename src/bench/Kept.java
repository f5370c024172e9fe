import com.sun.management.OperatingSystemMXBean;
import io.tenure.client.Hold;
import io.tenure.client.TenureClient;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process that holds many locks by the Java client, and lets it keep them alive. Run with the client on the class path:
 *
 * <pre>
 * java -cp target/tenure.jar src/bench/Kept.java http://127.0.0.1:8080 10000 30 60
 * </pre>
 *
 * <p>Arguments: the server's base URL, how many locks, the seconds of their TTL, and for how many seconds they are watched. Prints
 * {@code kept} when all are held and have been renewed for one TTL, and after the watch one line of JSON about this process.
 */
final class Kept {
    private static final int AT_A_TIME = 64;

    public static void main(String[] arguments) throws Exception {
        int n = Integer.parseInt(arguments[1]);
        Duration ttl = Duration.ofSeconds(Long.parseLong(arguments[2]));
        long seconds = Long.parseLong(arguments[3]);
        AtomicInteger lost = new AtomicInteger();
        Queue<Hold> holds = new ConcurrentLinkedQueue<>();
        try (TenureClient tenure = TenureClient.connect(arguments[0])) {
            long began = System.nanoTime();
            acquire(tenure, n, ttl, holds, lost);
            double acquired = since(began);
            // each is renewed at a third of its TTL from its own beginning: by now they have come together
            Thread.sleep(ttl.toMillis());
            System.out.println("kept");
            double cpu = cpuSeconds();
            began = System.nanoTime();
            Thread.sleep(seconds * 1000);
            double passed = since(began);
            double spent = cpuSeconds() - cpu;
            long held = holds.stream().filter(Hold::isHeld).count();
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.printf(
                    Locale.ROOT,
                    "{\"n\":%d,\"ttlSeconds\":%d,\"acquiredPerSecond\":%.0f,\"seconds\":%.1f,\"held\":%d,\"lost\":%d,"
                            + "\"clientCpu\":%.4f,\"clientHeapMiB\":%.1f,\"clientResidentMiB\":%.0f,\"clientThreads\":%d}%n",
                    n,
                    ttl.toSeconds(),
                    n / acquired,
                    passed,
                    held,
                    lost.get(),
                    spent / passed,
                    (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0,
                    residentMib(),
                    ManagementFactory.getThreadMXBean().getThreadCount());
            release(holds);
        }
    }

    private static void acquire(TenureClient tenure, int n, Duration ttl, Queue<Hold> holds, AtomicInteger lost)
            throws InterruptedException {
        Semaphore under = new Semaphore(AT_A_TIME);
        for (int i = 0; i < n; i++) {
            under.acquire();
            tenure.lock("kept-" + i).ttl(ttl).acquireAsync().whenComplete((hold, failure) -> {
                under.release();
                if (failure != null) {
                    throw new IllegalStateException(failure);
                }
                hold.onLost(loss -> lost.incrementAndGet());
                holds.add(hold);
            });
        }
        under.acquire(AT_A_TIME);
    }

    private static void release(Queue<Hold> holds) throws InterruptedException {
        Semaphore under = new Semaphore(AT_A_TIME);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Hold hold : holds) {
            under.acquire();
            all.add(hold.releaseAsync().toCompletableFuture().whenComplete((done, failure) -> under.release()));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    private static double residentMib() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
