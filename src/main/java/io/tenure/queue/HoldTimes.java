package io.tenure.queue;

import io.tenure.name.Kind;
import io.tenure.name.Name;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** What the audit log knows of how long things are held, for people who wait. */
public interface HoldTimes {
    /**
     * The median of the last holds that their owners ended or that expired, in milliseconds; empty when the log tells of none or cannot be
     * asked. The stage never completes exceptionally.
     */
    CompletionStage<OptionalLong> median(Kind kind, Name name);
}
