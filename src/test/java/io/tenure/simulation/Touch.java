package io.tenure.simulation;

import io.tenure.coordination.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * What one operation did to one node.
 *
 * @param path the node
 * @param change what a watcher is told; null when only the node's count of children changed, which nobody is told
 * @param before the node before; null when it was not there
 * @param after the node after; null when it is gone
 */
public record Touch(
        String path,
        Watcher.@Nullable Change change,
        @Nullable TwinNode before,
        @Nullable TwinNode after) {}
