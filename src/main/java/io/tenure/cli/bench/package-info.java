/**
 * What a running server does, measured from outside.
 *
 * <p>Begin with {@link io.tenure.cli.bench.Bench}, which keeps a number of chains of operations going; a
 * {@link io.tenure.cli.bench.Work} says what an operation is. Imports nothing of Tenure but {@code name}, and speaks HTTP itself, so that
 * nothing of the client library is measured.
 */
@NullMarked
package io.tenure.cli.bench;

import org.jspecify.annotations.NullMarked;
