package io.tenure.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What may be wrong with {@code zookeeper.servers} and {@code zookeeper.id}. Stateless. */
final class Members {
    private static final String SERVERS = "zookeeper.servers";
    private static final int FEWEST = 3;
    private static final int HIGHEST = 255;

    private Members() {}

    static List<String> faults(@Nullable Integer id, SortedMap<Integer, PeerSection> servers) {
        List<String> faults = new ArrayList<>();
        if (id == null) {
            faults.add("zookeeper.id: which of " + SERVERS
                    + " this server is, such as 1; it is missing, and so is TENURE_ID"
                    + " where the file takes it from there");
        } else if (!servers.containsKey(id)) {
            faults.add("zookeeper.id: one of " + SERVERS + ", which are " + servers.keySet() + "; got " + id);
        }
        if (servers.size() < FEWEST) {
            faults.add(SERVERS + ": three at least, so that one may fail; got " + servers.size()
                    + "; a single server has zookeeper.mode embedded");
        }
        Map<String, String> taken = new LinkedHashMap<>();
        servers.forEach((number, peer) -> {
            String key = SERVERS + "." + number;
            Check.range(faults, key, number, 1, HIGHEST);
            if (peer.host().isEmpty()) {
                faults.add(key + ".host: a name or an address that the other servers reach; it is missing");
            }
            once(faults, taken, key + ".client", peer.host(), peer.client());
            once(faults, taken, key + ".peer", peer.host(), peer.peer());
            once(faults, taken, key + ".election", peer.host(), peer.election());
        });
        return faults;
    }

    private static void once(List<String> faults, Map<String, String> taken, String key, String host, int port) {
        Check.range(faults, key, port, 1, 65_535);
        String other = taken.putIfAbsent(host + ":" + port, key);
        if (other != null) {
            faults.add(key + ": an address of its own; " + host + ":" + port + " is that of " + other);
        }
    }
}
