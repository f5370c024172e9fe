package io.tenure.cli.torture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A violation as people read it: what is wrong, then the piece of history that shows it, line by line. */
final class Piece {
    private static final String[] HEADINGS = {"SENT MS", "BACK MS", "CLIENT", "SERVER", "CALL", "ANSWER"};

    private final Violation violation;
    private final Map<String, String> letters = new LinkedHashMap<>();

    private Piece(Violation violation) {
        this.violation = violation;
        violation.calls().forEach(call -> letter(call.lease()));
        violation.events().forEach(event -> letter(event.lease() == null ? "" : event.lease()));
    }

    static List<String> lines(Violation violation) {
        return new Piece(violation).lines();
    }

    private void letter(String lease) {
        if (!lease.isEmpty() && !letters.containsKey(lease)) {
            int number = letters.size();
            letters.put(lease, number < 26 ? String.valueOf((char) ('A' + number)) : "lease " + number);
        }
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(violation.rule() + " (" + violation.rule().promise() + "): " + named(violation.what()));
        List<String[]> rows = new ArrayList<>();
        rows.add(HEADINGS);
        long begin = violation.calls().stream().mapToLong(Call::invoked).min().orElse(0);
        violation.calls().stream()
                .sorted(Comparator.comparingLong(Call::invoked))
                .forEach(call -> rows.add(new String[] {
                    millis(call.invoked() - begin),
                    millis(call.returned() - begin),
                    String.valueOf(call.client()),
                    String.valueOf(call.server()),
                    asked(call),
                    answered(call.answer())
                }));
        if (rows.size() > 1) {
            lines.addAll(table(rows));
        }
        violation.events().forEach(event -> lines.add("  log " + event.number() + ": " + written(event)));
        letters.forEach((lease, letter) -> lines.add("  " + letter + " is " + lease));
        return lines;
    }

    private String named(String text) {
        String named = text;
        for (Map.Entry<String, String> letter : letters.entrySet()) {
            named = named.replace(letter.getKey(), letter.getValue());
        }
        return named;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }

    private String asked(Call call) {
        Ask ask = call.ask();
        StringBuilder text = new StringBuilder(call.verb().word());
        if (!call.lease().isEmpty()) {
            text.append(' ').append(letters.get(call.lease()));
        }
        switch (call.verb()) {
            case TAKE -> {
                text.append(" ttl ")
                        .append(ask.ttlMillis())
                        .append(" ms, wait ")
                        .append(ask.waitMillis())
                        .append(" ms");
                text.append(ask.queue() ? ", keeps its place" : "").append(ask.shared() ? ", shared" : "");
                text.append(ask.count() > 0 ? ", " + ask.count() + " permits" : "");
            }
            case RENEW -> text.append(" ttl ").append(ask.ttlMillis()).append(" ms");
            case REVOKE -> text.append(ask.immediately() ? " immediately" : " politely");
            case TRANSFER ->
                text.append(" to ")
                        .append(named(String.valueOf(ask.successor())))
                        .append(ask.immediately() ? " immediately" : " politely");
            case CHECK -> text.append(" token ").append(ask.token());
            case PERMITS -> text.append(' ').append(ask.count());
            case RELEASE, END, DOWNGRADE -> {
                // the verb says it all
            }
        }
        return text.toString();
    }

    private static String answered(Answer answer) {
        StringBuilder text = new StringBuilder(answer.label());
        text.append(answer.state() == null ? "" : " " + answer.state());
        text.append(answer.token() == 0 ? "" : " token " + answer.token());
        text.append(answer.endedBy() == null ? "" : " " + answer.endedBy());
        return text.toString();
    }

    private String written(LogEvent event) {
        return event.action()
                + (event.lease() == null ? "" : " " + named(event.lease()))
                + (event.token() == 0 ? "" : " token " + event.token())
                + (event.mode() == null ? "" : " " + event.mode())
                + (event.endedBy() == null ? "" : " " + event.endedBy());
    }

    private static List<String> table(List<String[]> rows) {
        int[] widths = new int[HEADINGS.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int i = 0; i < row.length; i++) {
                String padding = " ".repeat(widths[i] - row[i].length());
                line.append(' ')
                        .append(i < 4 ? padding + row[i] : row[i] + padding)
                        .append(' ');
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
