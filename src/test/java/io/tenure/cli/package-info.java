/** The command line: how it reads its arguments, and what its commands do to real servers. */
@NullMarked
package io.tenure.cli;

import org.jspecify.annotations.NullMarked;
