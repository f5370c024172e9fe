/** Tests of the form of a backup. */
@NullMarked
package io.tenure.archive;

import org.jspecify.annotations.NullMarked;
