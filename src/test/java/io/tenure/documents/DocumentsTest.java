package io.tenure.documents;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenure.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links lead somewhere, tests that are named exist, numbers that the code cites are there, examples are JSON. */
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))`");
    private static final Pattern CITED_RULE = Pattern.compile("docs/protocol\\.md\\}? (\\d+)");
    private static final Pattern CITED_HEADING = Pattern.compile("docs/protocol\\.md\\}?, \"([^\"]+)\"");
    private static final Pattern RULE = Pattern.compile("^## (\\d+)\\. ", Pattern.MULTILINE);
    private static final Pattern JSON = Pattern.compile("^```json\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(TENURE_[A-Z_]+)");
    private static final Pattern MENTIONED_VARIABLE = Pattern.compile("`(TENURE_[A-Z_]+)`");
    private static final Pattern CODE = Pattern.compile("`([A-Z][A-Z_]+)`");

    @Test
    void everyRelativeLinkLeadsSomewhere() {
        List<String> dead = new ArrayList<>();
        for (Path document : Repository.files(".md")) {
            for (String link : groups(LINK, Repository.text(document))) {
                if (!link.contains("://") && !leadsSomewhere(document, link)) {
                    dead.add(Repository.name(document) + " -> " + link);
                }
            }
        }

        assertThat(dead).isEmpty();
    }

    @Test
    void everyPromiseNamesTestsThatExist() {
        Set<String> tests = Repository.files(".java").stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(toCollection(TreeSet::new));

        assertThat(groups(TEST, Repository.text("docs/guarantees.md")))
                .isNotEmpty()
                .isSubsetOf(tests);
    }

    @Test
    void everyNumberedPromiseNamesATest() {
        String guarantees = Repository.text("docs/guarantees.md");
        String[] sections = guarantees.split("(?m)^## ");

        assertThat(Arrays.stream(sections).filter(section -> section.matches("(?s)\\d\\. .*")))
                .hasSize(7)
                .allMatch(section -> section.contains("Shown by `"));
    }

    @Test
    void testsThatOtherDocumentsNameExist() {
        Set<String> tests = Repository.files(".java").stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(toCollection(TreeSet::new));

        for (Path document : Repository.files(".md")) {
            assertThat(groups(TEST, Repository.text(document)))
                    .as(Repository.name(document))
                    .isSubsetOf(tests);
        }
    }

    @Test
    void theProtocolHasItsSixteenRulesInOrder() {
        assertThat(groups(RULE, Repository.text("docs/protocol.md")))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 16).mapToObj(Integer::toString).toList());
    }

    @Test
    void everyRuleAndHeadingThatTheCodeCitesExists() {
        String protocol = Repository.text("docs/protocol.md");
        List<String> rules = groups(RULE, protocol);
        List<String> headings = groups(HEADING, protocol);

        for (Path source : Repository.files(".java")) {
            String code = Repository.text(source);
            assertThat(groups(CITED_RULE, code)).as(Repository.name(source)).isSubsetOf(rules);
            assertThat(groups(CITED_HEADING, code)).as(Repository.name(source)).isSubsetOf(headings);
        }
    }

    @Test
    void theApiListsEveryErrorCode() {
        String errors = Repository.text("docs/api.md");
        List<String> codes =
                Arrays.stream(ErrorCode.values()).map(ErrorCode::name).toList();

        assertThat(groups(CODE, errors.substring(errors.indexOf("\n## Errors"))))
                .containsAll(codes);
    }

    @Test
    void theApiTellsEveryCall() {
        String api = Repository.text("docs/api.md");

        assertThat(Calls.all()).isNotEmpty().allSatisfy(call -> assertThat(api).contains(call));
    }

    @Test
    void operationsTellsEveryVariableOfTheConfiguration() {
        Set<String> variables = new TreeSet<>(groups(VARIABLE, Repository.text("config.yml")));

        assertThat(variables)
                .isNotEmpty()
                .isSubsetOf(groups(MENTIONED_VARIABLE, Repository.text("docs/operations.md")));
    }

    @Test
    void everyExampleIsJson() {
        ObjectMapper mapper = new ObjectMapper();

        for (Path document : Repository.files(".md")) {
            for (String example : groups(JSON, Repository.text(document))) {
                assertThat(isJson(mapper, example))
                        .as(Repository.name(document) + ": " + example)
                        .isTrue();
            }
        }
    }

    @Test
    void decisionsAreNumberedWithoutGapsAndSayWhyAndWhatFollows() {
        List<Path> decisions = Repository.files().stream()
                .filter(file -> Repository.name(file).startsWith("docs/adr/"))
                .toList();

        assertThat(decisions)
                .extracting(file -> file.getFileName().toString().substring(0, 4))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, decisions.size())
                        .mapToObj(number -> String.format(Locale.ROOT, "%04d", number))
                        .toList());
        assertThat(decisions)
                .extracting(Repository::text)
                .allMatch(text -> text.contains("**Context.**")
                        && text.contains("**Decision.**")
                        && text.contains("**Consequences.**"));
    }

    @Test
    void noFileNamesAPathOfSomebodysMachine() {
        List<String> paths = Stream.of("/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "/Us" + "ers/", "../sha" + "red")
                .toList();

        for (Path file : Repository.files()) {
            assertThat(paths)
                    .as(Repository.name(file))
                    .noneMatch(path -> Repository.text(file).contains(path));
        }
    }

    private static boolean leadsSomewhere(Path document, String link) {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? document : document.resolveSibling(file).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0
                || groups(HEADING, Repository.text(target)).stream()
                        .anyMatch(heading -> anchor(heading).equals(link.substring(hash + 1)));
    }

    /** The anchor that a heading gets: lower case, hyphens for spaces, and nothing but letters, digits and hyphens. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static boolean isJson(ObjectMapper mapper, String text) {
        try {
            mapper.readTree(text);
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }
}
