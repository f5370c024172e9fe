/** The application as its users meet it: over HTTP, with a real ZooKeeper and a real database. */
@NullMarked
package io.tenure.endtoend;

import org.jspecify.annotations.NullMarked;
