package io.tenure.cli.torture;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a load is like.
 *
 * @param servers base URLs of servers of one cluster, at least one
 * @param clients how many, each with one call under way; every second is patient: it queues for what others want too, keeps it, and
 *     sleeps over its deadline
 * @param brief how many of them do nothing but take a lock that nobody else wants, and give it back: the most cycles for the least work
 * @param seed of all choices
 * @param rate how many stories of a client begin in a second, over all of them; 0 for as many as can
 * @param chapter for how long the same names are used; then their history is checked, and forgotten
 * @param kept where the whole history is written, a line of JSON for each call and each event of the log; null for nowhere
 */
public record Settings(
        List<URI> servers,
        int clients,
        int brief,
        long seed,
        double rate,
        Duration chapter,
        @Nullable Path kept) {
    /** What suits most. */
    public static final Duration CHAPTER = Duration.ofSeconds(20);

    /** Copies the list. */
    public Settings {
        servers = List.copyOf(servers);
        if (servers.isEmpty() || clients < 1 || brief < 0 || brief > clients) {
            throw new IllegalArgumentException(
                    "at least one server and one client, and no more of them brief than there are");
        }
    }

    /** As many clients, on these servers, with nothing kept. */
    public static Settings of(List<URI> servers, int clients, long seed) {
        return new Settings(servers, clients, 0, seed, 0, CHAPTER, null);
    }

    /** The same with chapters of another length. */
    public Settings withChapter(Duration length) {
        return new Settings(servers, clients, brief, seed, rate, length, kept);
    }
}
