package io.tenure.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.coordination.PeerState.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SrvrTest {
    @ParameterizedTest
    @CsvSource({
        "'Zookeeper version: 3.9.5\nLatency min/avg/max: 0/0.0/0\nMode: leader\nNode count: 5', LEADER",
        "'Mode: follower', FOLLOWER",
        "'Mode: observer', OBSERVER",
        "'Mode: standalone', STANDALONE",
        "'Mode: read-only', UNKNOWN",
        "'This ZooKeeper instance is not currently serving requests', ELECTING",
        "'srvr is not executed because it is not in the whitelist.', UNKNOWN",
        "'', UNKNOWN"
    })
    void whatAServerSaysIsItsRole(String answer, Role role) {
        assertThat(Srvr.role(answer)).isEqualTo(role);
        assertThat(Role.UNKNOWN.away()).isFalse();
    }
}
