package io.tenure.client.fencing;

import java.sql.SQLException;
import javax.sql.DataSource;

class H2InPostgresModeFencedTableTest extends FencedCrowdContract {
    @Override
    DataSource empty() {
        return H2FencedTableTest.h2(";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE");
    }

    @Override
    boolean oneWaits() throws SQLException {
        return number(H2FencedTableTest.LONG_MERGES) == 1;
    }
}
