package io.tenure.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network that is cut swallows what is sent, and passes it on when it is whole again. */
class NetworkIT {
    /** Sends one byte to who listens here, and ends with 0 when one comes back within a second. */
    private static final String ASK = "exec 3<>/dev/tcp/%s/%d; printf x >&3; read -r -t 1 -n 1 <&3";

    @BeforeEach
    void isPossible() {
        assumeThat(Network.isPossible()).as("network namespaces").isTrue();
    }

    @Test
    void whatIsCutIsSilentUntilItIsWhole() throws Exception {
        try (Network network = Network.of(2);
                Echo clients = new Echo(network.clients());
                Echo database = new Echo(network.database())) {
            assertThat(reaches(network, 1, clients)).isTrue();
            assertThat(reaches(network, 1, database)).isTrue();

            network.cutFromDatabase(1);
            assertThat(reaches(network, 1, database)).isFalse();
            assertThat(reaches(network, 1, clients)).isTrue();
            assertThat(reaches(network, 2, database)).isTrue();

            network.heal();
            network.cutFromClients(1);
            assertThat(reaches(network, 1, clients)).isFalse();
            assertThat(reaches(network, 1, database)).isTrue();

            network.heal();
            assertThat(reaches(network, 1, clients)).isTrue();
        }
    }

    @Test
    void aMachineThatIsCutFromAnotherIsStillThereForClients() throws Exception {
        try (Network network = Network.of(2)) {
            assertThat(refused(network.host(1))).isTrue();
            network.cut(1, 2);
            assertThat(refused(network.host(1))).isTrue();
            assertThat(run(network, 1, "exec 3<>/dev/tcp/" + network.host(2) + "/1"))
                    .isEqualTo(124);
            network.heal();
            assertThat(run(network, 1, "exec 3<>/dev/tcp/" + network.host(2) + "/1"))
                    .isEqualTo(1);
        }
    }

    private static boolean reaches(Network network, int machine, Echo echo) throws Exception {
        return run(network, machine, ASK.formatted(echo.host, echo.listener.getLocalPort())) == 0;
    }

    /** The status of a script that has a second, 124 when that was not enough. */
    private static int run(Network network, int machine, String script) throws Exception {
        List<String> command = new ArrayList<>(network.entering(machine));
        command.addAll(List.of("timeout", "1", "bash", "-c", script));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Whether the machine answers that nobody listens. */
    private static boolean refused(String host) {
        try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress(host, 1), 1_000))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Answers with what it is sent. */
    private static final class Echo implements AutoCloseable {
        private final String host;
        private final ServerSocket listener;

        Echo(String host) throws IOException {
            this.host = host;
            listener = new ServerSocket(0, 50, InetAddress.getByName(host));
            Thread thread = new Thread(this::serve, "echo");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            try {
                while (true) {
                    try (Socket socket = listener.accept()) {
                        socket.getOutputStream().write(socket.getInputStream().read());
                    }
                }
            } catch (IOException closed) {
                // the end
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
