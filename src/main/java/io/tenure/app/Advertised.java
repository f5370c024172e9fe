package io.tenure.app;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.jspecify.annotations.Nullable;

/** The URL by which clients and the other servers reach this one. Stateless. */
final class Advertised {
    private Advertised() {}

    /** What is wrong with the key {@code advertise}. */
    static List<String> faults(String advertise) {
        try {
            URI url = new URI(advertise);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return web
                            && url.getHost() != null
                            && (url.getPath().isEmpty() || url.getPath().equals("/"))
                    ? List.of()
                    : List.of(fault(advertise));
        } catch (URISyntaxException none) {
            return List.of(fault(advertise));
        }
    }

    private static String fault(String advertise) {
        return "advertise: the URL that others reach this server by, like http://10.0.0.1:8080; got " + advertise;
    }

    /**
     * That of a server that listens.
     *
     * @param host what others call this machine, for a server that listens on every address; null when that is not said
     */
    static String of(Server server, @Nullable String host) {
        for (var connector : server.getConnectors()) {
            if (connector instanceof ServerConnector tcp && !"admin".equals(tcp.getName())) {
                String scheme = tcp.getConnectionFactory(SslConnectionFactory.class) == null ? "http" : "https";
                return scheme + "://" + host(tcp.getHost(), host) + ":" + tcp.getLocalPort();
            }
        }
        return "";
    }

    private static String host(@Nullable String bound, @Nullable String called) {
        String host = called == null ? machine() : called;
        if (bound != null && !bound.equals("0.0.0.0") && !bound.equals("::")) {
            host = bound;
        }
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
