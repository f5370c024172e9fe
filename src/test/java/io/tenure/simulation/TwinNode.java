package io.tenure.simulation;

import io.tenure.coordination.Stamp;

/**
 * A node as it was between two writes.
 *
 * @param data not to be changed
 * @param stamp what the store notes of it
 * @param container whether it goes once it has been used and is empty
 * @param owner the session that it ends with; 0 for none
 * @param created how many children were created below it so far: the next sequence number
 */
public record TwinNode(byte[] data, Stamp stamp, boolean container, long owner, int created) {
    static TwinNode fresh(byte[] data, long zxid, long millis, boolean container, long owner) {
        return new TwinNode(data, new Stamp(zxid, zxid, zxid, millis, millis, 0, 0, owner != 0), container, owner, 0);
    }

    TwinNode withData(byte[] next, long zxid, long millis) {
        Stamp s = stamp;
        return new TwinNode(
                next,
                new Stamp(s.czxid(), zxid, s.pzxid(), s.ctime(), millis, s.version() + 1, s.children(), s.ephemeral()),
                container,
                owner,
                created);
    }

    TwinNode withChildCreated(long zxid) {
        return withChildren(zxid, stamp.children() + 1, created + 1);
    }

    TwinNode withChildDeleted(long zxid) {
        return withChildren(zxid, stamp.children() - 1, created);
    }

    private TwinNode withChildren(long zxid, int children, int nextCreated) {
        Stamp s = stamp;
        return new TwinNode(
                data,
                new Stamp(s.czxid(), s.mzxid(), zxid, s.ctime(), s.mtime(), s.version(), children, s.ephemeral()),
                container,
                owner,
                nextCreated);
    }
}
