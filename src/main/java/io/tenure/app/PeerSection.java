package io.tenure.app;

import io.tenure.coordination.zookeeper.Ensemble;

/**
 * One entry of {@code zookeeper.servers}: where the others reach the ZooKeeper peer of one server.
 *
 * @param host a name or an address
 * @param client the port for sessions
 * @param peer the port that the peers exchange data on
 * @param election the port that they elect their leader on
 */
public record PeerSection(String host, Integer client, Integer peer, Integer election) {
    public PeerSection {
        host = host == null ? "" : host.strip();
        client = client == null ? 2181 : client;
        peer = peer == null ? 2888 : peer;
        election = election == null ? 3888 : election;
    }

    Ensemble.Member member() {
        return new Ensemble.Member(host, client, peer, election);
    }
}
