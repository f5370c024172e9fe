package io.tenure.coordination.zookeeper;

import io.tenure.coordination.PeerState;
import io.tenure.coordination.PeerState.Role;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * How the servers of the store are, as they were when they were last asked. They are asked side by side on threads of its own, which
 * begin with {@link #look} and end with the answers, after some seconds at most. Safe for use by many threads.
 */
public final class PeerRoles {
    private final List<PeerState> unknown;
    private final ZKClientConfig config = new ZKClientConfig();
    private volatile List<PeerState> states;

    private PeerRoles(List<PeerState> unknown, Access access) {
        this.unknown = unknown;
        access.settings().forEach(config::setProperty);
        this.states = unknown;
    }

    /** Those of an ensemble. */
    public static PeerRoles of(Ensemble ensemble) {
        List<PeerState> members = new ArrayList<>();
        ensemble.members().forEach((id, member) -> members.add(new PeerState(id, member.address(), Role.UNKNOWN)));
        return new PeerRoles(List.copyOf(members), Access.OPEN);
    }

    /** Those of a connect string, which are asked by the way that sessions come. */
    public static PeerRoles of(String connectString, Access access) {
        return new PeerRoles(
                new ConnectStringParser(connectString)
                        .getServerAddresses().stream()
                                .map(address -> new PeerState(null, written(address), Role.UNKNOWN))
                                .toList(),
                access);
    }

    private static String written(InetSocketAddress address) {
        return Ensemble.Member.written(address.getHostString()) + ":" + address.getPort();
    }

    /** How they were at the last look; before the first one they are unknown. */
    public List<PeerState> states() {
        return states;
    }

    /** Asks all of them, and blocks until each has answered or is held for unreachable. */
    public void look() {
        PeerState[] looked = unknown.toArray(PeerState[]::new);
        List<Thread> asking = new ArrayList<>();
        for (int i = 0; i < looked.length; i++) {
            int at = i;
            Thread thread = new Thread(() -> looked[at] = asked(unknown.get(at)), "tenure-zookeeper-srvr");
            thread.setDaemon(true);
            thread.start();
            asking.add(thread);
        }
        try {
            for (Thread thread : asking) {
                thread.join();
            }
            states = List.of(looked);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private PeerState asked(PeerState peer) {
        Role role = Srvr.ask(
                new ConnectStringParser(peer.address()).getServerAddresses().get(0), config);
        return new PeerState(peer.id(), peer.address(), role);
    }
}
