package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets into the workbench, and what may not change anything. */
class WorkbenchTest {

    private static final Pattern COOKIE = Pattern.compile("(sallyport-workbench-\\d+=[\\w-]{43}); Path=/workbench/; HttpOnly; SameSite=Strict");
    private static final Pattern FORM_TOKEN = Pattern.compile("\"form-token\":\"([\\w-]{43})\"");

    @TempDir
    static Path folder;

    private static Bench bench;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static String cookie;
    private static String formToken;

    @BeforeAll
    static void start() throws Exception {
        bench = Bench.ofSamples(folder);
        HttpResponse<String> door = send("GET", bench.door(), null);
        assertThat(door.statusCode()).isEqualTo(303);
        Matcher set = COOKIE.matcher(door.headers().firstValue("Set-Cookie").orElseThrow());
        assertThat(set.matches()).as("the cookie is out of reach of scripts and other sites").isTrue();
        cookie = set.group(1);
        HttpResponse<String> page = send("GET", bench.page(""), null, "Cookie", cookie);
        assertThat(page.statusCode()).isEqualTo(200);
        Matcher token = FORM_TOKEN.matcher(page.body());
        assertThat(token.find()).isTrue();
        formToken = token.group(1);
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    private static HttpResponse<String> send(String method, String url, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).method(method, body == null ? BodyPublishers.noBody()
                : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static String raw(String text) throws IOException {
        URI origin = URI.create(bench.origin());
        try (Socket socket = new Socket(origin.getHost(), origin.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void address_withTheToken_letsABrowserIn_andTheTokenDoesNotStayInTheAddress() throws Exception {
        HttpResponse<String> door = send("GET", bench.door().replace("workbench/?", "workbench/users?"), null);
        assertThat(door.statusCode()).isEqualTo(303);
        assertThat(door.headers().firstValue("Location")).contains("/workbench/users");
        assertThat(door.body()).isEmpty();
    }

    @Test
    void root_leadsToTheWorkbench_andOtherPathsToTheDecisionPoint() throws Exception {
        assertThat(send("GET", bench.origin() + "/", null).headers().firstValue("Location")).contains("/workbench/");
        assertThat(send("GET", bench.origin() + "/workbench", null).headers().firstValue("Location")).contains("/workbench/");
        assertThat(send("GET", bench.origin() + "/health/live", null).statusCode()).isEqualTo(200);
        assertThat(send("POST", bench.origin() + "/v1/decisions", "{}", "Content-Type", "application/json", "Cookie", cookie).statusCode())
                .as("a caller shows a key, also in a browser that was let in").isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "what-if", "users", "policies", "?token=", "?token=wrong", "users?token=%00", "no-such-page"})
    void browser_withoutTheToken_seesNothing(String path) throws Exception {
        for (String[] headers : List.of(new String[0], new String[] {"Cookie", cookie.replaceAll("=.*", "=" + "a".repeat(43))},
            new String[] {"Cookie", cookie.replaceAll("=.*", "=")})) {
            HttpResponse<String> answer = send("GET", bench.page(path), null, headers);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("This browser is not known").doesNotContain("contoso", bench.directory.toString(), formToken);
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        }
    }

    /** DNS rebinding: a page of another site reaches this machine by a name of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "0.0.0.0", "localhost.evil.example"})
    void host_thatIsNotThisMachine_isRefused(String host) throws Exception {
        assertThat(raw("GET /workbench/ HTTP/1.1\nHost: " + host + "\nCookie: " + cookie + "\nConnection: close\n\n")).startsWith("HTTP/1.1 421 ")
                .doesNotContain(formToken);
        String door = bench.door().substring(bench.origin().length());
        assertThat(raw("GET " + door + " HTTP/1.1\nHost: " + host + "\nConnection: close\n\n")).startsWith("HTTP/1.1 421 ").doesNotContain("Set-Cookie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/workbench/../health/live", "/workbench/%2e%2e/users", "/workbench//users", "//workbench/", "/WORKBENCH/", "/workbench%2fusers",
        "/workbench/assets/../users", "/workbench/assets/x/../../users", "/workbench/assets/%2e%2e/%2e%2e/dev/sallyport/workbench/workbench.css"})
    void path_thatIsWrittenOtherwise_neverShowsAPage(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\nHost: 127.0.0.1\nCookie: " + cookie + "\nConnection: close\n\n");
        assertThat(answer).matches("(?s)HTTP/1\\.1 4\\d\\d .*").doesNotContain("contoso");
    }

    @Test
    void answers_ofEveryKind_forbidInlineScriptsOtherOriginsFramesAndCaches() throws Exception {
        HttpResponse<String> page = send("GET", bench.page(""), null, "Cookie", cookie);
        Matcher assets = Pattern.compile("(?:src|href)=\"(/workbench/assets/[^\"]+)\"").matcher(page.body());
        List<String> paths = assets.results().map(each -> bench.origin() + each.group(1)).distinct().toList();
        assertThat(paths).hasSizeGreaterThan(4);
        for (String url : Stream.concat(Stream.of(bench.page(""), bench.page("no-such-page"), bench.page("assets/none"), bench.origin() + "/",
                bench.door()), paths.stream()).toList()) {
            Map<String, List<String>> headers = send("GET", url, null, "Cookie", cookie).headers().map();
            assertThat(headers.get("content-security-policy")).as(url).singleElement().asString()
                    .contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(headers.get("x-content-type-options")).as(url).containsExactly("nosniff");
            assertThat(headers.get("referrer-policy")).as(url).containsExactly("no-referrer");
            if (!url.contains("/assets/")) {
                assertThat(headers.get("cache-control")).as(url).containsExactly("no-store");
            }
        }
        assertThat(page.body()).doesNotContain("<style", "style=", "onclick=", "javascript:").doesNotContainPattern("<script(?![^>]*src=)")
                .doesNotContainPattern("(src|href|action)=\"(https?:)?//");
    }

    /** A POST without the origin or the token of the session; the page itself does not exist, so that only these two are asked about. */
    @Test
    void post_fromElsewhere_orWithoutTheTokenOfTheSession_isRefused() throws Exception {
        String url = bench.page("no-such-page");
        for (String origin : new String[] {null, "null", "http://evil.example", bench.origin().replace("127.0.0.1", "localhost"),
            bench.origin().replaceAll(":\\d+", ":1"), bench.origin().replace("http:", "https:")}) {
            assertThat(post(url, formToken, origin).statusCode()).as("origin " + origin).isIn(403, 404);
        }
        Map<String, byte[]> before = files();
        for (String path : List.of("users/change", "policies/write")) {
            for (String origin : new String[] {null, "http://evil.example"}) {
                assertThat(post(bench.page(path), formToken, origin).statusCode()).as(path + " from " + origin).isIn(403, 404);
            }
            for (String token : new String[] {null, "", "wrong", formToken + "x"}) {
                assertThat(post(bench.page(path), token, bench.origin()).statusCode()).as(path + " with " + token).isIn(403, 404);
            }
        }
        assertThat(files()).usingRecursiveComparison().isEqualTo(before);
    }

    private static HttpResponse<String> post(String url, String token, String origin) throws Exception {
        List<String> headers = new ArrayList<>(List.of("Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie));
        if (origin != null) {
            headers.addAll(List.of("Origin", origin));
        }
        return send("POST", url, token == null ? "user=emma.hart%40contoso.com" : "form-token=" + token, headers.toArray(String[]::new));
    }

    private static Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(file.toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"})
    void otherMethods_areRefused(String method) throws Exception {
        assertThat(raw(method + " /workbench/ HTTP/1.1\nHost: 127.0.0.1\nCookie: " + cookie + "\nContent-Length: 0\nConnection: close\n\n"))
                .matches("(?s)HTTP/1\\.1 4\\d\\d .*").doesNotContain("contoso");
    }

    @Test
    void head_isAnsweredAsGet_withoutABody() throws Exception {
        HttpResponse<String> head = send("HEAD", bench.page(""), null, "Cookie", cookie);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }
}
