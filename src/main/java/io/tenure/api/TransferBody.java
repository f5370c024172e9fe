package io.tenure.api;

import org.jspecify.annotations.Nullable;

/**
 * What a request to hand leadership to another says.
 *
 * @param to the id of the candidate who is to lead next
 * @param term the term that it is to end; left out, whichever there is
 * @param reason why; required
 * @param immediately whether the other leads at once, or when what the leader was told has run out
 * @param by who does it, where nobody is authenticated
 */
public record TransferBody(
        @Nullable String to,
        @Nullable Long term,
        @Nullable String reason,
        @Nullable Boolean immediately,
        @Nullable String by) {}
