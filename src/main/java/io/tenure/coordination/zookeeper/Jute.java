package io.tenure.coordination.zookeeper;

/**
 * The longest message between ZooKeeper's client and server.
 *
 * <p>ZooKeeper reads the limit once, when its classes are loaded, so every entrance to this package raises it first. A message
 * over the limit shows as a lost connection, each time it is sent. A limit set on the command line is left as it is.
 */
final class Jute {
    static final String PROPERTY = "jute.maxbuffer";
    private static final String EIGHT_MEBIBYTES = String.valueOf(8 << 20);

    private Jute() {}

    static void raiseLimit() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, EIGHT_MEBIBYTES);
        }
    }
}
