/**
 * The Java client: leases that are kept alive in the background, and what is held by them.
 *
 * <p>Begin with {@link io.tenure.client.TenureClient}. A {@link io.tenure.client.Claim} says what is wanted and how; acquiring it gives
 * a {@link io.tenure.client.Hold}, which a {@link io.tenure.client.Lease} keeps. Whoever holds may count on it until a deadline on this
 * machine's monotonic clock, counted from before the request was sent, so that it never ends here later than at the server.
 *
 * <p>Beside the server's floors: imports {@code error}, {@code name}, the JDK and Jackson alone, for it is published as a jar of its
 * own.
 */
@NullMarked
package io.tenure.client;

import org.jspecify.annotations.NullMarked;
