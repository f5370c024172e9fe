package io.tenure.api;

/** A fencing token that is current: its hold was in force when the store was asked, in the order of all writes. */
public record TokenBody(long fencingToken, boolean current, String lease, String expiresAt) {}
