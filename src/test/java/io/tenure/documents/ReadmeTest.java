package io.tenure.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's commands are the ones that {@code .ci/run} runs, and its walk can be pasted. */
class ReadmeTest {
    private static final String README = Repository.text("README.md");
    private static final String CI = Repository.text(".ci/run");

    @Test
    void oneCommandBuildsAndStartsTheServer() {
        assertThat(block("command: start"))
                .containsExactly("mvn -q -DskipTests package && target/tenure server config.yml");
        assertThat(Repository.TOP.resolve("config.yml")).exists();
    }

    @Test
    void oneCommandRunsAllTests() {
        assertThat(block("command: test")).containsExactly("mvn verify");
    }

    @Test
    void theWalkHasSixCalls() {
        assertThat(block("walk").stream().filter(line -> line.startsWith("curl ")))
                .hasSize(6);
    }

    @Test
    void theWalkCanBePastedAsItIs() {
        List<String> walk = block("walk");

        assertThat(walk).first().isEqualTo("id=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)");
        assertThat(walk).anyMatch(line -> line.contains("http://127.0.0.1:${TENURE_PORT:-8080}"));
        assertThat(walk).noneMatch(line -> line.contains("#")).noneMatch(line -> line.startsWith("$"));
    }

    @Test
    void ciReadsTheCommandsFromTheReadme() {
        assertThat(CI)
                .contains("start=$(block 'command: start') walk=$(block 'walk') tests=$(block 'command: test')")
                .contains("bash -c \"$start\"")
                .contains("-c \"$walk\"")
                .contains("bash -c \"$tests\"");
        assertThat(CI).doesNotContain("java -jar", "mvn verify", "mvn -q", "/v1/");
    }

    @Test
    void ciCanBeExecuted() {
        assertThat(Files.isExecutable(Repository.TOP.resolve(".ci/run"))).isTrue();
    }

    @Test
    void theReadmeIsShort() {
        assertThat(README.lines()).hasSizeLessThan(90);
    }

    /** The lines of the fenced block behind a marker, as {@code .ci/run} finds them. */
    private static List<String> block(String marker) {
        Matcher matcher = Pattern.compile(
                        "^<!-- " + Pattern.quote(marker) + " -->\n```sh\n(.*?)^```$",
                        Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(README);
        assertThat(matcher.find()).as("a block marked " + marker).isTrue();
        List<String> lines = matcher.group(1).lines().toList();
        assertThat(matcher.find()).as("a second block marked " + marker).isFalse();
        return lines;
    }
}
