package io.tenure.app;

import io.dropwizard.util.Duration;
import io.tenure.coordination.zookeeper.Access;
import io.tenure.coordination.zookeeper.Ensemble;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code zookeeper}: where the truth is kept.
 *
 * @param mode {@code embedded}: one ZooKeeper inside this process, alone; {@code ensemble}: one inside each of several servers; {@code
 *     external}: none, but those of the connect string
 * @param id of an ensemble: the number of this server
 * @param servers of an ensemble: all servers by their numbers
 * @param connectString of external ones: host and port of each, separated by commas; a path that all nodes stand below may follow
 * @param auth as whom this server comes to external ones; null for nobody in particular
 * @param acl who may touch the nodes in external ones: {@code creator}, who comes as the same user, by default where there is one;
 *     {@code open}, everybody
 * @param tls the files for external ones that want TLS; null for those that do not
 * @param dataDir the folder of the ZooKeeper inside
 * @param bindHost what the ZooKeeper inside listens on: the loopback interface, or in an ensemble this server's own host
 * @param port where an embedded one listens, for native Curator clients on this machine
 * @param root the node that all nodes of this service stand below
 * @param sessionTimeout after how long without contact ZooKeeper ends a session
 * @param sessions how many sessions this server keeps; left out, one for each two processors, at most four
 */
