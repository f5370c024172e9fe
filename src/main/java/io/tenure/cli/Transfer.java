package io.tenure.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Brings a file to a server, or fetches one: what is too large for a request of the client. The first server that answers is it. */
final class Transfer {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<URI> servers;

    Transfer(List<URI> servers) {
        this.servers = servers;
    }

    /** What the server sends; to be closed. */
    InputStream fetch(String path) throws InterruptedException {
        return send(path, HttpRequest.newBuilder().GET());
    }

    /** Sends a file, however long the answer takes. */
    JsonNode bring(String path, Path file) throws InterruptedException {
        if (Files.isDirectory(file)) {
            throw new Failure(file + " cannot be read: it is a directory");
        }
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder()
                    .header("Content-Type", "application/octet-stream")
                    .POST(BodyPublishers.ofFile(file));
            try (InputStream answer = send(path, request)) {
                return JSON.readTree(answer);
            }
        } catch (FileNotFoundException missing) {
            throw new Failure(file + " cannot be read: there is no such file");
        } catch (IOException broken) {
            throw unanswered(broken);
        }
    }

    private InputStream send(String path, HttpRequest.Builder request) throws InterruptedException {
        ConnectException away = new ConnectException("none is named by --url or TENURE_URL");
        for (URI server : servers) {
            try {
                URI uri = URI.create(server.toString().replaceAll("/+$", "") + path);
                HttpResponse<InputStream> response =
                        client.send(request.uri(uri).build(), BodyHandlers.ofInputStream());
                if (response.statusCode() != 200) {
                    throw refused(response);
                }
                return response.body();
            } catch (ConnectException next) {
                away = new ConnectException("is one running at " + server + "?");
            } catch (IOException broken) {
                throw unanswered(broken);
            } catch (IllegalArgumentException noUrl) {
                throw new Failure(Exit.USAGE, "--url: " + noUrl.getMessage());
            }
        }
        throw unanswered(away);
    }

    private static Failure refused(HttpResponse<InputStream> response) {
        int status = response.statusCode() >= 500 ? Exit.CANNOT_TELL : Exit.REFUSED;
        try (InputStream body = response.body()) {
            return new Failure(status, JSON.readTree(body).path("detail").asText("status " + response.statusCode()));
        } catch (IOException noJson) {
            return new Failure(status, "status " + response.statusCode());
        }
    }

    private static Failure unanswered(IOException fault) {
        String why = fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        return new Failure(Exit.CANNOT_TELL, "no server has answered: " + why);
    }
}
