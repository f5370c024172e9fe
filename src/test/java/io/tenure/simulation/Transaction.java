package io.tenure.simulation;

import io.tenure.coordination.Operation;
import io.tenure.coordination.Outcome;
import java.util.List;

/**
 * One attempted write, as the store's log keeps it.
 *
 * @param zxid its place in the one order of all writes
 * @param nanos the true time when it took place
 * @param millis the store's clock at that time
 * @param session who asked for it; 0 when the store itself did
 * @param operations what was asked for; empty when the store itself acted
 * @param outcome {@code Done} or {@code Conflict}
 * @param touches what it did, in order; empty when it failed
 */
public record Transaction(
        long zxid,
        long nanos,
        long millis,
        long session,
        List<Operation> operations,
        Outcome outcome,
        List<Touch> touches) {
    public boolean done() {
        return outcome instanceof Outcome.Done;
    }
}
