package io.tenure.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tenure.lease.BoundedMap;
import io.tenure.lease.Want;
import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.Map;

/**
 * The names that were given back through this server and that nobody has taken through it since: their directories most likely stand
 * and are empty.
 *
 * <p>A guess that saves a look. The transaction that takes a name proves that nobody stood there, so a wrong guess costs one that
 * fails; after that the name's next release is not believed, for somebody else uses it too. Holds a bounded number of names, the
 * latest. Safe for use by many threads.
 */
public final class Freed {
    private static final int MOST = 10_000;

    /** True for a name that is free, false for one in doubt. */
    @GuardedBy("this")
    private final Map<Key, Boolean> names = new BoundedMap<>(MOST);

    private record Key(Kind kind, Name name) {}

    /** Somebody has given the name back. */
    synchronized void add(Kind kind, Name name) {
        Key key = new Key(kind, name);
        if (names.remove(key, false)) {
            return;
        }
        names.put(key, true);
    }

    /** Whether the name is believed to be free; only the first to ask is told so. */
    synchronized boolean take(Want want) {
        return names.remove(new Key(want.kind(), want.name()), true);
    }

    /** The name was not as it was believed to be. */
    synchronized void doubt(Want want) {
        names.put(new Key(want.kind(), want.name()), false);
    }
}
