/**
 * The audit log: what a record says, the outbox where it waits in the store, the drain that carries it into the database, and the
 * questions that the database answers.
 *
 * <p>Floor 1. A record is created in the same transaction as the change it tells of ({@link io.tenure.audit.Outbox}), so no change
 * goes untold. What does not belong here: what a lease is, and any decision about one. Start with
 * {@link io.tenure.audit.AuditRecord}.
 */
@NullMarked
package io.tenure.audit;

import org.jspecify.annotations.NullMarked;
