package io.tenure.api;

import java.util.List;

/** What became of many renewals, in the order in which they were asked for. */
public record RenewManyBody(int live, List<RenewedBody> items) {}
