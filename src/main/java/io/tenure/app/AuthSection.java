package io.tenure.app;

import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code zookeeper.auth}: as whom this server comes to an external ZooKeeper.
 *
 * @param scheme {@code digest}
 * @param user the same for all servers, and for native clients of the same locks
 * @param password of the user
 */
public record AuthSection(String scheme, String user, String password) {
    public AuthSection {
        scheme = scheme == null ? "digest" : scheme;
        user = user == null ? "" : user;
        password = password == null ? "" : password;
    }

    List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!scheme.equals("digest")) {
            faults.add("zookeeper.auth.scheme: digest; got " + scheme);
        }
        if (user.isEmpty() || user.contains(":")) {
            faults.add("zookeeper.auth.user: a name without a colon; got " + (user.isEmpty() ? "none" : user));
        }
        if (password.isEmpty()) {
            faults.add("zookeeper.auth.password: it is missing");
        }
        return faults;
    }

    @Override
    public String toString() {
        return "AuthSection[" + scheme + ", " + user + "]";
    }
}
