package io.tenure.app;

import io.tenure.coordination.zookeeper.Access;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code zookeeper.tls}: the files for sessions over TLS. Their names end with {@code .p12}, {@code .jks} or {@code .pem}.
 *
 * @param keyStore the own key, where the servers ask for one
 * @param trustStore the certificates that vouch for the servers
 */
public record TlsSection(String keyStore, String keyStorePassword, String trustStore, String trustStorePassword) {
    public TlsSection {
        keyStore = keyStore == null ? "" : keyStore;
        keyStorePassword = keyStorePassword == null ? "" : keyStorePassword;
        trustStore = trustStore == null ? "" : trustStore;
        trustStorePassword = trustStorePassword == null ? "" : trustStorePassword;
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (trustStore.isEmpty()) {
            faults.add(
                    "zookeeper.tls.trustStore: the file with the certificates that vouch for ZooKeeper; it is missing");
        } else {
            readable(faults, "zookeeper.tls.trustStore", trustStore);
        }
        if (!keyStore.isEmpty()) {
            readable(faults, "zookeeper.tls.keyStore", keyStore);
        }
        return faults;
    }

    private static void readable(List<String> faults, String key, String file) {
        if (!Files.isReadable(Path.of(file))) {
            faults.add(key + ": a file that can be read; got " + file);
        }
    }

    Access.Tls tls() {
        return new Access.Tls(keyStore, keyStorePassword, trustStore, trustStorePassword);
    }

    @Override
    public String toString() {
        return "TlsSection[" + keyStore + ", " + trustStore + "]";
    }
}
