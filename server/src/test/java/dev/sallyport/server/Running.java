package dev.sallyport.server;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.JsonText;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;

/** A decision point for tests, and a client of it. */
final class Running implements AutoCloseable {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:15:00Z"), ZoneOffset.UTC);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final DecisionPoint point;
    private final HttpClient client;
    private final String origin;

    private Running(DecisionPoint point, HttpClient client, String scheme) {
        this.point = point;
        this.client = client;
        this.origin = scheme + "://localhost:" + point.port();
    }

    static Running of(Settings settings) throws Exception {
        return new Running(DecisionPoint.start(settings, CLOCK), CLIENT, "http");
    }

    /** A decision point with another clock. */
    static Running of(Settings settings, Clock clock) throws Exception {
        return new Running(DecisionPoint.start(settings, clock), CLIENT, "http");
    }

    static Running of(Settings settings, UnaryOperator<PolicyEngine> setup) throws Exception {
        return new Running(DecisionPoint.start(settings, CLOCK, setup), CLIENT, "http");
    }

    /** A decision point with TLS, and a client that believes its certificate. */
    static Running of(Settings settings, HttpClient client) throws Exception {
        return new Running(DecisionPoint.start(settings, CLOCK), client, "https");
    }

    /** The settings of a fixture, for every process of this machine. */
    static Settings local(Path policies, Path directory, Settings.Wire wire) {
        return new Settings(List.of(policies), List.of(directory), LoadOptions.lenient(), "127.0.0.1", 0, null, null, true, wire);
    }

    static Path resource(String name) {
        return Path.of("src/test/resources", name);
    }

    String origin() {
        return origin;
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, null, headers);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return send("POST", path, body, all);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path)).method(method, body == null
                ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).timeout(Duration.ofSeconds(30));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** A text in JSON, in which quotes are apostrophes. */
    static String json(String text) {
        return text.replace('\'', '"');
    }

    /** A value of a body at a path of dots, as JSON; the empty path is the body itself. */
    static String at(HttpResponse<String> response, String path) {
        Diagnostics out = new Diagnostics();
        Node found = Sources.parse("body", response.body(), out).get(0).root();
        for (String name : path.isEmpty() ? new String[0] : path.split("\\.")) {
            if (found instanceof Node.Sequence list) {
                found = list.items().get(Integer.parseInt(name));
            } else {
                found = found instanceof Node.Mapping mapping ? mapping.get(name) : null;
            }
        }
        return found == null ? null : JsonText.of(found);
    }

    @Override
    public void close() {
        point.close();
    }
}
