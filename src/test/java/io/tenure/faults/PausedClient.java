package io.tenure.faults;

import io.tenure.client.fencing.FencedTable;
import io.tenure.client.fencing.StaleTokenException;
import io.tenure.testing.Api;
import io.tenure.testing.Reply;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A program of its own that takes a lock, makes sure that it holds, and then writes: what {@link PausedClientIT} stops in between.
 *
 * <p>Arguments: the server's port, the lock, the TTL in seconds, the database's URL, and {@code guarded} or {@code unguarded}. It tells each step in a line, and writes when it
 * is told to by one.
 */
final class PausedClient {
    private PausedClient() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Api api = new Api(Integer.parseInt(arguments[0]));
        String lock = arguments[1];
        long ttl = Long.parseLong(arguments[2]);
        boolean guarded = arguments[4].equals("guarded");

        api.get("/health/live"); // so that the request that counts is a quick one
        long sent = System.nanoTime();
        Reply granted = api.put("/v1/locks/" + lock + "/holds/" + Api.newLease(), "{'ttl':'" + ttl + "s'}");
        long token = granted.number("/fencingToken");
        boolean holds = granted.status() == 201 && System.nanoTime() - sent < ttl * 1_000_000_000;
        out.println((holds ? "holds " : "does not hold ") + token);

        in.readLine();
        out.println(holds ? write(arguments[3], "lock/" + lock, token, guarded) : "stops");
    }

    private static String write(String database, String resource, long token, boolean guarded) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                PreparedStatement update =
                        connection.prepareStatement("UPDATE report SET author = 'paused' WHERE id = 1")) {
            connection.setAutoCommit(false);
            if (guarded) {
                new FencedTable().admit(connection, resource, token);
            }
            update.executeUpdate();
            connection.commit();
            return "wrote " + token;
        } catch (StaleTokenException e) {
            return "refused " + e.token() + " " + e.highestToken();
        }
    }
}
