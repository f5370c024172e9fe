import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.slf4j.LoggerFactory;

/**
 * How fast one lock, and the leadership of one election, goes from one to the next of a few who all want it: at Tenure, at etcd through
 * its JSON gateway, and among native recipes of Curator on the ZooKeeper that Tenure embeds. Run by handover.py, with Tenure's jar and
 * the other classes beside it.
 *
 * <p>Each contender has a thread. It asks, waits, gives back what it got as soon as it is told, and asks again. A hand-over takes from
 * before the giving back is sent (or called) until another one has its answer. All runs are in one process, round by round: what is
 * compared is minutes apart at most, and the generator and the native clients have warmed up before.
 */
public final class HandOver {
    private static final List<String> KINDS = List.of("lock", "election");
    private static final List<String> PROGRAMS = List.of("tenure", "etcd", "native");

    private final Bench.Settings settings;
    private final List<CuratorFramework> sessions = new ArrayList<>();

    private HandOver(Bench.Settings settings) {
        this.settings = settings;
        for (int i = 0; i < settings.number("sessions", 4); i++) {
            String server = "127.0.0.1:" + settings.number("zookeeper", 2181);
            CuratorFramework client = CuratorFrameworkFactory.newClient(server, new RetryOneTime(100));
            client.start();
            sessions.add(client);
        }
    }

    /** Works until code is compiled: three quarters of the time in the server, the rest in the native clients, which are in this process. */
    private void warmUp() throws Exception {
        int eighth = settings.number("prepare", 48) / 8;
        for (String kind : KINDS) {
            measure("tenure", kind, 16, 0, eighth * 3);
            measure("native", kind, 16, 0, eighth);
        }
    }

    /** Prints a line for each combination. */
    private void round() throws Exception {
        for (String kind : KINDS) {
            for (String candidates : settings.text("candidates", "2,16").split(",")) {
                for (String program : PROGRAMS) {
                    System.out.println(measure(program, kind, Integer.parseInt(candidates), 1, settings.number("seconds", 3)));
                }
            }
        }
    }

    private String measure(String program, String kind, int candidates, int warm, int seconds) throws Exception {
        String name = "hand-over-" + UUID.randomUUID();
        List<Contender> contenders = new ArrayList<>();
        for (int i = 0; i < candidates; i++) {
            contenders.add(contender(program, kind.equals("election"), name, i));
        }
        Turn turn = new Turn();
        Bench.Settings run = new Bench.Settings(
                new String[] {program + "-" + kind, "connections=" + candidates, "warm=" + warm, "seconds=" + seconds});
        String line = Bench.loop(run.run, (s, number) -> turn.of(contenders.get(number)), run);
        for (Contender contender : contenders) {
            contender.close();
        }
        return line;
    }

    private Contender contender(String program, boolean election, String name, int number) throws IOException {
        return switch (program) {
            case "tenure" -> {
                Bench.Wire wire = new Bench.Wire(settings.number("tenure", 8080));
                yield settings.text("by", "put").equals("post")
                        ? new Posting(wire, election, name, number)
                        : Tenure.of(wire, election, name, number);
            }
            case "etcd" -> Etcd.of(new Bench.Wire(settings.number("etcd", 2379)), election, name, number);
            default -> {
                CuratorFramework session = sessions.get(number % sessions.size());
                yield election ? new Latch(session, name, number) : new Mutex(session, name);
            }
        };
    }

    /**
     * What all of them want, and which of them has it. That two are told so at once is a failure: before the measured window each keeps
     * it for a millisecond, in which another would be noticed.
     */
    private static final class Turn {
        private final AtomicInteger inside = new AtomicInteger();
        private volatile Contender last;
        private volatile long givenBack;

        /** A contender's work: to have it once. Counts if somebody else had it before. */
        Bench.Work of(Contender contender) {
            return timing -> {
                contender.take();
                long answered = System.nanoTime();
                if (inside.incrementAndGet() > 1) {
                    timing.failed(new IOException("two have it at once"));
                }
                boolean handedOver = last != contender;
                if (handedOver) {
                    timing.note("handOver", answered - givenBack);
                }
                last = contender;
                if (!Bench.measuring()) {
                    LockSupport.parkNanos(1_000_000);
                }
                inside.decrementAndGet();
                givenBack = System.nanoTime();
                contender.giveBack();
                return handedOver ? 1 : 0;
            };
        }
    }

    /** One of those who want it. For one thread. */
    private interface Contender extends Closeable {
        /** Returns when it is told that it has it. */
        void take() throws IOException;

        void giveBack() throws IOException;

        @Override
        default void close() throws IOException {}
    }

    /** Comes with a new lease each time, of a name of its own choice. */
    private static final class Tenure implements Contender {
        private final Bench.Wire wire;
        private final String path;
        private final String body;
        private final String state;
        private String taken;

