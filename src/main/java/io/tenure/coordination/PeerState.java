package io.tenure.coordination;

import org.jspecify.annotations.Nullable;

/**
 * How one of the servers that the store consists of was when it was last asked.
 *
 * @param id its number in the ensemble; null when it is not known
 * @param address where its clients connect
 * @param role what it said that it does
 */
public record PeerState(@Nullable Integer id, String address, Role role) {
    /** What a server of the store does: a closed list. */
    public enum Role {
        /** Orders all writes. */
        LEADER,
        /** Has its part in each write. */
        FOLLOWER,
        /** Takes over each write without a part in it. */
        OBSERVER,
        /** Is alone. */
        STANDALONE,
        /** Runs, and has no leader at the moment. */
        ELECTING,
        /** Does not answer. */
        UNREACHABLE,
        /** Has not been asked yet, or does not tell. */
        UNKNOWN;

        /** Whether it is known not to do its part. */
        public boolean away() {
            return this == ELECTING || this == UNREACHABLE;
        }
    }

    /** As people call it. */
    public String named() {
        return id == null ? address : id + " at " + address;
    }
}
