/**
 * Refusals: the closed list of error codes and the one exception that carries them.
 *
 * <p>Floor 0: imports nothing of Tenure. One mapper in {@code http} turns a {@link io.tenure.error.Refusal} into an
 * {@code application/problem+json} answer.
 */
@NullMarked
package io.tenure.error;

import org.jspecify.annotations.NullMarked;
