package io.tenure.simulation;

import io.tenure.coordination.Operation;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Curator's {@code InterProcessReadWriteLock}, in each round for reading or for writing: a reader watches the first writer and holds
 * when none stands before it, a writer watches the place before its own. A writer that holds sometimes becomes a reader: it makes
 * itself a reader's place with the sequence of its own, and then removes its own.
 */
final class NativeReadWriteLock extends NativeContender {
    private boolean reads;

    NativeReadWriteLock(World world, TwinStore store, Thing thing, Natives natives, Habits habits) {
        super(world, store, thing, natives, habits);
    }

    @Override
    void begin() {
        reads = world.chance(0.5);
    }

    @Override
    Share share() {
        return reads ? thing.share().reading() : thing.share();
    }

    @Override
    Optional<Integer> ahead(List<String> queue, int own) {
        if (!reads) {
            return own == 0 ? Optional.empty() : Optional.of(own - 1);
        }
        return IntStream.range(0, own)
                .filter(i -> !Recipe.reads(queue.get(i)))
                .boxed()
                .findFirst();
    }

    @Override
    void held() {
        if (!reads && world.chance(0.5)) {
            pause(this::downgrade);
        } else {
            super.held();
        }
    }

    private void downgrade() {
        String writer = node();
        String reader = place(new UUID(world.bits(), world.bits()).toString())
                + thing.recipe().word(true)
                + thing.recipe().key(writer);
        store.commit(session(), List.of(new Operation.Create(reader, new byte[0], Operation.Mode.EPHEMERAL)));
        pause(() -> {
            reads = true;
            moved(reader);
            store.commit(session(), List.of(new Operation.Delete(writer, -1)));
            pause(this::leave);
        });
    }
}
