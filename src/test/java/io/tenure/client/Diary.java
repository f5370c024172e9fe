package io.tenure.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What several candidates of one test are told, in the order in which it happens, with the times of a clock that never goes back. */
final class Diary {
    @GuardedBy("this")
    private final List<String> entries = new ArrayList<>();

    @GuardedBy("this")
    private final List<Loss> losses = new ArrayList<>();

    @GuardedBy("this")
    private final Map<String, Long> tokens = new HashMap<>();

    @GuardedBy("this")
    private final Map<String, Long> nanos = new HashMap<>();

    /** A listener that writes under this name. */
    Election.Listener of(String name) {
        return new Election.Listener() {
            @Override
            public void onElected(Term term) {
                synchronized (Diary.this) {
                    entries.add(name + " elected");
                    tokens.put(name + " elected", term.fencingToken());
                    nanos.put(name + " elected", System.nanoTime());
                }
            }

            @Override
            public void onDeposed(Loss loss) {
                synchronized (Diary.this) {
                    entries.add(name + " deposed " + loss.cause());
                    nanos.put(name + " deposed", System.nanoTime());
                    losses.add(loss);
                }
            }
        };
    }

    synchronized List<String> entries() {
        return List.copyOf(entries);
    }

    synchronized List<Loss> losses() {
        return List.copyOf(losses);
    }

    /** The token of the newest such entry. */
    synchronized long token(String entry) {
        return tokens.getOrDefault(entry, -1L);
    }

    /** When the newest such entry was made. */
    synchronized long nanos(String entry) {
        return nanos.getOrDefault(entry, -1L);
    }
}
