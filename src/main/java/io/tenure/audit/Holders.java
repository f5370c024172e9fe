package io.tenure.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who held at a moment.
 *
 * @param page the tenures that were open then
 * @param previous with a single name: the last tenure that had ended by then
 * @param next with a single name: the first tenure that began after it
 */
public record Holders(
        AuditPage<Tenure> page,
        @Nullable Tenure previous,
        @Nullable Tenure next) {}
