package io.tenure.audit;

class H2AuditLogTest extends AuditLogContract {
    @Override
    TestDatabase database() {
        return new H2Database();
    }
}
