/**
 * The deterministic simulation: an in-memory twin of the port to the store, a world with a clock of its own to run it in, and
 * whatever drives the domain's services through seeded schedules of faults.
 *
 * <p>Everything here runs on one thread and takes its chances from one seed, so a schedule that fails replays. Unit tests of the
 * domain use {@link io.tenure.simulation.TwinCoordination#calm()}; start there, then read {@link io.tenure.simulation.World} and
 * {@link io.tenure.simulation.TwinStore}.
 */
@NullMarked
package io.tenure.simulation;

import org.jspecify.annotations.NullMarked;
