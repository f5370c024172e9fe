/** The client as it is published: a jar with a POM of its own. */
@NullMarked
package io.tenure.client.jar;

import org.jspecify.annotations.NullMarked;
