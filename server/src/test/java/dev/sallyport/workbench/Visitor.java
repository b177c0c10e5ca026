package dev.sallyport.workbench;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A browser without a screen: it was let in, and sends forms as htmx does. */
final class Visitor {

    private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).followRedirects(HttpClient.Redirect.NORMAL).build();
    private final Bench bench;
    private final String formToken;

    Visitor(Bench bench) throws IOException, InterruptedException {
        this.bench = bench;
        client.send(HttpRequest.newBuilder(URI.create(bench.door())).build(), HttpResponse.BodyHandlers.discarding());
        formToken = first("form-token\"?:\"([^\"]+)\"", get("users").body());
    }

    HttpResponse<String> get(String page) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(bench.page(page))).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a form, of which the fields are names and values in turn. */
    HttpResponse<String> post(String page, String... fields) throws IOException, InterruptedException {
        String form = IntStream.range(0, fields.length / 2).mapToObj(i -> fields[2 * i] + "=" + URLEncoder.encode(fields[2 * i + 1], StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return client.send(HttpRequest.newBuilder(URI.create(bench.page(page))).header("Origin", bench.origin()).header("HX-Request", "true")
                .header("form-token", formToken).header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form))
                .build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The first group of a pattern in a page. */
    static String first(String pattern, String html) {
        Matcher found = Pattern.compile(pattern).matcher(html);
        if (!found.find()) {
            throw new AssertionError(pattern + " is not in " + html);
        }
        return found.group(1);
    }
}
