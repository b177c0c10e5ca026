package dev.sallyport.workbench;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A browser that shows nothing: it was let in, and fetches pages. */
final class Visitor {

    private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).followRedirects(HttpClient.Redirect.NORMAL).build();
    private final Bench bench;

    Visitor(Bench bench) throws IOException, InterruptedException {
        this.bench = bench;
        send(bench.door());
    }

    private HttpResponse<String> send(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).header("HX-Request", "true").build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... fields) throws IOException, InterruptedException {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(fields[i] + "=" + URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return send(bench.page(path) + (pairs.isEmpty() ? "" : "?" + String.join("&", pairs)));
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
