package io.tenure.documents;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of code in the documents, and the regions of tested files that they are taken from.
 *
 * <p>A document says before a block where it comes from, as <code>&lt;!-- snippet: SomeTest#region --&gt;</code>: from a test class by its name, or from
 * another file of the tests by its name with ending. There the region stands between the lines {@code // snippet: region} and {@code // end: region}, or
 * with {@code --} or {@code #} for {@code //}. The block is the region without its common indentation.
 */
final class Snippets {
    private static final Pattern BLOCK = Pattern.compile(
            "(?:^<!-- snippet: (\\S+)#(\\S+) -->\n)?^```(\\w+)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern MARKER = Pattern.compile("^<!-- snippet: ", Pattern.MULTILINE);
    private static final Pattern REGION = Pattern.compile(
            "^ *(?://|--|#) snippet: (\\S+)\n(.*?)^ *(?://|--|#) end: \\1$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern BEGIN = Pattern.compile("^ *(?://|--|#) snippet: ", Pattern.MULTILINE);

    private Snippets() {}

    /** Where a block says that it comes from. */
    record Source(String file, String region) {
        @Override
        public String toString() {
            return file + "#" + region;
        }
    }

    /** A fenced block of a document. */
    record Block(String language, String text, Optional<Source> source) {}

    /** A region of a file. */
    record Region(Source source, String text) {}

    /** The fenced blocks of a document, in turn. */
    static List<Block> blocks(String document) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(document);
        while (matcher.find()) {
            Optional<Source> source =
                    Optional.ofNullable(matcher.group(1)).map(file -> new Source(file, matcher.group(2)));
            blocks.add(new Block(matcher.group(3), matcher.group(4), source));
        }
        long markers = MARKER.matcher(document).results().count();
        long found = blocks.stream().filter(block -> block.source().isPresent()).count();
        if (markers != found) {
            throw new IllegalStateException(markers - found + " snippet markers have no block right behind them");
        }
        return blocks;
    }

    /** The regions of a file. Test classes go by their name, other files by their name with ending. */
    static List<Region> regions(Path file, String content) {
        String name = file.getFileName().toString().replaceAll("\\.java$", "");
        List<Region> regions = new ArrayList<>();
        Matcher matcher = REGION.matcher(content);
        while (matcher.find()) {
            // without its last line break, which would count as a line that is not indented
            String text = matcher.group(2).stripTrailing().stripIndent() + "\n";
            regions.add(new Region(new Source(name, matcher.group(1)), text));
        }
        if (regions.size() != BEGIN.matcher(content).results().count()) {
            throw new IllegalStateException(name + " has a region without its end");
        }
        return regions;
    }
}
