/** A cluster of three, each a process, under a load whose every answer is checked, to which all sorts of things happen. */
@NullMarked
package io.tenure.cluster;

import org.jspecify.annotations.NullMarked;
