package io.tenure.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The last step of one answer: hears whether each write to the network succeeded, which the layers above do not pass on once the
 * answer is committed.
 *
 * <p>The listeners run when the answer has been written or has failed, before the server reads the connection's next request.
 */
final class Delivery extends HttpStream.Wrapper {
    /** Who is told of the end of an answer. */
    interface Listener {
        /** The answer is about to be written: from here on the client may have it. */
        default void begins() {}

        /** Is told once whether all of the answer was handed to the network. */
        void over(boolean written);
    }

    private volatile boolean failed;

    @GuardedBy("this")
    private final List<Listener> listeners = new ArrayList<>(2);

    Delivery(HttpStream stream) {
        super(stream);
    }

    /** Tells the listener when the answer begins, and once whether all of it was handed to the network. */
    synchronized void tell(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.@Nullable Response response,
            boolean last,
            ByteBuffer content,
            Callback callback) {
        if (response != null && !HttpStatus.isInterim(response.getStatus())) {
            listeners().forEach(Listener::begins);
        }
        super.send(request, response, last, content, new Callback.Nested(callback) {
            @Override
            public void failed(Throwable cause) {
                failed = true;
                super.failed(cause);
            }
        });
    }

    @Override
    public void succeeded() {
        over(!failed);
        super.succeeded();
    }

    @Override
    public void failed(Throwable cause) {
        over(false);
        super.failed(cause);
    }

    private synchronized List<Listener> listeners() {
        return List.copyOf(listeners);
    }

    private void over(boolean written) {
        List<Listener> told;
        synchronized (this) {
            told = List.copyOf(listeners);
            listeners.clear();
        }
        told.forEach(listener -> listener.over(written));
    }
}
