package io.tenure.coordination;

/** Is told of changes below a watched node. Called on the lane's thread, one call after the other; must not block. */
public interface Watcher {
    /** A change of one node, without its content. */
    enum Change {
        CREATED,
        CHANGED,
        DELETED
    }

    /** The watch stands from now on: every change after what a read sent from here will show is going to be told. */
    void standing();

    /** The node at this path was created, had its data set, or was deleted. */
    void changed(Change change, String path);

    /** The connection is away: changes may go untold until {@link #standing} is called again. */
    void interrupted();

    /** Runs the task when the watch stands and at each change: for who looks itself at what has become of one node. */
    static Watcher of(Runnable look) {
        return new Watcher() {
            @Override
            public void standing() {
                look.run();
            }

            @Override
            public void changed(Change change, String path) {
                look.run();
            }

            @Override
            public void interrupted() {}
        };
    }
}
