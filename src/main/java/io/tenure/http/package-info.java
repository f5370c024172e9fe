/**
 * The HTTP shell: what every resource shares between the socket and the services.
 *
 * <p>Floor 5. Here are who calls ({@link io.tenure.http.Caller}), how bodies and queries are read, how answers and refusals are
 * written, and the resources that belong to no feature; streams of events
 * ({@link io.tenure.http.EventStreams}), which whoever knows the events feeds. What does not belong here: any decision about a lease, and anything that
 * knows the store; this package never imports {@code coordination}. Start with {@link io.tenure.http.Answers} for writing a
 * resource and {@link io.tenure.http.HttpFeature} for what is registered.
 */
@NullMarked
package io.tenure.http;

import org.jspecify.annotations.NullMarked;
