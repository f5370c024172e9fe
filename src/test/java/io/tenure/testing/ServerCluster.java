package io.tenure.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenure.audit.PostgresDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Three servers that form a cluster, each a process of the built jar with {@code docs/config-cluster.yml}, on loopback: three
 * ZooKeeper peers and one PostgreSQL.
 *
 * <p>They are numbered 1, 2 and 3, keep their data and ports from one start to the next, and are started, killed, paused and stopped
 * one by one through {@link #server}. Used by one thread, except for what only tells.
 */
public final class ServerCluster implements AutoCloseable {
    private static final List<Integer> NUMBERS = List.of(1, 2, 3);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Random RANDOM = new Random();

    private final Map<Integer, ServerProgram> servers = new TreeMap<>();
    private final Map<Integer, PeerPorts> peers = new TreeMap<>();
    private final Site site;
    /** Where the ZooKeeper peer of one server listens. */
    public record PeerPorts(int client, int peer, int election) {}

    /** Where the servers run. */
    public interface Site {
        /** All on this machine. */
        Site HERE = new Site() {
            @Override
            public String host(int server) {
                return "127.0.0.1";
            }

            @Override
            public List<String> entering(int server) {
                return List.of();
            }
        };

        /** The address that a server has there. */
        String host(int server);

        /** What a command line begins with to run where that server does. */
        List<String> entering(int server);
    }

    private ServerCluster(Path folder, String databaseUrl, Site site) {
        this.site = site;
        Set<Integer> taken = new HashSet<>();
        NUMBERS.forEach(number -> peers.put(number, new PeerPorts(free(taken), free(taken), free(taken))));
        for (int number : NUMBERS) {
            ServerProgram server = ServerProgram.in(
                            folder(folder, number), new ServerProgram.Ports(free(taken), free(taken), 0))
                    .reading("docs/config-cluster.yml")
                    .with("TENURE_ID", String.valueOf(number))
                    .on(site.host(number), site.entering(number))
                    .with("TENURE_SECURITY", "none-i-know")
                    .with("TENURE_DRAIN", "0s")
                    .with("TENURE_GRACE", "500ms")
                    .with("TENURE_DB_URL", databaseUrl)
                    .with("TENURE_DB_USER", "postgres")
                    // the better compiler takes minutes of the processors that all three share, after each start anew
                    .option("-XX:TieredStopAtLevel=1")
                    .option("-Xmx256m");
            peers.forEach((other, ports) -> {
                String key = "zookeeper.servers." + other;
                server.with("TENURE_" + other, site.host(other))
                        .configured(key + ".client", String.valueOf(ports.client()))
                        .configured(key + ".peer", String.valueOf(ports.peer()))
                        .configured(key + ".election", String.valueOf(ports.election()));
            });
            servers.put(number, server);
        }
    }

    /** A cluster that is not started yet, with an empty database. What it keeps and writes goes below the folder. */
    public static ServerCluster in(Path folder) {
        return in(folder, new PostgresDatabase().url(), Site.HERE);
    }

    /** As {@link #in(Path)}, with this database and its servers there. */
    public static ServerCluster in(Path folder, String databaseUrl, Site site) {
        return new ServerCluster(folder, databaseUrl, site);
    }

    private static Path folder(Path folder, int number) {
        try {
            return Files.createDirectories(folder.resolve("server-" + number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that nobody listens on, and that the system gives to no connection by itself: it must be free again after a kill. */
    private static int free(Set<Integer> taken) {
        while (true) {
            int port = 15_000 + RANDOM.nextInt(15_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (taken.add(socket.getLocalPort())) {
                    return port;
                }
            } catch (IOException inUse) {
                taken.add(port);
            }
        }
    }

    /** Sets a key of the configuration of all. */
    public ServerCluster configured(String key, String value) {
        servers.values().forEach(server -> server.configured(key, value));
        return this;
    }

    /** How large the heap of each may be, such as {@code 2g}, instead of what suits a short test. */
    public ServerCluster heap(String most) {
        servers.values().forEach(server -> server.option("-Xmx" + most));
        return this;
    }

    /** Starts all, and returns before they serve. */
    public ServerCluster start() {
        servers.values().forEach(ServerProgram::start);
        return this;
    }

    /** Blocks until all are there and know of each other, with a coordinator, and nothing is wrong. */
    public ServerCluster awaitWhole() {
        servers.values().forEach(ServerProgram::awaitReady);
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!NUMBERS.stream().allMatch(this::seesAll)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the cluster is not whole: "
                        + NUMBERS.stream().map(number -> cluster(number).body()).toList());
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        return this;
    }

    private boolean seesAll(int number) {
        Reply reply = cluster(number);
        return reply.status() == 200
                && reply.text("/level").equals("NORMAL")
                && reply.body().path("servers").size() == NUMBERS.size();
    }

    private Reply cluster(int number) {
        return server(number).api().get("/v1/cluster");
    }

    /** Starts again those that are not there, as they were started before, and blocks until all is well. */
    public ServerCluster mend() {
        servers.values().stream().filter(server -> !server.isAlive()).forEach(ServerProgram::start);
        return awaitWhole();
    }

    /** One of them, by its number. */
    public ServerProgram server(int number) {
        return Optional.ofNullable(servers.get(number)).orElseThrow();
    }

    /** All numbers. */
    public List<Integer> numbers() {
        return NUMBERS;
    }

    /** The numbers but this one. */
    public List<Integer> but(int number) {
        return NUMBERS.stream().filter(other -> other != number).toList();
    }

    /** What clients are given. */
    public List<String> urls() {
        return NUMBERS.stream().map(this::url).toList();
    }

    private String url(int number) {
        return server(number).url();
    }

    /** Where the peer of this one listens. */
    public PeerPorts peer(int number) {
        return Optional.ofNullable(peers.get(number)).orElseThrow();
    }

    /** Which one is coordinator, in the eyes of this one; empty while there is none. */
    public OptionalInt coordinator(int asked) {
        JsonNode cluster = cluster(asked).body();
        String id = cluster.at("/coordinator/id").asText();
        for (JsonNode server : cluster.path("servers")) {
            if (server.path("id").asText().equals(id)) {
                String address = server.path("address").asText();
                return NUMBERS.stream()
                        .filter(number -> url(number).equals(address))
                        .mapToInt(number -> number)
                        .findFirst();
            }
        }
        return OptionalInt.empty();
    }

    /** The one whose peer leads ZooKeeper; empty while none does. */
    public OptionalInt zooKeeperLeader() {
        return NUMBERS.stream()
                .filter(number -> srvr(number).contains("Mode: leader"))
                .mapToInt(number -> number)
                .findFirst();
    }

    private String srvr(int number) {
        PeerPorts ports = peer(number);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(site.host(number), ports.client()), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException away) {
            return "";
        }
    }

    @Override
    public void close() {
        servers.values().forEach(ServerProgram::close);
    }
}
