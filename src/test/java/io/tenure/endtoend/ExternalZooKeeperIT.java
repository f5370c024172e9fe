package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tenure.audit.PostgresDatabase;
import io.tenure.testing.Api;
import io.tenure.testing.AuditEvent;
import io.tenure.testing.Reply;
import io.tenure.testing.Running;
import io.tenure.testing.ServerProgram;
import io.tenure.testing.ZooKeeperProgram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Servers beside a ZooKeeper that somebody else runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalZooKeeperIT {
    private static final String PASSWORD = "secret-of-a-test";

    private Path folder = Path.of("");

    private ZooKeeperProgram zooKeeper;
    private CuratorFramework nobody;

    @BeforeAll
    void start(@TempDir Path given) throws Exception {
        folder = given;
        zooKeeper = ZooKeeperProgram.start(folder);
        nobody = zooKeeper.client("");
        for (String path : List.of("/shared", "/closed", "/open", "/foreign")) {
            nobody.create().forPath(path);
        }
    }

    @AfterAll
    void stop() {
        nobody.close();
        zooKeeper.close();
    }

    private static String database() {
        return new PostgresDatabase().url();
    }

    private Running server(String connectString, String database, String... more) {
        List<String> overrides = new ArrayList<>(List.of(
                "zookeeper.mode",
                "external",
                "zookeeper.connectString",
                connectString,
                "zookeeper.sessionTimeout",
                "3s",
                "audit.database.driverClass",
                "org.postgresql.Driver",
                "audit.database.url",
                database,
                "audit.database.user",
                "postgres"));
        overrides.addAll(Arrays.asList(more));
        return Running.start(folder.resolve("none"), overrides.toArray(String[]::new));
    }

    private Running as(String path, String database, String user, String... more) {
        List<String> overrides =
                new ArrayList<>(List.of("zookeeper.auth.user", user, "zookeeper.auth.password", PASSWORD));
        overrides.addAll(Arrays.asList(more));
        return server(zooKeeper.connectString() + path, database, overrides.toArray(String[]::new));
    }

    @Test
    void twoServersShareWhatStandsBelowThePathAndTheAuditLog() {
        String database = database();
        try (Running one = server(zooKeeper.connectString() + "/shared", database);
                Running other = server(zooKeeper.connectString() + "/shared", database)) {
            await().until(() -> servers(one) == 2 && servers(other) == 2);
            Reply held = one.api().post("/v1/locks/shared", "{'ttl':'30s'}");
            String path = "/v1/locks/shared/holds/" + held.text("/lease");

            assertThat(other.api().post("/v1/locks/shared", "{'ttl':'30s'}").status())
                    .isEqualTo(409);
            assertThat(other.api().delete(path).text("/endedBy")).isEqualTo("RELEASED");
            for (Api api : List.of(one.api(), other.api())) {
                assertThat(AuditEvent.all(api)).extracting(AuditEvent::action).containsExactly("GRANTED", "ENDED");
                assertThat(api.get(path).status()).isEqualTo(410);
                await().until(() ->
                        api.get("/v1/cluster").text("/ensemble/0/role").equals("STANDALONE"));
                await().until(() -> api.get("/v1/cluster").text("/level").equals("NORMAL"));
            }
            assertThat(folder.resolve("none")).doesNotExist();
        }
    }

    private static int servers(Running server) {
        return server.api().get("/v1/cluster").body().path("servers").size();
    }

    @Test
    void aPathThatIsNotThereIsNamed() {
        assertThat(refused(zooKeeper.connectString() + "/nowhere"))
                .isEqualTo(
                        "/tenure cannot be created: make the path behind the servers in zookeeper.connectString first");
    }

    /** The line that a program ends with that cannot start. */
    private String refused(String connectString, String... settings) {
        try (ServerProgram server = ServerProgram.in(folder)
                .with("TENURE_DB_URL", "jdbc:postgresql://127.0.0.1:1/none")
                .with("TENURE_DB_DRIVER", "org.postgresql.Driver")
                .configured("logging.level", "OFF")
                .configured("zookeeper.mode", "external")
                .configured("zookeeper.connectString", connectString)) {
            for (int i = 0; i < settings.length; i += 2) {
                server.configured(settings[i], settings[i + 1]);
            }
            assertThat(server.start().exitStatus(Duration.ofSeconds(60))).isEqualTo(1);
            return String.join("\n", server.errors());
        }
    }

    @Test
    void onlyWhoComesAsTheSameUserTouchesWhatAServerMade() throws Exception {
        try (Running server = as("/closed", database(), "tenure");
                CuratorFramework same = zooKeeper.client("tenure:" + PASSWORD)) {
            Reply held = server.api().post("/v1/locks/closed", "{'ttl':'30s'}");
            assertThat(held.status()).isEqualTo(201);
            assertThatThrownBy(() -> nobody.getChildren().forPath("/closed/tenure/locks/closed"))
                    .isInstanceOf(KeeperException.NoAuthException.class);
            assertThatThrownBy(() -> nobody.getData().forPath("/closed/tenure/sys/coordinator/epoch"))
                    .isInstanceOf(KeeperException.NoAuthException.class);
            assertThatThrownBy(() -> nobody.getChildren().forPath("/closed/tenure/sys/servers"))
                    .isInstanceOf(KeeperException.NoAuthException.class);

            InterProcessMutex mutex = new InterProcessMutex(same, "/closed/tenure/locks/closed");
            assertThat(mutex.acquire(100, TimeUnit.MILLISECONDS)).isFalse();
            server.api().delete("/v1/locks/closed/holds/" + held.text("/lease"));
            assertThat(mutex.acquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.api().post("/v1/locks/closed", "{'ttl':'30s'}").status())
                    .isEqualTo(409);
            mutex.release();

            assertThat(refused(
                            zooKeeper.connectString() + "/closed",
                            "zookeeper.auth.user",
                            "another",
                            "zookeeper.auth.password",
                            PASSWORD))
                    .contains("ZooKeeper refuses to read /tenure", "NOAUTH", "zookeeper.auth")
                    .doesNotContain("\n", PASSWORD);
        }
    }

    @Test
    void withOpenRightsNativeClientsNeedNoUser() throws Exception {
        try (Running server = as("/open", database(), "tenure", "zookeeper.acl", "open")) {
            InterProcessMutex mutex = new InterProcessMutex(nobody, "/open/tenure/locks/open");
            assertThat(mutex.acquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.api().post("/v1/locks/open", "{'ttl':'30s'}").status())
                    .isEqualTo(409);
            mutex.release();
        }
    }

    @Test
    void sessionsComeOverTlsWithKeysOnBothSides() throws Exception {
        Path keys = Files.createDirectories(folder.resolve("keys"));
        String server = keys.resolve("server.p12").toString();
        String client = keys.resolve("client.p12").toString();
        String trusted = keys.resolve("trusted.p12").toString();
        for (String store : List.of(server, client)) {
            String alias = store.equals(server) ? "server" : "client";
            keytool(
                    "-genkeypair",
                    "-alias",
                    alias,
                    "-keyalg",
                    "RSA",
                    "-keystore",
                    store,
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=ip:127.0.0.1,dns:localhost");
            String certificate = store + ".crt";
            keytool("-exportcert", "-alias", alias, "-keystore", store, "-file", certificate);
            keytool("-importcert", "-noprompt", "-alias", alias, "-keystore", trusted, "-file", certificate);
        }
        Map<String, String> settings = Map.of(
                "ssl.keyStore.location", server,
                "ssl.keyStore.password", PASSWORD,
                "ssl.trustStore.location", trusted,
                "ssl.trustStore.password", PASSWORD);
        try (ZooKeeperProgram secure = ZooKeeperProgram.start(
                        keys,
                        "secureClientPort",
                        settings,
                        List.of("-Dzookeeper.serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory"));
                Running running = server(
                        secure.connectString(),
                        database(),
                        "zookeeper.tls.keyStore",
                        client,
                        "zookeeper.tls.keyStorePassword",
                        PASSWORD,
                        "zookeeper.tls.trustStore",
                        trusted,
                        "zookeeper.tls.trustStorePassword",
                        PASSWORD)) {
            assertThat(running.api().post("/v1/locks/over-tls", "{'ttl':'30s'}").status())
                    .isEqualTo(201);
            await().until(() ->
                    running.api().get("/v1/cluster").text("/ensemble/0/role").equals("STANDALONE"));
        }
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
