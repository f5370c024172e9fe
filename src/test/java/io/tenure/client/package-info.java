/** The Java client: its loops by themselves over servers and clocks made by hand, and the whole of it over a real server. */
@NullMarked
package io.tenure.client;

import org.jspecify.annotations.NullMarked;
