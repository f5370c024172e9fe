/**
 * The command line: {@code tenure run}, and what people look things up and mend them with.
 *
 * <p>Begin with {@link io.tenure.cli.Tenure}. One class for each command, which parses, makes one call of the client and prints. Beside
 * the server's floors: imports {@code client}, {@code name} and {@code error} alone, and speaks to servers over HTTP.
 */
@NullMarked
package io.tenure.cli;

import org.jspecify.annotations.NullMarked;
