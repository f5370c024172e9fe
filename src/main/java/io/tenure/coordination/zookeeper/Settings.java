package io.tenure.coordination.zookeeper;

import java.net.InetSocketAddress;
import java.util.Properties;
import org.apache.zookeeper.server.InProcessConnectionFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;

/** How the ZooKeeper inside this process is configured, alone or as a peer. Stateless. */
final class Settings {
    /** The length of a tick in milliseconds. Sessions end within one, and peers look for each other every half of it. */
    private static final int TICK = 500;

    /** A peer that is silent for so many ticks is held for dead: two seconds, of the five after which an ensemble is to serve again. */
    private static final int SILENCE = 4;

    /** Ticks in which a peer must have taken over all data from the leader: twenty seconds. */
    private static final int TAKE_OVER = 40;

    private Settings() {}

    /** What ZooKeeper reads from the system's properties alone, when its classes are loaded: every entrance comes here first. */
    static void prepare() {
        Jute.raiseLimit();
        // These two have no prefix in ZooKeeper, so its configuration cannot set them. A second and a directory that
        // was used once
        // is in nobody's way; at ZooKeeper's own 10,000 a minute they would pile up.
        System.setProperty("znode.container.checkIntervalMs", "5000");
        System.setProperty("znode.container.maxPerMinute", "600000");
        // a few connections from this machine: the thread that selects reads and writes them too, which spares two
        // changes of threads
        System.setProperty("zookeeper.nio.numWorkerThreads", "0");
        // this process's own clients need no socket
        System.setProperty(ServerCnxnFactory.ZOOKEEPER_SERVER_CNXN_FACTORY, InProcessConnectionFactory.class.getName());
        // A peer that has found nobody asks again after at most so long; ZooKeeper's own minute is how long one that
        // was cut off would stay away once the network is whole.
        System.setProperty("zookeeper.fastleader.maxNotificationInterval", "2000");
    }

    /** For a server that is alone. */
    static Properties alone(DataFolder folder, InetSocketAddress address) {
        Properties properties = both(folder, address);
        // Kept in statics of ZooKeeper, and so handed to the next server in this process when they are not set.
        properties.setProperty("standaloneEnabled", "true");
        return properties;
    }

    /** For a peer. */
    static Properties peer(DataFolder folder, InetSocketAddress address, Ensemble ensemble) {
        Properties properties = both(folder, address);
        properties.setProperty("standaloneEnabled", "false");
        properties.setProperty("initLimit", String.valueOf(TAKE_OVER));
        properties.setProperty("syncLimit", String.valueOf(SILENCE));
        properties.setProperty("connectToLearnerMasterLimit", String.valueOf(SILENCE));
        properties.setProperty("quorumListenOnAllIPs", String.valueOf(ensemble.everywhere()));
        ensemble.lines().forEach(properties::setProperty);
        return properties;
    }

    private static Properties both(DataFolder folder, InetSocketAddress address) {
        Properties properties = new Properties();
        properties.setProperty("dataDir", folder.data().toString());
        properties.setProperty("clientPort", String.valueOf(address.getPort()));
        properties.setProperty("clientPortAddress", address.getAddress().getHostAddress());
        properties.setProperty("tickTime", String.valueOf(TICK));
        // The bounds leave the choice to the session's own timeout.
        properties.setProperty("minSessionTimeout", "1000");
        properties.setProperty("maxSessionTimeout", "120000");
        // The limit counts per address, and here everybody has the same.
        properties.setProperty("maxClientCnxns", "0");
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("reconfigEnabled", "false");
        // A snapshot and a new log file after this many writes or this much log: what a start has to read again, at
        // most.
        properties.setProperty("snapCount", "100000");
        properties.setProperty("snapSizeLimitInKb", "131072");
        properties.setProperty("preAllocSize", "8192");
        return properties;
    }
}
