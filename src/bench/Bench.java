import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Measures Tenure, or etcd through its HTTP gateway: a number of connections, each with one request under way. JDK 17, one file.
 *
 * <pre>
 * java src/bench/Bench.java                                     lists what can be measured
 * java src/bench/Bench.java tenure-cycle port=8080 connections=16 pid=4711
 * </pre>
 *
 * <p>Prints one line of JSON: operations a second, percentiles of their time in microseconds, and with {@code pid} what the server
 * took of processor and memory. The generator shares the machine with the server; its own processor time is told too.
 */
public final class Bench {
    private static final String JSON = "Content-Type: application/json\r\n";

    // ---- what can be measured

    /** One connection's work, done again and again; returns how many operations it was. */
    interface Work {
        int once(Timing timing) throws IOException;
    }

    /** Makes the work of one connection. */
    interface Worker {
        Work begin(Settings settings, int number) throws IOException;
    }

    /** Makes one line of figures by itself. */
    interface Special {
        String measure(Settings settings) throws Exception;
    }

    private static final Map<String, Worker> LOOPS = new LinkedHashMap<>();
    private static final Map<String, Special> SPECIALS = new LinkedHashMap<>();

    static {
        LOOPS.put("tenure-cycle", (s, n) -> tenureCycle(s, "/v1/locks/" + s.tag + "-" + n, ""));
        LOOPS.put("tenure-put-cycle", Bench::tenurePutCycle);
        LOOPS.put("tenure-lock", Bench::tenureLock);
        LOOPS.put("tenure-contended", (s, n) -> tenureCycle(s, "/v1/locks/" + s.tag, ",\"wait\":\"30s\""));
        LOOPS.put("tenure-renew", Bench::tenureRenew);
        LOOPS.put("tenure-renew-many", Bench::tenureRenewMany);
        LOOPS.put("tenure-refused", Bench::tenureRefused);
        LOOPS.put("etcd-cycle", (s, n) -> etcdCycle(s, n, true));
        LOOPS.put("etcd-short", (s, n) -> etcdCycle(s, n, false));
        LOOPS.put("etcd-lock", (s, n) -> etcdLock(s, s.tag + "/" + n));
        LOOPS.put("etcd-contended", (s, n) -> etcdLock(s, s.tag));
        LOOPS.put("etcd-keepalive", Bench::etcdKeepalive);
        LOOPS.put("etcd-range", Bench::etcdRange);
        SPECIALS.put("tenure-waiters", s -> waiters(s, new TenureLocks(s)));
        SPECIALS.put("etcd-waiters", s -> waiters(s, new EtcdLocks(s)));
        SPECIALS.put("tenure-expiry", s -> expiry(s, () -> new TenureLocks(s)));
        SPECIALS.put("etcd-expiry", s -> expiry(s, () -> new EtcdLocks(s)));
    }

    /** Takes a free (or contended) lock with a lease of its own, and gives it back. */
    private static Work tenureCycle(Settings s, String path, String more) throws IOException {
        Wire wire = s.connect();
        String body = "{\"ttl\":\"" + s.ttl + "s\",\"owner\":\"bench\"" + more + "}";
        return timing -> {
            String lease = wire.expect(2, "POST", path, body).text("lease");
            timing.mark("acquire");
            wire.expect(2, "DELETE", path + "/holds/" + lease, "");
            return 1;
        };
    }

    /** The same with ids of the client's choice. */
    private static Work tenurePutCycle(Settings s, int number) throws IOException {
        Wire wire = s.connect();
        String holds = "/v1/locks/" + s.tag + "-" + number + "/holds/";
        String body = "{\"ttl\":\"" + s.ttl + "s\",\"owner\":\"bench\"}";
        return timing -> {
            String hold = holds + UUID.randomUUID();
            wire.expect(2, "PUT", hold, body);
            timing.mark("acquire");
            wire.expect(2, "DELETE", hold, "");
            return 1;
        };
    }

    /** Takes and gives back under one lease that lives on. */
    private static Work tenureLock(Settings s, int number) throws IOException {
        Wire wire = s.connect();
        String lease = wire.expect(2, "POST", "/v1/leases", "{\"ttl\":\"10m\",\"owner\":\"bench\"}").text("lease");
        String path = "/v1/locks/" + s.tag + "-" + number;
        String body = "{\"lease\":\"" + lease + "\"}";
        return timing -> {
            wire.expect(2, "POST", path, body);
            timing.mark("acquire");
            wire.expect(2, "DELETE", path + "/holds/" + lease, "");
            return 1;
        };
    }

