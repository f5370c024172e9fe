package io.tenure.audit;

class H2AuditQueriesTest extends AuditQueriesContract {
    @Override
    TestDatabase database() {
        return new H2Database();
    }
}
