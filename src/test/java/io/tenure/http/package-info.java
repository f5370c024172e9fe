/** Tests of the HTTP shell. */
@NullMarked
package io.tenure.http;

import org.jspecify.annotations.NullMarked;
