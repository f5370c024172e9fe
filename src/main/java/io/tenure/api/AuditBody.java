package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of the audit log, with how far the log is.
 *
 * @param at only of holders: the moment that was asked for
 * @param previousTenure only of holders of a single name: the last tenure that had ended by then
 * @param nextTenure only of holders of a single name: the first tenure that began after it
 * @param next the cursor of the page behind it; null at the end
 * @param complete whether everything that was asked for is in the log
 * @param recordedUntil everything before this is in the log
 * @param recordedNumber the number of the last event
 * @param backlog how many records wait to be recorded; null where this server cannot tell
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "at",
    "items",
    "previousTenure",
    "nextTenure",
    "next",
    "complete",
    "recordedUntil",
    "recordedNumber",
    "backlog"
})
public record AuditBody<T>(
        @Nullable String at,
        List<T> items,
        @Nullable TenureBody previousTenure,
        @Nullable TenureBody nextTenure,
        @Nullable String next,
        boolean complete,
        @Nullable String recordedUntil,
        long recordedNumber,
        @Nullable Long backlog) {}
