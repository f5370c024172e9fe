package io.tenure.coordination.zookeeper;

import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Servers that each run one ZooKeeper peer, and which of them this one is. Immutable; all servers have the same members.
 *
 * @param id the number of the own peer, one of the members
 * @param members all peers by their numbers
 * @param bindHost what the own peer listens on when that is not its own host: another address of this machine, or {@code 0.0.0.0} for
 *     all
 */
public record Ensemble(
        int id,
        SortedMap<Integer, Member> members,
        @Nullable String bindHost) {
    public Ensemble {
        members = new TreeMap<>(members);
        if (!members.containsKey(id)) {
            throw new IllegalArgumentException(id + " is none of " + members.keySet());
        }
    }

    /**
     * Where the others reach one peer.
     *
     * @param host its name or address
     * @param client the port for sessions
     * @param peer the port that followers connect to at the leader
     * @param election the port for electing the leader
     */
    public record Member(String host, int client, int peer, int election) {
        /** The host as it stands before a port. */
        static String written(String host) {
            return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        }

        /** What a client connects to. */
        public String address() {
            return written(host) + ":" + client;
        }
    }

    /** The own peer. */
    public Member own() {
        return Objects.requireNonNull(members.get(id));
    }

    /** What the own peer listens on. */
    String listensOn() {
        return bindHost == null ? own().host() : bindHost;
    }

    /** What a client connects to that may use any of them. */
    public String connectString() {
        return members.values().stream().map(Member::address).collect(Collectors.joining(","));
    }

    /** The lines of ZooKeeper's configuration that name the members: the own one by the address that it listens on. */
    Map<String, String> lines() {
        return members.entrySet().stream()
                .collect(Collectors.toMap(
                        each -> "server." + each.getKey(), each -> line(each.getKey(), each.getValue())));
    }

    private String line(int number, Member member) {
        String host = number == id && bindHost != null && !everywhere() ? bindHost : member.host();
        return Member.written(host) + ":" + member.peer() + ":" + member.election();
    }

    /** Whether the own peer listens on all addresses of the machine. */
    boolean everywhere() {
        return bindHost != null && (bindHost.equals("0.0.0.0") || bindHost.equals("::"));
    }
}
