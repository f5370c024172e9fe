package io.tenure.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next the cursor of the page behind it; null at the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PageBody<T>(List<T> items, @Nullable String next) {}
