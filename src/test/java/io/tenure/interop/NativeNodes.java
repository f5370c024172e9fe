package io.tenure.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;

/**
 * Watches a directory for nodes of native clients that go although their owners did not delete them. Clients say before they give a
 * node back; a node that goes unannounced was deleted by somebody else.
 */
final class NativeNodes implements AutoCloseable {
    private final String directory;
    private final CuratorCache cache;
    private final Set<String> ownersMayDelete = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> gone = new ConcurrentHashMap<>();
    private final Queue<String> overwritten = new ConcurrentLinkedQueue<>();
    private final AtomicLong seen = new AtomicLong();

    NativeNodes(CuratorFramework curator, String directory) {
        this.directory = directory;
        cache = CuratorCache.build(curator, directory);
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forCreates(node -> seen.addAndGet(isNative(node) ? 1 : 0))
                        .forChanges((before, now) -> {
                            if (isNative(now)) {
                                overwritten.add(now.getPath());
                            }
                        })
                        .forDeletes(node -> {
                            if (isNative(node)) {
                                gone.put(node.getPath(), node.getStat().getEphemeralOwner());
                            }
                        })
                        .build());
        cache.start();
    }

    /** Where they stand. */
    String directory() {
        return directory;
    }

    private static boolean isNative(ChildData node) {
        return node.getStat().getEphemeralOwner() != 0;
    }

    /** The owner is about to give this node back. */
    void gives(String path) {
        ownersMayDelete.add(path);
    }

    /** How many nodes of native clients were there. */
    long seen() {
        return seen.get();
    }

    /** Nodes that went without their owners, or that somebody wrote into. */
    List<String> harmed() {
        List<String> harmed = new ArrayList<>(overwritten);
        gone.keySet().stream().filter(path -> !ownersMayDelete.contains(path)).forEach(harmed::add);
        return harmed;
    }

    @Override
    public void close() {
        cache.close();
    }
}
