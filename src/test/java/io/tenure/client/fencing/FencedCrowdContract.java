package io.tenure.client.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What {@link FencedTable} promises to a crowd: the tokens that write to a resource never fall, whoever comes when. */
abstract class FencedCrowdContract extends FencedTableContract {
    private static final int THREADS = 16;
    private static final int RESOURCES = 4;
    private static final int TOKENS = 200;
    /** How far a token may come before or behind its turn. */
    private static final int DISORDER = 40;

    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();

    /** A write that is to be tried. */
    private record Write(String resource, long token, int turn) {
        /** Whether it changes its mind behind the write. */
        boolean rollsBack() {
            return token % 5 == 0;
        }
    }

    @Test
    void theTokensThatWriteNeverFall() throws Exception {
        long seed = System.nanoTime();
        execute(
                "CREATE TABLE journal (n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, resource VARCHAR(20), token BIGINT)");
        writes.addAll(shuffled(new Random(seed)));
        CompletableFuture<?>[] all = new CompletableFuture<?>[THREADS];
        for (int i = 0; i < THREADS; i++) {
            all[i] = started(this::write);
        }
        CompletableFuture.allOf(all).get(120, TimeUnit.SECONDS);

        int written = 0;
        for (int i = 0; i < RESOURCES; i++) {
            String resource = "r" + i;
            List<Long> journal = journal(resource);
            assertThat(journal).as("seed %s, %s", seed, resource).isSorted().noneMatch(token -> token % 5 == 0);
            assertThat(mark(resource)).isEqualTo(journal.get(journal.size() - 1));
            written += journal.size();
        }
        assertThat(written).isGreaterThan(RESOURCES * 10);
        assertThat(refused).hasPositiveValue();
    }

    private void write() throws SQLException {
        try (Connection connection = transaction();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO journal (resource, token) VALUES (?, ?)")) {
            for (Write write = writes.poll(); write != null; write = writes.poll()) {
                try {
                    table.admit(connection, write.resource(), write.token());
                } catch (StaleTokenException stale) {
                    assertThat(stale.highestToken()).isGreaterThan(write.token());
                    refused.incrementAndGet();
                    connection.rollback();
                    continue;
                }
                insert.setString(1, write.resource());
                insert.setLong(2, write.token());
                insert.executeUpdate();
                if (write.rollsBack()) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
        }
    }

    /** All tokens of all resources, each near its turn. */
    private static List<Write> shuffled(Random random) {
        List<Write> all = new ArrayList<>();
        for (int token = 1; token <= TOKENS; token++) {
            for (int resource = 0; resource < RESOURCES; resource++) {
                all.add(new Write("r" + resource, token, token + random.nextInt(DISORDER)));
            }
        }
        all.sort(Comparator.comparingInt(Write::turn));
        return all;
    }

    private List<Long> journal(String resource) throws SQLException {
        List<Long> tokens = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT token FROM journal WHERE resource = ? ORDER BY n")) {
            select.setString(1, resource);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    tokens.add(rows.getLong(1));
                }
            }
        }
        return tokens;
    }
}
