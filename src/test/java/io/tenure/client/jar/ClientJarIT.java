package io.tenure.client.jar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.Running;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's jar is enough, together with what its POM names, and brings nothing of the server. */
class ClientJarIT {
    private static final PublishedClient CLIENT = PublishedClient.built();

    private static final String PROGRAM = """
            import io.tenure.client.Hold;
            import io.tenure.client.TenureClient;

            public class Program {
                public static void main(String[] args) throws Exception {
                    try (TenureClient tenure = TenureClient.connect(args[0]);
                            Hold hold = tenure.lock("nightly").acquire()) {
                        System.out.println(hold + "; another: " + tenure.lock("nightly").tryAcquire().isPresent());
                    }
                }
            }
            """;

    @Test
    void aProgramCompilesAndRunsWithWhatThePomNamesAlone(@TempDir Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("Program.java"), PROGRAM);
        try (Running server = Running.start(folder.resolve("data"))) {
            Process program = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            CLIENT.classPath(CLIENT.required()),
                            source.toString(),
                            "http://127.0.0.1:" + server.port())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(output.strip()).matches("lock nightly, held, token \\d+; another: false");
            assertThat(program.exitValue()).isZero();
        }
    }

    @Test
    void itsPomNamesWhateverItsClassesNeed() {
        StringWriter missing = new StringWriter();
        PrintWriter out = new PrintWriter(missing);
        int status = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        out,
                        out,
                        "--multi-release",
                        "17",
                        "--missing-deps",
                        "-cp",
                        CLIENT.classPath(CLIENT.named()),
                        CLIENT.jar().toString());

        assertThat(missing.toString()).isEmpty();
        assertThat(status).isZero();
    }

    @Test
    void itHasTheClientAndNothingOfTheServer() throws IOException {
        try (JarFile jar = new JarFile(CLIENT.jar().toFile())) {
            List<String> packages = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(0, name.lastIndexOf('/')))
                    .distinct()
                    .toList();

            assertThat(packages)
                    .contains("io/tenure/client", "io/tenure/client/shedlock", "io/tenure/name", "io/tenure/error")
                    .allMatch(name -> name.matches("io/tenure/(client|name|error)(/.*)?"));
            assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                    .isEqualTo("io.tenure.client");
        }
    }

    @Test
    void itsPomIsFilledIn() throws IOException {
        String pom = Files.readString(CLIENT.pom());

        assertThat(pom).contains("<artifactId>tenure-client</artifactId>").doesNotContain("${");
    }
}
