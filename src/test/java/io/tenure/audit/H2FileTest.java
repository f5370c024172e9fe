package io.tenure.audit;

import static io.tenure.audit.Records.granted;
import static io.tenure.audit.Records.lease;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database as it stands in a data folder. */
class H2FileTest {
    @TempDir
    private Path data = Path.of("");

    private AuditLog log(TestDatabase database) {
        return new JdbiAuditLog(Jdbi.create(database.source()), new Migrations(database.source()));
    }

    @Test
    void theLogGoesOnWhereItWasAfterARestart() {
        try (TestDatabase database = new H2Database(AuditDatabase.embeddedUrl(data))) {
            log(database).append(new AuditLog.Batch(1, List.of(granted(10, lease(1), "a")), null));
        }
        try (TestDatabase database = new H2Database(AuditDatabase.embeddedUrl(data))) {
            assertThat(log(database).append(new AuditLog.Batch(2, List.of(granted(11, lease(2), "b")), null)))
                    .isEqualTo(new AuditLog.Answer.Recorded(2, null, 0));
        }
    }

    @Test
    void aFileThatAnotherProcessHasOpenIsSaidToBeLocked() throws IOException {
        try (TestDatabase database = new H2Database(AuditDatabase.embeddedUrl(data))) {
            assertThat(new Migrations(database.source()).run().ready()).isTrue();
        }
        try (FileChannel file = FileChannel.open(
                        data.resolve("audit.mv.db"), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = file.lock();
                TestDatabase database = new H2Database(AuditDatabase.embeddedUrl(data))) {
            assertThat(lock.isValid()).isTrue();
            DatabaseState state = new Migrations(database.source()).run();
            assertThat(state).isInstanceOf(DatabaseState.Locked.class);
            assertThat(state.why()).contains("in use by another process");
        }
    }

    @Test
    void makingTheTablesPrintsNothingOfItsOwn() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (TestDatabase database = new H2Database(AuditDatabase.embeddedUrl(data));
                PrintStream watched = new PrintStream(printed, true, UTF_8)) {
            System.setOut(watched);
            assertThat(new Migrations(database.source()).run().ready()).isTrue();
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(UTF_8).lines())
                .as("all but the log, which the tests write to the console")
                .allMatch(line -> line.contains("INFO "));
    }

    @Test
    void anEmbeddedDatabaseIsToldFromOneThatServersCanShare() {
        assertThat(AuditDatabase.embedded(AuditDatabase.embeddedUrl(data))).isTrue();
        assertThat(AuditDatabase.embedded("jdbc:h2:mem:x")).isTrue();
        assertThat(AuditDatabase.embedded("jdbc:postgresql://db/tenure")).isFalse();
        assertThat(AuditDatabase.embedded("jdbc:h2:tcp://db/tenure")).isFalse();
    }
}
