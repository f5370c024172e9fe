/** The contract that every implementation of the port keeps, and the tests of what is built upon it. */
@NullMarked
package io.tenure.coordination;

import org.jspecify.annotations.NullMarked;
