package io.tenure.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;

/** ZooKeeper as somebody else runs it: its own program in a process of its own, on a free port of loopback. Used by one thread. */
public final class ZooKeeperProgram implements AutoCloseable {
    private final int port;
    private final Process process;

    private ZooKeeperProgram(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts one, and returns before it serves. */
    public static ZooKeeperProgram start(Path folder) {
        return start(folder, "clientPort", Map.of(), List.of());
    }

    /**
     * Starts one that is configured otherwise, and returns before it serves.
     *
     * @param portKey the setting of the port that it listens on
     * @param settings more lines of its configuration
     * @param options of its JVM
     */
    public static ZooKeeperProgram start(
            Path folder, String portKey, Map<String, String> settings, List<String> options) {
        int port = Running.freePort();
        Properties properties = new Properties();
        properties.put("dataDir", folder.resolve("zookeeper").toString());
        properties.put(portKey, String.valueOf(port));
        properties.put(portKey + "Address", "127.0.0.1");
        properties.put("admin.enableServer", "false");
        properties.put("maxClientCnxns", "0");
        properties.putAll(settings);
        Path file = folder.resolve("zoo.cfg");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-Djute.maxbuffer=8388608",
                "-Xmx128m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.apache.zookeeper.server.ZooKeeperServerMain",
                file.toString()));
        try {
            return new ZooKeeperProgram(
                    port,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("zookeeper.log").toFile())
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a client connects to. */
    public String connectString() {
        return "127.0.0.1:" + port;
    }

    /** A native client of it, as this user with a colon and the password behind, or as nobody when that is empty. */
    public CuratorFramework client(String user) {
        CuratorFrameworkFactory.Builder builder =
                CuratorFrameworkFactory.builder().connectString(connectString()).retryPolicy(new RetryOneTime(100));
        if (!user.isEmpty()) {
            builder.authorization("digest", user.getBytes(StandardCharsets.UTF_8));
        }
        CuratorFramework client = builder.build();
        client.start();
        try {
            if (!client.blockUntilConnected(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no connection to " + connectString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return client;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
