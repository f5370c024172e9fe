package io.tenure.client;

import org.jspecify.annotations.Nullable;

/** Asks one of the servers for an answer that comes line by line and may never end. Tests have one of their own. */
interface Streams {
    /**
     * Asks the server that answered last; when that cannot be done, or it ends, the next is asked the next time.
     *
     * @param lastSeen the revision that was seen last; null when none was
     * @return the connection, on which no line is read yet
     */
    Connection open(String path, @Nullable String lastSeen, Sink sink);

    /** Who is told, one thing at a time. Its methods return at once. */
    interface Sink {
        /** A line that was asked for, without its end. */
        void line(String line);

        /**
         * There is no more to come, and never was if there were no lines. Not told to who has closed the connection.
         *
         * @param answer what the server answered in place of a stream; null when it did not
         * @param failure why the connection broke; null when it did not
         */
        void end(@Nullable Answer answer, @Nullable Throwable failure);
    }

    /** A connection. Its methods return at once and may be called from any thread. */
    interface Connection {
        /** Asks for one more line. */
        void more();

        /** Ends the connection; closing it twice is closing it once. */
        void close();

        /** Ends the connection, since its server does not say anything: the next server is asked the next time. */
        void abandon();
    }
}
