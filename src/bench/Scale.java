import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Measures many leases of one Tenure server: keeping them alive, and letting them expire. Run by scale.py, with Bench beside it.
 *
 * <p>Lateness is what passes from the moment before the last renewal was sent until the lease had ended, less its TTL. The end is
 * the time in the audit log; server and generator share the machine and its clock, which must not be set meanwhile.
 */
public final class Scale {
    private Scale() {}

    // ---- many leases kept alive

    /** Leases that are renewed together; sorted by when they are to be renewed next. */
    private static final class Batch implements Delayed {
        final List<String> leases = new ArrayList<>();
        private long due;
        private volatile long renewedMillis;

        /** Renews all with requests of at most this many. */
        void renew(Bench.Wire wire, int many) throws IOException {
            for (int at = 0; at < leases.size(); at += many) {
                List<String> some = leases.subList(at, Math.min(at + many, leases.size()));
                StringJoiner body = new StringJoiner("\",\"", "{\"leases\":[\"", "\"]}");
                some.forEach(body::add);
                long sent = System.currentTimeMillis();
                wire.expect(2, "POST", "/v1/leases/renew", body.toString());
                if (wire.number("live") != some.size()) {
                    throw new IOException(some.size() - wire.number("live") + " of " + some.size() + " leases are gone");
                }
                if (at == 0) {
                    renewedMillis = sent; // of the first request: lateness of the others is told too large, by milliseconds
                }
            }
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(due - ((Batch) other).due, 0);
        }
    }

    /** Grants leases and keeps them alive, on a few threads with a connection each. */
    private static final class Keeper {
        private static final int BATCH = 500;

        private final Bench.Settings settings;
        private final ExecutorService threads = Executors.newCachedThreadPool(Bench::daemon);
        private final DelayQueue<Batch> batches = new DelayQueue<>();
        private final List<Batch> all = new ArrayList<>();
        private final AtomicLong renewals = new AtomicLong();
        private final long everyNanos;
        private volatile int many = BATCH;
        private volatile boolean hurried;
        private volatile boolean over;
        private final List<Future<?>> running = new ArrayList<>();

        Keeper(Bench.Settings settings) {
            this.settings = settings;
            everyNanos = TimeUnit.SECONDS.toNanos(settings.number("every", 10));
            for (int i = 0; i < settings.number("renewers", 4); i++) {
                running.add(threads.submit(this::renew));
            }
        }

        private Void renew() throws Exception {
            Bench.Wire wire = settings.connect();
            while (!over) {
                Batch batch = batches.poll(100, TimeUnit.MILLISECONDS);
                if (batch == null) {
                    continue;
                }
                batch.renew(wire, many);
                renewals.addAndGet(batch.leases.size());
                batch.due = hurried ? System.nanoTime() : batch.due + everyNanos;
                batches.add(batch);
            }
            return null;
        }

        /** Grants so many leases, which are renewed from then on. */
        void grant(int n) throws Exception {
            AtomicInteger left = new AtomicInteger(n);
            List<Future<Void>> granting = new ArrayList<>();
            for (int i = 0; i < settings.number("connections", 16); i++) {
                granting.add(threads.submit(() -> grantSome(left)));
            }
            for (Future<Void> one : granting) {
                one.get();
            }
        }

        private Void grantSome(AtomicInteger left) throws IOException {
            Bench.Wire wire = settings.connect();
            String body = "{\"ttl\":\"" + settings.ttl + "s\",\"owner\":\"scale\"}";
            Batch batch = new Batch();
            long begun = System.nanoTime();
            while (left.getAndDecrement() > 0) {
                batch.leases.add(wire.expect(2, "POST", "/v1/leases", body).text("lease"));
                // not more than can be granted while the first of them is still young
                if (batch.leases.size() == BATCH || System.nanoTime() - begun > everyNanos / 2) {
                    keep(batch, begun);
                    batch = new Batch();
                    begun = System.nanoTime();
                }
            }
            keep(batch, begun);
            return null;
        }

        private void keep(Batch batch, long begun) {
            if (!batch.leases.isEmpty()) {
                batch.due = begun + everyNanos;
                synchronized (all) {
                    all.add(batch);
                }
                batches.add(batch);
            }
        }

