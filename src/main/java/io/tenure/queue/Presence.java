package io.tenure.queue;

/** Whether the request that waits for an answer is still there. Safe for use by many threads. */
public interface Presence {
    /** A request that is always there: for work that nobody waits for. */
    Presence ALWAYS = new Presence() {
        @Override
        public boolean here() {
            return true;
        }

        @Override
        public void whenGone(Runnable task) {}
    };

    /** False once the connection is known to have ended; true when it stands or nobody can tell. */
    boolean here();

    /** Runs the task once, soon after the connection is known to have ended; at once when it already has. */
    void whenGone(Runnable task);
}
