import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Measures many leases of one Tenure server: keeping them alive, and letting them expire. Run by scale.py, with the classes beside it.
 *
 * <p>Lateness is what passes from the moment before the last renewal was sent until the lease had ended, less its TTL. The end is
 * the time in the audit log; server and generator share the machine and its clock, which must not be set meanwhile.
 */
public final class Scale {
    private Scale() {}

    // ---- many leases kept alive

    private static String leases(Bench.Settings s) throws Exception {
        int n = s.number("n", 100_000);
        int seconds = s.number("seconds", 10);
        String pid = s.text("pid", "");
        Bench.Heap heapBefore = Bench.Heap.of(pid);
        Bench.Load before = Bench.Load.of(pid);
        Instant begun = Instant.now();
        Keeper keeper = new Keeper(s);
        long from = System.nanoTime();
        keeper.grant(n);
        double granting = (System.nanoTime() - from) / 1e9;
        Bench.Load granted = Bench.Load.of(pid);
        Bench.Heap heapWith = Bench.Heap.of(pid);
        Bench.Load with = Bench.Load.of(pid);
        double hundred = keeper.hurry(100, seconds);
        double fiveHundred = keeper.hurry(500, seconds);
        keeper.calm();
        Cpu cpu = Cpu.during(pid, s.number("paced", 30));
        keeper.stop();
        Ends ends = new Ends(s, begun, "lease");
        for (Keeper.Batch batch : keeper.all) {
            batch.leases.forEach(lease -> ends.expect(lease, batch.renewedMillis + s.ttl * 1000L));
        }
        ends.await(s.ttl + s.number("patience", 60));
        Bench.Line line = new Bench.Line()
                .put("run", s.run)
                .put("leases", n)
                .put("grantsPerSecond", n / granting)
                .put("grantingCpu", (granted.cpuSeconds() - before.cpuSeconds()) / granting)
                .put("residentKibEach", (with.rssMiB() - before.rssMiB()) * 1024 / n)
                .put("heapKibEach", (heapWith.usedMiB() - heapBefore.usedMiB()) * 1024 / n)
                .put("ownKibEach", (heapWith.ownMiB() - heapBefore.ownMiB()) * 1024 / n)
                .put("heapMiBWith", heapWith.usedMiB())
                .put("renewalsPerSecond100", hundred)
                .put("renewalsPerSecond500", fiveHundred)
                .put("everySeconds", s.number("every", 10))
                .put("pacedCpu", cpu.cores)
                .put("expiryShare", cpu.expiryShare)
                .put("expiryCpu", cpu.cores * cpu.expiryShare);
        Bench.Line threads = new Bench.Line();
        cpu.byThreads.forEach(threads::put);
        line.put("pacedCpuByThreads", threads);
        ends.tell(line);
        return line.toString();
    }

    /**
     * Processor time of the server; which threads take it; and the share of the samples of a second run, with the flight recorder, that
     * were taken at work for {@code io.tenure.lease.Expiry}.
     */
    private record Cpu(double cores, Map<String, Double> byThreads, double expiryShare) {
        private static final Pattern THREAD = Pattern.compile("^\"([^\"]+)\".* cpu=([0-9.]+)ms ", Pattern.MULTILINE);
        private static final int SHOWN = 6;

        static Cpu during(String pid, int seconds) throws Exception {
            Map<String, Double> threadsBefore = threads(pid);
            Bench.Load before = Bench.Load.of(pid);
            Thread.sleep(seconds * 1000L);
            Bench.Load after = Bench.Load.of(pid);
            Map<String, Double> busiest = busiest(threadsBefore, threads(pid), seconds);
            Path recording = Files.createTempFile("tenure", ".jfr");
            try {
                Bench.Heap.jcmd(pid, "JFR.start", "name=scale", "settings=profile");
                Thread.sleep(seconds * 1000L);
                Bench.Heap.jcmd(pid, "JFR.stop", "name=scale", "filename=" + recording);
                return new Cpu((after.cpuSeconds() - before.cpuSeconds()) / seconds, busiest, expiryShare(recording));
            } finally {
                Files.deleteIfExists(recording);
            }
        }

        /** Milliseconds that threads of this name have used, numbers left out of the name. */
        private static Map<String, Double> threads(String pid) throws Exception {
            Map<String, Double> used = new HashMap<>();
            for (Matcher thread = THREAD.matcher(Bench.Heap.jcmd(pid, "Thread.print")); thread.find(); ) {
                used.merge(thread.group(1).replaceAll("[^A-Za-z]+", " ").strip(), Double.parseDouble(thread.group(2)), Double::sum);
            }
            return used;
        }

        /** The names that took most in between, in cores. */
        private static Map<String, Double> busiest(Map<String, Double> before, Map<String, Double> after, int seconds) {
            after.replaceAll((name, millis) -> (millis - before.getOrDefault(name, 0.0)) / 1000 / seconds);
            Map<String, Double> busiest = new LinkedHashMap<>();
            after.entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                    .limit(SHOWN)
                    .forEach(one -> busiest.put(one.getKey(), one.getValue()));
            return busiest;
        }

