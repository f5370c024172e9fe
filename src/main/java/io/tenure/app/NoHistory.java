package io.tenure.app;

import io.tenure.lease.History;
import io.tenure.lock.Tokens;
import io.tenure.name.Kind;
import io.tenure.name.LeaseId;
import io.tenure.name.Name;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An audit log that cannot be asked: nobody claims to know what it says. */
final class NoHistory implements History, Tokens {
    @Override
    public CompletionStage<Answer> endOf(LeaseId lease) {
        return CompletableFuture.completedFuture(new Answer.CannotTell());
    }

    @Override
    public CompletionStage<Known> known(Kind kind, Name name, long token) {
        return CompletableFuture.completedFuture(new Known(false, false, Optional.empty()));
    }
}
