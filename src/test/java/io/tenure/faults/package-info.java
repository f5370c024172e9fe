/** What users see when something breaks: clients that vanish, servers that are killed or stopped, a store or a database that is away. */
@NullMarked
package io.tenure.faults;

import org.jspecify.annotations.NullMarked;
