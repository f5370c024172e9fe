package io.tenure.architecture.broken.client;

import io.tenure.architecture.broken.lease.LeaseManager;

/** Knows a floor of the service. */
public final class Guard {
    public LeaseManager lease() {
        return new LeaseManager();
    }
}
