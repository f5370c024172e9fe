package io.tenure.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.h2.tools.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tenure dev-cluster}: several servers on this machine, to try things out. */
@Command(
        name = "dev-cluster",
        description = {
            "Runs three servers that form a cluster on this machine, to try things out.",
            "",
            "Each is a process of its own, with one peer of ZooKeeper in it; the audit log is in an H2 that this process runs. Kill one"
                    + " and see. Ctrl-C ends all of them; what they keep stays in the folder, for the next time."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:ended by a signal, and so have all servers",
            "1:a port is taken, a server did not start, or all have ended",
            "64:the command line is not understood"
        },
        footerHeading = "%nExample:%n",
        footer = "  tenure dev-cluster --port 9000 --folder /tmp/cluster")
final class DevClusterCommand implements Callable<Integer> {
    private static final int APART = 10;
    private static final int DATABASE = 5;
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration END = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(100);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "data/dev-cluster",
            description = "Where all is kept, and the logs are. Default: data/dev-cluster")
    private Path folder = Path.of("");

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description =
                    "Of the first server; the next has the port ten above, and each uses the four ports above its own too."
                            + " Default: 8080")
    private int port;

    @Option(names = "--servers", paramLabel = "N", defaultValue = "3", description = "How many: 3, 5 or 7. Default: 3")
    private int size;

    @Option(names = "--restart", description = "Start a server again that has ended.")
    private boolean restart;

    @Override
    public Integer call() throws IOException {
        if (size < 3 || size > 7 || size % 2 == 0) {
            throw new ParameterException(spec.commandLine(), "--servers: 3, 5 or 7; got " + size);
        }
        if (port < 1 || port > 65_535 - size * APART) {
            throw new ParameterException(
                    spec.commandLine(), "--port: 1 to " + (65_535 - size * APART) + "; got " + port);
        }
        Path home = folder.toAbsolutePath().normalize();
        List<DevServer> servers = IntStream.rangeClosed(1, size)
                .mapToObj(number -> new DevServer(number, port + (number - 1) * APART, home))
                .toList();
        requireFree(servers);
        Files.createDirectories(home);
        Path configuration = Files.writeString(home.resolve("config.yml"), configuration(servers));
        Passing passing = Passing.signals();
        Server database = database(home);
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println("starts " + size + " servers, which takes some seconds; their logs are in " + home);
            servers.forEach(server -> server.start(configuration));
            awaitReady(servers);
            tell(servers, out);
            return watch(servers, configuration, out);
        } catch (InterruptedException told) {
            return passing.wasStopped() ? Exit.OK : Exit.REFUSED;
        } finally {
            end(servers, out);
            database.stop();
        }
    }

    private void requireFree(List<DevServer> servers) {
        List<Integer> wanted = new ArrayList<>();
        servers.forEach(server -> wanted.addAll(server.ports()));
        wanted.add(port + DATABASE);
        String taken = wanted.stream()
                .filter(each -> !isFree(each))
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        if (!taken.isEmpty()) {
            throw new Failure("taken by another program: port " + taken + " of this machine; give another --port");
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private String configuration(List<DevServer> servers) throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("dev-cluster.yml"))) {
            return new String(in.readAllBytes(), UTF_8)
                    .replace(
                            "@SERVERS@", servers.stream().map(DevServer::member).collect(Collectors.joining("\n")))
                    .replace("@DATABASE@", String.valueOf(port + DATABASE));
        }
    }

    private Server database(Path home) {
        System.setProperty("h2.bindAddress", "127.0.0.1");
        try {
            return Server.createTcpServer(
                            "-tcpPort",
                            String.valueOf(port + DATABASE),
                            "-tcpDaemon",
                            "-ifNotExists",
                            "-baseDir",
                            home.toString())
                    .start();
        } catch (SQLException e) {
            throw new Failure("the audit database does not start: " + e.getMessage());
        }
    }

    private static void awaitReady(List<DevServer> servers) throws InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        long deadline = Machine.nanos() + START.toNanos();
        for (DevServer server : servers) {
            while (!server.ready(http)) {
                if (server.endedWithin(LOOK) || Machine.nanos() > deadline) {
                    throw new Failure("server " + server.number() + " did not start: see " + server.log());
                }
            }
        }
    }

    private void tell(List<DevServer> servers, PrintWriter out) {
        out.println();
        out.printf("%-8s%-24s%-32s%-18s%s%n", "SERVER", "URL", "METRICS", "ZOOKEEPER", "PROCESS");
        servers.forEach(server -> out.printf(
                "%-8d%-24s%-32s%-18s%d%n",
                server.number(), server.url(), server.metrics(), server.zooKeeper(), server.pid()));
        out.println();
        out.println("Try it:");
        out.println(
                "  export TENURE_URL=" + servers.stream().map(DevServer::url).collect(Collectors.joining(",")));
        out.println("  tenure cluster");
        out.println("  tenure run --lock demo -- sleep 60");
        out.println("  kill -9 " + servers.get(0).pid());
        out.println();
        out.println("Ctrl-C ends all of them.");
        out.flush();
    }

    /** Says which server has ended; returns when none is left. */
    private int watch(List<DevServer> servers, Path configuration, PrintWriter out) throws InterruptedException {
        List<DevServer> running = new ArrayList<>(servers);
        while (!running.isEmpty()) {
            for (DevServer server : List.copyOf(running)) {
                if (server.endedWithin(LOOK)) {
                    out.println("server " + server.number() + " has ended with status " + server.status() + ": see "
                            + server.log() + (restart ? "; it is started again" : ""));
                    out.flush();
                    running.remove(server);
                    if (restart) {
                        server.start(configuration);
                        running.add(server);
                    }
                }
            }
        }
        return Exit.REFUSED;
    }

    private static void end(List<DevServer> servers, PrintWriter out) {
        servers.forEach(DevServer::terminate);
        long deadline = Machine.nanos() + END.toNanos();
        for (DevServer server : servers) {
            try {
                if (!server.endedWithin(Duration.ofNanos(Math.max(0, deadline - Machine.nanos())))) {
                    out.println("server " + server.number() + " does not end, and is killed");
                    server.kill();
                }
            } catch (InterruptedException impatient) {
                // told to end a second time: no more waiting
                servers.forEach(DevServer::kill);
            }
        }
    }
}
