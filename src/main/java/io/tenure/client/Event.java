package io.tenure.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something that has happened, with how the thing stands since.
 *
 * @param name {@code state} at first and behind each break of the connection; {@code granted}, {@code queued} and {@code ended} of locks,
 *     read/write locks and semaphores; {@code leader}, {@code value} and {@code candidates} of elections; {@code ended} of leases; {@code
 *     state} for whatever else
 * @param revision grows with every change; opaque
 * @param data the whole body of a look at the thing, so that who misses an event has lost nothing but the moment
 * @param missed whether something may have happened between the event before and this one that was not told
 */
public record Event(String name, String revision, JsonNode data, boolean missed) {}
