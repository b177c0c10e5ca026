package dev.sallyport.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * Asks a decision point once in each way, so that the classes which answer are loaded. With {@code -Dsallyport.rehearsal=true}, the
 * launcher starts a decision point that asks itself and ends. Java archives what was loaded, and later starts take it from there.
 */
final class Rehearsal {

    private static final String JSON = "application/json";
    private static final String QUESTION = "{\"subject\":{\"type\":\"user\",\"id\":\"emma.hart@contoso.com\"},"
            + "\"action\":{\"name\":\"open\"},\"resource\":{\"type\":\"application\",\"id\":\"Office 365 Exchange Online\"},"
            + "\"context\":{\"ipAddress\":\"192.0.2.200\"}}";
    /** A message of gRPC: it is not compressed, and empty. */
    private static final String MESSAGE = "\0\0\0\0\0";

    private Rehearsal() { }

    /** Asks over HTTP/1.1 and HTTP/2. What the answers are does not matter. */
    static void ask(URI origin) throws InterruptedException {
        for (Version version : Version.values()) {
            HttpClient client = HttpClient.newBuilder().version(version).build();
            post(client, origin.resolve("/access/v1/evaluation"), JSON, QUESTION);
            post(client, origin.resolve("/v1/decisions"), JSON, "{\"user\":\"emma.hart@contoso.com\",\"application\":"
                    + "\"Office 365 Exchange Online\",\"clientAppType\":\"browser\"}");
            post(client, origin.resolve("/forward-auth?dialect=nginx"), JSON, "");
            post(client, origin.resolve(EnvoyGrpc.PATH), "application/grpc", MESSAGE);
            ask(client, HttpRequest.newBuilder(origin.resolve("/health/ready")));
            ask(client, HttpRequest.newBuilder(origin.resolve("/metrics")));
        }
    }

    private static void post(HttpClient client, URI uri, String type, String body) throws InterruptedException {
        ask(client, HttpRequest.newBuilder(uri).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
    }

    private static void ask(HttpClient client, HttpRequest.Builder request) throws InterruptedException {
        try {
            client.send(request.build(), BodyHandlers.discarding());
        } catch (IOException e) {
            // less is archived
        }
    }
}
