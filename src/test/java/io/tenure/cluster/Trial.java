package io.tenure.cluster;

import static org.awaitility.Awaitility.await;

import io.tenure.audit.PostgresDatabase;
import io.tenure.cli.torture.Report;
import io.tenure.cli.torture.Settings;
import io.tenure.cli.torture.Torture;
import io.tenure.testing.Network;
import io.tenure.testing.ServerCluster;
import io.tenure.testing.SmallDisk;
import io.tenure.testing.TcpProxy;
import io.tenure.testing.ThisMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of three under load, to which things happen one after the other, and what became of it.
 *
 * <p>Where this machine lets us, each server runs on a machine of its own in a network that can be cut; else all run here. Used by one
 * thread.
 */
final class Trial implements AutoCloseable {
    /** The server whose disk can be full, where this machine lets us have one. */
    static final int ON_SMALL_DISK = 3;

    private static final int DISK_MEBIBYTES = 2_048;
    private static final Pattern LOCAL_PORT = Pattern.compile("//localhost:([0-9]+)/");
    private static final Duration LONGEST = Duration.ofSeconds(90);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How many clients make the load. */
    private static final int CLIENTS = Integer.getInteger("clients", 32);

    /** How many more only take a lock and give it back. */
    private static final int BRIEF = Integer.getInteger("brief", 0);

    /** Seconds of work before the first fault. */
    private static final int WARM = Integer.getInteger("warm", 0);

    /** The heap of each server. */
    private static final String HEAP = System.getProperty("heap", "256m");

    /** Where the history is kept: {@code -Dkept=FILE}. */
    private static final @Nullable Path KEPT =
            System.getProperty("kept") == null ? null : Path.of(System.getProperty("kept"));

    private final List<Happened> happened = new ArrayList<>();
    private final @Nullable Network network;
    private final @Nullable SmallDisk disk;
    private final TcpProxy database;
    private final ServerCluster cluster;
    private @Nullable Torture torture;

    /**
     * One fault that is over.
     *
     * @param mark what the history calls it
     * @param whole from when it was mended until all servers were there, knew of each other and found nothing wrong
     */
    private record Happened(String mark, Duration whole) {}

    private Trial(Path folder, Map<String, String> settings) {
        network = Network.isPossible() ? Network.of(3) : null;
        String url = new PostgresDatabase().url();
        Matcher port = LOCAL_PORT.matcher(url);
        if (!port.find()) {
            throw new IllegalStateException("no port in " + url);
        }
        database = new TcpProxy(databaseHost(network), Integer.parseInt(port.group(1)));
        cluster = ServerCluster.in(
                folder,
                port.replaceFirst("//" + database.host() + ":" + database.port() + "/"),
                network == null ? ServerCluster.Site.HERE : network);
        settings.forEach(cluster::configured);
        disk = SmallDisk.tryMount(folder.resolve("small-disk"), DISK_MEBIBYTES).orElse(null);
        if (disk != null) {
            cluster.server(ON_SMALL_DISK).with("TENURE_DATA", disk.folder().toString());
        }
        cluster.heap(HEAP);
    }

    private static InetAddress databaseHost(@Nullable Network network) {
        try {
            return network == null ? InetAddress.getLoopbackAddress() : InetAddress.getByName(network.database());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Starts a cluster with these keys of the configuration, and blocks until it is whole. What it keeps and writes goes below the folder.
     */
    static Trial start(Path folder, Map<String, String> settings) {
        Trial trial = new Trial(folder, settings);
        try {
            trial.cluster.start().awaitWhole();
            return trial;
        } catch (RuntimeException failure) {
            trial.close();
            throw failure;
        }
    }

    /** Begins the load, and blocks until it flows. */
    void load(double rate, long seed) throws IOException {
        List<URI> servers = cluster.urls().stream().map(URI::create).toList();
        torture = Torture.start(
                new Settings(servers, CLIENTS + BRIEF, BRIEF, seed, rate, Settings.CHAPTER, KEPT), new ThisMachine());
        awaitCycles(500);
        for (int seconds = 0; seconds < WARM; seconds += 5) {
            long before = torture().cycles();
            sleep(Duration.ofSeconds(5));
            System.out.printf(
                    "trial: %d cycles a second before the first fault%n",
                    (torture().cycles() - before) / 5);
        }
    }

    private void awaitCycles(long more) {
        long until = torture().cycles() + more;
        await().atMost(LONGEST).until(() -> torture().cycles() >= until);
    }

    /** Strikes, waits for as long as it lasts, mends it, and waits until the cluster is whole and work is done again. */
    void suffer(Fault fault) {
        Fault.Blow blow = fault.choose(this);
        String mark = (happened.size() + 1) + ". " + blow.what();
        torture().mark(mark);
        blow.strike().run();
        sleep(fault.lasts());
        blow.mend().run();
        long mended = System.nanoTime();
        cluster.mend();
        happened.add(new Happened(mark, Duration.ofNanos(System.nanoTime() - mended)));
        awaitCycles(50);
        torture().mark("whole after " + mark);
    }

    static void sleep(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }

    /** Ends the load, checks all that is left to be checked, and prints what happened. */
    Report end() throws InterruptedException {
        Report report = torture().stop(PATIENCE);
        System.out.printf(
                "trial: %d cycles in %d s, %.0f a second, %d calls, %d events of the log, %d violations, longest time without a grant %d ms%n",
                report.cycles(),
                report.time().toSeconds(),
                report.perSecond(),
                report.calls(),
                report.events(),
                report.found(),
                report.longestGap().toMillis());
        for (Happened each : happened) {
            System.out.printf(
                    "trial: %s: at most %d ms without a grant, whole %d ms after it was mended%n",
                    each.mark(),
                    gap(report, each.mark()).toMillis(),
                    each.whole().toMillis());
        }
        return report;
    }

    /** The longest time without a grant from this mark to the next. */
    static Duration gap(Report report, String mark) {
        return report.marks().stream()
                .filter(each -> each.what().endsWith(mark) && !each.what().startsWith("whole"))
                .map(Report.Marked::longestGap)
                .max(Duration::compareTo)
                .orElseThrow();
    }

    /** The servers. */
    ServerCluster cluster() {
        return cluster;
    }

    /** The network between them, if it can be cut. */
    Optional<Network> network() {
        return Optional.ofNullable(network);
    }

    /** The disk of server {@link #ON_SMALL_DISK}, if it has one of its own. */
    Optional<SmallDisk> disk() {
        return Optional.ofNullable(disk);
    }

    /** Their way to the database. */
    TcpProxy database() {
        return database;
    }

    private Torture torture() {
        if (torture == null) {
            throw new IllegalStateException("no load");
        }
        return torture;
    }

    @Override
    public void close() {
        if (torture != null) {
            torture.abandon();
        }
        cluster.close();
        database.close();
        if (disk != null) {
            disk.close();
        }
        if (network != null) {
            network.close();
        }
    }
}
