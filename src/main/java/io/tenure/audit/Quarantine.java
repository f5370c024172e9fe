package io.tenure.audit;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that could not become events, as raw bytes, until an operator writes a {@code resolution} into their row. While one waits the
 * audit log says that it is not complete.
 */
final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private Quarantine() {}

    static void put(Handle handle, Entry entry, String fault) {
        LOG.warn("audit record {} at {} goes into quarantine: {}", entry.name(), entry.position(), fault);
        handle.createUpdate("""
                        INSERT INTO quarantine (position, record, at, fault, body)
                        VALUES (:position, :record, :at, :fault, :body)""")
                .bind("position", entry.position())
                .bind("record", entry.name())
                .bind("at", entry.at().toEpochMilli())
                .bind("fault", fault)
                .bind("body", entry.body())
                .execute();
    }

    /** Whether this record was put aside. */
    static boolean has(Handle handle, LogRecord record) {
        return handle.createQuery("SELECT COUNT(*) FROM quarantine WHERE position = :position AND record = :record")
                        .bind("position", record.position())
                        .bind("record", record.name())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    /** Puts one aside again that a backup has brought. */
    static void put(Handle handle, AsideRecord aside) {
        handle.createUpdate("""
                        INSERT INTO quarantine (position, record, at, fault, body, resolution)
                        VALUES (:position, :record, :at, :fault, :body, :resolution)""")
                .bind("position", aside.record().position())
                .bind("record", aside.record().name())
                .bind("at", aside.record().at())
                .bind("fault", aside.fault())
                .bind("body", aside.record().body())
                .bind("resolution", aside.resolution())
                .execute();
    }

    /** How many wait for an operator. */
    static int waiting(Handle handle) {
        return handle.createQuery("SELECT COUNT(*) FROM quarantine WHERE resolution IS NULL")
                .mapTo(Integer.class)
                .one();
    }
}
