package io.tenure.coordination.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenure.coordination.Coordination;
import io.tenure.coordination.Found;
import io.tenure.coordination.LiveServer;
import io.tenure.coordination.Operation;
import io.tenure.coordination.Paths;
import io.tenure.coordination.Query;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers that are alive, by Curator's {@code GroupMember}: each has an ephemeral node that tells of it, below
 * {@link Paths#servers}, by the id that also stands in what its requests wait for.
 *
 * <p>A server that was killed is shown until its session ends. Safe for use by many threads. A session of its own.
 */
public final class Membership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LANE = "servers";

    private final CuratorFramework curator;
    private final GroupMember group;
    private final LiveServer own;

    private Membership(CuratorFramework curator, Paths paths, LiveServer own) {
        this.curator = curator;
        this.own = own;
        this.group = new GroupMember(curator, paths.servers(), own.id(), bytes(own));
    }

    /** Announces this server, and begins to follow who else is there. Returns at once. */
    public static Membership announce(Connection connection, Paths paths, LiveServer own) {
        Membership membership = new Membership(connection.forRecipes("servers"), paths, own);
        membership.curator.start();
        membership.group.start();
        return membership;
    }

    /**
     * Removes those who are said to be alive, in a store that nobody else works with: what an earlier run of this server left, which
     * would be shown until its session ends. Blocks.
     */
    public static void clear(Coordination store, Paths paths) {
        try {
            Found found = store.read(LANE, List.of(new Query.Children(paths.servers())))
                    .toCompletableFuture()
                    .join()
                    .get(0);
            if (found instanceof Found.Children left) {
                left.names()
                        .forEach(id -> store.commit(LANE, List.of(new Operation.Delete(paths.servers() + "/" + id, -1)))
                                .toCompletableFuture()
                                .join());
            }
        } catch (CompletionException unavailable) {
            LOG.debug("they end with their sessions", unavailable);
        }
    }

    /** All that are alive, as far as this server has seen, itself among them; the oldest first. Answers at once. */
    public List<LiveServer> servers() {
        return group.getCurrentMembers().entrySet().stream()
                .map(member -> member.getKey().equals(own.id()) ? own : parse(member.getValue()))
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(LiveServer::since).thenComparing(LiveServer::id))
                .toList();
    }

    private static byte[] bytes(LiveServer server) {
        return JSON.createObjectNode()
                .put("format", 1)
                .put("id", server.id())
                .put("address", server.address())
                .put("version", server.version())
                .put("since", server.since().toString())
                .toString()
                .getBytes(UTF_8);
    }

    /** Null for what is no server's. */
    private static @Nullable LiveServer parse(byte[] data) {
        try {
            JsonNode json = JSON.readTree(data);
            return new LiveServer(
                    json.path("id").asText(),
                    json.path("address").asText(),
                    json.path("version").asText(),
                    Instant.parse(json.path("since").asText()));
        } catch (IOException | DateTimeException foreign) {
            LOG.debug("no server's", foreign);
            return null;
        }
    }

    /** Takes this server off the list; the end of the session does that too, where ZooKeeper cannot be asked. */
    @Override
    public void close() {
        if (curator.getZookeeperClient().isConnected()) {
            group.close();
        }
        curator.close();
    }
}
