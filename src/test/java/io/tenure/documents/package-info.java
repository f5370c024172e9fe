/** Checks that the documents say what is so: commands, links, names of tests, codes, examples. Start with {@link io.tenure.documents.ReadmeTest}. */
@NullMarked
package io.tenure.documents;

import org.jspecify.annotations.NullMarked;
