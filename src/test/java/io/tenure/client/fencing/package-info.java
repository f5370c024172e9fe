/** Tests of the guards. Start with {@link io.tenure.client.fencing.FencedTableContract}. */
@NullMarked
package io.tenure.client.fencing;

import org.jspecify.annotations.NullMarked;
