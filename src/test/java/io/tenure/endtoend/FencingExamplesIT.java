package io.tenure.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tenure.client.fencing.FencedTable;
import io.tenure.client.fencing.FencingFilter;
import io.tenure.client.fencing.StaleTokenException;
import io.tenure.name.Kind;
import io.tenure.testing.Api;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of docs/fencing.md, carried out. */
class FencingExamplesIT extends EndToEnd {
    private final HttpClient http = HttpClient.newHttpClient();
    private final JdbcDataSource database = new JdbcDataSource();
    private FencedTable table = new FencedTable();

    @BeforeEach
    void begin() throws SQLException {
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=60");
        execute("CREATE TABLE account (id INT PRIMARY KEY, balance BIGINT NOT NULL)");
        execute("INSERT INTO account VALUES (1, 100)");
        table = create(database);
    }

    @Test
    void theTableAdmitsTheHigherTokenAndRefusesTheLower() throws SQLException {
        withdraw(33);
        withdraw(34);

        assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> withdraw(33));
        assertThat(balance()).isEqualTo(40);
    }

    @Test
    void theFilterChecksAndTheTableAdmits() throws Exception {
        String ledger = "/v1/locks/ledger";
        String lease = Api.newLease();
        long old = api.put(ledger + "/holds/" + lease, "{'ttl':'60s'}").number("/fencingToken");
        try (Container container = new Container()) {
            assertThat(status(container, old)).isEqualTo(200);
            assertThat(balance()).isEqualTo(70);

            api.delete(ledger + "/holds/" + lease);
            long token = api.put(ledger + "/holds/" + Api.newLease(), "{'ttl':'60s'}")
                    .number("/fencingToken");
            assertThat(status(container, old)).isEqualTo(412);
            assertThat(balance()).isEqualTo(70);
            assertThat(status(container, token)).isEqualTo(200);
            assertThat(balance()).isEqualTo(40);

            // had the filter let it pass before its hold ended, the table would still refuse it
            assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> withdraw(old));
            assertThat(balance()).isEqualTo(40);
        }
    }

    /** The answer's status. The filter waits for a second alone, so on a busy machine a request is repeated as its client is told to. */
    private int status(Container container, long token) {
        return await().until(() -> withdraw(container.url(), token).statusCode(), status -> status != 503);
    }

    private static FencedTable create(DataSource database) throws SQLException {
        // snippet: create
        FencedTable table = new FencedTable();
        table.create(database);
        // end: create
        return table;
    }

    private void withdraw(long token) throws SQLException {
        // snippet: table
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                table.admit(connection, "lock/ledger", token);
                withdraw(connection, 30);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
        // end: table
    }

    private static void filter(ServletContext context, List<URI> servers) {
        // snippet: filter
        FencingFilter filter = new FencingFilter(servers, Kind.LOCK, request -> "ledger");
        context.addFilter("fencing", filter)
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/accounts/*");
        // end: filter
    }

    private HttpResponse<String> withdraw(URI service, long token) throws Exception {
        // snippet: client
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/accounts/1/withdraw"))
                .header("Tenure-Fencing-Token", String.valueOf(token))
                .POST(BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        // end: client
        return answer;
    }

    private void both(HttpServletRequest request) throws SQLException {
        // snippet: both
        long token = (Long) request.getAttribute(FencingFilter.ATTRIBUTE);
        withdraw(token);
        // end: both
    }

    private static void withdraw(Connection connection, long amount) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE account SET balance = balance - " + amount + " WHERE id = 1");
        }
    }

    private long balance() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT balance FROM account WHERE id = 1")) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A servlet container with the servlet that both guards protect. */
    private final class Container implements AutoCloseable {
        private final Server container = new Server();
        private final ServerConnector connector = new ServerConnector(container);

        Container() throws Exception {
            connector.setHost("127.0.0.1");
            container.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler();
            context.addServletContainerInitializer(
                    (classes, servlets) -> filter(servlets, List.of(URI.create("http://127.0.0.1:" + server.port()))));
            context.addServlet(new ServletHolder(new Withdrawals()), "/accounts/*");
            container.setHandler(context);
            container.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + connector.getLocalPort());
        }

        @Override
        public void close() {
            try {
                container.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final class Withdrawals extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) {
            try {
                both(request);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
