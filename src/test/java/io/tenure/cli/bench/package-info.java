/** What measures a running server, without one. */
@NullMarked
package io.tenure.cli.bench;

import org.jspecify.annotations.NullMarked;
