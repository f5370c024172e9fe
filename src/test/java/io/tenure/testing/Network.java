package io.tenure.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Machines with a network between them, which can be cut: one network namespace of Linux for each, on a bridge that this process is
 * on with two addresses, one for its clients and one for the database.
 *
 * <p>What is cut loses packets without a word, as a switch that fails does: nobody is refused, no connection ends. Made with {@code ip},
 * which needs the rights for it; {@link #isPossible} tells. Used by one thread.
 */
public final class Network implements ServerCluster.Site, AutoCloseable {
    /** A machine's number of nobody: what is sent to it goes nowhere. */
    private static final String NOBODY = "02:00:00:00:00:fe";

    private static final int CLIENTS = 1;
    private static final int DATABASE = 2;
    private static final int FIRST = 10;

    private final int machines;
    private final String name;
    private final String subnet;
    private final Set<Way> cut = new HashSet<>();

    /** From one machine to an address's last number. */
    private record Way(int from, int to) {}

    private Network(int machines, String name, String subnet) {
        this.machines = machines;
        this.name = name;
        this.subnet = subnet;
    }

    /** Whether this machine lets us make networks. */
    public static boolean isPossible() {
        try (Network probe = of(1)) {
            return probe.machines == 1;
        } catch (IllegalStateException refused) {
            return false;
        }
    }

    /** So many machines, numbered from 1, which reach each other and are reached from here. */
    public static Network of(int machines) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Network network = new Network(
                machines,
                "tn" + Integer.toHexString(random.nextInt(0x1000, 0x10000)),
                "10.213." + random.nextInt(1, 255) + ".");
        try {
            network.build();
        } catch (RuntimeException failure) {
            network.close();
            throw failure;
        }
        return network;
    }

    private void build() {
        ip("link add " + bridge() + " type bridge");
        ip("addr add " + clients() + "/24 dev " + bridge());
        ip("addr add " + database() + "/24 dev " + bridge());
        ip("link set " + bridge() + " up");
        for (int machine = 1; machine <= machines; machine++) {
            String space = space(machine);
            String port = name + "p" + machine;
            ip("netns add " + space);
            ip("link add " + port + " type veth peer name eth0 netns " + space);
            ip("link set " + port + " master " + bridge() + " up");
            ip("-n " + space + " addr add " + host(machine) + "/24 dev eth0");
            ip("-n " + space + " link set eth0 up");
            ip("-n " + space + " link set lo up");
        }
    }

    @Override
    public String host(int machine) {
        return subnet + (FIRST + machine);
    }

    /** The address that clients in this process have. */
    public String clients() {
        return subnet + CLIENTS;
    }

    /** The address of this process at which the machines find their database. */
    public String database() {
        return subnet + DATABASE;
    }

    @Override
    public List<String> entering(int machine) {
        return List.of("ip", "netns", "exec", space(machine));
    }

    /** Cuts one machine from another, both ways. */
    public void cut(int one, int other) {
        cut(new Way(one, FIRST + other));
        cut(new Way(other, FIRST + one));
    }

    /** Lets nothing from one machine reach the other; what that one sends still arrives. */
    public void cutOneWay(int from, int to) {
        cut(new Way(from, FIRST + to));
    }

    /** Lets nothing from a machine reach the clients. */
    public void cutFromClients(int machine) {
        cut(new Way(machine, CLIENTS));
    }

    /** Lets nothing from a machine reach the database. */
    public void cutFromDatabase(int machine) {
        cut(new Way(machine, DATABASE));
    }

    private void cut(Way way) {
        if (cut.add(way)) {
            ip("-n " + space(way.from()) + " neigh replace " + subnet + way.to() + " lladdr " + NOBODY
                    + " dev eth0 nud permanent");
        }
    }

    /** Makes everything whole again. */
    public void heal() {
        cut.forEach(way -> ip("-n " + space(way.from()) + " neigh del " + subnet + way.to() + " dev eth0"));
        cut.clear();
    }

    /** Removes it; who runs on a machine is to be ended before. */
    @Override
    public void close() {
        for (int machine = 1; machine <= machines; machine++) {
            run(words("netns del " + space(machine)));
        }
        run(words("link del " + bridge()));
    }

    private String bridge() {
        return name + "b";
    }

    private String space(int machine) {
        return name + "m" + machine;
    }

    private static void ip(String arguments) {
        String complaint = run(words(arguments));
        if (!complaint.isEmpty()) {
            throw new IllegalStateException("ip " + arguments + ": " + complaint);
        }
    }

    private static List<String> words(String arguments) {
        List<String> words = new ArrayList<>(List.of("ip"));
        words.addAll(List.of(arguments.split(" ", -1)));
        return words;
    }

    /** What is wrong; empty when nothing is. */
    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            return process.waitFor() == 0 ? "" : said.isEmpty() ? "failed" : said;
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
