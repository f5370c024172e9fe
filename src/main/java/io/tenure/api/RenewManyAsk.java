package io.tenure.api;

import io.tenure.name.LeaseId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a renewal of many leases says. */
public record RenewManyAsk(@Nullable List<LeaseId> leases) {}
