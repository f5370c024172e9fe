package io.tenure.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void theConfigurationThatComesWithItHasNoFault() {
        assertThat(run("check", "config.yml")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "zookeeper: {mode: ensemble}|zookeeper.mode: only embedded is there yet, one server with ZooKeeper inside; got ensemble",
                "zookeeper: {mode: external}|zookeeper.mode: only embedded is there yet, one server with ZooKeeper inside; got external",
                "zookeeper: {bindHost: 0.0.0.0}|zookeeper.bindHost: the embedded ZooKeeper listens on 127.0.0.1 only; got 0.0.0.0",
                "zookeeper: {port: 70000}|zookeeper.port: 0 to 65535; got 70000",
                "zookeeper: {root: tenure}|zookeeper.root: an absolute path like /tenure; got tenure",
                "zookeeper: {sessionTimeout: 10ms}|zookeeper.sessionTimeout: 1s to 2m; got 10ms",
                "leases: {minTtl: 2h, maxTtl: 1h}|leases.maxTtl: 2h to 365d; got 1h",
                "leases: {maxHold: never}|leases.maxHold: none, or a duration with a unit like 12h; got never",
                "limits: {maxWait: 75s}|server.applicationConnectors[0].idleTimeout: more than limits.maxWait, which is 75s; got 75s",
                "limits: {maxBatch: 501}|limits.maxBatch: 1 to 500; got 501",
                "audit: {maxBacklog: 0}|audit.maxBacklog: 1 to 10000000; got 0",
                "security: {type: tokens}|security.type: none or none-i-know; got tokens",
            })
    void aFaultHasItsLine(String section, String line) throws IOException {
        assertThat(run("check", file(section))).containsExactly(line);
    }

    @Test
    void anAddressThatOthersReachIsRefusedWithoutSecurity() throws IOException {
        String open = SERVER.replaceFirst("127.0.0.1", "0.0.0.0");

        assertThat(run("check", write(open)))
                .containsExactly(
                        "server.applicationConnectors[0].bindHost: without security whoever reaches the port may do"
                                + " everything, so only loopback; security.type none-i-know allows any; got 0.0.0.0");
        assertThat(run("check", write(open + "security: {type: none-i-know}\n")))
                .isEmpty();
    }

    @Test
    void allFaultsAreToldAtOnceUnknownKeysAmongThem() throws IOException {
        List<String> lines = run("check", file("""
                zookeeper: {prot: 1, mode: external}
                lease: {}
                leases: {grace: 2h}
                """));

        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("zookeeper.prot: unknown key; known here: bindHost, dataDir, mode, port");
        assertThat(lines.get(1)).startsWith("lease: unknown key; known here: ");
        assertThat(lines.get(2)).startsWith("zookeeper.mode: ");
        assertThat(lines.get(3)).isEqualTo("leases.grace: 0s to 1h; got 2h");
    }

    @Test
    void aValueOfAnotherTypeIsToldInOneLine() throws IOException {
        assertThat(run("check", file("zookeeper: {port: many}")))
                .hasSize(1)
                .allMatch(line -> line.contains("zookeeper.port"));
    }

    @Test
    void yamlThatIsBrokenIsToldInOneLine() throws IOException {
        assertThat(run("check", write("server: [\n"))).hasSize(1);
    }

    @Test
    void aFileThatIsNotThereIsToldInOneLine() {
        assertThat(run("check", "nowhere.yml")).hasSize(1).allMatch(line -> line.contains("nowhere.yml"));
    }

    @Test
    void aPortThatIsTakenIsNamedWithItsKey() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String server = SERVER.replaceFirst("port: 0", "port: " + taken.getLocalPort());

            assertThat(run("server", write(server)))
                    .hasSize(1)
                    .allMatch(line -> line.startsWith("server.applicationConnectors[0].port: port "
                            + taken.getLocalPort() + " on 127.0.0.1 cannot be opened"));
        }
    }

    @Test
    void aDataFolderThatCannotBeMadeIsToldInOneLine() throws IOException {
        Path file = Files.createFile(folder.resolve("data"));

        assertThat(run("server", file("zookeeper: {port: 0, dataDir: " + file.resolve("zookeeper") + "}")))
                .hasSize(1)
                .allMatch(line -> line.contains(file.toString()));
    }

    private static final String SERVER = """
            server:
              applicationConnectors: [{type: http, bindHost: 127.0.0.1, port: 0, idleTimeout: 75s}]
              adminConnectors: [{type: http, bindHost: 127.0.0.1, port: 0}]
            logging: {level: WARN}
            """;

    private String file(String sections) throws IOException {
        return write(SERVER + sections + "\n");
    }

    private String write(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yml"), text).toString();
    }

    /** What the command says on standard error, line by line. */
    private static List<String> run(String... arguments) {
        TenureApplication application = new TenureApplication();
        Bootstrap<TenureConfiguration> bootstrap = new Bootstrap<>(application);
        application.addDefaultCommands(bootstrap);
        application.initialize(bootstrap);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        var unused = new Cli(new JarLocation(CommandsTest.class), bootstrap, new ByteArrayOutputStream(), errors)
                .run(arguments);
        return Arrays.stream(errors.toString(UTF_8).split("\n", -1))
                .filter(line -> !line.isBlank())
                .toList();
    }
}
