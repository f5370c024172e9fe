/** The lock provider for ShedLock, held to ShedLock's own tests for providers over a real server, and used as its guide says. */
@NullMarked
package io.tenure.client.shedlock;

import org.jspecify.annotations.NullMarked;
