package io.tenure.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code docs/cli.md}: its usage texts and its examples. With {@code -Ddocuments.write} they are written as they are now, not compared. */
final class CommandLineDocument {
    /** Whether the document is to be brought up to date. */
    static final boolean WRITE = System.getProperty("documents.write") != null;

    private static final Path FILE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("docs/cli.md");

    private static final Pattern USAGE =
            Pattern.compile("(<!-- usage: ([a-z -]+) -->\n```text\n)(.*?)(^```$)", Pattern.MULTILINE | Pattern.DOTALL);

    private static final Pattern EXAMPLES =
            Pattern.compile("(^```console\n)(.*?)(^```$)", Pattern.MULTILINE | Pattern.DOTALL);

    private CommandLineDocument() {}

    static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command as it is told, and what is told that it prints. */
    record Told(String command, String printed) {}

    /** The commands whose usage is told. */
    static List<Told> usages() {
        return USAGE.matcher(text())
                .results()
                .map(usage -> new Told(usage.group(2), usage.group(3)))
                .toList();
    }

    /** The examples, in their order. */
    static List<Told> examples() {
        return EXAMPLES.matcher(text())
                .results()
                .flatMap(block -> in(block.group(2)).stream())
                .toList();
    }

    private static List<Told> in(String block) {
        List<Told> told = new ArrayList<>();
        for (String part : block.split("(?m)^\\$ ", -1)) {
            int end = part.indexOf('\n');
            if (end >= 0) {
                told.add(new Told(part.substring(0, end), part.substring(end + 1)));
            }
        }
        return told;
    }

    /** Writes the usages as they are. */
    static void writeUsages(UnaryOperator<String> printed) {
        write(USAGE, usage -> usage.group(1) + printed.apply(usage.group(2)) + usage.group(4));
    }

    /** Writes the examples as they are; each command is asked for once, in their order. */
    static void writeExamples(UnaryOperator<String> printed) {
        write(EXAMPLES, block -> {
            StringBuilder text = new StringBuilder(block.group(1));
            in(block.group(2))
                    .forEach(told -> text.append("$ ")
                            .append(told.command())
                            .append('\n')
                            .append(printed.apply(told.command())));
            return text + block.group(3);
        });
    }

    private static void write(Pattern pattern, Function<MatchResult, String> replacement) {
        try {
            Files.writeString(
                    FILE,
                    pattern.matcher(text()).replaceAll(found -> Matcher.quoteReplacement(replacement.apply(found))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
