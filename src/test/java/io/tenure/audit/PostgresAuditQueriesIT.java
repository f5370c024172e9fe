package io.tenure.audit;

class PostgresAuditQueriesIT extends AuditQueriesContract {
    @Override
    TestDatabase database() {
        return new PostgresDatabase();
    }
}
