/** Checks of the architecture: the floors, who may ask a clock or make a thread, names. Start with {@link io.tenure.architecture.FloorsTest}. */
@NullMarked
package io.tenure.architecture;

import org.jspecify.annotations.NullMarked;
