package io.tenure.audit;

import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** H2 in memory, in the mode that the product uses. */
final class H2Database implements TestDatabase {
    private final JdbcConnectionPool pool;
    private final SwitchedSource source;

    H2Database() {
        this("jdbc:h2:mem:" + UUID.randomUUID()
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1");
    }

    H2Database(String url) {
        pool = JdbcConnectionPool.create(url, "tenure", "");
        source = new SwitchedSource(pool);
    }

    @Override
    public DataSource source() {
        return source;
    }

    @Override
    public void takeAway() {
        source.off(true);
    }

    @Override
    public void bringBack() {
        source.off(false);
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
