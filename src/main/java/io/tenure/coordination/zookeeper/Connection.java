package io.tenure.coordination.zookeeper;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.ClientCnxnSocketInProcess;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * How to reach ZooKeeper. Immutable.
 *
 * @param connectString host and port of the servers, separated by commas; a chroot may follow
 * @param nearest the one of these that is in this process, which is tried before the others; null when there is none
 * @param sessionTimeout after how long without contact the store ends a session; the servers may bound it
 * @param sessions how many sessions carry the lanes; each has two threads, and requests of different ones are under way side by side
 * @param access as whom and by which way
 */
public record Connection(
        String connectString, @Nullable String nearest, Duration sessionTimeout, int sessions, Access access) {
    static {
        Jute.raiseLimit();
    }

    private static final int MAX_SESSIONS = 32;

    public Connection {
        if (sessions < 1 || sessions > MAX_SESSIONS) {
            throw new IllegalArgumentException("sessions: 1 to " + MAX_SESSIONS + "; got " + sessions);
        }
        if (sessionTimeout.toMillis() < 100 || sessionTimeout.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("session timeout: at least 100 ms; got " + sessionTimeout);
        }
    }

    /** Without one that is nearer than the others, as nobody in particular. */
    public Connection(String connectString, Duration sessionTimeout, int sessions) {
        this(connectString, null, sessionTimeout, sessions, Access.OPEN);
    }

    /** A framework for recipes, whose watches the client sets again by itself. */
    CuratorFramework forRecipes(String name) {
        return framework(name, false, (curators, handles) -> handles.make(curators));
    }

    /** A framework that keeps a session for a lane alive; the lane sets its watches again by itself. */
    CuratorFramework forLane(String name, SessionFactory sessions) {
        return framework(name, true, sessions);
    }

    private CuratorFramework framework(String name, boolean ownWatches, SessionFactory sessions) {
        ZKClientConfig config = config(ownWatches);
        ZookeeperFactory handles = new ZookeeperFactory() {
            @Override
            public ZooKeeper newZooKeeper(
                    String connectString, int timeout, org.apache.zookeeper.Watcher watcher, boolean readOnly)
                    throws Exception {
                return newZooKeeper(connectString, timeout, watcher, readOnly, config);
            }

            @Override
            public ZooKeeper newZooKeeper(
                    String connectString,
                    int timeout,
                    org.apache.zookeeper.Watcher watcher,
                    boolean readOnly,
                    ZKClientConfig curators)
                    throws Exception {
                return sessions.open(
                        watcher,
                        both -> access.introduced(
                                new ZooKeeper(connectString, timeout, both, readOnly, hosts(), config)));
            }
        };
        int timeout = (int) sessionTimeout.toMillis();
        return CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs(timeout)
                .connectionTimeoutMs(timeout)
                .ensembleTracker(false)
                .threadFactory(threads(name))
                .retryPolicy(new ExponentialBackoffRetry(100, 5, 2_000))
                .zkClientConfig(config)
                .zookeeperFactory(handles)
                .aclProvider(new ACLProvider() {
                    @Override
                    public List<ACL> getDefaultAcl() {
                        return access.rights();
                    }

                    @Override
                    public List<ACL> getAclForPath(String path) {
                        return access.rights();
                    }
                })
                .build();
    }

    private HostProvider hosts() {
        List<InetSocketAddress> all = new ConnectStringParser(connectString).getServerAddresses();
        return nearest == null
                ? new StaticHostProvider(all)
                : new NearestFirst(
                        new ConnectStringParser(nearest).getServerAddresses().get(0), all);
    }

    private ZKClientConfig config(boolean ownWatches) {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, ClientCnxnSocketInProcess.class.getName());
        access.settings().forEach(config::setProperty);
        config.setProperty(ZKClientConfig.JUTE_MAXBUFFER, System.getProperty(Jute.PROPERTY));
        // Two mechanisms that set watches again would leave open which of them has done it when a listing is sent.
        config.setProperty(ZKClientConfig.DISABLE_AUTO_WATCH_RESET, String.valueOf(ownWatches));
        return config;
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "tenure-zookeeper-" + name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Makes a handle known to its lane before its first event. */
    interface SessionFactory {
        ZooKeeper open(org.apache.zookeeper.Watcher curators, HandleFactory handles) throws Exception;
    }

    /** Makes a handle whose events go to the watcher. */
    interface HandleFactory {
        ZooKeeper make(org.apache.zookeeper.Watcher watcher) throws Exception;
    }
}
