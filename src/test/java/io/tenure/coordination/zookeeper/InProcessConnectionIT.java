package io.tenure.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.jute.BinaryInputArchive;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.ClientCnxnSocketInProcess;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session whose server is in the same process: nothing of it is different, but that there is no socket. */
class InProcessConnectionIT {
    private static final int TIMEOUT = 10_000;

    private final BlockingQueue<KeeperState> states = new LinkedBlockingQueue<>();
    private final List<ZooKeeper> open = new ArrayList<>();
    private EmbeddedZooKeeper server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        server = EmbeddedZooKeeper.start(folder, 0);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (ZooKeeper handle : open) {
            handle.close();
        }
        server.close();
    }

    private static ZKClientConfig config() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, ClientCnxnSocketInProcess.class.getName());
        return config;
    }

    private ZooKeeper connect() throws Exception {
        return kept(new ZooKeeper(server.connectString(), TIMEOUT, this::tell, config()));
    }

    private ZooKeeper kept(ZooKeeper handle) {
        open.add(handle);
        return handle;
    }

    private void tell(WatchedEvent event) {
        if (event.getType() == EventType.None) {
            states.add(event.getState());
        }
    }

    private void await(KeeperState state) throws InterruptedException {
        assertThat(states.poll(TIMEOUT, TimeUnit.MILLISECONDS)).isEqualTo(state);
    }

    private static void create(ZooKeeper handle, String path, CreateMode mode) throws Exception {
        handle.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
    }

    /** A socket has a port of its own at the client's end. */
    private boolean hasSocket(ZooKeeper handle) {
        return !handle.toString().contains("local:/127.0.0.1:" + server.port())
                && !handle.toString().contains("local:localhost/127.0.0.1:" + server.port());
    }

    @Test
    void thereIsASocketOnlyWhereTheServerIsElsewhere() throws Exception {
        ZooKeeper inside = connect();
        await(KeeperState.SyncConnected);
        ZooKeeper plain = kept(new ZooKeeper(server.connectString(), TIMEOUT, this::tell, new ZKClientConfig()));
        await(KeeperState.SyncConnected);
        assertThat(hasSocket(inside)).isFalse();
        assertThat(hasSocket(plain)).isTrue();
        try (ServerSocket elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            elsewhere.setSoTimeout(TIMEOUT);
            kept(new ZooKeeper("127.0.0.1:" + elsewhere.getLocalPort(), TIMEOUT, this::tell, config()));
            elsewhere.accept().close();
        }
    }

    @Test
    void everybodyGetsTheAnswerToWhatTheyAskedAndEveryEventIsToldInOrder() throws Exception {
        ZooKeeper handle = connect();
        await(KeeperState.SyncConnected);
        create(handle, "/all", CreateMode.PERSISTENT);
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        handle.addWatch("/all", event -> told.add(event.getPath()), AddWatchMode.PERSISTENT_RECURSIVE);
        List<CompletableFuture<List<String>>> all = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.supplyAsync(() -> write(handle, "/all/" + thread + "-")))
                .toList();
        List<String> made = all.stream().flatMap(one -> one.join().stream()).toList();
        assertThat(made).hasSize(4 * 500).doesNotHaveDuplicates();
        // a read comes behind every event of what it shows
        assertThat(handle.getChildren("/all", false)).hasSize(made.size());
        List<String> events = List.copyOf(told);
        assertThat(events).containsExactlyInAnyOrderElementsOf(made);
        assertThat(events.stream().map(path -> Integer.parseInt(path.substring(path.length() - 10))))
                .isSorted();
    }

    @Test
    void anEventOfWhatOthersWriteIsToldWhetherOrNotAnAnswerIsUnderWay() throws Exception {
        ZooKeeper handle = kept(new ZooKeeper(server.connectString(), 6 * TIMEOUT, this::tell, config()));
        ZooKeeper other = kept(new ZooKeeper(server.connectString(), TIMEOUT, event -> {}, new ZKClientConfig()));
        await(KeeperState.SyncConnected);
        create(handle, "/all", CreateMode.PERSISTENT);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        handle.addWatch("/all", event -> told.add(event.getPath()), AddWatchMode.PERSISTENT_RECURSIVE);
        for (int i = 0; i < 2_000; i++) {
            String path = "/all/" + i;
            if (i % 2 == 0) {
                handle.exists("/", false, (rc, asked, context, stat) -> {}, null);
            }
            other.create(
                    path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, (rc, a, b, c) -> {}, null);
            // sooner than the next ping, whose answer would bring it; a disk may take its time
            assertThat(told.poll(TIMEOUT, TimeUnit.MILLISECONDS)).isEqualTo(path);
        }
    }

    private static List<String> write(ZooKeeper handle, String prefix) {
        List<CompletableFuture<String>> answers = Stream.generate(() -> {
                    CompletableFuture<String> answer = new CompletableFuture<>();
                    handle.create(
                            prefix,
                            new byte[0],
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT_SEQUENTIAL,
                            (rc, path, context, name) -> answer.complete(name),
                            null);
                    return answer;
                })
                .limit(500)
                .toList();
        List<String> made = answers.stream()
                .map(answer -> answer.orTimeout(10, TimeUnit.SECONDS).join())
                .toList();
        assertThat(made).allMatch(path -> path.startsWith(prefix));
        return made;
    }

    @Test
    void aConnectionEndsAndItsSessionStays() throws Exception {
        ZooKeeper handle = connect();
        await(KeeperState.SyncConnected);
        long session = handle.getSessionId();
        create(handle, "/mine", CreateMode.EPHEMERAL);
        for (int i = 0; i < 5; i++) {
            handle.getTestable().closeSocket();
            // told at once, and not with the next ping
            assertThat(states.poll(2, TimeUnit.SECONDS)).isEqualTo(KeeperState.Disconnected);
            await(KeeperState.SyncConnected);
            assertThat(handle.exists("/mine", false).getEphemeralOwner()).isEqualTo(session);
        }
        assertThat(hasSocket(handle)).isFalse();
    }

    @Test
    void whatIsUnderWayWhenTheConnectionEndsIsToldSo() throws Exception {
        ZooKeeper handle = connect();
        await(KeeperState.SyncConnected);
        for (int round = 0; round < 5; round++) {
            List<String> paths = IntStream.range(round * 100, (round + 1) * 100)
                    .mapToObj(i -> "/n" + i)
                    .toList();
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (String path : paths) {
                CompletableFuture<Integer> answer = new CompletableFuture<>();
                answers.add(answer);
                handle.create(
                        path,
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (rc, asked, context, name) -> answer.complete(rc),
                        null);
            }
            handle.getTestable().closeSocket();
            for (int i = 0; i < paths.size(); i++) {
                KeeperException.Code code =
                        KeeperException.Code.get(answers.get(i).get(10, TimeUnit.SECONDS));
                assertThat(code).isIn(KeeperException.Code.OK, KeeperException.Code.CONNECTIONLOSS);
                assertThat(exists(handle, paths.get(i)) || code != KeeperException.Code.OK)
                        .isTrue();
            }
        }
    }

    private static boolean exists(ZooKeeper handle, String path) throws Exception {
        while (true) {
            try {
                return handle.exists(path, false) != null;
            } catch (KeeperException.ConnectionLossException again) {
                Thread.sleep(5);
            }
        }
    }

    @Test
    void aServerThatStopsIsFoundAgain() throws Exception {
        ZooKeeper handle = connect();
        await(KeeperState.SyncConnected);
        create(handle, "/mine", CreateMode.EPHEMERAL);
        int port = server.port();
        server.close();
        await(KeeperState.Disconnected);
        server = EmbeddedZooKeeper.start(folder, port);
        await(KeeperState.SyncConnected);
        assertThat(handle.exists("/mine", false)).isNotNull();
        assertThat(hasSocket(handle)).isFalse();
    }

    @Test
    void aSessionThatIsOverIsToldSo() throws Exception {
        ZooKeeper handle = connect();
        await(KeeperState.SyncConnected);
        CompletableFuture<Void> taken = new CompletableFuture<>();
        ZooKeeper other = new ZooKeeper(
                server.connectString(),
                TIMEOUT,
                event -> taken.complete(null),
                handle.getSessionId(),
                handle.getSessionPasswd(),
                false,
                new StaticHostProvider(new ConnectStringParser(server.connectString()).getServerAddresses()),
                config());
        taken.get(TIMEOUT, TimeUnit.MILLISECONDS); // one that closes before would leave the session
        other.close();
        await(KeeperState.Disconnected);
        await(KeeperState.Expired);
        assertThatThrownBy(() -> handle.exists("/", false)).isInstanceOf(KeeperException.SessionExpiredException.class);
    }

    @Test
    void aClientThatClosesIsGone() throws Exception {
        ZooKeeper handle = connect();
        await(KeeperState.SyncConnected);
        create(handle, "/mine", CreateMode.EPHEMERAL);
        handle.close();
        ZooKeeper other = connect();
        assertThat(other.exists("/mine", false)).isNull();
    }

    @Test
    void whatNoLogCouldHoldEndsTheConnection() throws Exception {
        ZooKeeper handle = connect();
        await(KeeperState.SyncConnected);
        byte[] large = ByteBuffer.allocate(BinaryInputArchive.maxBuffer + 1).array();
        assertThatThrownBy(() -> handle.create("/large", large, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT))
                .isInstanceOf(KeeperException.ConnectionLossException.class);
        assertThat(exists(handle, "/large")).isFalse();
    }

    @Test
    void anIdleSessionIsKept() throws Exception {
        ZooKeeper handle = kept(new ZooKeeper(server.connectString(), 1_000, this::tell, config()));
        await(KeeperState.SyncConnected);
        assertThat(states.poll(3, TimeUnit.SECONDS)).isNull();
        assertThat(handle.exists("/", false)).isNotNull();
    }
}
