package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How many permits a semaphore has from now on.
 *
 * @param before how many it had; null when it had none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PermitsBody(
        String name, int permits, @Nullable Integer before) {}
