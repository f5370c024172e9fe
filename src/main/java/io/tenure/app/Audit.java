package io.tenure.app;

import io.tenure.audit.AuditQueries;
import io.tenure.audit.Backlog;
import io.tenure.audit.BacklogBoard;
import io.tenure.audit.BacklogNotice;
import io.tenure.audit.CatchUp;
import io.tenure.audit.Drain;
import io.tenure.audit.EndLookup;
import io.tenure.audit.JdbiAuditLog;
import io.tenure.audit.LogCopy;
import io.tenure.coordination.Duty;
import io.tenure.http.Answers;
import io.tenure.http.AuditResource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jdbi.v3.core.Jdbi;

/** Floor 1 of one server: the audit database and the duties that carry records into it. */
final class Audit {
    private final Database database;
    private final List<Duty> duties;
    private final AuditQueries queries;
    private final CatchUp catchUp;
    private final AuditHistory history;
    private final LogCopy copy;

    private final int maxBacklog;

    private Audit(
            int maxBacklog,
            Database database,
            List<Duty> duties,
            AuditQueries queries,
            CatchUp catchUp,
            AuditHistory history,
            LogCopy copy) {
        this.maxBacklog = maxBacklog;
        this.database = database;
        this.duties = duties;
        this.queries = queries;
        this.catchUp = catchUp;
        this.history = history;
        this.copy = copy;
    }

    /** Prepares the drain, which begins when the server is coordinator. */
    static Audit open(AuditSection section, Database database, Store store, Threads threads, Closing closing) {
        Jdbi jdbi = Jdbi.create(database.source());
        Drain drain = new Drain(
                store.coordination(),
                store.paths(),
                store.tokenBase(),
                new JdbiAuditLog(jdbi, database.migrations()),
                threads,
                threads,
                section.batch());
        Jdbi lookups = Jdbi.create(database.lookups());
        Executor few = threads.few("tenure-lookup", 2, 200);
        BacklogBoard board = closing.with(
                new BacklogBoard(store.coordination(), store.paths(), store.tokenBase(), lookups, few, threads));
        board.follow();
        CatchUp catchUp = new CatchUp(drain, board, threads);
        AuditHistory history = new AuditHistory(
                new EndLookup(lookups, few, threads),
                new AuditQueries(lookups, threads::wallMillis),
                catchUp,
                few,
                threads);
        List<Duty> duties = List.of(drain, new BacklogNotice(store.coordination(), store.paths(), drain, threads));
        return new Audit(
                section.maxBacklog(),
                database,
                duties,
                new AuditQueries(jdbi, threads::wallMillis),
                catchUp,
                history,
                new LogCopy(jdbi, database.migrations()));
    }

    /** The questions to the log over HTTP. */
    AuditResource resource(Answers answers, Threads threads) {
        return new AuditResource(queries, catchUp, answers, threads::wallMillis);
    }

    /** What the floors above ask the log. */
    AuditHistory history() {
        return history;
    }

    /** The log as a whole, for backups. */
    LogCopy copy() {
        return copy;
    }

    /** What the coordinator does for the log. */
    List<Duty> duties() {
        return duties;
    }

    /** How many records wait, as far as this server knows. */
    int waiting() {
        return (int)
                Math.min(Integer.MAX_VALUE, catchUp.known().map(Backlog::length).orElse(0L));
    }

    /** For how long the oldest of them has waited. */
    long oldestMillis() {
        return catchUp.known().map(Backlog::oldestMillis).orElse(0L);
    }

    /** What is wrong with the database, in one line. */
    Optional<String> databaseFault() {
        return catchUp.known()
                .filter(backlog ->
                        database.fault().isEmpty() && !backlog.database().ready())
                .map(backlog ->
                        "the audit database is away: " + backlog.database().why())
                .or(database::fault);
    }

    /** What is wrong with the outbox: above half its bound it is time for somebody to look. */
    Optional<String> outboxFault() {
        return waiting() > maxBacklog / 2
                ? Optional.of(waiting() + " audit records wait for the database; at " + maxBacklog
                        + " (audit.maxBacklog) nothing new is granted")
                : Optional.empty();
    }

    /** What is wrong with records that could not be written. */
    Optional<String> quarantineFault() {
        return catchUp.known()
                .filter(backlog -> backlog.quarantined() > 0)
                .map(backlog ->
                        backlog.quarantined() + " audit records were refused by the database and wait in quarantine");
    }
}
