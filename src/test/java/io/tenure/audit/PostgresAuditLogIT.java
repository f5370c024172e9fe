package io.tenure.audit;

class PostgresAuditLogIT extends AuditLogContract {
    @Override
    TestDatabase database() {
        return new PostgresDatabase();
    }
}
