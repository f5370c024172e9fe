package io.tenure.coordination.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * As whom sessions come to ZooKeeper, by which way, and who else may touch what they make. Immutable.
 *
 * @param digest user and password with a colon between, for ZooKeeper's digest scheme; null for nobody in particular
 * @param open whether everybody may touch the nodes that are made; otherwise only who comes with the same digest
 * @param tls the keys and trusted certificates; null for connections without TLS
 */
public record Access(
        @Nullable String digest, boolean open, @Nullable Tls tls) {
    /** Nobody in particular, and everybody may touch everything. */
    public static final Access OPEN = new Access(null, true, null);

    /**
     * Files of keys and certificates; JKS, PKCS12 or PEM by their names' ends.
     *
     * @param keyStore the own key, for servers that want to know their clients; blank for none
     * @param trustStore the certificates that the servers' are checked against
     */
    public record Tls(String keyStore, String keyStorePassword, String trustStore, String trustStorePassword) {
        @Override
        public String toString() {
            return "Tls[" + keyStore + ", " + trustStore + "]";
        }
    }

    /** The rights on nodes that are made. */
    List<ACL> rights() {
        return open ? ZooDefs.Ids.OPEN_ACL_UNSAFE : ZooDefs.Ids.CREATOR_ALL_ACL;
    }

    /** Tells who comes, before anything is asked. */
    ZooKeeper introduced(ZooKeeper handle) {
        if (digest != null) {
            handle.addAuthInfo("digest", digest.getBytes(UTF_8));
        }
        return handle;
    }

    /** What ZooKeeper's client has to know of the way. */
    Map<String, String> settings() {
        return tls == null
                ? Map.of()
                : Map.of(
                        ZKClientConfig.SECURE_CLIENT,
                        "true",
                        ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET,
                        "org.apache.zookeeper.ClientCnxnSocketNetty",
                        "zookeeper.ssl.keyStore.location",
                        tls.keyStore(),
                        "zookeeper.ssl.keyStore.password",
                        tls.keyStorePassword(),
                        "zookeeper.ssl.trustStore.location",
                        tls.trustStore(),
                        "zookeeper.ssl.trustStore.password",
                        tls.trustStorePassword());
    }

    @Override
    public String toString() {
        return "Access[" + (digest == null ? "" : digest.substring(0, digest.indexOf(':'))) + ", " + open + ", " + tls
                + "]";
    }
}
