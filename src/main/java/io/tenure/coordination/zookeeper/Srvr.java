package io.tenure.coordination.zookeeper;

import io.tenure.coordination.PeerState.Role;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import org.apache.zookeeper.client.FourLetterWordMain;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.X509Exception;

/** ZooKeeper's word {@code srvr}, which every server may be asked unless its operator forbids it. Stateless. */
final class Srvr {
    private static final int MILLIS = 2_000;
    private static final String MODE = "Mode: ";

    private Srvr() {}

    /** Asks the server at this address what it does. Blocks for some seconds at most. */
    static Role ask(InetSocketAddress address, ZKClientConfig config) {
        try {
            return role(FourLetterWordMain.send4LetterWord(
                    address.getHostString(), address.getPort(), "srvr", config, MILLIS));
        } catch (IOException unreachable) {
            return Role.UNREACHABLE;
        } catch (X509Exception.SSLContextException unusable) {
            // the sessions complain of it
            return Role.UNKNOWN;
        }
    }

    /** What this answer says. */
    static Role role(String answer) {
        if (answer.contains("not currently serving requests")) {
            return Role.ELECTING;
        }
        Optional<String> mode = answer.lines()
                .filter(line -> line.startsWith(MODE))
                .map(line -> line.substring(MODE.length()).strip().toLowerCase(Locale.ROOT))
                .findFirst();
        return mode.map(Srvr::named).orElse(Role.UNKNOWN);
    }

    private static Role named(String mode) {
        return switch (mode) {
            case "leader" -> Role.LEADER;
            case "follower" -> Role.FOLLOWER;
            case "observer" -> Role.OBSERVER;
            case "standalone" -> Role.STANDALONE;
            default -> Role.UNKNOWN;
        };
    }
}
