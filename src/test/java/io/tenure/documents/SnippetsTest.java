package io.tenure.documents;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tenure.documents.Snippets.Block;
import io.tenure.documents.Snippets.Region;
import io.tenure.documents.Snippets.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Java and SQL in the documents is what the tests compile and run, word for word. */
class SnippetsTest {
    /** Blocks in these languages must come from a test. */
    private static final Set<String> TESTED = Set.of("java", "sql");

    @Test
    void everyBlockIsTheRegionOfATest() {
        Map<Source, String> regions = regions().stream().collect(toMap(Region::source, Region::text));

        for (Path document : Repository.files(".md")) {
            for (Block block : Snippets.blocks(Repository.text(document))) {
                if (TESTED.contains(block.language())) {
                    assertThat(block.source())
                            .as("%s: a block must say which test runs it: %s", Repository.name(document), block.text())
                            .isPresent();
                }
                block.source().ifPresent(source -> {
                    assertThat(regions)
                            .as("%s: a region", Repository.name(document))
                            .containsKey(source);
                    assertThat(block.text())
                            .as("%s: %s", Repository.name(document), source)
                            .isEqualTo(regions.get(source));
                });
            }
        }
    }

    @Test
    void everyRegionIsShownSomewhere() {
        Set<Source> shown = new HashSet<>();
        for (Path document : Repository.files(".md")) {
            Snippets.blocks(Repository.text(document))
                    .forEach(block -> block.source().ifPresent(shown::add));
        }

        assertThat(regions()).isNotEmpty().extracting(Region::source).allMatch(shown::contains);
    }

    @Test
    void regionsOfJavaStandInClassesThatAreRun() {
        for (Path file : sources()) {
            if (file.toString().endsWith(".java")
                    && !Snippets.regions(file, Repository.text(file)).isEmpty()) {
                assertThat(file.getFileName().toString()).matches("\\w+(Test|IT)\\.java");
                assertThat(Repository.text(file)).contains("@Test");
            }
        }
    }

    @Test
    void aRegionLosesItsIndentation() {
        String text = """
                class SomeTest {
                    // snippet: one
                    a();
                        b();
                    // end: one
                    -- snippet: two
                    SELECT 1
                    -- end: two
                }
                """;

        assertThat(Snippets.regions(Path.of("SomeTest.java"), text))
                .containsExactly(
                        new Region(new Source("SomeTest", "one"), "a();\n    b();\n"),
                        new Region(new Source("SomeTest", "two"), "SELECT 1\n"));
        assertThat(Snippets.regions(Path.of("some.sql"), text))
                .extracting(Region::source)
                .contains(new Source("some.sql", "two"));
    }

    @Test
    void aRegionWithoutItsEndIsNoticed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Snippets.regions(Path.of("SomeTest.java"), "// snippet: one\na();\n// end: other\n"))
                .withMessageContaining("SomeTest");
    }

    @Test
    void aBlockKnowsItsSource() {
        assertThat(Snippets.blocks("text\n\n<!-- snippet: SomeTest#one -->\n```java\na();\n```\n\n```sh\nb\n```\n"))
                .containsExactly(
                        new Block("java", "a();\n", Optional.of(new Source("SomeTest", "one"))),
                        new Block("sh", "b\n", Optional.empty()));
    }

    @Test
    void aMarkerWithoutItsBlockIsNoticed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Snippets.blocks("<!-- snippet: SomeTest#one -->\n\n```java\na();\n```\n"))
                .withMessageContaining("1 snippet markers");
    }

    private static List<Region> regions() {
        List<Region> regions = new ArrayList<>();
        sources().forEach(file -> regions.addAll(Snippets.regions(file, Repository.text(file))));
        return regions;
    }

    /** The files of the tests, but this one, whose regions are made up. */
    private static List<Path> sources() {
        return Repository.files().stream()
                .filter(file -> Repository.name(file).startsWith("src/test/"))
                .filter(file -> !file.endsWith("SnippetsTest.java"))
                .toList();
    }
}
