/** Breaks rules on purpose; see {@link io.tenure.architecture.FloorsTest}. */
@NullMarked
package io.tenure.architecture.broken.client;

import org.jspecify.annotations.NullMarked;
