import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How late leases end, from the audit log: its time of the end, less the earliest time at which it may end. Server and generator
 * share the machine and its clock, which must not be set meanwhile. For one thread.
 */
final class Ends {
    private static final Pattern ITEM =
            Pattern.compile("\"at\":\"([^\"]+)\",\"action\":\"ENDED\",[^{}]*?\"lease\":\"([^\"]+)\"[^{}]*?\"endedBy\":\"(\\w+)\"");
    private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private final String pages;
    private final Map<String, Long> notBefore = new HashMap<>();
    private final List<Double> late = new ArrayList<>();
    private int otherwise;
    private long first = Long.MAX_VALUE;
    private String cursor = "";

    Ends(Bench.Settings s, Instant from, String kind) {
        this(s.number("port", 8080), from, kind);
    }

    Ends(int port, Instant from, String kind) {
        pages = "http://127.0.0.1:" + port + "/v1/audit/events?action=ENDED&order=oldest&limit=1000&kind=" + kind
                + "&from=" + from;
    }

    /** The lease must not end before this time of the clock. */
    void expect(String lease, long millis) {
        notBefore.put(lease, millis);
    }

    /** Reads the log until it tells of the end of each, or so many seconds are over. */
    void await(int seconds) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!notBefore.isEmpty() && System.nanoTime() - until < 0) {
            String page = page();
            int items = 0;
            for (Matcher item = ITEM.matcher(page); item.find(); items++) {
                ended(item.group(2), Instant.parse(item.group(1)).toEpochMilli(), item.group(3));
            }
            Matcher next = NEXT.matcher(page);
            if (next.find()) {
                cursor = "&cursor=" + next.group(1);
            }
            if (items < 1000) {
                Thread.sleep(500);
            }
        }
    }

    private String page() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(pages + cursor)).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " to the audit log: " + answer.body());
        }
        return answer.body();
    }

    private void ended(String lease, long atMillis, String endedBy) {
        Long least = notBefore.remove(lease);
        if (least != null && endedBy.equals("EXPIRED")) {
            late.add((double) (atMillis - least));
            first = Math.min(first, atMillis);
        } else if (least != null) {
            otherwise++;
        }
    }

    /** When the first of them expired, in milliseconds of the clock. */
    long first() {
        return first;
    }

    void tell(Bench.Line line) {
        lateness(line, "end", late.stream().mapToDouble(Double::doubleValue).toArray());
        line.put("endedOtherwise", otherwise).put("notEnded", notBefore.size());
    }

    /** Puts how late things were into a line of figures. */
    static void lateness(Bench.Line line, String name, double[] late) {
        double[] sorted = late.clone();
        Arrays.sort(sorted);
        int count = sorted.length;
        line.put(name + "Counted", count);
        if (count > 0) {
            line.put(name + "LateMillisLeast", sorted[0])
                    .put(name + "LateMillisP50", sorted[(count - 1) / 2])
                    .put(name + "LateMillisP99", sorted[(int) Math.ceil(count * 0.99) - 1])
                    .put(name + "LateMillisMost", sorted[count - 1]);
        }
    }
}
