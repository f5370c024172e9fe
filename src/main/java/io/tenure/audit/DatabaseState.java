package io.tenure.audit;

/** What is known of the audit database. */
public sealed interface DatabaseState {
    /** One line for an operator; empty when there is nothing to say. */
    String why();

    /** It answers, and its tables are as this version wants them. */
    record Ready() implements DatabaseState {
        @Override
        public String why() {
            return "";
        }
    }

    /** It does not answer, or not as it should; it is asked again. Meanwhile records wait in the outbox. */
    record Away(String why) implements DatabaseState {}

    /** The file of an embedded database belongs to another process. Waiting does not help: this server should not start. */
    record Locked(String why) implements DatabaseState {}

    /** Whether it answers. */
    default boolean ready() {
        return this instanceof Ready;
    }
}
