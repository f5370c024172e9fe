/** What {@code docs/spring.md} shows, compiled and run. */
@NullMarked
package io.tenure.client.spring;

import org.jspecify.annotations.NullMarked;
