package io.tenure.app;

import io.dropwizard.configuration.ConfigurationException;
import io.tenure.coordination.StoreException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** What keeps the server from starting, in one line for an operator for each fault. */
final class StartFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private StartFault(String message) {
        super(message);
    }

    /** One fault, in one line. */
    static StartFault of(String line) {
        return new StartFault(line);
    }

    /** Several faults, a line each. */
    static StartFault of(List<String> lines) {
        return new StartFault(String.join("\n", lines));
    }

    /** What to print for whatever ended a start: lines for an operator, never a stack trace. */
    static String lines(Throwable fault) {
        if (fault instanceof CompletionException && fault.getCause() != null) {
            return lines(fault.getCause());
        }
        if (fault instanceof StartFault || fault instanceof StoreException) {
            return String.valueOf(fault.getMessage());
        }
        if (fault instanceof ConfigurationException) {
            return String.valueOf(fault.getMessage())
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.joining(" "));
        }
        Throwable cause = fault;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return "the server did not start: " + (cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }
}
