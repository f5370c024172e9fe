package io.tenure.app;

import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that the server listens on, by the keys they are set with.
 *
 * @param application where the API is
 * @param admin where metrics and tasks are
 */
record Connectors(List<HttpConnectorFactory> application, List<HttpConnectorFactory> admin) {
    Connectors {
        application = List.copyOf(application);
        admin = List.copyOf(admin);
    }

    /** Faults of connectors that would cut waiting requests. */
    List<String> tooShort(Duration maxWait) {
        List<String> faults = new ArrayList<>();
        keyed(application, "server.applicationConnectors").forEach((key, connector) -> {
            if (connector.getIdleTimeout().toNanoseconds() <= maxWait.toNanoseconds()) {
                faults.add(key + ".idleTimeout: more than limits.maxWait, which is " + Check.text(maxWait) + "; got "
                        + Check.text(connector.getIdleTimeout()));
            }
        });
        return faults;
    }

    /** Faults of connectors that can be reached from other machines. */
    List<String> notLoopback() {
        List<String> faults = new ArrayList<>();
        all().forEach((key, connector) -> {
            if (!loopback(connector.getBindHost())) {
                faults.add(key
                        + ".bindHost: without security whoever reaches the port may do everything, so only loopback;"
                        + " security.type none-i-know allows any; got " + host(connector));
            }
        });
        return faults;
    }

    /** Faults of ports that another program has. */
    List<String> taken() {
        List<String> faults = new ArrayList<>();
        all().forEach((key, connector) -> {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(address(connector));
            } catch (IOException e) {
                faults.add(key + ".port: port " + connector.getPort() + " on " + host(connector) + " cannot be opened: "
                        + e.getMessage());
            }
        });
        return faults;
    }

    private Map<String, HttpConnectorFactory> all() {
        Map<String, HttpConnectorFactory> all = keyed(application, "server.applicationConnectors");
        all.putAll(keyed(admin, "server.adminConnectors"));
        return all;
    }

    private static Map<String, HttpConnectorFactory> keyed(List<HttpConnectorFactory> connectors, String key) {
        Map<String, HttpConnectorFactory> keyed = new LinkedHashMap<>();
        for (int i = 0; i < connectors.size(); i++) {
            keyed.put(key + "[" + i + "]", connectors.get(i));
        }
        return keyed;
    }

    private static InetSocketAddress address(HttpConnectorFactory connector) {
        return connector.getBindHost() == null
                ? new InetSocketAddress(connector.getPort())
                : new InetSocketAddress(connector.getBindHost(), connector.getPort());
    }

    private static String host(HttpConnectorFactory connector) {
        return connector.getBindHost() == null ? "every address" : connector.getBindHost();
    }

    static boolean loopback(@Nullable String host) {
        try {
            return host != null && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
