/** The bodies of the HTTP contract, frozen. */
@NullMarked
package io.tenure.api;

import org.jspecify.annotations.NullMarked;
