/**
 * The application: its configuration, its wiring by hand, its health, and the commands that run it.
 *
 * <p>Floor 6: knows everything, and nothing knows it. Here one finds which thread, port and folder belongs to what. Start with
 * {@link io.tenure.app.Wiring}; {@link io.tenure.app.TenureConfiguration} has one section for each feature.
 */
@NullMarked
package io.tenure.app;

import org.jspecify.annotations.NullMarked;
