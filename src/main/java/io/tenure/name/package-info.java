/**
 * The value types that every floor shares: lease ids, names, kinds, fencing tokens, how a tenure ended, and how durations are written.
 *
 * <p>Floor 0: imports nothing of Tenure but {@code error}. What belongs here is immutable, checked when it is made, and would be a
 * bare {@code String} or {@code long} that two places could swap. Start with {@link io.tenure.name.Name} and
 * {@link io.tenure.name.LeaseId}.
 */
@NullMarked
package io.tenure.name;

import org.jspecify.annotations.NullMarked;
