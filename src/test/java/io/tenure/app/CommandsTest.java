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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void theConfigurationThatComesWithItHasNoFault() {
        assertThat(run("check", "config.yml")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/deployment.md", "docs/operations.md"})
    void whatTheDocumentsShowOfAConfigurationHasNoFault(String document) throws IOException {
        String text = Files.readString(Path.of(document)).replaceAll("…|\\$\\{.*?}|/etc/tenure/[a-z0-9.-]+", "pom.xml");
        List<String> shown =
                YAML.matcher(text).results().map(block -> block.group(1)).toList();

        assertThat(shown).isNotEmpty();
        for (String sections : shown) {
            assertThat(run("check", file(sections + SHARED))).as(sections).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "zookeeper: {mode: standalone}|zookeeper.mode: embedded, ensemble or external; got standalone",
                "zookeeper: {id: 1}|zookeeper.id, zookeeper.servers: only with zookeeper.mode ensemble; the mode is embedded",
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "servers: {1: {host: a}, 2: {host: b}, 3: {host: c}}|zookeeper.id: which of zookeeper.servers this server is, such as 1; it is missing, and so is TENURE_ID where the file takes it from there",
                "id: 4, servers: {1: {host: a}, 2: {host: b}, 3: {host: c}}|zookeeper.id: one of zookeeper.servers, which are [1, 2, 3]; got 4",
                "id: 1, servers: {1: {host: a}, 2: {host: b}}|zookeeper.servers: three at least, so that one may fail; got 2; a single server has zookeeper.mode embedded",
                "id: 1, servers: {1: {host: a}, 2: {host: b}, 300: {host: c}}|zookeeper.servers.300: 1 to 255; got 300",
                "id: 1, servers: {1: {host: a}, 2: {host: b}, 3: {}}|zookeeper.servers.3.host: a name or an address that the other servers reach; it is missing",
                "id: 1, servers: {1: {host: a}, 2: {host: b}, 3: {host: c, client: 0}}|zookeeper.servers.3.client: 1 to 65535; got 0",
                "id: 1, servers: {1: {host: a}, 2: {host: b}, 3: {host: a, client: 3181, election: 4888}}|zookeeper.servers.3.peer: an address of its own; a:2888 is that of zookeeper.servers.1.peer",
            })
    void aFaultOfAnEnsembleHasItsLine(String settings, String line) throws IOException {
        assertThat(run("check", file("zookeeper: {mode: ensemble, " + settings + "}\n" + SHARED)))
                .containsExactly(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sessions: 2|zookeeper.connectString: the servers of ZooKeeper with their ports, like zk1:2181,zk2:2181,zk3:2181, and perhaps a path like /tenure-prod; got none",
                "connectString: 'zk1'|zookeeper.connectString: the servers of ZooKeeper with their ports, like zk1:2181,zk2:2181,zk3:2181, and perhaps a path like /tenure-prod; got zk1",
                "connectString: 'a:1/p', auth: {scheme: sasl, user: u, password: p}|zookeeper.auth.scheme: digest; got sasl",
                "connectString: 'a:1/p', auth: {password: p}|zookeeper.auth.user: a name without a colon; got none",
                "connectString: 'a:1/p', auth: {user: u}|zookeeper.auth.password: it is missing",
                "connectString: 'a:1/p', acl: creator|zookeeper.acl: open, or creator with zookeeper.auth; got creator",
                "connectString: 'a:1', tls: {}|zookeeper.tls.trustStore: the file with the certificates that vouch for ZooKeeper; it is missing",
                "connectString: 'a:1', tls: {trustStore: /nowhere.p12}|zookeeper.tls.trustStore: a file that can be read; got /nowhere.p12",
                "connectString: 'a:1', id: 1|zookeeper.id, zookeeper.servers: only with zookeeper.mode ensemble; the mode is external",
            })
    void aFaultOfAnExternalZooKeeperHasItsLine(String settings, String line) throws IOException {
        assertThat(run("check", file("zookeeper: {mode: external, " + settings + "}\n" + SHARED)))
                .containsExactly(line);
    }

    @Test
    void anExternalZooKeeperWithPathUserAndRightsHasNoFault() throws IOException {
        assertThat(run(
                        "check",
                        file("zookeeper: {mode: external, connectString: 'a:1,b:2,[::1]:3/x/y', acl: open,"
                                + " auth: {user: u, password: p}}\n" + SHARED)))
                .isEmpty();
    }

    @Test
    void threeServersHaveNoFaultAndFourNeither() throws IOException {
        String three = "zookeeper: {mode: ensemble, id: 3, servers: {1: {host: a}, 2: {host: b}, 3: {host: c}";

        assertThat(run("check", file(three + "}}\n" + SHARED))).isEmpty();
        assertThat(run("check", file(three + ", 4: {host: d}}}\n" + SHARED))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none, none", "jdbc:h2:file:./data/audit, jdbc:h2:file:./data/audit", "jdbc:h2:mem:, jdbc:h2:mem:"
            })
    void severalServersWithAnH2OfOneAreRefused(String url, String shown) throws IOException {
        String database = url == null ? "{}" : "{driverClass: org.h2.Driver, url: '" + url + "'}";
        String audit = "audit: {database: " + database + "}\nsecurity: {type: none-i-know}\n";

        assertThat(run("check", file(ENSEMBLE + audit)))
                .hasSize(1)
                .allMatch(line -> line.startsWith("audit.database.url: with zookeeper.mode ensemble all servers write"))
                .allMatch(line -> line.contains("jdbc:postgresql://db/tenure")
                        && line.endsWith("got " + (url == null ? "none" : shown)));
        assertThat(run("check", file(ENSEMBLE + SHARED.replace("postgresql", "h2:tcp"))))
                .isEmpty();
    }

    @Test
    void aPeerThatOthersReachIsRefusedWithoutSecurity() throws IOException {
        String loopback = SHARED.replace("security: {type: none-i-know}", "");

        assertThat(run("check", file(ENSEMBLE.replace("host: 127.0.0.1", "host: 10.0.0.1") + loopback)))
                .containsExactly(
                        "zookeeper.servers.1.host: without security whoever reaches ZooKeeper's ports may do everything,"
                                + " so only loopback; security.type none-i-know allows any; got 10.0.0.1");
        assertThat(run("check", file(ENSEMBLE.replace("id: 1,", "id: 1, bindHost: 0.0.0.0,") + loopback)))
                .hasSize(1)
                .allMatch(line -> line.startsWith("zookeeper.bindHost: "));
        assertThat(run("check", file(ENSEMBLE + loopback))).isEmpty();
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
                zookeeper: {prot: 1, mode: other}
                lease: {}
                leases: {grace: 2h}
                """));

        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("zookeeper.prot: unknown key; known here: acl, auth, bindHost");
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

    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

    private static final String ENSEMBLE =
            "zookeeper: {mode: ensemble, id: 1, servers: {1: {host: 127.0.0.1}, 2: {host: b}, 3: {host: c}}}\n";

    private static final String SHARED = """
            audit: {database: {driverClass: org.postgresql.Driver, url: 'jdbc:postgresql://db/tenure'}}
            security: {type: none-i-know}
            """;

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
