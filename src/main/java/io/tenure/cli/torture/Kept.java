package io.tenure.cli.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole history as a file, one line of JSON for each call and each event of the log. Used by one thread. */
final class Kept implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final @Nullable Writer writer;

    private Kept(@Nullable Writer writer) {
        this.writer = writer;
    }

    /** A file that is written anew, or none. */
    static Kept in(@Nullable Path file) throws IOException {
        return new Kept(file == null ? null : new BufferedWriter(Files.newBufferedWriter(file), 1 << 16));
    }

    void write(List<Call> calls, Log log) {
        if (writer == null) {
            return;
        }
        try {
            for (Call call : calls) {
                line("call", call);
            }
            for (LogEvent event : log.events()) {
                line("event", event);
            }
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be kept", e);
        }
    }

    private void line(String what, Object value) throws IOException {
        if (writer != null) {
            writer.write("{\"" + what + "\":" + JSON.writeValueAsString(value) + "}\n");
        }
    }

    @Override
    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be kept", e);
        }
    }
}
