package io.tenure.testing;

import io.dropwizard.core.Application;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.tenure.app.TenureApplication;
import io.tenure.app.TenureConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** A whole server in this process, as {@code config.yml} makes it, on free ports of loopback and with its data in a folder. */
public final class Running implements AutoCloseable {
    private final DropwizardTestSupport<TenureConfiguration> support;
    private final int zooKeeperPort;

    private Running(DropwizardTestSupport<TenureConfiguration> support, int zooKeeperPort) {
        this.support = support;
        this.zooKeeperPort = zooKeeperPort;
    }

    /**
     * Starts one.
     *
     * @param overrides keys of the configuration and their values, in turn
     */
    public static Running start(Path data, String... overrides) {
        return start(data, TenureApplication::new, overrides);
    }

    /** As {@link #start(Path, String...)}, this application. */
    public static Running start(Path data, Supplier<TenureApplication> program, String... overrides) {
        int zooKeeperPort = freePort();
        List<ConfigOverride> all = new ArrayList<>();
        List<String> keys = new ArrayList<>(Arrays.asList(
                "server.applicationConnectors[0].port",
                "0",
                "server.adminConnectors[0].port",
                "0",
                "zookeeper.port",
                String.valueOf(zooKeeperPort),
                "zookeeper.dataDir",
                data.resolve("zookeeper").toString(),
                "logging.level",
                "WARN"));
        keys.addAll(Arrays.asList(overrides));
        for (int i = 0; i < keys.size(); i += 2) {
            all.add(ConfigOverride.config(keys.get(i), keys.get(i + 1)));
        }
        DropwizardTestSupport<TenureConfiguration> support =
                new DropwizardTestSupport<TenureConfiguration>(
                        TenureApplication.class, "config.yml", all.toArray(ConfigOverride[]::new)) {
                    @Override
                    public Application<TenureConfiguration> newApplication() {
                        return program.get();
                    }
                };
        try {
            support.before();
        } catch (Exception e) {
            throw new IllegalStateException("the server did not start", e);
        }
        return new Running(support, zooKeeperPort);
    }

    public int port() {
        return support.getLocalPort();
    }

    public int adminPort() {
        return support.getAdminPort();
    }

    public int zooKeeperPort() {
        return zooKeeperPort;
    }

    public Api api() {
        return new Api(port());
    }

    @Override
    public void close() {
        support.after();
    }

    /** A port of loopback that nobody listens on. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
