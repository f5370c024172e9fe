/** Tests of the audit log: contracts that run on each database, frozen forms, and the drain. */
@NullMarked
package io.tenure.audit;

import org.jspecify.annotations.NullMarked;
