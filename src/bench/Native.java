import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.slf4j.LoggerFactory;

/**
 * Hand-overs of one lock among native clients: threads with an InterProcessMutex of Curator each, and a session each, on one path.
 *
 * <pre>java -cp target/tenure.jar src/bench/Native.java port=2181 c=16 seconds=6 warm=3</pre>
 *
 * <p>What Tenure's contended run is compared with: the same ZooKeeper, the same protocol, no HTTP and no audit log.
 */
public final class Native {
    public static void main(String[] args) throws Exception {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        int port = number(args, "port", 2181);
        int clients = number(args, "c", 16);
        int seconds = number(args, "seconds", 6);
        int warm = number(args, "warm", 3);
        String path = "/tenure/locks/native-" + System.nanoTime();
        AtomicLong handOvers = new AtomicLong();
        long[] inside = new long[1];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            CuratorFramework client = CuratorFrameworkFactory.newClient("127.0.0.1:" + port, new RetryOneTime(100));
            client.start();
            InterProcessMutex mutex = new InterProcessMutex(client, path);
            Thread thread = new Thread(() -> {
                try {
                    while (true) {
                        mutex.acquire();
                        inside[0]++;
                        handOvers.incrementAndGet();
                        mutex.release();
                    }
                } catch (Exception e) {
                    System.err.println("native client: " + e);
                }
            });
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        Thread.sleep(warm * 1000L);
        long before = handOvers.get();
        long began = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        long done = handOvers.get() - before;
        double took = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "{\"profile\":\"native-contended\",\"c\":%d,\"ops\":%d,\"ops_s\":%.1f,\"lost_updates\":%b}%n",
                clients, done, done / took, inside[0] < done);
        System.exit(0);
    }

    private static int number(String[] args, String name, int otherwise) {
        for (String arg : args) {
            if (arg.startsWith(name + "=")) {
                return Integer.parseInt(arg.substring(name.length() + 1));
            }
        }
        return otherwise;
    }
}
