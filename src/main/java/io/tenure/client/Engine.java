package io.tenure.client;

import java.time.Duration;

/**
 * What every part of the client works with.
 *
 * @param calls requests that are repeated until they are answered
 * @param defaultTtl of leases for which no TTL is given
 * @param owner who the holder says it is
 */
record Engine(Time time, Http http, Calls calls, Renewals renewals, Duration defaultTtl, String owner) {}
