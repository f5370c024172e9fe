package io.tenure.simulation;

import io.tenure.queue.Presence;
import java.util.ArrayList;
import java.util.List;

/** A client's connection to a server for one request, as the server knows it: it stands until somebody says otherwise. */
final class Connection implements Presence {
    private final List<Runnable> whenGone = new ArrayList<>();
    private boolean gone;

    @Override
    public boolean here() {
        return !gone;
    }

    @Override
    public void whenGone(Runnable task) {
        if (gone) {
            task.run();
        } else {
            whenGone.add(task);
        }
    }

    void end() {
        if (!gone) {
            gone = true;
            whenGone.forEach(Runnable::run);
        }
    }
}
