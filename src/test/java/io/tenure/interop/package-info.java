/** Native clients of Curator beside HTTP clients, on the same locks of one ZooKeeper. */
@NullMarked
package io.tenure.interop;

import org.jspecify.annotations.NullMarked;
