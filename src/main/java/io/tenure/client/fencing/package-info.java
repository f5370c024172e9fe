/**
 * Guards for what a lock protects: they refuse the work of a holder that has lost its lock and does not know it yet.
 *
 * <p>Part of the client's jar: imports {@code error} and {@code name} of Tenure, the JDK and Jackson, and {@link
 * io.tenure.client.fencing.FencingFilter} alone {@code jakarta.servlet}, which its container has. Knows nothing of how a lock is taken. Start
 * reading in {@link io.tenure.client.fencing.FencedTable}; {@code docs/fencing.md} tells the story.
 */
@NullMarked
package io.tenure.client.fencing;

import org.jspecify.annotations.NullMarked;
