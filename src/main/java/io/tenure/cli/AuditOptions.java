package io.tenure.cli;

import io.tenure.name.LeaseId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all questions to the audit log can be narrowed by. All must hold; an option given twice means either. */
final class AuditOptions {
    @Option(names = "--kind", paramLabel = "KIND", description = "lock, rwlock, semaphore, election or lease.")
    private List<String> kinds = List.of();

    @Option(names = "--name", paramLabel = "NAME", description = "What it is called.")
    private List<String> names = List.of();

    @Option(names = "--prefix", paramLabel = "TEXT", description = "What its name begins with.")
    private List<String> prefixes = List.of();

    @Option(names = "--owner", paramLabel = "TEXT", description = "Who held it, as it called itself.")
    private List<String> owners = List.of();

    @Option(names = "--principal", paramLabel = "TEXT", description = "Who held it, as it proved to be.")
    private List<String> principals = List.of();

    @Option(names = "--address", paramLabel = "TEXT", description = "Where it asked from.")
    private List<String> addresses = List.of();

    @Option(names = "--lease", paramLabel = "ID", description = "Its lease.")
    private List<LeaseId> leases = List.of();

    @Option(names = "--oldest", description = "The oldest first. Default: the newest")
    private boolean oldest;

    Address narrow(Address address) {
        return address.withEach("kind", kinds)
                .withEach("name", names)
                .withEach("prefix", prefixes)
                .withEach("owner", owners)
                .withEach("principal", principals)
                .withEach("address", addresses)
                .withEach("lease", leases)
                .with("order", oldest ? "oldest" : null);
    }

    /** What events and tenures can be narrowed by besides. */
    static final class More {
        @Option(names = "--token", paramLabel = "TOKEN", description = "Its fencing token.")
        private List<Long> tokens = List.of();

        @Option(names = "--from-token", paramLabel = "TOKEN", description = "The lowest fencing token.")
        private @Nullable Long fromToken;

        @Option(
                names = "--ended-by",
                paramLabel = "WORD",
                description = "RELEASED, EXPIRED, REVOKED, RESIGNED, TRANSFERRED or LOST.")
        private List<String> endedBy = List.of();

        @Option(
                names = "--from",
                paramLabel = "TIME",
                description = "From then on: 2026-11-22, '2026-11-22 02:14', or a time with its offset.")
        private @Nullable Instant from;

        @Option(names = "--to", paramLabel = "TIME", description = "Before then.")
        private @Nullable Instant to;

        Address narrow(Address address) {
            return address.withEach("token", tokens)
                    .with("fromToken", fromToken)
                    .withEach("endedBy", endedBy)
                    .with("from", from)
                    .with("to", to);
        }
    }
}
