/** Tests of backup and restore; what happens under load is told by {@code BackupSimulationTest}. */
@NullMarked
package io.tenure.backup;

import org.jspecify.annotations.NullMarked;