    private static Work tenureRenew(Settings s, int number) throws IOException {
        Wire wire = s.connect();
        String path = "/v1/leases/" + tenureLease(wire, s) + "/renew";
        return timing -> {
            wire.expect(2, "POST", path, "");
            return 1;
        };
    }

    /** Renews {@code n} leases with each request; counts renewals. */
    private static Work tenureRenewMany(Settings s, int number) throws IOException {
        Wire wire = s.connect();
        int many = s.number("n", 100);
        StringJoiner leases = new StringJoiner("\",\"", "{\"leases\":[\"", "\"]}");
        for (int i = 0; i < many; i++) {
            leases.add(tenureLease(wire, s));
        }
        String body = leases.toString();
        String all = "\"live\":" + many + ",";
        return timing -> {
            wire.expect(2, "POST", "/v1/leases/renew", body);
            if (!wire.body().contains(all)) {
                throw new IOException("not all renewed: " + wire.body());
            }
            return many;
        };
    }

    /** Tries to take a lock that the first connection holds. */
    private static Work tenureRefused(Settings s, int number) throws IOException {
        Wire wire = s.connect();
        String path = "/v1/locks/" + s.tag;
        String body = "{\"ttl\":\"10m\",\"owner\":\"bench\"}";
        synchronized (s) { // one of them gets it, the others must not measure before
            wire.send("POST", path, body).receive();
        }
        return timing -> {
            wire.send("POST", path, body).receive();
            if (wire.status != 409) {
                throw new Refused(wire.status + " instead of 409: " + wire.body());
            }
            return 1;
        };
    }

    private static String tenureLease(Wire wire, Settings s) throws IOException {
        return wire.expect(2, "POST", "/v1/leases", "{\"ttl\":\"" + s.ttl + "s\",\"owner\":\"bench\"}").text("lease");
    }

    /** Grant, lock, unlock, revoke; or its shortest form, in which revoking the lease gives the lock back. */
    private static Work etcdCycle(Settings s, int number, boolean unlock) throws IOException {
        Wire wire = s.connect();
        String name = base64(s.tag + "/" + number);
        return timing -> {
            String lease = etcdLease(wire, s.ttl);
            String key = etcdTake(wire, name, lease);
            timing.mark("acquire");
            if (unlock) {
                wire.expect(2, "POST", "/v3/lock/unlock", "{\"key\":\"" + key + "\"}");
            }
            wire.expect(2, "POST", "/v3/lease/revoke", "{\"ID\":\"" + lease + "\"}");
            return 1;
        };
    }

    private static Work etcdLock(Settings s, String lock) throws IOException {
        Wire wire = s.connect();
        String name = base64(lock);
        String lease = etcdLease(wire, 600);
        return timing -> {
            String key = etcdTake(wire, name, lease);
            timing.mark("acquire");
            wire.expect(2, "POST", "/v3/lock/unlock", "{\"key\":\"" + key + "\"}");
            return 1;
        };
    }

    private static Work etcdKeepalive(Settings s, int number) throws IOException {
        Wire wire = s.connect();
        String body = "{\"ID\":\"" + etcdLease(wire, s.ttl) + "\"}";
        return timing -> {
            wire.expect(2, "POST", "/v3/lease/keepalive", body).text("TTL");
            return 1;
        };
    }

    /** A read of one replica that finds nothing: the least that the gateway can do. */
    private static Work etcdRange(Settings s, int number) throws IOException {
        Wire wire = s.connect();
        String body = "{\"key\":\"" + base64(s.tag) + "\",\"serializable\":true}";
        return timing -> {
            wire.expect(2, "POST", "/v3/kv/range", body);
            return 1;
        };
    }

    static String etcdLease(Wire wire, int ttl) throws IOException {
        return wire.expect(2, "POST", "/v3/lease/grant", "{\"TTL\":\"" + ttl + "\"}").text("ID");
    }

    private static String etcdTake(Wire wire, String name, String lease) throws IOException {
        return wire.expect(2, "POST", "/v3/lock/lock", "{\"name\":\"" + name + "\",\"lease\":\"" + lease + "\"}").text("key");
    }

