package io.tenure.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the command line in this process. */
final class CommandLines {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private CommandLines() {}

    /** What came of it. */
    record Outcome(int status, String out, String err) {
        /** Both as one text, as a terminal shows it. */
        String shown() {
            return out + err;
        }
    }

    /** Runs a command, whose arguments stand without its name. */
    static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Tenure.run("1.2.3", new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Outcome(status, out.toString(), err.toString());
    }

    /** The words of a line as a shell makes them, as far as single quotes go. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return words;
    }
}
