package io.tenure.audit;

import java.nio.file.Path;

/** Where the audit database stands when nobody says otherwise: a file of H2's in the data folder. */
public final class AuditDatabase {
    /**
     * H2 as PostgreSQL's stand-in. A process that is killed loses what it committed within the delay, so nothing counts as recorded
     * before a {@code CHECKPOINT SYNC}; without a delay H2 would not tidy its file up, which then grows for ever. Closing at the JVM's
     * exit would be the database's own, too early in an orderly stop. H2 tidies up when less than the fill rate of the file is in
     * use, half of it while it is busy; at its own 90 the tidying took a seventh of the server's processor time under load.
     */
    private static final String SETTINGS =
            ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;WRITE_DELAY=1000;RETENTION_TIME=1000;DB_CLOSE_ON_EXIT=FALSE"
                    + ";AUTO_COMPACT_FILL_RATE=40;TRACE_LEVEL_FILE=0";

    private AuditDatabase() {}

    /** The URL of the embedded database in this data folder. */
    public static String embeddedUrl(Path data) {
        return "jdbc:h2:file:" + data.toAbsolutePath().normalize().resolve("audit") + SETTINGS;
    }

    /** Whether the URL is one of a database inside this process, which several servers cannot share. */
    public static boolean embedded(String url) {
        return url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:");
    }
}