    // ---- the loop

    private enum Phase {
        WARMING,
        MEASURING,
        OVER
    }

    private static volatile Phase phase = Phase.WARMING;

    static boolean measuring() {
        return phase == Phase.MEASURING;
    }

    static String loop(String name, Worker worker, Settings s) throws Exception {
        phase = Phase.WARMING;
        int connections = s.number("connections", 16);
        CountDownLatch begun = new CountDownLatch(connections);
        ExecutorService threads = Executors.newFixedThreadPool(connections, Bench::daemon);
        List<Future<Timing>> running = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int number = i;
            running.add(threads.submit(() -> repeat(worker, s, number, begun)));
        }
        threads.shutdown();
        begun.await();
        Thread.sleep(s.number("warm", 3) * 1000L);
        Load server = Load.of(s.text("pid", ""));
        Load self = Load.of("self");
        long from = System.nanoTime();
        phase = Phase.MEASURING;
        Thread.sleep(s.number("seconds", 6) * 1000L);
        phase = Phase.OVER;
        double seconds = (System.nanoTime() - from) / 1e9;
        Load serverAfter = Load.of(s.text("pid", ""));
        Load selfAfter = Load.of("self");

        Timing all = new Timing();
        long fewest = Long.MAX_VALUE;
        for (Future<Timing> future : running) {
            Timing one = future.get();
            fewest = Math.min(fewest, one.operations);
            all.add(one);
        }
        Line line = new Line()
                .put("run", name)
                .put("connections", connections)
                .put("seconds", seconds)
                .put("operations", all.operations)
                .put("perSecond", all.operations / seconds)
                .put("fewestOfAConnection", fewest)
                .put("failures", all.failures);
        all.parts.forEach((part, samples) -> line.percentiles(part + "Micros", samples));
        line.put("generatorCpu", (selfAfter.cpuSeconds - self.cpuSeconds) / seconds);
        if (serverAfter.rssMiB > 0) {
            line.put("serverCpu", (serverAfter.cpuSeconds - server.cpuSeconds) / seconds).put("serverMiB", serverAfter.rssMiB);
        }
        if (all.failure != null) {
            line.put("failure", all.failure);
        }
        return line.toString();
    }

    private static Timing repeat(Worker worker, Settings s, int number, CountDownLatch begun) {
        Timing timing = new Timing();
        Work work;
        try {
            work = worker.begin(s, number);
        } catch (IOException e) {
            timing.failed(e);
            return timing;
        } finally {
            begun.countDown();
        }
        try {
            while (phase != Phase.OVER) {
                timing.start();
                try {
                    int operations = work.once(timing);
                    timing.mark("operation");
                    timing.operations += measuring() ? operations : 0;
                } catch (Refused e) {
                    timing.failed(e);
                }
            }
        } catch (IOException e) { // the connection has ended
            timing.failed(e);
        }
        return timing;
    }

    /** What one connection measured within the window: whatever ended in it, also if it had begun before. */
    static final class Timing {
        final Map<String, Samples> parts = new LinkedHashMap<>();
        long operations;
        long failures;
        String failure;
        private long began;

        void start() {
            began = System.nanoTime();
        }

        /** Notes the time since the operation began. */
        void mark(String part) {
            note(part, System.nanoTime() - began);
        }

        void note(String part, long nanos) {
            if (measuring()) {
                parts.computeIfAbsent(part, ignored -> new Samples()).add(nanos);
            }
        }

        void failed(IOException e) {
            failures++;
            failure = e.toString();
        }

        void add(Timing other) {
            other.parts.forEach((part, samples) -> parts.computeIfAbsent(part, ignored -> new Samples()).add(samples));
            operations += other.operations;
            failures += other.failures;
            failure = other.failure == null ? failure : other.failure;
        }
    }

    /** Every single time, in nanoseconds. */
    static final class Samples {
        private long[] values = new long[1024];
        private int count;

        void add(long value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = value;
        }

        void add(Samples other) {
            for (int i = 0; i < other.count; i++) {
                add(other.values[i]);
            }
        }

        long[] sorted() {
            long[] sorted = Arrays.copyOf(values, count);
            Arrays.sort(sorted);
            return sorted;
        }
    }

    // ---- waiting and expiry

    /** A lock service, as far as it is needed to wait on it. One per connection. */
    interface Locks {
        /** Takes a lock and returns what releases it. */
        String take(String name, int ttlSeconds) throws IOException;

        /** Sends the request that will wait, without reading an answer. */
        void sendTake(String name) throws IOException;

        /** Reads the answer to that; returns what releases the lock, or null when it was refused. */
        String taken() throws IOException;

        /** How many wait and hold. */
        int queued(String name) throws IOException;

        void release(String name, String taken) throws IOException;

        Wire wire();
    }

    record TenureLocks(Wire wire, int waitSeconds) implements Locks {
        TenureLocks(Settings s) throws IOException {
            this(s.connect(), s.number("wait", 55));
        }

        @Override
        public String take(String name, int ttlSeconds) throws IOException {
            return wire.expect(2, "POST", "/v1/locks/" + name, "{\"ttl\":\"" + ttlSeconds + "s\",\"owner\":\"holder\",\"wait\":\"30s\"}")
                    .text("lease");
        }

        @Override
        public void sendTake(String name) throws IOException {
            wire.send("POST", "/v1/locks/" + name, "{\"ttl\":\"60s\",\"wait\":\"" + waitSeconds + "s\",\"owner\":\"waiter\"}");
        }

        @Override
        public String taken() throws IOException {
            wire.receive();
            return wire.status / 100 == 2 ? wire.text("lease") : null;
        }

        @Override
        public int queued(String name) throws IOException {
            return 1 + wire.expect(2, "GET", "/v1/locks/" + name, "").number("queueLength");
        }

        @Override
        public void release(String name, String taken) throws IOException {
            wire.expect(2, "DELETE", "/v1/locks/" + name + "/holds/" + taken, "");
        }
    }

    static final class EtcdLocks implements Locks {
        private final Wire wire;
        private final String lease;

        EtcdLocks(Settings s) throws IOException {
            wire = s.connect();
            lease = etcdLease(wire, 600);
        }

        @Override
        public String take(String name, int ttlSeconds) throws IOException {
            return etcdTake(wire, base64(name), ttlSeconds == 600 ? lease : etcdLease(wire, ttlSeconds));
        }

        @Override
        public void sendTake(String name) throws IOException {
            wire.send("POST", "/v3/lock/lock", "{\"name\":\"" + base64(name) + "\",\"lease\":\"" + lease + "\"}");
        }

        @Override
        public String taken() throws IOException {
            wire.receive();
            return wire.status / 100 == 2 ? wire.text("key") : null;
        }

        @Override
        public int queued(String name) throws IOException {
            String range = "{\"key\":\"" + base64(name + "/") + "\",\"range_end\":\"" + base64(name + "0") + "\",\"count_only\":true}";
            return Integer.parseInt(wire.expect(2, "POST", "/v3/kv/range", range).text("count"));
        }

        @Override
        public void release(String name, String taken) throws IOException {
            wire.expect(2, "POST", "/v3/lock/unlock", "{\"key\":\"" + taken + "\"}");
        }

        @Override
        public Wire wire() {
            return wire;
        }
    }

    /**
     * Memory, threads and idle processor time of the server with {@code n} requests that wait behind one holder; then the lock is
     * handed on until all are answered. The first {@code handOvers} are timed, from before the release is sent to the next answer.
     */
    private static String waiters(Settings s, Locks holder) throws Exception {
        int n = s.number("n", 1000);
        int idle = s.number("idle", 5);
        String pid = s.text("pid", "");
        String taken = holder.take(s.tag, 600);
        List<Locks> waiting = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            waiting.add(holder instanceof TenureLocks ? new TenureLocks(s) : new EtcdLocks(s));
        }
        Thread.sleep(1000);
        Heap heapBefore = Heap.of(pid);
        Load unused = Load.of(pid);
        Thread.sleep(idle * 1000L);
        Load before = Load.of(pid);
        long from = System.nanoTime();
        for (Locks one : waiting) {
            one.sendTake(s.tag);
        }
        int queued = holder.queued(s.tag);
        while (queued <= n && System.nanoTime() - from < 60e9) {
            Thread.sleep(20);
            queued = holder.queued(s.tag);
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        Thread.sleep(2000); // their audit records are in the database
        Heap heapWith = Heap.of(pid);
        Load with = Load.of(pid);
        Thread.sleep(idle * 1000L);
        Load later = Load.of(pid);
        HandOvers handOvers = new HandOvers(s, waiting);
        int early = handOvers.answered();
        handOvers.run(holder, taken);
        Line line = new Line()
                .put("run", s.run)
                .put("waiting", queued - 1)
                .put("answeredEarly", early)
                .put("secondsToQueue", seconds)
                .put("serverMiBBefore", before.rssMiB)
                .put("serverMiBWith", with.rssMiB)
                .put("kibEach", (with.rssMiB - before.rssMiB) * 1024 / n);
        if (heapBefore.usedMiB > 0) {
            line.put("heapMiBBefore", heapBefore.usedMiB)
                    .put("heapMiBWith", heapWith.usedMiB)
                    .put("heapKibEach", (heapWith.usedMiB - heapBefore.usedMiB) * 1024 / n)
                    .put("ownKibEach", (heapWith.ownMiB - heapBefore.ownMiB) * 1024 / n);
        }
        line.put("threadsBefore", before.threads)
                .put("threadsWith", with.threads)
                .put("idleCpuBefore", (before.cpuSeconds - unused.cpuSeconds) / idle)
                .put("idleCpu", (later.cpuSeconds - with.cpuSeconds) / idle)
                .put("firstHandOverMillis", handOvers.times.values[0] / 1e6)
                .put("granted", handOvers.granted)
                .put("refused", handOvers.refused)
                .put("unanswered", n - handOvers.granted - handOvers.refused)
                .put("secondsToAnswerAll", handOvers.seconds);
        line.percentiles("handOverMicros", handOvers.times);
        return line.toString();
    }

    /** Hands a lock on from one waiting request to the next. */
    private static final class HandOvers {
        private final String name;
        private final int timed;
        private final Selector selector = Selector.open();
        private final Samples times = new Samples();
        private int granted;
        private int refused;
        private double seconds;

        HandOvers(Settings s, List<Locks> waiting) throws IOException {
            name = s.tag;
            timed = s.number("handOvers", 10);
            for (Locks one : waiting) {
                one.wire().channel.configureBlocking(false);
                one.wire().channel.register(selector, SelectionKey.OP_READ, one);
            }
        }

        /** How many have been answered already. */
        int answered() throws IOException {
            return selector.selectNow();
        }

        /** Releases, reads who got it, releases that, until all have been answered or nobody is for 20 seconds. */
        void run(Locks holder, String first) throws IOException {
            long begun = System.nanoTime();
            String taken = first;
            while (!selector.keys().isEmpty()) {
                long released = System.nanoTime();
                if (taken != null) {
                    holder.release(name, taken);
                }
                selector.selectedKeys().clear();
                if (selector.select(20_000) == 0) {
                    break;
                }
                if (taken != null && times.count < timed) {
                    times.add(System.nanoTime() - released);
                }
                taken = read();
            }
            if (taken != null) {
                holder.release(name, taken);
            }
            seconds = (System.nanoTime() - begun) / 1e9;
        }

        /** Reads the answers that are there; returns what was granted by one of them. */
        private String read() throws IOException {
            List<Locks> answered = new ArrayList<>();
            for (SelectionKey key : selector.selectedKeys()) {
                answered.add((Locks) key.attachment());
                key.cancel();
            }
            selector.selectNow(); // a channel may be made blocking only when its key is gone
            String taken = null;
            for (Locks one : answered) {
                one.wire().channel.configureBlocking(true);
                String mine = one.taken();
                if (mine == null) {
                    refused++;
                } else {
                    granted++;
                    taken = mine;
                }
            }
            return taken;
        }
    }

    /** How long after its TTL a lock that is never renewed goes to the next. Counted from before the holder's request was sent. */
    private static String expiry(Settings s, Callable<Locks> connect) throws Exception {
        int n = s.number("n", 10);
        int ttl = s.number("ttl", 5);
        ExecutorService threads = Executors.newFixedThreadPool(n, Bench::daemon);
        List<Future<Double>> running = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            String name = s.tag + "-" + i;
            running.add(threads.submit(() -> {
                Locks holder = connect.call();
                Locks next = connect.call();
                long from = System.nanoTime();
                holder.take(name, ttl);
                next.take(name, 600);
                return (System.nanoTime() - from) / 1e6 - ttl * 1000;
            }));
            Thread.sleep(237); // so that they do not end together
        }
        double[] late = new double[n];
        for (int i = 0; i < n; i++) {
            late[i] = running.get(i).get();
        }
        Arrays.sort(late);
        return new Line()
                .put("run", s.run)
                .put("ttlSeconds", ttl)
                .put("n", n)
                .put("lateMillisLeast", late[0])
                .put("lateMillisMedian", (late[n / 2] + late[(n - 1) / 2]) / 2)
                .put("lateMillisMost", late[n - 1])
                .toString();
    }

    // ---- settings, connections, figures

    /** What was asked for on the command line. */
    static final class Settings {
        final String run;
        final String tag = "bench-" + Long.toString(System.nanoTime() & 0xffffffffL, 36);
        final int ttl;
        private final Map<String, String> given = new LinkedHashMap<>();
        private final AtomicInteger connected = new AtomicInteger();

        Settings(String[] arguments) {
            run = arguments[0];
            for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
                String[] pair = argument.split("=", 2);
                given.put(pair[0], pair[1]);
            }
            ttl = number("ttl", 30);
        }

        String text(String key, String otherwise) {
            return given.getOrDefault(key, otherwise);
        }

        int number(String key, int otherwise) {
            return given.containsKey(key) ? Integer.parseInt(given.get(key)) : otherwise;
        }

        /** Whether there are several servers, of which one may be away. */
        boolean several() {
            return text("ports", "").contains(",");
        }

        /** To the server; where several ports are given, to one after the other, and past those where nobody listens. */
        Wire connect() throws IOException {
            String[] ports = text("ports", text("port", run.startsWith("etcd") ? "2379" : "8080")).split(",");
            for (int tries = 1; ; tries++) {
                try {
                    return new Wire(Integer.parseInt(ports[connected.getAndIncrement() % ports.length]));
                } catch (ConnectException away) {
                    if (tries == ports.length) {
                        throw away;
                    }
                }
            }
        }
    }

    /** The server answered, with another status than was expected. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** One connection that is kept: a request is sent, its answer read, and so on. */
    static final class Wire {
        final SocketChannel channel;
        private final ByteBuffer incoming = ByteBuffer.allocateDirect(16 * 1024).flip();
        private byte[] answer = new byte[1024];
        private int length;
        private int status;

        Wire(int port) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }

        Wire send(String method, String path, String body) throws IOException {
            String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + (body.isEmpty() ? "" : JSON);
            ByteBuffer request = ByteBuffer.wrap((head + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(ISO_8859_1));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            return this;
        }

        /** Sends, and wants an answer of this class of statuses. */
        Wire expect(int hundreds, String method, String path, String body) throws IOException {
            send(method, path, body).receive();
            if (status / 100 != hundreds) {
                throw new Refused(status + " to " + method + " " + path + ": " + body());
            }
            return this;
        }

        void receive() throws IOException {
            length = 0;
            int size = 0;
            boolean chunked = false;
            String line = line();
            status = Integer.parseInt(line.substring(9, 12));
            for (line = line(); !line.isEmpty(); line = line()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    size = Integer.parseInt(line.substring(15).trim());
                } else if (line.regionMatches(true, 0, "transfer-encoding:", 0, 18)) {
                    chunked = true;
                }
            }
            if (!chunked) {
                take(size);
                return;
            }
            for (int chunk = chunkSize(); chunk > 0; chunk = chunkSize()) {
                take(chunk);
                line();
            }
            line();
        }

        private int chunkSize() throws IOException {
            return Integer.parseInt(line().split(";")[0].trim(), 16);
        }

        @SuppressWarnings("deprecation") // the fast way for ASCII
        private String line() throws IOException {
            byte[] line = new byte[80];
            int count = 0;
            for (byte next = next(); next != '\n'; next = next()) {
                if (count == line.length) {
                    line = Arrays.copyOf(line, count * 2);
                }
                line[count++] = next;
            }
            return new String(line, 0, 0, count - 1);
        }

        private byte next() throws IOException {
            fill();
            return incoming.get();
        }

        private void take(int count) throws IOException {
            if (length + count > answer.length) {
                answer = Arrays.copyOf(answer, Math.max(answer.length * 2, length + count));
            }
            for (int rest = count; rest > 0; ) {
                fill();
                int part = Math.min(rest, incoming.remaining());
                incoming.get(answer, length, part);
                length += part;
                rest -= part;
            }
        }

        private void fill() throws IOException {
            if (!incoming.hasRemaining()) {
                incoming.clear();
                if (channel.read(incoming) < 0) {
                    throw new EOFException("the server has closed the connection");
                }
                incoming.flip();
            }
        }

        String body() {
            return new String(answer, 0, length, UTF_8).strip();
        }

        /** The first text with this name in the answer. */
        String text(String name) throws IOException {
            String body = body();
            int from = begin(body, name) + 1;
            return body.substring(from, body.indexOf('"', from));
        }

        int number(String name) throws IOException {
            String body = body();
            int from = begin(body, name);
            int to = from;
            while (Character.isDigit(body.charAt(to))) {
                to++;
            }
            return Integer.parseInt(body.substring(from, to));
        }

        private static int begin(String body, String name) throws IOException {
            int at = body.indexOf("\"" + name + "\":");
            if (at < 0) {
                throw new Refused("no " + name + " in " + body);
            }
            return at + name.length() + 3;
        }
    }

    /** What the kernel tells of a process; nothing where there is no such file. */
    record Load(double cpuSeconds, double rssMiB, int threads) {
        static Load of(String pid) {
            if (pid.isEmpty()) {
                return new Load(0, 0, 0);
            }
            try {
                String stat = Files.readString(Path.of("/proc", pid, "stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
                return new Load(ticks / 100, Double.parseDouble(fields[21]) * 4 / 1024, Integer.parseInt(fields[17]));
            } catch (IOException e) {
                return new Load(0, 0, 0);
            }
        }
    }

    /** What a full collection leaves of a JVM's heap, and how much of it are objects of Tenure's own classes; nothing of another program. */
    record Heap(double usedMiB, double ownMiB) {
        static Heap of(String pid) throws IOException, InterruptedException {
            double used = 0;
            double own = 0;
            for (String line : pid.isEmpty() ? List.<String>of() : jcmd(pid, "GC.class_histogram").lines().toList()) {
                String[] columns = line.strip().split("\\s+"); // rank, instances, bytes, class
                if (columns[0].equals("Total")) {
                    used = Double.parseDouble(columns[2]) / (1 << 20);
                } else if (columns.length > 3 && columns[3].startsWith("io.tenure.")) {
                    own += Double.parseDouble(columns[2]) / (1 << 20);
                }
            }
            return new Heap(used, own);
        }

        static String jcmd(String pid, String... command) throws IOException, InterruptedException {
            List<String> all = new ArrayList<>(List.of("jcmd", pid));
            all.addAll(List.of(command));
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            String told = new String(process.getInputStream().readAllBytes(), UTF_8);
            return process.waitFor() == 0 ? told : "";
        }
    }

    /** One line of JSON. */
    static final class Line {
        private final StringJoiner fields = new StringJoiner(",", "{", "}");

        Line put(String name, Object value) {
            String text = value instanceof Double number ? String.format(Locale.ROOT, "%.2f", number) : value.toString();
            fields.add("\"" + name + "\":" + (value instanceof String ? "\"" + text.replaceAll("[\"\\\\\\p{Cntrl}]", "'") + "\"" : text));
            return this;
        }

        void percentiles(String name, Samples samples) {
            long[] sorted = samples.sorted();
            Line percentiles = new Line();
            for (String percent : new String[] {"50", "90", "99", "99.9", "100"}) {
                int index = (int) Math.ceil(sorted.length * Double.parseDouble(percent) / 100) - 1;
                percentiles.put("p" + percent, sorted[Math.max(index, 0)] / 1000);
            }
            fields.add("\"" + name + "\":" + percentiles);
        }

        @Override
        public String toString() {
            return fields.toString();
        }
    }

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            System.out.println("loops:    " + String.join(" ", LOOPS.keySet()) + "\n          port= connections=16 warm=3 seconds=6 ttl=30 pid=");
            System.out.println("specials: " + String.join(" ", SPECIALS.keySet()) + "\n          port= n= ttl= pid= idle=5 wait=55 handOvers=10");
            return;
        }
        Settings settings = new Settings(arguments);
        Special special = SPECIALS.get(settings.run);
        Worker worker = LOOPS.get(settings.run);
        if (special == null && worker == null) {
            System.err.println("no such measurement: " + settings.run);
            System.exit(64);
        }
        System.out.println(special != null ? special.measure(settings) : loop(settings.run, worker, settings));
        System.exit(0);
    }
}
