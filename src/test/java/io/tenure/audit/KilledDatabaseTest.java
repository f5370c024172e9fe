package io.tenure.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.name.EndedBy;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded database has said to have recorded is there after its process was killed at that very moment. */
class KilledDatabaseTest {
    private static final long RECORDS = 300;
    private static final int KILLED = 137;

    @TempDir
    private Path data;

    @Test
    void whatIsRecordedOutlivesTheProcess() throws Exception {
        for (int batches = 1; batches <= 2; batches++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Killed.class.getName(),
                            data.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(new File(data.toFile(), "output"))
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(data.resolve("output")))
                    .isEqualTo(KILLED);
            assertThat(events()).isEqualTo(batches * RECORDS);
        }
    }

    private long events() {
        JdbcConnectionPool pool = JdbcConnectionPool.create(AuditDatabase.embeddedUrl(data), "tenure", "");
        try {
            return Jdbi.create(pool)
                    .withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM events")
                            .mapTo(Long.class)
                            .one());
        } finally {
            pool.dispose();
        }
    }

    /** Records one batch and dies. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] args) {
            JdbcConnectionPool pool =
                    JdbcConnectionPool.create(AuditDatabase.embeddedUrl(Path.of(args[0])), "tenure", "");
            AuditLog.Answer answer = new JdbiAuditLog(Jdbi.create(pool), new Migrations(pool))
                    .append(new AuditLog.Batch(1, entries(), null));
            Runtime.getRuntime().halt(answer instanceof AuditLog.Answer.Recorded ? KILLED : 1);
        }

        private static List<Entry> entries() {
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                LeaseId lease = new LeaseId(UUID.randomUUID().toString());
                AuditRecord.Hold hold = new AuditRecord.Hold(
                        Kind.LOCK, new Name("lock-" + i), null, null, null, null, null, 0, null, null);
                AuditRecord record = new AuditRecord(
                        RecordCodec.FORMAT,
                        Action.GRANTED,
                        lease,
                        false,
                        (EndedBy) null,
                        "owner",
                        null,
                        "127.0.0.1",
                        null,
                        null,
                        30_000,
                        0,
                        List.of(hold),
                        Map.of(),
                        "server",
                        null);
                entries.add(
                        Entry.of(System.nanoTime(), lease.value() + "-0-0", Instant.now(), RecordCodec.bytes(record)));
            }
            return entries;
        }
    }
}
