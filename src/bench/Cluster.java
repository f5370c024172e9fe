import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures many leases of a cluster of Tenure servers: granting them, keeping them alive over all servers, what each server and the
 * coordinator take for it, and what becomes of them when the coordinator is killed. Run by cluster.py, with the classes beside it.
 */
public final class Cluster {
    private static final Pattern COORDINATOR = Pattern.compile("\"coordinator\":\\{\"id\":\"([^\"]+)\"");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Bench.Settings settings;
    private final List<Integer> ports;
    private final List<String> pids;

    private Cluster(Bench.Settings settings) {
        this.settings = settings;
        ports = Arrays.stream(settings.text("ports", "").split(",")).map(Integer::valueOf).toList();
        pids = List.of(settings.text("pids", "").split(","));
    }

    private String run() throws Exception {
        int n = settings.number("n", 100_000);
        int paced = settings.number("paced", 30);
        Bench.Line line = new Bench.Line().put("run", "cluster").put("servers", ports.size()).put("leases", n);
        Keeper keeper = new Keeper(settings);
        long from = System.nanoTime();
        keeper.grant(n);
        line.put("grantsPerSecond", n / ((System.nanoTime() - from) / 1e9));
        line.put("renewalsPerSecond100", keeper.hurry(100, settings.number("seconds", 10)));
        keeper.calm();

        int coordinator = coordinator();
        List<Bench.Load> before = loads();
        Thread.sleep(paced * 1000L);
        List<Bench.Load> after = loads();
        line.put("everySeconds", settings.number("every", 20));
        for (int i = 0; i < pids.size(); i++) {
            String who = i == coordinator ? "Coordinator" : "Server" + (i + 1);
            line.put("pacedCpu" + who, (after.get(i).cpuSeconds() - before.get(i).cpuSeconds()) / paced);
            line.put("heapMiB" + who, Bench.Heap.of(pids.get(i)).usedMiB());
        }
        failOver(keeper, coordinator, line);
        return line.toString();
    }

    /** Some leases are made and never renewed; at that moment the coordinator is killed. */
    private void failOver(Keeper keeper, int coordinator, Bench.Line line) throws Exception {
        int survivor = (coordinator + 1) % ports.size();
        int ttl = settings.number("abandonedTtl", 5);
        Instant begun = Instant.now();
        Ends ends = new Ends(ports.get(survivor), begun, "lease");
        Bench.Wire wire = new Bench.Wire(ports.get(survivor));
        for (int i = 0; i < settings.number("abandoned", 200); i++) {
            long sent = System.currentTimeMillis();
            String lease = wire.expect(2, "POST", "/v1/leases", "{\"ttl\":\"" + ttl + "s\",\"owner\":\"abandoned\"}").text("lease");
            ends.expect(lease, sent + ttl * 1000L);
        }
        long killed = System.currentTimeMillis();
        ProcessHandle.of(Long.parseLong(pids.get(coordinator))).orElseThrow().destroyForcibly();
        long next = 0;
        while (next == 0 && System.currentTimeMillis() - killed < 60_000) {
            int now = coordinatorAt(survivor);
            next = now >= 0 && now != coordinator ? System.currentTimeMillis() - killed : 0;
            Thread.sleep(20);
        }
        ends.await(120);
        line.put("nextCoordinatorMillis", next);
        line.put("abandonedTtl", ttl);
        ends.tell(line);
        line.put("endFirstMillisAfterKill", ends.first() - killed);
        Thread.sleep(TimeUnit.SECONDS.toMillis(settings.ttl)); // whatever was not renewed would have ended by now
        keeper.stop();
        line.put("stillLive", keeper.renewAll()).put("ofThem", settings.number("n", 100_000));
    }

    private List<Bench.Load> loads() {
        return pids.stream().map(Bench.Load::of).toList();
    }

    private int coordinator() throws Exception {
        int found = coordinatorAt(0);
        if (found < 0) {
            throw new IOException("no coordinator");
        }
        return found;
    }

    /** The index of the coordinator as one server knows it; below 0 where it knows none. */
    private int coordinatorAt(int asked) throws Exception {
        String told = get(ports.get(asked), "/v1/cluster");
        Matcher id = COORDINATOR.matcher(told);
        if (!id.find()) {
            return -1;
        }
        Matcher port = Pattern.compile("\"id\":\"" + id.group(1) + "\",\"address\":\"[^\"]*:(\\d+)\"").matcher(told);
        return port.find() ? ports.indexOf(Integer.valueOf(port.group(1))) : -1;
    }

    private static String get(int port, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0 || !arguments[0].equals("cluster")) {
            System.err.println("usage: Cluster cluster ports= pids= n= ttl= ...; see cluster.py");
            System.exit(64);
        }
        System.out.println(new Cluster(new Bench.Settings(arguments)).run());
        System.exit(0);
    }
}
