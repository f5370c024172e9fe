package io.tenure.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenure.archive.Archive;
import io.tenure.archive.Counts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** Tells what is in a backup. Stateless. */
final class ArchiveShown {
    private static final JsonMapper JSON = new JsonMapper();

    private ArchiveShown() {}

    static void tell(Archive archive, Path file, boolean json, PrintWriter out) {
        Counts counts = archive.counts();
        if (json) {
            ObjectNode told = JSON.createObjectNode()
                    .put("file", file.toString())
                    .put("bytes", archive.bytes())
                    .put("takenAt", archive.header().takenAt().toString())
                    .put("tenure", archive.header().tenure())
                    .put("format", archive.header().format())
                    .put("tokenBase", archive.header().tokenBase());
            out.println(told.setAll((ObjectNode) JSON.valueToTree(counts)));
            return;
        }
        out.println(String.format(
                Locale.ROOT,
                "%s is whole: %,d bytes, taken at %s by Tenure %s",
                file,
                archive.bytes(),
                archive.header().takenAt(),
                archive.header().tenure()));
        out.println(String.format(
                Locale.ROOT,
                "leases: %,d; places in queues: %,d, of %,d names; semaphores: %,d; records of the audit log: %,d",
                counts.leases(),
                counts.places(),
                counts.queues(),
                counts.permits(),
                counts.records() + counts.aside()));
        if (counts.natives() > 0) {
            out.println(String.format(
                    Locale.ROOT,
                    "native clients in queues: %,d; they are not in it, their places end with their sessions",
                    counts.natives()));
        }
    }
}
