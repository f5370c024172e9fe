package io.tenure.coordination;

import java.time.Instant;

/**
 * One server of the service that is alive, as it told of itself.
 *
 * @param id new for each start
 * @param address the URL that clients and the other servers reach it by
 * @param version of the program
 * @param since when it was started, by its own clock
 */
public record LiveServer(String id, String address, String version, Instant since) {}
