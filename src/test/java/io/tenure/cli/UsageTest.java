package io.tenure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code --help} prints, and what {@code docs/cli.md} says that it does. */
class UsageTest {
    /** What is told of locks is not told of them again. */
    private static final Set<String> LIKE_LOCKS = Set.of("ls", "show", "explain", "revoke", "check");

    private static List<CommandLine> leaves(CommandLine line) {
        List<CommandLine> leaves = new ArrayList<>();
        for (CommandLine below : line.getSubcommands().values()) {
            leaves.addAll(below.getSubcommands().isEmpty() ? List.of(below) : leaves(below));
        }
        return leaves;
    }

    private static String usage(String command) {
        return CommandLines.run(CommandLines.words(command.substring("tenure".length()) + " --help")
                        .toArray(String[]::new))
                .out();
    }

    @Test
    void theDocumentHasTheUsagesAsTheyAre() {
        if (CommandLineDocument.WRITE) {
            CommandLineDocument.writeUsages(UsageTest::usage);
        }
        assertThat(CommandLineDocument.usages())
                .hasSizeGreaterThan(5)
                .allSatisfy(told -> assertThat(told.printed()).isEqualTo(usage(told.command())));
    }

    @Test
    void theDocumentTellsEveryCommand() {
        String document = CommandLineDocument.text();

        for (CommandLine leaf : leaves(Tenure.line())) {
            String name = leaf.getCommandSpec().qualifiedName();
            boolean likeLocks = name.matches("tenure (rwlock|semaphore|election) \\w+")
                    && LIKE_LOCKS.contains(leaf.getCommandName());
            assertThat(likeLocks || leaf.getCommandName().equals("help") || document.contains(name))
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void everyCommandSaysWhatItDoesAndHasAnExampleThatIsUnderstood() {
        List<CommandLine> leaves = leaves(Tenure.line());

        assertThat(leaves).hasSizeGreaterThan(30);
        for (CommandLine leaf : leaves) {
            if (leaf.getCommandName().equals("help")) {
                continue;
            }
            String name = leaf.getCommandSpec().qualifiedName();
            String usage = leaf.getUsageMessage();
            assertThat(leaf.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
            assertThat(usage.lines().filter(line -> line.startsWith("  " + name) || line.contains("(" + name)))
                    .as(name + " has an example")
                    .isNotEmpty()
                    .filteredOn(line -> line.startsWith("  tenure"))
                    .allSatisfy(
                            line -> assertThatCode(() -> parse(line)).as(line).doesNotThrowAnyException());
        }
    }

    private static void parse(String line) {
        List<String> words = CommandLines.words(line);
        var unused = Tenure.line().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
    }
}