        private Tenure(Bench.Wire wire, String path, String body, String state) {
            this.wire = wire;
            this.path = path;
            this.body = body;
            this.state = state;
        }

        static Tenure of(Bench.Wire wire, boolean election, String name, int number) {
            return election
                    ? new Tenure(wire, "/v1/elections/" + name + "/candidates/", asked(election, number), "LEADING")
                    : new Tenure(wire, "/v1/locks/" + name + "/holds/", asked(election, number), "HELD");
        }

        static String asked(boolean election, int number) {
            String common = "\"ttl\":\"30s\",\"wait\":\"30s\",\"owner\":\"bench\"}";
            return "{" + (election ? "\"id\":\"c" + number + "\"," : "") + common;
        }

        @Override
        public void take() throws IOException {
            taken = path + UUID.randomUUID();
            if (!wire.expect(2, "PUT", taken, body).text("state").equals(state)) {
                throw new IOException("waited too long: " + wire.body());
            }
        }

        @Override
        public void giveBack() throws IOException {
            wire.expect(2, "DELETE", taken, "");
        }

        @Override
        public void close() throws IOException {
            wire.channel.close();
        }
    }

    /** Comes with a new lease each time, whose name the server chooses. */
    private static final class Posting implements Contender {
        private final Bench.Wire wire;
        private final String path;
        private final String body;
        private final String holds;
        private String lease;

        Posting(Bench.Wire wire, boolean election, String name, int number) {
            this.wire = wire;
            this.path = election ? "/v1/elections/" + name + "/candidates" : "/v1/locks/" + name;
            this.holds = election ? path + "/" : path + "/holds/";
            this.body = Tenure.asked(election, number);
        }

        @Override
        public void take() throws IOException {
            lease = wire.expect(2, "POST", path, body).text("lease");
        }

        @Override
        public void giveBack() throws IOException {
            wire.expect(2, "DELETE", holds + lease, "");
        }

        @Override
        public void close() throws IOException {
            wire.channel.close();
        }
    }

    /** Has one long lease. What gives it back is the end of the answer that told that it is taken. */
    private static final class Etcd implements Contender {
        private final Bench.Wire wire;
        private final String takePath;
        private final String takeBody;
        private final String givePath;
        private final String giveField;
        private String giveBody;

        private Etcd(Bench.Wire wire, String takePath, String takeBody, String givePath, String giveField) {
            this.wire = wire;
            this.takePath = takePath;
            this.takeBody = takeBody;
            this.givePath = givePath;
            this.giveField = "\"" + giveField + "\":";
        }

        static Etcd of(Bench.Wire wire, boolean election, String name, int number) throws IOException {
            String body = "{\"name\":\"" + Bench.base64(name) + "\",\"lease\":\"" + Bench.etcdLease(wire, 600) + "\"";
            return election
                    ? new Etcd(wire, "/v3/election/campaign", body + ",\"value\":\"" + Bench.base64("c" + number) + "\"}",
                            "/v3/election/resign", "leader")
                    : new Etcd(wire, "/v3/lock/lock", body + "}", "/v3/lock/unlock", "key");
        }

        @Override
        public void take() throws IOException {
            String answer = wire.expect(2, "POST", takePath, takeBody).body();
            int at = answer.indexOf(giveField);
            if (at < 0) {
                throw new IOException("no " + giveField + " in " + answer);
            }
            giveBody = "{" + answer.substring(at);
        }

        @Override
        public void giveBack() throws IOException {
            wire.expect(2, "POST", givePath, giveBody);
        }

        @Override
        public void close() throws IOException {
            wire.channel.close();
        }
    }

    private static final class Mutex implements Contender {
        private final InterProcessMutex mutex;

        Mutex(CuratorFramework session, String name) {
            mutex = new InterProcessMutex(session, "/tenure/locks/" + name);
        }

        @Override
        public void take() throws IOException {
            try {
                mutex.acquire();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }

        @Override
        public void giveBack() throws IOException {
            try {
                mutex.release();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    /** A latch can be started once, so each campaign has a new one. */
    private static final class Latch implements Contender {
        private final CuratorFramework session;
        private final String path;
        private final String id;
        private LeaderLatch latch;

        Latch(CuratorFramework session, String name, int number) {
            this.session = session;
            path = "/tenure/elections/" + name;
            id = "c" + number;
        }

        @Override
        public void take() throws IOException {
            latch = new LeaderLatch(session, path, id);
            try {
                latch.start();
                latch.await();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }

        @Override
        public void giveBack() throws IOException {
            latch.close();
        }
    }

    public static void main(String[] arguments) throws Exception {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        Bench.Settings settings = new Bench.Settings(arguments);
        HandOver handOver = new HandOver(settings);
        handOver.warmUp();
        for (int round = 0; round < settings.number("rounds", 3); round++) {
            handOver.round();
        }
        handOver.sessions.forEach(CuratorFramework::close);
        System.exit(0);
    }
}
