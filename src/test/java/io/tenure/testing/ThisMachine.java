package io.tenure.testing;

import io.tenure.cli.torture.Clockwork;

/** This machine's clocks and threads, for a load that a test begins. */
public final class ThisMachine implements Clockwork {
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
