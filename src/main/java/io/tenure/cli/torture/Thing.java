package io.tenure.cli.torture;

import io.tenure.name.Kind;

/** Something that leases hold. */
public record Thing(Kind kind, String name) {
    /** Where it is, behind the server's address. */
    String path() {
        return "/v1/" + kind.wire() + "s/" + name;
    }

    /** Where a lease's place in its queue is. */
    String path(String lease) {
        return path() + (kind == Kind.ELECTION ? "/candidates/" : "/holds/") + lease;
    }

    @Override
    public String toString() {
        return kind.wire() + " " + name;
    }
}
