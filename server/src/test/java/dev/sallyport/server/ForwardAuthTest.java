package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.LoadOptions;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each outcome becomes for a gateway, in each dialect, over the wire. */
class ForwardAuthTest {

    private static final String KEY = "gateway-key-of-today-gateway-key-of-today";
    private static final String WIKI = "https://wiki.contoso.com/page?a=1&b=2";
    private static final List<String> BROWSER = List.of("Accept", "text/html,application/xhtml+xml");
    private static final List<String> API = List.of("Accept", "application/json");
    private static final List<String> CP1 = List.of("Accept", "application/json", "X-Sallyport-Client-Capabilities", "cp1");

    private static Running running;

    @BeforeAll
    static void start() throws Exception {
        running = Running.of(new Settings(List.of(Running.resource("gateway/policies.yaml")), List.of(Running.resource("gateway/directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, false, SettingsReader.read(Running.resource("gateway/server.yaml"))),
                engine -> engine.withUserStates(name -> {
                    if (name.startsWith("hal")) {
                        throw new IllegalStateException("the database is down");
                    }
                    return engine.directory().user(name);
                }));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static HttpResponse<String> ask(String dialect, String url, List<String> client, String... more) throws Exception {
        String target = url.replaceFirst("^https://[^/]+", "");
        String host = url.replaceFirst("^https://([^/]+).*", "$1");
        List<String> headers = new ArrayList<>(List.of("X-Sallyport-Key", KEY));
        headers.addAll(client);
        headers.addAll(List.of(more));
        if (dialect.equals("nginx")) {
            headers.addAll(List.of("X-Original-URL", url));
        } else {
            headers.addAll(List.of("X-Forwarded-Proto", "https", "X-Forwarded-Host", host, "X-Forwarded-Uri", target, "X-Forwarded-Method",
                    "GET"));
        }
        return running.get("/forward-auth?dialect=" + dialect, headers.toArray(String[]::new));
    }

    private static HttpResponse<String> ask(String dialect, String user, String url, List<String> client, String... more) throws Exception {
        List<String> headers = new ArrayList<>(List.of("X-Sallyport-User", user + "@contoso.com"));
        headers.addAll(List.of(more));
        return ask(dialect, url, client, headers.toArray(String[]::new));
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    private static String claims(HttpResponse<String> response) {
        String header = header(response, "WWW-Authenticate");
        String claims = header.replaceFirst(".*claims=\"([^\"]*)\".*", "$1");
        return new String(Base64.getDecoder().decode(claims), StandardCharsets.UTF_8);
    }

    // ---- allow

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "traefik", "caddy"})
    void allow_anyClient_isOkWithItsVersion(String dialect) throws Exception {
        for (List<String> client : List.of(BROWSER, API, CP1)) {
            HttpResponse<String> response = ask(dialect, "ann", WIKI, client);

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(header(response, "X-Sallyport-Outcome")).isEqualTo("allow");
            assertThat(header(response, "X-Sallyport-Policy-Set-Version")).startsWith("sha256:");
            assertThat(header(response, "X-Sallyport-Session-Controls")).as("a gateway copies it over a forged one").isEqualTo("{}");
        }
    }

    @Test
    void allow_withSessionControls_namesThem() throws Exception {
        HttpResponse<String> response = ask("traefik", "dan", WIKI, BROWSER, "X-Sallyport-Signed-In", "2026-11-22T10:00:00Z");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "X-Sallyport-Session-Controls")).contains("\"signInFrequency\"").contains("\"value\":4");
    }

    // ---- challenge

    @ParameterizedTest
    @CsvSource({"ben, c1", "cleo, c2", "dan, c3"})
    void challenge_clientWithCp1_getsTheContextThatIsBoundToTheControl(String user, String context) throws Exception {
        HttpResponse<String> response = ask("traefik", user, WIKI, CP1, "X-Sallyport-Signed-In", "2026-11-22T01:00:00Z");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
        assertThat(header(response, "WWW-Authenticate")).startsWith("Bearer realm=\"\", authorization_uri=\"https://login.example/authorize?")
                .contains("error=\"insufficient_claims\"");
        assertThat(claims(response)).isEqualTo("{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"" + context + "\"}}}");
    }

    @Test
    void challenge_clientWithoutCp1_isForbiddenWithoutClaims() throws Exception {
        HttpResponse<String> response = ask("traefik", "ben", WIKI, API);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(header(response, "WWW-Authenticate")).isNull();
        assertThat(Running.at(response, "requiredControls")).isEqualTo("[\"mfa\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"traefik", "caddy"})
    void challenge_browser_isSentToSignInWithTheClaimsAndItsUrl(String dialect) throws Exception {
        HttpResponse<String> response = ask(dialect, "ben", WIKI, BROWSER);

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(header(response, "Location")).isEqualTo("https://login.example/authorize?client_id=wiki&claims=%7B%22access_token%22%3A%7B"
                + "%22acrs%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22c1%22%7D%7D%7D&state=https%3A%2F%2Fwiki.contoso.com%2Fpage%3Fa%3D1"
                + "%26b%3D2");
    }

    @Test
    void challenge_nginx_isUnauthorizedWithTheLocation() throws Exception {
        HttpResponse<String> response = ask("nginx", "ben", WIKI, BROWSER);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(header(response, "Location")).isNull();
        assertThat(header(response, "X-Sallyport-Location")).startsWith("https://login.example/authorize?client_id=wiki&claims=");
    }

    // ---- a revoked session

    private static final String[] OLD_SESSION = {"X-Sallyport-Session-Started", "2026-11-21T08:00:00Z", "X-Sallyport-Interactive", "false"};

    @Test
    void revokedSession_clientWithCp1_learnsFromWhenTokensCount() throws Exception {
        HttpResponse<String> response = ask("traefik", "eve", WIKI, CP1, OLD_SESSION);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
        assertThat(claims(response)).isEqualTo("{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1795338000\"}}}");
    }

    @Test
    void revokedSession_clientWithoutCp1_isToldThatItsTokenIsInvalid() throws Exception {
        HttpResponse<String> response = ask("traefik", "eve", WIKI, API, OLD_SESSION);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(header(response, "WWW-Authenticate")).isEqualTo("Bearer realm=\"\", error=\"invalid_token\"");
    }

    @Test
    void revokedSession_browser_signsInAnew() throws Exception {
        HttpResponse<String> response = ask("traefik", "eve", WIKI, BROWSER, OLD_SESSION);

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(header(response, "Location")).contains("&prompt=login&state=").doesNotContain("claims=");
    }

    // ---- registration

    @ParameterizedTest
    @CsvSource({"traefik, 302, Location", "caddy, 302, Location", "nginx, 401, X-Sallyport-Location"})
    void registration_browser_isSentToThePageAndNeverToTheApplication(String dialect, int status, String name) throws Exception {
        HttpResponse<String> response = ask(dialect, "finn", WIKI, BROWSER);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(header(response, name)).isEqualTo("https://login.example/security-info");
    }

    @Test
    void registration_apiClient_isForbiddenAndLearnsThePage() throws Exception {
        for (List<String> client : List.of(API, CP1)) {
            HttpResponse<String> response = ask("traefik", "finn", WIKI, client);

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(Running.at(response, "registration_uri")).isEqualTo("\"https://login.example/security-info\"");
        }
    }

    // ---- block, and what looks like it

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "traefik", "caddy"})
    void block_andInvalidRequest_lookTheSame(String dialect) throws Exception {
        for (List<String> client : List.of(BROWSER, API, CP1)) {
            HttpResponse<String> blocked = ask(dialect, "gus", WIKI, client, "X-Request-ID", "same");
            HttpResponse<String> unknown = ask(dialect, "nobody", WIKI, client, "X-Request-ID", "same");

            assertThat(blocked.statusCode()).isEqualTo(403);
            assertThat(unknown.statusCode()).isEqualTo(403);
            assertThat(unknown.body()).isEqualTo(blocked.body()).contains("same");
            assertThat(Map.copyOf(unknown.headers().map())).isEqualTo(Map.copyOf(blocked.headers().map()));
        }
    }

    @Test
    void block_anyClient_namesNoPolicy() throws Exception {
        for (List<String> client : List.of(BROWSER, API, CP1)) {
            HttpResponse<String> response = ask("traefik", "gus", WIKI, client);

            assertThat(response.body() + response.headers().map()).doesNotContain("Block some").doesNotContain("blockedBy");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "traefik", "caddy"})
    void evaluationFailed_anyClient_isUnavailableAndNamesNothing(String dialect) throws Exception {
        for (List<String> client : List.of(BROWSER, API, CP1)) {
            HttpResponse<String> response = ask(dialect, "hal", WIKI, client);

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(header(response, "Retry-After")).isEqualTo("5");
            assertThat(response.body()).doesNotContain("database");
        }
        assertThat(running.get("/health/ready").statusCode()).isEqualTo(503);
        ask(dialect, "ann", WIKI, API);
        assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void user_missing_signsInFirst() throws Exception {
        assertThat(header(ask("traefik", WIKI, BROWSER), "Location")).startsWith("https://login.example/authorize?client_id=wiki&state=");
        assertThat(header(ask("nginx", WIKI, BROWSER), "X-Sallyport-Location")).startsWith("https://login.example/authorize?");
        HttpResponse<String> api = ask("traefik", WIKI, API);
        assertThat(api.statusCode()).isEqualTo(401);
        assertThat(header(api, "WWW-Authenticate")).isEqualTo("Bearer realm=\"\"");
    }

    // ---- Envoy's plain HTTP

    @Test
    void envoy_pathOfTheClient_isBehindThePrefix() throws Exception {
        String[] ann = {"X-Sallyport-Key", KEY, "X-Sallyport-User", "ann@contoso.com", "Accept", "application/json"};

        assertThat(RawHttp.status(running, "GET /forward-auth/envoy/page?a=1 HTTP/1.1", "Host: wiki.contoso.com", ann)).isEqualTo(200);
        assertThat(RawHttp.status(running, "GET /forward-auth/envoy/admin HTTP/1.1", "Host: wiki.contoso.com", ann)).isEqualTo(403);
        assertThat(RawHttp.status(running, "DELETE /forward-auth/envoy/page HTTP/1.1", "Host: wiki.contoso.com", ann)).isEqualTo(200);
        assertThat(RawHttp.status(running, "GET /forward-auth/envoy/page HTTP/1.1", "Host: other.contoso.com", ann)).isEqualTo(403);
        assertThat(RawHttp.status(running, "GET /forward-auth/envoy/%2e%2e/admin HTTP/1.1", "Host: wiki.contoso.com", ann)).isIn(400, 403);
    }

    // ---- the table of applications

    @ParameterizedTest
    @CsvSource({"ann, /, 200", "ann, /page, 200", "ann, /administrators, 200", "ann, /admin, 403", "ann, /admin/users?x=/page, 403",
        "ida, /admin, 200", "ida, /admin/users, 200", "ann, /page/admin, 200"})
    void table_longestPath_isTheApplication(String user, String path, int status) throws Exception {
        for (String dialect : List.of("nginx", "traefik", "caddy")) {
            assertThat(ask(dialect, user, "https://wiki.contoso.com" + path, API).statusCode()).as(dialect).isEqualTo(status);
        }
    }

    /** Each of these may be the admin page for the application, and some page of everyone for a careless table. */
    @ParameterizedTest
    @ValueSource(strings = {"//admin", "/./admin", "/page/../admin", "/%61dmin", "/a%64min", "/%2e/admin", "/page/%2e%2e/admin", "/page%2f..%2fadmin",
        "/admin%2fusers", "/ADMIN", "/Admin/users", "/admin;x=1", "/;x/admin", "/page;/../admin", "\\admin", "/\\admin", "/%5cadmin", "/admin%00",
        "/admin%", "/admin%zz", "/%25%36%31dmin", "/%2561dmin", "/admin%3b", "/admin%20", "/admin.", "/%20admin", "/admin%23", "/admin%3fx", "/admin%20/users",
        "/admin../users", "/\u0430dmin", "admin", ""})
    void table_pathWithTwoReadings_isDenied(String path) throws Exception {
        ApplicationTable table = new ApplicationTable(SettingsReader.read(Running.resource("gateway/server.yaml")).applications());

        assertThat(table.find("wiki.contoso.com", path)).as(path).isNull();
    }

    @ParameterizedTest
    @CsvSource({"/, Wiki", "/page, Wiki", "/a%20page/%C3%A9t%C3%A9, Wiki", "/administrators, Wiki", "/admin, Wiki administration",
        "/admin/, Wiki administration", "/admin?x=//, Wiki administration", "/page?x=/admin/..;%, Wiki"})
    void table_plainPath_isFound(String path, String application) throws Exception {
        ApplicationTable table = new ApplicationTable(SettingsReader.read(Running.resource("gateway/server.yaml")).applications());

        for (String host : List.of("wiki.contoso.com", "WIKI.contoso.com", "wiki.contoso.com:443", "wiki.contoso.com.")) {
            assertThat(table.find(host, path)).isNotNull().extracting(Settings.ApplicationEntry::application).isEqualTo(application);
        }
        for (String host : List.of("", "wiki.contoso.com, x", "x@wiki.contoso.com", "wiki.contoso.com:80:80", "contoso.com", "..")) {
            assertThat(table.find(host, path)).as(host).isNull();
        }
    }

    @Test
    void table_hostWithOneRow_needsNoPlainPath() throws Exception {
        assertThat(ask("traefik", "ann", "https://shop.contoso.com//%2e%2e/Any;thing", API).statusCode()).isEqualTo(200);
        assertThat(ask("traefik", "ann", "https://other.contoso.com/", API).statusCode()).isEqualTo(403);
    }

    // ---- headers that a client could have sent

    @ParameterizedTest
    @ValueSource(strings = {"X-Sallyport-User", "X-Forwarded-Host", "X-Forwarded-Uri", "X-Forwarded-Proto"})
    void header_thatComesTwice_isDenied(String name) throws Exception {
        String value = name.endsWith("User") ? "ida@contoso.com" : name.endsWith("Host") ? "wiki.contoso.com" : name.endsWith("Uri") ? "/" : "https";

        assertThat(ask("traefik", "ann", WIKI, API, name, value).statusCode()).isEqualTo(403);
    }

    @Test
    void header_thatIsNotConfigured_changesNothing() throws Exception {
        assertThat(ask("traefik", "gus", WIKI, API, "X-Forwarded-User", "ann@contoso.com", "Remote-User", "ann@contoso.com", "X-Sallyport-Outcome",
                "allow", "X-Sallyport-Application", "Shop", "X-Real-IP", "198.51.100.1", "Forwarded", "for=198.51.100.1").statusCode()).isEqualTo(403);
        assertThat(ask("traefik", "jon", WIKI, API, "X-Real-IP", "198.51.100.1", "True-Client-IP", "198.51.100.1").statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "198.51.100.1 | 200", "203.0.113.9 | 403",
        // the client claims to be in the office, and the gateway adds where it really is
        "198.51.100.1, 203.0.113.9 | 403", "198.51.100.1, 203.0.113.9, 10.1.2.3 | 403", "203.0.113.9, 198.51.100.1, 10.1.2.3, 192.0.2.7 | 200",
        "198.51.100.1, garbage | 403", "198.51.100.1, | 403", "garbage, 198.51.100.1 | 200", "10.1.1.1 | 403", "198.51.100.1, ' ', 10.1.1.1 | 403"})
    void address_isTheLastHopThatIsNoProxy(String hops, int status) throws Exception {
        assertThat(ask("traefik", "jon", WIKI, API, "X-Forwarded-For", hops).statusCode()).isEqualTo(status);
    }

    @Test
    void address_inSeveralHeaders_isReadInTheirOrder() throws Exception {
        assertThat(ask("traefik", "jon", WIKI, API, "X-Forwarded-For", "198.51.100.1", "X-Forwarded-For", "203.0.113.9").statusCode()).isEqualTo(403);
        assertThat(ask("traefik", "jon", WIKI, API, "X-Forwarded-For", "203.0.113.9", "X-Forwarded-For", "198.51.100.1").statusCode()).isEqualTo(200);
        assertThat(ask("traefik", "jon", WIKI, API).statusCode()).as("no hop at all").isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/forward-auth", "/forward-auth?dialect=", "/forward-auth?dialect=apache", "/forward-auth?Dialect=nginx"})
    void dialect_unknown_isBadRequest(String path) throws Exception {
        assertThat(running.get(path, "X-Sallyport-Key", KEY).statusCode()).isEqualTo(400);
    }

    @Test
    void settings_ofTheFixture_areRead() throws Exception {
        assertThat(SettingsReader.read(Running.resource("gateway/server.yaml")).callers()).extracting(Settings.CallerSettings::keyFile)
                .containsExactly(Path.of("src/test/resources/gateway/gateway.key"), Path.of("src/test/resources/gateway/portal.key"));
    }
}