        private static double expiryShare(Path recording) throws IOException {
            int all = 0;
            int expiry = 0;
            for (RecordedEvent event : Files.size(recording) == 0 ? List.<RecordedEvent>of() : RecordingFile.readAllEvents(recording)) {
                RecordedStackTrace stack = event.getStackTrace();
                if (event.getEventType().getName().equals("jdk.ExecutionSample") && stack != null) {
                    all++;
                    expiry += stack.getFrames().stream().anyMatch(Cpu::ofExpiry) ? 1 : 0;
                }
            }
            return all == 0 ? Double.NaN : (double) expiry / all;
        }

        private static boolean ofExpiry(RecordedFrame frame) {
            return frame.isJavaFrame() && frame.getMethod().getType().getName().startsWith("io.tenure.lease.Expiry");
        }
    }

    // ---- leases left alone

    /** Holders that renew once and then stop, each with another request waiting behind it. */
    private static String expiry(Bench.Settings s) throws Exception {
        int n = s.number("n", 200);
        Instant begun = Instant.now();
        Ends ends = new Ends(s, begun, "lock");
        Arrivals arrivals = new Arrivals(n);
        Thread watching = Bench.daemon(arrivals);
        watching.start();
        Bench.Wire wire = s.connect();
        for (int i = 0; i < n; i++) {
            String lock = "/v1/locks/" + s.tag + "-" + i;
            String lease = wire.expect(2, "POST", lock, "{\"ttl\":\"" + s.ttl + "s\",\"owner\":\"scale\"}").text("lease");
            Bench.Wire next = s.connect();
            next.send("POST", lock, "{\"ttl\":\"60s\",\"wait\":\"" + (s.ttl + 20) + "s\",\"owner\":\"next\"}");
            long renewed = System.nanoTime();
            ends.expect(lease, System.currentTimeMillis() + s.ttl * 1000L);
            wire.expect(2, "POST", "/v1/leases/" + lease + "/renew", "");
            arrivals.watch(new Arrivals.Next(next, renewed + TimeUnit.SECONDS.toNanos(s.ttl)));
            Thread.sleep(s.number("apart", 7)); // so that they do not end together
        }
        watching.join(TimeUnit.SECONDS.toMillis(s.ttl + 30));
        ends.await(10);
        Bench.Line line = new Bench.Line().put("run", s.run).put("leases", n).put("ttlSeconds", s.ttl);
        Ends.lateness(line, "next", arrivals.lateMillis());
        line.put("nextRefused", arrivals.refused).put("nextUnanswered", n - arrivals.lateMillis().length - arrivals.refused);
        ends.tell(line);
        return line.toString();
    }

    /** Waits on many connections for the answers of those who come next, and notes when each was there. */
    private static final class Arrivals implements Runnable {
        /** A request that waits, and from when on it may be granted. */
        record Next(Bench.Wire wire, long notBefore) {}

        private final Selector selector;
        private final Queue<Next> coming = new ConcurrentLinkedQueue<>();
        private final int expected;
        private final List<Double> late = new ArrayList<>();
        private volatile int refused;

        Arrivals(int expected) throws IOException {
            this.expected = expected;
            selector = Selector.open();
        }

        void watch(Next next) {
            coming.add(next);
            selector.wakeup();
        }

        synchronized double[] lateMillis() {
            return late.stream().mapToDouble(Double::doubleValue).toArray();
        }

        @Override
        public void run() {
            try {
                for (int answered = 0; answered < expected; ) {
                    for (Next next = coming.poll(); next != null; next = coming.poll()) {
                        next.wire.channel.configureBlocking(false);
                        next.wire.channel.register(selector, SelectionKey.OP_READ, next);
                    }
                    selector.select();
                    long now = System.nanoTime();
                    List<Next> ready = new ArrayList<>();
                    for (SelectionKey key : selector.selectedKeys()) {
                        ready.add((Next) key.attachment());
                        key.cancel();
                    }
                    selector.selectedKeys().clear();
                    selector.selectNow();
                    for (Next next : ready) {
                        answered++;
                        read(next, now);
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e); // ends this thread; what is missing is told as unanswered
            }
        }

        private synchronized void read(Next next, long now) throws IOException {
            next.wire.channel.configureBlocking(true);
            next.wire.receive();
            if (next.wire.body().contains("\"state\":\"HELD\"")) {
                late.add((now - next.notBefore) / 1e6);
            } else {
                refused++;
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, Callable<String>> runs = new HashMap<>();
        if (arguments.length > 0) {
            Bench.Settings settings = new Bench.Settings(arguments);
            runs.put("leases", () -> leases(settings));
            runs.put("expiry", () -> expiry(settings));
        }
        Callable<String> run = arguments.length > 0 ? runs.get(arguments[0]) : null;
        if (run == null) {
            System.err.println("usage: Scale leases|expiry port= pid= n= ttl= ...; see scale.py");
            System.exit(64);
        }
        System.out.println(run.call());
        System.exit(0);
    }
}
