/**
 * The bodies of the HTTP contract, as records with their fields in the order in which they are written.
 *
 * <p>Floor 0. Fields that do not apply are null and left out. Times are texts of RFC 3339 in UTC with three decimals; durations
 * are whole milliseconds. {@code docs/api.md} is the contract, fixtures freeze it.
 */
@NullMarked
package io.tenure.api;

import org.jspecify.annotations.NullMarked;
