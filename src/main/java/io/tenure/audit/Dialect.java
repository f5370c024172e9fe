package io.tenure.audit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** Which database it is, where the two that are supported differ. */
enum Dialect {
    /** H2 in its PostgreSQL mode. A commit is in the file only once the file has been synchronised. */
    H2,
    POSTGRESQL;

    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return product.toLowerCase(Locale.ROOT).equals("h2") ? H2 : POSTGRESQL;
    }
}
