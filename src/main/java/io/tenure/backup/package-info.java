/**
 * Backup and restore of a whole cluster: leases, the order of every queue, permits, and the audit log, in one moment of the store's
 * order.
 *
 * <p>Above {@code queue}, because it must know what a place is worth; below {@code http}. The form of the file is {@code archive}'s.
 * {@code docs/adr/0012} says why a copy that is read while everybody works is nevertheless of one moment. Start with
 * {@link io.tenure.backup.Backups}.
 */
@NullMarked
package io.tenure.backup;

import org.jspecify.annotations.NullMarked;
