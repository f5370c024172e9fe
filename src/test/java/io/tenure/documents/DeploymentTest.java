package io.tenure.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The files of {@code docs/deployment}, as far as they can be checked without the engines that they are for: they can be read, belong
 * together, and name what the server has. Where haproxy, nginx or systemd-analyze are installed they have their say.
 */
class DeploymentTest {
    private static final String FOLDER = "docs/deployment/";
    private static final String CLUSTER = "docs/config-cluster.yml";
    private static final Pattern VARIABLE = Pattern.compile("TENURE_[A-Z0-9_]+");
    private static final Pattern MENTIONED = Pattern.compile("\\$\\{(TENURE_[A-Z0-9_]+)");

    @TempDir
    private Path scratch;

    private static String file(String name) {
        return Repository.text(FOLDER + name);
    }

    private static List<JsonNode> yaml(String text) {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        ObjectMapper mapper = new ObjectMapper();
        return StreamSupport.stream(yaml.loadAll(text).spliterator(), false)
                .<JsonNode>map(mapper::valueToTree)
                .toList();
    }

    private static JsonNode compose() {
        return yaml(file("compose.yml")).get(0);
    }

    private static JsonNode kubernetes(String kind, Predicate<JsonNode> which) {
        return yaml(file("kubernetes.yml")).stream()
                .filter(one -> one.path("kind").asText().equals(kind) && which.test(one))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode pod() {
        return kubernetes("StatefulSet", any -> true).at("/spec/template/spec");
    }

    private static JsonNode container() {
        return pod().at("/containers/0");
    }

    private static String env(String name) {
        return stream(container().path("env"))
                .filter(one -> one.path("name").asText().equals(name))
                .map(one -> one.path("value").asText())
                .findFirst()
                .orElseThrow();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static long seconds(String duration) {
        return Duration.parse(duration).toSeconds();
    }

    /** A setting of the configuration, without what it can be set from. */
    private static String setting(String name) {
        return Repository.text("config.yml")
                .lines()
                .filter(line -> line.strip().startsWith(name + ":"))
                .map(line -> line.substring(line.indexOf(':') + 1)
                        .replaceAll("#.*", "")
                        .strip())
                .findFirst()
                .orElseThrow();
    }

    /** Not ready, what is under way, and ZooKeeper's own end. */
    private static long stop(long drain) {
        return drain + seconds(setting("shutdownGracePeriod")) + 10;
    }

    @Test
    void everyVariableIsOneOfTheConfiguration() {
        Set<String> known = new TreeSet<>(variables(MENTIONED, Repository.text("config.yml")));
        known.addAll(variables(MENTIONED, Repository.text(CLUSTER)));
        known.addAll(variables(VARIABLE, Repository.text("src/main/bin/tenure")));
        Set<String> used = new TreeSet<>();
        Repository.files().stream()
                .filter(file -> Repository.name(file).startsWith(FOLDER))
                .forEach(file -> used.addAll(variables(VARIABLE, Repository.text(file))));
        used.addAll(variables(VARIABLE, Repository.text("docs/deployment.md")));

        assertThat(used).isNotEmpty().isSubsetOf(known);
    }

    private static Set<String> variables(Pattern pattern, String text) {
        Set<String> variables = new HashSet<>();
        pattern.matcher(text).results().forEach(found -> variables.add(found.group(found.groupCount())));
        return variables;
    }

    @Test
    void theComposeFileHasThreeServersThatDifferInOneNumber() {
        JsonNode services = compose().path("services");
        for (int i = 1; i <= 3; i++) {
            JsonNode server = services.path("tenure-" + i);
            assertThat(server.at("/environment/TENURE_ID").asInt()).isEqualTo(i);
            assertThat(server.path("hostname").asText()).isEqualTo("tenure-" + i);
            for (int other = 1; other <= 3; other++) {
                assertThat(server.at("/environment/TENURE_" + other).asText()).isEqualTo("tenure-" + other);
            }
            assertThat(server.at("/volumes/0").asText()).isEqualTo("tenure-" + i + ":/var/lib/tenure");
            assertThat(compose().at("/volumes/tenure-" + i).isMissingNode()).isFalse();
            assertThat(seconds(server.path("stop_grace_period").asText())).isGreaterThanOrEqualTo(stop(3));
            assertThat(server.at("/healthcheck/test/1").asText()).contains(":8080/health/live");
            assertThat(server.path("ports").isMissingNode()).as("not reachable").isTrue();
        }
        assertThat(services.at("/tenure-1/environment/TENURE_DB_URL").asText()).startsWith("jdbc:postgresql://db/");
        assertThat(services.has("db")).isTrue();
        assertThat(services.at("/proxy/ports/0").asText()).startsWith("127.0.0.1:");
        assertThat(compose().at("/networks/inside/internal").asBoolean()).isTrue();
    }

    @Test
    void theImageHasWhatTheFilesStart() {
        String image = file("Dockerfile");
        assertThat(image).contains("FROM eclipse-temurin:17-jre");
        for (String line : image.lines().filter(one -> one.startsWith("COPY ")).toList()) {
            String[] words = line.split(" ");
            for (String source : Arrays.asList(words).subList(1, words.length - 1)) {
                if (!source.equals("target/tenure.jar")) {
                    assertThat(Repository.text(source)).as(source).isNotEmpty();
                }
            }
        }
        assertThat(Repository.text("pom.xml")).contains("<finalName>tenure</finalName>");
        assertThat(image).contains("ENTRYPOINT [\"/opt/tenure/tenure\"]", "EXPOSE 8080 8081 2181 2888 3888");
        assertThat(image).contains("CMD [\"server\", \"/etc/tenure/config-cluster.yml\"]");
        assertThat(container().at("/args/0").asText())
                .endsWith("exec /opt/tenure/tenure server /etc/tenure/config-cluster.yml");
    }

    @Test
    void theProbesAskWhatTheServerAnswers() {
        JsonNode container = container();
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonNode ask = container.at("/" + probe + "/httpGet");
            assertThat(Calls.all()).contains("GET " + ask.path("path").asText());
            assertThat(ask.path("port").asText()).isEqualTo("http");
        }
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
        assertThat(port(container, "http")).isEqualTo(Integer.parseInt(number(setting("port"))));
        for (JsonNode port : kubernetes("Service", one -> !headless(one)).at("/spec/ports")) {
            assertThat(port(container, port.path("targetPort").asText())).isPositive();
        }
        assertThat(Repository.text("config.yml")).contains("${TENURE_ADMIN_PORT:-8081}");
        assertThat(port(container, "admin")).isEqualTo(8081);
    }

    private static String number(String text) {
        return text.replaceAll("\\D", "");
    }

    private static int port(JsonNode container, String name) {
        return stream(container.path("ports"))
                .filter(port -> port.path("name").asText().equals(name))
                .mapToInt(port -> port.path("containerPort").asInt())
                .findFirst()
                .orElseThrow();
    }

    private static boolean headless(JsonNode service) {
        return service.at("/spec/clusterIP").asText().equals("None");
    }

    @Test
    void thePodsFindEachOtherStandApartAndAreTakenAwayOneAtATime() {
        JsonNode set = kubernetes("StatefulSet", any -> true);
        JsonNode peers = kubernetes("Service", DeploymentTest::headless);
        JsonNode budget = kubernetes("PodDisruptionBudget", any -> true);
        String app = set.at("/spec/template/metadata/labels/app").asText();

        assertThat(peers.at("/metadata/name").asText())
                .isEqualTo(set.at("/spec/serviceName").asText());
        assertThat(peers.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
        assertThat(set.at("/spec/podManagementPolicy").asText()).isEqualTo("Parallel");
        assertThat(set.at("/spec/replicas").asInt()).isEqualTo(3);
        for (int i = 1; i <= 3; i++) {
            assertThat(env("TENURE_" + i))
                    .isEqualTo(set.at("/metadata/name").asText() + "-" + (i - 1) + "."
                            + peers.at("/metadata/name").asText() + "."
                            + set.at("/metadata/namespace").asText() + ".svc.cluster.local");
        }
        assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
        assertThat(List.of(
                        set.at("/spec/selector/matchLabels/app"),
                        budget.at("/spec/selector/matchLabels/app"),
                        peers.at("/spec/selector/app"),
                        kubernetes("Service", one -> !headless(one)).at("/spec/selector/app"),
                        kubernetes("NetworkPolicy", any -> true).at("/spec/podSelector/matchLabels/app"),
                        pod().at(
                                        "/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/labelSelector"
                                                + "/matchLabels/app")))
                .allMatch(label -> label.asText().equals(app));
        assertThat(set.at("/spec/volumeClaimTemplates/0/metadata/name").asText())
                .isEqualTo(container().at("/volumeMounts/0/name").asText());
        assertThat(container().at("/volumeMounts/0/mountPath").asText()).isEqualTo("/var/lib/tenure");
        long preStop = container().at("/lifecycle/preStop/exec/command/1").asLong();
        assertThat(preStop).isPositive();
        assertThat(pod().path("terminationGracePeriodSeconds").asLong())
                .isGreaterThanOrEqualTo(preStop + stop(seconds(env("TENURE_DRAIN"))));
    }

    @Test
    void theContainersNumberIsThePodsPlusOne() throws Exception {
        String command = container().at("/args/0").asText().replaceAll("exec .*", "echo \\$TENURE_ID");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command);
        shell.environment().put("HOSTNAME", "tenure-2");
        assertThat(run(shell)).isEqualTo("3\n");
    }

    @Test
    void theUnitStartsWhatThereIsAndGivesItTimeToStop() throws Exception {
        String unit = file("tenure.service");
        assertThat(unit)
                .contains("ExecStart=/opt/tenure/tenure server /etc/tenure/config.yml")
                .contains("ExecStartPre=/opt/tenure/tenure check /etc/tenure/config.yml")
                .contains("SuccessExitStatus=143");
        assertThat(Repository.text("docs/deployment.md"))
                .contains("/opt/tenure/tenure\n", "/opt/tenure/tenure.jar\n", "/etc/tenure/config.yml\n");
        String stop = unit.replaceAll("(?s).*\nTimeoutStopSec=(\\d+)\n.*", "$1");
        assertThat(Long.parseLong(stop)).isGreaterThanOrEqualTo(stop(5));

        require("systemd-analyze", "the unit is not verified");
        Path program = Files.copy(Repository.TOP.resolve("src/main/bin/tenure"), scratch.resolve("tenure"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Path copy = Files.writeString(
                scratch.resolve("tenure.service"), unit.replace("/opt/tenure/tenure", program.toString()));
        assertThat(run(new ProcessBuilder("systemd-analyze", "verify", copy.toString())))
                .isEmpty();
    }

    @Test
    void theProxiesAskForReadinessAndOutwaitWhoWaits() {
        long wait = seconds(setting("maxWait"));
        String haproxy = file("haproxy.cfg");
        assertThat(haproxy).contains("uri /health/ready", "balance leastconn", "option http-keep-alive");
        for (String side : List.of("server", "client")) {
            String timeout = haproxy.replaceAll("(?s).*\n +timeout " + side + " (\\S+)\n.*", "$1");
            assertThat(seconds(timeout)).as(side).isGreaterThan(wait);
        }
        String nginx = file("nginx.conf");
        assertThat(nginx).contains("proxy_buffering off;", "least_conn;", "keepalive 256;", "http_503");
        assertThat(nginx).contains("Connection \"\";").doesNotContain("non_idempotent");
        assertThat(seconds(nginx.replaceAll("(?s).*proxy_read_timeout (\\S+);.*", "$1")))
                .isGreaterThan(wait);
        for (int i = 1; i <= 3; i++) {
            assertThat(haproxy).contains("server tenure-" + i + " tenure-" + i + ":8080 check");
            assertThat(nginx).contains("server tenure-" + i + ":8080 ");
        }
    }

    @Test
    void haproxyTakesItsFile() throws Exception {
        require("haproxy", "its file is not verified");
        assertThat(run(new ProcessBuilder(
                        "haproxy",
                        "-c",
                        "-f",
                        Repository.TOP.resolve(FOLDER + "haproxy.cfg").toString())))
                .doesNotContain("[ALERT]");
    }

    @Test
    void nginxTakesItsFile() throws Exception {
        require("nginx", "its file is not verified");
        // it looks the names up
        Path copy = Files.writeString(
                scratch.resolve("nginx.conf"),
                file("nginx.conf").replaceAll("server tenure-[123]:8080", "server 127.0.0.1:8080"));
        assertThat(run(new ProcessBuilder(
                        "nginx",
                        "-t",
                        "-p",
                        scratch.toString(),
                        "-c",
                        copy.toString(),
                        "-g",
                        "error_log stderr; pid " + scratch.resolve("pid") + ";")))
                .contains("syntax is ok");
    }

    private static void require(String program, String otherwise) {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        if (!installed) {
            System.out.println(program + " is not installed: " + otherwise);
        }
        assumeTrue(installed, program + " is not installed: " + otherwise);
    }

    /** What a program writes, both ways. */
    private static String run(ProcessBuilder program) throws InterruptedException {
        try {
            Process process = program.redirectErrorStream(true).start();
            String written =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
