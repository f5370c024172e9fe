/** The load and its checker: that the checker finds what is broken, finds nothing else, and what servers do under the load. */
@NullMarked
package io.tenure.cli.torture;

import org.jspecify.annotations.NullMarked;
