package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * Whether the cluster is read-only.
 *
 * @param readOnly whether it is
 * @param reason why; null while it is not
 * @param by who has chosen it; null while it is not
 * @param since since when; null while it is not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"readOnly", "reason", "by", "since"})
public record ReadOnlyBody(
        boolean readOnly,
        @Nullable String reason,
        @Nullable String by,
        @Nullable String since) {
    /** It is not. */
    public static final ReadOnlyBody OFF = new ReadOnlyBody(false, null, null, null);
}
