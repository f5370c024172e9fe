package io.tenure.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

/**
 * Curator's {@code LeaderLatch}: its place says what it is called, it watches the place before its own, and leads when it is the first,
 * until it is closed. It watches the data of that place and heeds nothing but its end: once that has been written over it waits for
 * ever.
 */
final class NativeLatch extends NativeContender {
    NativeLatch(World world, TwinStore store, Thing thing, Natives natives, Habits habits) {
        super(world, store, thing, natives, habits);
    }

    @Override
    Share share() {
        return thing.share();
    }

    @Override
    byte[] data() {
        return ("native-" + id()).getBytes(UTF_8);
    }

    @Override
    Optional<Integer> ahead(List<String> queue, int own) {
        return own == 0 ? Optional.empty() : Optional.of(own - 1);
    }

    @Override
    boolean heedsData() {
        return false;
    }
}
