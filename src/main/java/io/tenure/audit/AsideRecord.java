package io.tenure.audit;

import org.jspecify.annotations.Nullable;

/**
 * A record that the database has put aside.
 *
 * @param fault why
 * @param resolution what an operator has made of it; null while it waits for one
 */
public record AsideRecord(
        LogRecord record, String fault, @Nullable String resolution) {}
