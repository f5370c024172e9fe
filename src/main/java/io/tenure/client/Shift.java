package io.tenure.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** Work that one thread does in one term, and that is interrupted when the term is over. */
final class Shift {
    private final Thread worker;

    @GuardedBy("this")
    private boolean working = true;

    @GuardedBy("this")
    private boolean interrupted;

    private Shift(Thread worker) {
        this.worker = worker;
    }

    /**
     * Works on this thread, and gives the office back.
     *
     * @return whether the work has ended in time; false when the term was over before
     * @throws InterruptedException somebody else has interrupted this thread
     */
    static boolean work(Term term, Election.Work work) throws InterruptedException {
        Shift shift = new Shift(Thread.currentThread());
        var unused = term.ended().thenAccept(loss -> shift.interrupt());
        try {
            work.run(term);
            return !shift.end();
        } catch (InterruptedException e) {
            if (!shift.end()) {
                throw e;
            }
            return false;
        } finally {
            shift.end();
            Waiting.quietlyOn(term.giveBack());
        }
    }

    private synchronized void interrupt() {
        if (working) {
            interrupted = true;
            worker.interrupt();
        }
    }

    /** From now on the thread is not interrupted, and it is not left interrupted by this. Tells whether it was. */
    private synchronized boolean end() {
        if (working && interrupted) {
            var unused = Thread.interrupted();
        }
        working = false;
        return interrupted;
    }
}
