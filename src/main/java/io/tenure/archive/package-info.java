/**
 * The file that a backup is: its form, and whether one is whole.
 *
 * <p>Below everything that makes one or reads one, so that the command line can check a file without a server. It knows nothing of
 * what the pieces mean. Start with {@link io.tenure.archive.Archive}.
 */
@NullMarked
package io.tenure.archive;

import org.jspecify.annotations.NullMarked;
