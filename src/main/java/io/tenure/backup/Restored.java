package io.tenure.backup;

import java.time.Instant;

/**
 * What a restore did.
 *
 * @param takenAt when the backup was begun
 * @param leases leases that live again
 * @param held holds that are held again
 * @param waiting holds that wait again
 * @param semaphores semaphores that have their permits again
 * @param ended leases of the backup that are not restored: they had ended when it was complete, or have since as the log knows
 * @param records records of the log in the backup
 * @param closed tenures that the log had open and that are no more: they have an end by {@code RESTORED} now
 * @param tokenBase what is added to transaction numbers from now on
 */
public record Restored(
        Instant takenAt,
        int leases,
        int held,
        int waiting,
        int semaphores,
        int ended,
        long records,
        int closed,
        long tokenBase) {}