public record ZooKeeperSection(
        String mode,
        @Nullable Integer id,
        SortedMap<Integer, PeerSection> servers,
        String connectString,
        @Nullable AuthSection auth,
        String acl,
        @Nullable TlsSection tls,
        String dataDir,
        @Nullable String bindHost,
        Integer port,
        String root,
        Duration sessionTimeout,
        Integer sessions) {
    static final String EMBEDDED = "embedded";
    static final String ENSEMBLE = "ensemble";
    static final String EXTERNAL = "external";
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern CONNECT_STRING =
            Pattern.compile("[^,/\\s]+:\\d{1,5}(,[^,/\\s]+:\\d{1,5})*(/[A-Za-z0-9._-]+)*");

    /** What a file without this section means: everything left out. */
    @SuppressWarnings("NullAway")
    static final ZooKeeperSection DEFAULT =
            new ZooKeeperSection("", null, null, "", null, "", null, "", null, null, "", null, null);

    public ZooKeeperSection {
        mode = or(mode, EMBEDDED);
        servers = servers == null ? new TreeMap<>() : new TreeMap<>(servers);
        connectString = or(connectString, "");
        acl = or(acl, auth == null ? "open" : "creator");
        dataDir = or(dataDir, "./data/zookeeper");
        bindHost = bindHost == null || bindHost.isBlank() ? null : bindHost.strip();
        port = port == null ? 2181 : port;
        root = or(root, "/tenure");
        sessionTimeout = sessionTimeout == null ? Duration.seconds(10) : sessionTimeout;
        sessions =
                sessions == null ? Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2)) : sessions;
    }

    /** Whether this server is the only one that works with its ZooKeeper. */
    boolean alone() {
        return mode.equals(EMBEDDED);
    }

    /** Whether other servers may work with the same. */
    boolean shared() {
        return mode.equals(ENSEMBLE) || mode.equals(EXTERNAL);
    }

    /** Whether this server has data of its own on the disk. */
    boolean inside() {
        return !mode.equals(EXTERNAL);
    }

    /** The folder that this server keeps everything in. */
    Path data() {
        Path folder = Path.of(dataDir).toAbsolutePath().normalize();
        return folder.getParent() == null ? folder : folder.getParent();
    }

    /** The servers of an ensemble. */
    Ensemble ensemble() {
        SortedMap<Integer, Ensemble.Member> members = new TreeMap<>();
        servers.forEach((number, peer) -> members.put(number, peer.member()));
        return new Ensemble(id == null ? 0 : id, members, bindHost);
    }

    /** What the other servers call this one's machine; null when that is not said. */
    @Nullable
    String ownHost() {
        PeerSection own = id == null ? null : servers.get(id);
        return own == null ? null : own.host();
    }

    /** What connects to any of several. */
    String everywhere() {
        return mode.equals(EXTERNAL) ? connectString : ensemble().connectString();
    }

    /** As whom sessions come. */
    Access access() {
        return new Access(
                auth == null ? null : auth.user() + ":" + auth.password(),
                acl.equals("open"),
                tls == null ? null : tls.tls());
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        switch (mode) {
            case EMBEDDED -> faults.addAll(embeddedFaults());
            case ENSEMBLE -> faults.addAll(Members.faults(id, servers));
            case EXTERNAL -> faults.addAll(externalFaults());
            default -> faults.add("zookeeper.mode: embedded, ensemble or external; got " + mode);
        }
        faults.addAll(foreign());
        Check.range(faults, "zookeeper.port", port, 0, 65_535);
        Check.range(faults, "zookeeper.sessions", sessions, 1, 32);
        Check.range(faults, "zookeeper.sessionTimeout", sessionTimeout, Duration.seconds(1), Duration.minutes(2));
        if (!root.matches("(/[A-Za-z0-9._-]+)+")) {
            faults.add("zookeeper.root: an absolute path like /tenure; got " + root);
        }
        return faults;
    }

    private List<String> embeddedFaults() {
        return bindHost == null || bindHost.equals(LOOPBACK) || bindHost.equals("localhost")
                ? List.of()
                : List.of("zookeeper.bindHost: the embedded ZooKeeper listens on 127.0.0.1 only; got " + bindHost);
    }

    private List<String> externalFaults() {
        List<String> faults = new ArrayList<>();
        if (!CONNECT_STRING.matcher(connectString).matches()) {
            faults.add("zookeeper.connectString: the servers of ZooKeeper with their ports, like"
                    + " zk1:2181,zk2:2181,zk3:2181, and perhaps a path like /tenure-prod; got "
                    + or(connectString, "none"));
        }
        if (auth != null) {
            faults.addAll(auth.faults());
        }
        if (tls != null) {
            faults.addAll(tls.faults());
        }
        if (!acl.equals("open") && !(acl.equals("creator") && auth != null)) {
            faults.add("zookeeper.acl: open, or creator with zookeeper.auth; got " + acl);
        }
        return faults;
    }

    /** Settings that belong to another mode: somebody believes that they do something. */
    private List<String> foreign() {
        List<String> faults = new ArrayList<>();
        if (!mode.equals(ENSEMBLE) && (id != null || !servers.isEmpty())) {
            faults.add("zookeeper.id, zookeeper.servers: only with zookeeper.mode ensemble; the mode is " + mode);
        }
        if (!mode.equals(EXTERNAL) && (!connectString.isEmpty() || auth != null || tls != null)) {
            faults.add("zookeeper.connectString, zookeeper.auth, zookeeper.tls: only with zookeeper.mode external;"
                    + " the mode is " + mode);
        }
        return faults;
    }

    /** Faults of ports of ZooKeeper's that can be reached from other machines. */
    List<String> notLoopback() {
        if (!mode.equals(ENSEMBLE)) {
            return List.of();
        }
        String host = bindHost == null ? ownHost() : bindHost;
        return host == null || Connectors.loopback(host)
                ? List.of()
                : List.of((bindHost == null ? "zookeeper.servers." + id + ".host" : "zookeeper.bindHost")
                        + ": without security whoever reaches ZooKeeper's ports may do everything, so only loopback;"
                        + " security.type none-i-know allows any; got " + host);
    }

    /** What is better otherwise, though it works; a line each. */
    List<String> doubts() {
        return mode.equals(ENSEMBLE) && servers.size() % 2 == 0
                ? List.of("zookeeper.servers: " + servers.size() + " servers bear no more failures than "
                        + (servers.size() - 1) + " do, and are slower")
                : List.of();
    }

    private static String or(String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
