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

/** A browser without a screen: it was let in, fetches pages and sends forms as htmx does. */
final class Visitor {

    private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).followRedirects(HttpClient.Redirect.NORMAL).build();
    private final Bench bench;
    private final String formToken;

    Visitor(Bench bench) throws IOException, InterruptedException {
        this.bench = bench;
        client.send(HttpRequest.newBuilder(URI.create(bench.door())).build(), HttpResponse.BodyHandlers.discarding());
        formToken = raw(whole("users").body(), "form-token\"?:\"([^\"]+)\"");
    }

    /** A whole page. */
    HttpResponse<String> whole(String page) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(bench.page(page))).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What htmx fetches, of which the fields are names and values in turn. */
    HttpResponse<String> get(String path, String... fields) throws IOException, InterruptedException {
        String query = query(fields);
        return client.send(HttpRequest.newBuilder(URI.create(bench.page(path) + (query.isEmpty() ? "" : "?" + query))).header("HX-Request", "true").build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a form, of which the fields are names and values in turn. */
    HttpResponse<String> post(String page, String... fields) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(bench.page(page))).header("Origin", bench.origin()).header("HX-Request", "true")
                .header("form-token", formToken).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(query(fields))).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String query(String... fields) {
        return IntStream.range(0, fields.length / 2).mapToObj(i -> fields[2 * i] + "=" + URLEncoder.encode(fields[2 * i + 1], StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** The first group of a pattern in a page, as a browser shows it. */
    static String group(String html, String pattern) {
        return shown(raw(html, pattern));
    }

    /** The first group of a pattern in a page. */
    static String raw(String html, String pattern) {
        Matcher found = Pattern.compile(pattern, Pattern.DOTALL).matcher(html);
        if (!found.find()) {
            throw new AssertionError("missing " + pattern + " in " + html);
        }
        return found.group(1);
    }

    static String shown(String html) {
        return html.replaceAll("<[^>]*>", "").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
