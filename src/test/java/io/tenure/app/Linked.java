package io.tenure.app;

import io.tenure.testing.TcpProxy;
import java.util.concurrent.atomic.AtomicReference;

/** A server whose sessions with its ZooKeeper go over a link that a test can break. */
public final class Linked {
    private final AtomicReference<TcpProxy> link = new AtomicReference<>();

    /** The application, to be started once. */
    public TenureApplication application() {
        return new TenureApplication(address -> {
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            TcpProxy proxy = new TcpProxy(port);
            link.set(proxy);
            return proxy.connectString();
        });
    }

    /** The link, once the application has been started. */
    public TcpProxy link() {
        TcpProxy proxy = link.get();
        if (proxy == null) {
            throw new IllegalStateException("not started");
        }
        return proxy;
    }
}
