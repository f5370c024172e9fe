/** Tests of the application: its configuration, its commands, its health. */
@NullMarked
package io.tenure.app;

import org.jspecify.annotations.NullMarked;
