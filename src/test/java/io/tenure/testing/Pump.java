package io.tenure.testing;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Passes the bytes of one connection one way: one thread reads, so that a delay does not slow the link, and one writes. */
final class Pump {
    private record Chunk(long cameAt, byte[] bytes) {}

    /** The only one without bytes. */
    private static final Chunk END = new Chunk(0, new byte[0]);

    private final TcpProxy proxy;
    private final TcpProxy.Way way;
    private final Socket from;
    private final Socket to;
    private final BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();

    Pump(TcpProxy proxy, TcpProxy.Way way, Socket from, Socket to) {
        this.proxy = proxy;
        this.way = way;
        this.from = from;
        this.to = to;
    }

    void start() {
        TcpProxy.start(way + "-read", this::read);
        TcpProxy.start(way + "-write", this::write);
    }

    private void read() {
        byte[] buffer = new byte[64 * 1024];
        try {
            for (int length = from.getInputStream().read(buffer);
                    length >= 0;
                    length = from.getInputStream().read(buffer)) {
                chunks.add(new Chunk(System.nanoTime(), Arrays.copyOf(buffer, length)));
            }
        } catch (IOException closed) {
            // The end is the end, however it came.
        }
        chunks.add(END);
    }

    private void write() {
        try {
            for (Chunk chunk = chunks.take(); chunk.bytes().length > 0; chunk = chunks.take()) {
                proxy.hold(way, chunk.cameAt());
                to.getOutputStream().write(chunk.bytes());
            }
        } catch (IOException closed) {
            // As above.
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        proxy.end(from, to);
    }
}
