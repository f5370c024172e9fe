/**
 * Locks of Tenure for ShedLock, so that a scheduled task runs in one process at a time.
 *
 * <p>Above {@code client}. The only package that knows ShedLock, which is an optional dependency of the client's jar: bring
 * {@code net.javacrumbs.shedlock:shedlock-core} to use it.
 */
@NullMarked
package io.tenure.client.shedlock;

import org.jspecify.annotations.NullMarked;
