package io.tenure.simulation;

import java.util.List;
import java.util.Optional;

/** Curator's {@code InterProcessMutex}: watches the place before its own, and holds when it is the first. */
final class NativeMutex extends NativeContender {
    NativeMutex(World world, TwinStore store, Thing thing, Natives natives, Habits habits) {
        super(world, store, thing, natives, habits);
    }

    @Override
    Share share() {
        return thing.share();
    }

    @Override
    Optional<Integer> ahead(List<String> queue, int own) {
        return own == 0 ? Optional.empty() : Optional.of(own - 1);
    }
}
