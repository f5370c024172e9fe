package io.tenure.client.fencing;

import java.util.OptionalLong;

/** What a server of Tenure says of a fencing token, or that none could be asked. */
sealed interface Verdict {
    /** Its hold was in force when the store was asked. */
    record Current() implements Verdict {}

    /** Its hold has ended. {@code newest} is the newest token of that name, where it is known. */
    record Ended(OptionalLong newest) implements Verdict {}

    /** It was never given out for this name. */
    record NeverGiven() implements Verdict {}

    /** No server gave an answer that can be relied on; {@code why} tells what each said. */
    record Untold(String why) implements Verdict {}
}