        /** Renewals a second when each connection sends the next list at once. */
        double hurry(int list, int seconds) throws Exception {
            many = list;
            hurried = true;
            for (Batch batch : List.copyOf(batches)) {
                if (batches.remove(batch)) {
                    batch.due = System.nanoTime();
                    batches.add(batch);
                }
            }
            Thread.sleep(2000);
            long before = renewals.get();
            long from = System.nanoTime();
            Thread.sleep(seconds * 1000L);
            double rate = (renewals.get() - before) / ((System.nanoTime() - from) / 1e9);
            fail();
            return rate;
        }

        /** Goes back to renewing each lease once in a while, spread evenly. */
        void calm() throws Exception {
            hurried = false;
            Thread.sleep(1000);
            long now = System.nanoTime();
            int number = 0;
            for (Batch batch : List.copyOf(batches)) {
                if (batches.remove(batch)) {
                    batch.due = now + everyNanos * number++ / all.size();
                    batches.add(batch);
                }
            }
            Thread.sleep(TimeUnit.NANOSECONDS.toMillis(everyNanos)); // after one round all keep to it
            fail();
        }

        /** Renews no more. */
        void stop() throws Exception {
            over = true;
            for (Future<?> one : running) {
                one.get();
            }
        }

        private void fail() throws Exception {
            for (Future<?> one : running) {
                if (one.isDone()) {
                    one.get();
                }
            }
        }
    }

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
        for (Batch batch : keeper.all) {
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
        lateness(line, "next", arrivals.lateMillis());
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

    // ---- ends as the audit log tells them

    /** How late leases end, from the audit log. */
    private static final class Ends {
        private static final Pattern ITEM =
                Pattern.compile("\"at\":\"([^\"]+)\",\"action\":\"ENDED\",[^{}]*?\"lease\":\"([^\"]+)\"[^{}]*?\"endedBy\":\"(\\w+)\"");
        private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");

        private final HttpClient client = HttpClient.newHttpClient();
        private final String pages;
        private final Map<String, Long> notBefore = new HashMap<>();
        private final List<Double> late = new ArrayList<>();
        private int otherwise;
        private String cursor = "";

        Ends(Bench.Settings s, Instant from, String kind) {
            pages = "http://127.0.0.1:" + s.number("port", 8080) + "/v1/audit/events?action=ENDED&order=oldest&limit=1000&kind=" + kind
                    + "&from=" + from;
        }

        /** The lease must not end before this time of the clock. */
        void expect(String lease, long millis) {
            notBefore.put(lease, millis);
        }

        /** Reads the log until it tells of the end of each, or so many seconds are over. */
        void await(int seconds) throws Exception {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (!notBefore.isEmpty() && System.nanoTime() - until < 0) {
                String page = page();
                int items = 0;
                for (Matcher item = ITEM.matcher(page); item.find(); items++) {
                    ended(item.group(2), Instant.parse(item.group(1)).toEpochMilli(), item.group(3));
                }
                Matcher next = NEXT.matcher(page);
                if (next.find()) {
                    cursor = "&cursor=" + next.group(1);
                }
                if (items < 1000) {
                    Thread.sleep(500);
                }
            }
        }

        private String page() throws Exception {
            HttpRequest request = HttpRequest.newBuilder(URI.create(pages + cursor)).build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.statusCode() + " to the audit log: " + answer.body());
            }
            return answer.body();
        }

        private void ended(String lease, long atMillis, String endedBy) {
            Long least = notBefore.remove(lease);
            if (least != null && endedBy.equals("EXPIRED")) {
                late.add((double) (atMillis - least));
            } else if (least != null) {
                otherwise++;
            }
        }

        void tell(Bench.Line line) {
            lateness(line, "end", late.stream().mapToDouble(Double::doubleValue).toArray());
            line.put("endedOtherwise", otherwise).put("notEnded", notBefore.size());
        }
    }

    private static void lateness(Bench.Line line, String name, double[] late) {
        double[] sorted = late.clone();
        Arrays.sort(sorted);
        int count = sorted.length;
        line.put(name + "Counted", count);
        if (count > 0) {
            line.put(name + "LateMillisLeast", sorted[0])
                    .put(name + "LateMillisP50", sorted[(count - 1) / 2])
                    .put(name + "LateMillisP99", sorted[(int) Math.ceil(count * 0.99) - 1])
                    .put(name + "LateMillisMost", sorted[count - 1]);
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
