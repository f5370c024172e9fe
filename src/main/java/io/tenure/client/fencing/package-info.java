/**
 * Guards for what a lock protects: they refuse the work of a holder that has lost its lock and does not know it yet.
 *
 * <p>Stands beside the floors, for programs that use Tenure. Imports {@code api}, {@code name} and {@code error} of Tenure, the JDK and Jackson;
 * {@link io.tenure.client.fencing.FencingFilter} alone needs {@code jakarta.servlet}. Knows nothing of how a lock is taken. Start reading in
 * {@link io.tenure.client.fencing.FencedTable}; {@code docs/fencing.md} tells the story.
 */
@NullMarked
package io.tenure.client.fencing;

import org.jspecify.annotations.NullMarked;
