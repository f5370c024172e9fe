package io.tenure.api;

/** A hold as the API shows it: granted, waiting or ended. */
public sealed interface HoldAnswer permits HeldBody, QueuedBody, EndedBody {
    /** The lease that the hold belongs to. */
    String lease();
}
