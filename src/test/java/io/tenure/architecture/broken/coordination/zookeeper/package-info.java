/** Breaks rules on purpose; see {@link io.tenure.architecture.FloorsTest}. */
@NullMarked
package io.tenure.architecture.broken.coordination.zookeeper;

import org.jspecify.annotations.NullMarked;
