package io.tenure.audit;

import javax.sql.DataSource;

/** An empty database for one test. */
public interface TestDatabase extends AutoCloseable {
    DataSource source();

    /** Takes the database away: from now on connections fail. */
    void takeAway();

    /** Brings it back with what was in it. */
    void bringBack();

    @Override
    void close();
}
