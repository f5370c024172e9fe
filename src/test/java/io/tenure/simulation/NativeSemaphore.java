package io.tenure.simulation;

import io.tenure.coordination.Watcher.Change;
import java.util.List;
import java.util.Optional;

/**
 * Curator's {@code InterProcessSemaphore}, the first version, over a {@code SharedCount}: of the places before its own it watches the
 * one that stands as far ahead as there are permits. It sleeps on when another of them ends, though it is entitled by that, until the
 * one that it watches is written over or ends, or the number of permits changes.
 */
final class NativeSemaphore extends NativeContender {
    private final Natives natives;

    NativeSemaphore(World world, TwinStore store, Thing thing, Natives natives, Habits habits) {
        super(world, store, thing, natives, habits);
        this.natives = natives;
        store.follow(this::counted);
    }

    @Override
    Share share() {
        return thing.share();
    }

    @Override
    Optional<Integer> ahead(List<String> queue, int own) {
        int permits = natives.permits(thing);
        return own < permits ? Optional.empty() : Optional.of(own - permits);
    }

    private void counted(Transaction transaction) {
        boolean changed = transaction.touches().stream()
                .anyMatch(touch ->
                        touch.change() == Change.CHANGED && touch.path().equals(natives.permitsNode(thing)));
        if (changed && sleeps()) {
            wake();
        }
    }
}
