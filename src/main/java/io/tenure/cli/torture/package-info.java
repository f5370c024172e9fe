/**
 * A load on running servers whose every call is written down, and the proof that what the servers answered can be true.
 *
 * <p>Begin with {@link io.tenure.cli.torture.Torture}, which has clients carry out what a {@link io.tenure.cli.torture.Plan} draws, and
 * with {@link io.tenure.cli.torture.Checker}, which knows nothing of servers, clocks and threads: it is given calls and the audit log, and
 * says what contradicts what. Imports nothing of Tenure but {@code name}, and speaks HTTP itself, so that a mistake of the client library
 * hides nothing.
 */
@NullMarked
package io.tenure.cli.torture;

import org.jspecify.annotations.NullMarked;
