package io.tenure.app;

import io.dropwizard.util.Duration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code zookeeper}: where the truth is kept.
 *
 * @param mode {@code embedded}: one ZooKeeper inside this process
 * @param dataDir the folder of the embedded server
 * @param bindHost where the embedded server listens; the loopback interface
 * @param port where the embedded server listens, for native Curator clients on this machine
 * @param root the node that all nodes of this service stand below
 * @param sessionTimeout after how long without contact ZooKeeper ends a session
 * @param sessions how many sessions this server keeps; left out, one for each two processors, at most four
 */
public record ZooKeeperSection(
        String mode,
        String dataDir,
        String bindHost,
        Integer port,
        String root,
        Duration sessionTimeout,
        Integer sessions) {
    /** What a file without this section means: everything left out. */
    @SuppressWarnings("NullAway")
    static final ZooKeeperSection DEFAULT = new ZooKeeperSection("embedded", "", "", null, "", null, null);

    public ZooKeeperSection {
        mode = or(mode, "embedded");
        dataDir = or(dataDir, "./data/zookeeper");
        bindHost = or(bindHost, "127.0.0.1");
        port = port == null ? 2181 : port;
        root = or(root, "/tenure");
        sessionTimeout = sessionTimeout == null ? Duration.seconds(10) : sessionTimeout;
        sessions =
                sessions == null ? Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2)) : sessions;
    }

    /** The folder that this server keeps everything in. */
    Path data() {
        Path folder = Path.of(dataDir).toAbsolutePath().normalize();
        return folder.getParent() == null ? folder : folder.getParent();
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!mode.equals("embedded")) {
            faults.add("zookeeper.mode: only embedded is there yet, one server with ZooKeeper inside; got " + mode);
        }
        if (!bindHost.equals("127.0.0.1") && !bindHost.equals("localhost")) {
            faults.add("zookeeper.bindHost: the embedded ZooKeeper listens on 127.0.0.1 only; got " + bindHost);
        }
        Check.range(faults, "zookeeper.port", port, 0, 65_535);
        Check.range(faults, "zookeeper.sessions", sessions, 1, 32);
        Check.range(faults, "zookeeper.sessionTimeout", sessionTimeout, Duration.seconds(1), Duration.minutes(2));
        if (!root.matches("(/[A-Za-z0-9._-]+)+")) {
            faults.add("zookeeper.root: an absolute path like /tenure; got " + root);
        }
        return faults;
    }

    private static String or(String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
