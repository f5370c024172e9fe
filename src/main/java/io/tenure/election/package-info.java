/**
 * Elections: candidates in the queue of a name, of whom the first leads; its term is its fencing token.
 *
 * <p>Floor 4, beside the locks. {@link io.tenure.election.Elections} has the verbs, {@link io.tenure.election.ElectionLooks} shows who
 * leads, {@link io.tenure.election.Transfers} lets a candidate jump the queue.
 */
@NullMarked
package io.tenure.election;

import org.jspecify.annotations.NullMarked;
