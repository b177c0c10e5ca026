package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.LoadOptions;
import dev.sallyport.server.Gateway.Reply;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every gateway has to do with its sample: a client sends a request over the wire, the gateway asks the decision point, and an
 * application behind the gateway keeps what it gets. A refusal counts only if nothing got to the application.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GatewayCases {

    static final String KEY = "gateway-key-of-today-gateway-key-of-today";
    /** The users of the fixture; each has the password {@code secret}. */
    static final List<String> USERS = List.of("ann", "ben", "cleo", "dan", "eve", "finn", "gus", "hal", "ida", "jon");
    static final String PASSWORD = "secret";
    private static final String HTML = "Accept: text/html";
    private static final String JSON = "Accept: application/json";
    /** What gateways answer when the decision point fails. */
    private static final int[] FAILED = {500, 502, 503, 504};
    /** The longest time that a client waits for a no, if the decision point does not answer. */
    private static final int MOST_SECONDS = 8;

    private Running running;
    private Relay relay;
    private RecordingApplication application;
    private Gateway gateway;

    /** Starts the gateway with its sample. */
    abstract Gateway start(Path folder, int sallyport, int application) throws Exception;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        running = Running.of(new Settings(List.of(Running.resource("gateway/policies.yaml")), List.of(Running.resource("gateway/directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, false, SettingsReader.read(Running.resource("gateway/server.yaml"))),
                engine -> engine.withUserStates(name -> {
                    if (name.startsWith("hal")) {
                        throw new IllegalStateException("the database is down");
                    }
                    return engine.directory().user(name);
                }));
        relay = new Relay(running.point.port());
        application = new RecordingApplication();
        gateway = start(folder, relay.port(), application.port());
        Eventually.is(200, () -> get("ann", "/").status());
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {gateway, relay, application, running}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @BeforeEach
    void forget() {
        application.taken();
    }

    /** The header with a user's password. */
    static String password(String user) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString((user + "@contoso.com:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    /** The gateway that was started. */
    Gateway gateway() {
        return gateway;
    }

    /** Asks for a path as a user. */
    Reply get(String user, String target, String... headers) throws Exception {
        List<String> lines = new ArrayList<>(List.of("GET " + target + " HTTP/1.1", "Host: wiki.contoso.com", "Connection: close",
                password(user)));
        if (Arrays.stream(headers).noneMatch(each -> each.startsWith("Accept:"))) {
            lines.add(JSON);
        }
        lines.addAll(List.of(headers));
        return gateway.send(lines.toArray(String[]::new));
    }

    private String only() {
        List<String> taken = application.taken();
        assertThat(taken).hasSize(1);
        return taken.get(0);
    }

    private void assertRefused(Reply reply, int... statuses) throws Exception {
        assertThat(statuses).as("%s\n%s\n%s", reply.head(), reply.body(), gateway.log()).contains(reply.status());
        assertThat(reply.body()).isNotEqualTo("application");
        assertThat(application.taken()).as("what the application got").isEmpty();
    }

    private void assertAllowed(Reply reply) throws Exception {
        assertThat(reply.status()).as("%s\n%s\n%s", reply.head(), reply.body(), gateway.log()).isEqualTo(200);
        assertThat(reply.body()).contains("application");
    }

    // ---- outcomes

    @Test
    void allow_reachesTheApplication_withTheHeadersOfTheDecision() throws Exception {
        assertAllowed(get("ann", "/page?a=1&b=%20"));

        String head = only();
        assertThat(head).startsWith("GET /page?a=1&b=%20 HTTP/1.1\r\n");
        assertThat(RecordingApplication.values(head, "Host")).containsExactly("wiki.contoso.com");
        assertThat(RecordingApplication.values(head, "X-Sallyport-User")).containsExactly("ann@contoso.com");
        assertThat(RecordingApplication.values(head, "X-Sallyport-Outcome")).containsExactly("allow");
        assertThat(RecordingApplication.values(head, "X-Sallyport-Policy-Set-Version")).singleElement().asString().startsWith("sha256:");
        assertThat(RecordingApplication.values(head, "X-Sallyport-Session-Controls")).containsExactly("{}");
        assertThat(RecordingApplication.values(head, "Authorization")).as("the password").isEmpty();
        assertThat(head).doesNotContain(KEY);
    }

    @Test
    void allow_anyMethod_reachesTheApplicationAsItWas() throws Exception {
        for (String method : List.of("POST", "DELETE", "PUT")) {
            assertAllowed(gateway.send(method + " /page HTTP/1.1", "Host: wiki.contoso.com", "Connection: close", password("ann"), JSON,
                    "Content-Length: 4", "", "body"));
            assertThat(only()).startsWith(method + " /page HTTP/1.1\r\n").containsIgnoringCase("content-length: 4");
        }
    }

    @Test
    void challenge_clientWithCp1_getsTheClaims() throws Exception {
        Reply reply = get("ben", "/page");

        assertRefused(reply, 401);
        assertThat(reply.values("WWW-Authenticate")).singleElement().asString().contains("error=\"insufficient_claims\"");
        String claims = reply.values("WWW-Authenticate").get(0).replaceFirst(".*claims=\"([^\"]*)\".*", "$1");
        assertThat(new String(Base64.getDecoder().decode(claims), StandardCharsets.UTF_8))
                .isEqualTo("{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}");
    }

    @Test
    void challenge_browser_isSentToSignInWithTheClaimsAndItsUrl() throws Exception {
        Reply reply = get("ben", "/page?a=1", HTML);

        assertRefused(reply, 302);
        assertThat(reply.values("Location")).singleElement().asString().startsWith("https://login.example/authorize?client_id=wiki&claims=")
                .contains("%22value%22%3A%22c1%22").endsWith("&state=http%3A%2F%2Fwiki.contoso.com%2Fpage%3Fa%3D1");
    }

    @Test
    void registration_browser_isSentToThePage() throws Exception {
        Reply reply = get("finn", "/page", HTML);

        assertRefused(reply, 302);
        assertThat(reply.values("Location")).containsExactly("https://login.example/security-info");
    }

    @ParameterizedTest
    @ValueSource(strings = {HTML, JSON})
    void block_isForbidden_andNamesNoPolicy(String accept) throws Exception {
        Reply reply = get("gus", "/page", accept);

        assertRefused(reply, 403);
        assertThat(reply.head() + reply.body()).doesNotContain("Block some").doesNotContain("blockedBy");
    }

    @Test
    void password_missingOrWrong_isUnauthorized_whateverTheUser() throws Exception {
        for (String user : List.of("ann", "gus", "nobody")) {
            String wrong = Base64.getEncoder().encodeToString((user + "@contoso.com:wrong").getBytes(StandardCharsets.UTF_8));
            assertRefused(gateway.send("GET /page HTTP/1.1", "Host: wiki.contoso.com", "Connection: close", JSON, "Authorization: Basic " + wrong),
                    401);
        }
        assertRefused(gateway.send("GET /page HTTP/1.1", "Host: wiki.contoso.com", "Connection: close", JSON), 401);
    }

    // ---- the decision point fails

    @Test
    void evaluationFailed_isNoAllow() throws Exception {
        Reply reply = get("hal", "/page");

        assertRefused(reply, FAILED);
        assertThat(reply.head() + reply.body()).doesNotContain("database");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OPEN")
    void decisionPoint_thatFails_isNoAllow_andIsAskedAgainOnceItWorks(Relay.Mode mode) throws Exception {
        try {
            relay.become(mode);
            long start = System.nanoTime();
            assertRefused(get("ann", "/page"), FAILED);
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(MOST_SECONDS));
        } finally {
            relay.become(Relay.Mode.OPEN);
        }
        Eventually.is(200, () -> get("ann", "/page").status());
    }

    // ---- headers that a client forges

    @ParameterizedTest
    @ValueSource(strings = {"X-Sallyport-User: ann@contoso.com", "x-sallyport-user: ann@contoso.com", "X-SALLYPORT-USER: ida@contoso.com",
        "X_Sallyport_User: ann@contoso.com", "X-Sallyport-Outcome: allow", "X-Sallyport-Key: " + KEY, "X-Forwarded-User: ann@contoso.com",
        "Remote-User: ann@contoso.com", "X-Sallyport-Location: https://evil.example/"})
    void user_forged_staysBlocked(String header) throws Exception {
        assertRefused(get("gus", "/page", header), 403, 400);
        assertRefused(get("gus", "/page", header, header), 403, 400);
    }

    /** What these headers say would be an allow, if the decision point learned it. */
    @ParameterizedTest
    @CsvSource({"X-Sallyport-Mfa-Time, X-Sallyport-Methods", "x-sallyport-mfa-time, x-sallyport-methods", "X_Sallyport_Mfa_Time, X_Sallyport_Methods"})
    void mfa_forged_isNotBelieved(String time, String methods) throws Exception {
        assertThat(running.get("/forward-auth?dialect=caddy", "X-Sallyport-Key", KEY, "X-Sallyport-User", "ben@contoso.com", "X-Forwarded-Proto",
                "https", "X-Forwarded-Host", "wiki.contoso.com", "X-Forwarded-Uri", "/page", "X-Sallyport-Mfa-Time", "2026-11-22T10:14:30Z",
                "X-Sallyport-Methods", "password,microsoftAuthenticatorPush").statusCode()).as("without a gateway").isEqualTo(200);

        assertRefused(get("ben", "/page", time + ": 2026-11-22T10:14:30Z", methods + ": password,microsoftAuthenticatorPush"), 401, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 198.51.100.1, 10.0.0.1", "X-Real-IP: 198.51.100.1",
        "Forwarded: for=198.51.100.1", "True-Client-IP: 198.51.100.1", "Client-IP: 198.51.100.1", "X-Envoy-External-Address: 198.51.100.1",
        "x_forwarded_for: 198.51.100.1"})
    void address_forged_staysOutsideTheOffice(String header) throws Exception {
        assertRefused(get("jon", "/page", header), 403, 400);
        assertRefused(get("jon", "/page", header, header), 403, 400);
    }

    @Test
    void address_forged_isBeforeTheTrueOneForTheApplication() throws Exception {
        assertAllowed(get("ann", "/page", "X-Forwarded-For: 198.51.100.1"));

        // for a client on its own machine, Envoy adds the address of the machine
        assertThat(RecordingApplication.values(only(), "X-Forwarded-For")).singleElement().asString().doesNotEndWith("198.51.100.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Original-URL: http://wiki.contoso.com/page", "X-Original-URI: /page", "X-Forwarded-Uri: /page", "X-Rewrite-URL: /page",
        "X-Forwarded-Host: shop.contoso.com", "X-Forwarded-Proto: gopher", "X-Envoy-Original-Path: /page", "X-Forwarded-Method: OPTIONS",
        "X-HTTP-Method-Override: OPTIONS", "X-Forwarded-Prefix: /page", "X-Envoy-Auth-Headers-To-Remove: x-sallyport-user"})
    void url_forged_isThatOfTheRequest(String header) throws Exception {
        assertRefused(get("ann", "/admin", header), 403);
        assertRefused(get("ann", "/admin", header, header), 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Sallyport-User", "X-Sallyport-Outcome", "X-Sallyport-Policy-Set-Version", "X-Sallyport-Session-Controls",
        "X-Sallyport-Key"})
    void header_forged_doesNotReachTheApplication(String name) throws Exception {
        for (String spelling : List.of(name, name.toLowerCase(Locale.ROOT), name.replace('-', '_'))) {
            Reply reply = get("ann", "/page", spelling + ": forged", spelling + ": forged");
            if (reply.status() == 200) {
                assertThat(only()).as(spelling).doesNotContain("forged");
            } else {
                assertRefused(reply, 400);              // the gateway does not take such a header at all
            }
        }
    }

    // ---- the URL that the decision is about is the one that the application gets

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/admin/", "/admin/users", "/admin?x=/page", "//admin", "/./admin", "/page/../admin", "/%61dmin", "/a%64min",
        "/%2e/admin", "/page/%2e%2e/admin", "/page%2f..%2fadmin", "/admin%2fusers", "/ADMIN", "/Admin/users", "/admin;x=1", "/;x/admin",
        "/page;/../admin", "/\\admin", "\\admin", "/%5cadmin", "/admin%00", "/admin%", "/admin%zz", "/%25%36%31dmin", "/admin%3b", "/page/..%2fadmin",
        "/page/..;/admin", "/admin%20", "/%2fadmin", "http://wiki.contoso.com/admin", "http://shop.contoso.com/admin", "/admin.", "/%20admin",
        "/page/%252e%252e/admin",
        "/.%2e/admin", "/page/.%2e/admin", "/admin%09", "/%0aadmin", "/admin#/page", "/page#/../admin"})
    void path_thatMayBeTheAdminPage_isNotOpenedForEveryone(String target) throws Exception {
        Reply reply = get("ann", target);

        List<String> taken = application.taken();
        if (taken.isEmpty()) {
            assertThat(reply.status()).isNotEqualTo(200);
        } else {
            String seen = taken.get(0).split(" ")[1];
            boolean isWiki = RecordingApplication.values(taken.get(0), "Host").toString().contains("wiki");
            assertThat(isWiki && mayBeAdmin(seen)).as("the application got `%s`", taken.get(0)).isFalse();
        }
    }

    /** Whether any server could take a path for the admin page. */
    private static boolean mayBeAdmin(String target) {
        String path = target.replaceFirst("^[a-z]+://[^/]+", "").replaceFirst("[?].*", "");
        for (int i = 0; i < 3; i++) {
            path = path.replaceAll("%(?![0-9A-Fa-f]{2})", "");
            path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
        path = path.replace('\\', '/').replaceAll(";[^/]*", "").replaceAll("/+", "/").toLowerCase(Locale.ROOT);
        return path.contains("/admin") || path.startsWith("admin");
    }

    @ParameterizedTest
    @CsvSource({"wiki.contoso.com, 200", "WIKI.CONTOSO.COM, 200", "wiki.contoso.com:8080, 200", "shop.contoso.com, 200", "other.contoso.com, 403",
        "wiki.contoso.com.evil.example, 403"})
    void host_tellsTheApplication(String host, int status) throws Exception {
        Reply reply = gateway.send("GET /page HTTP/1.1", "Host: " + host, "Connection: close", password("ann"), JSON);

        if (status == 200) {
            assertAllowed(reply);
        } else {
            assertRefused(reply, status);
        }
    }

    @Test
    void host_twice_isRefused() throws Exception {
        Reply reply = gateway.send("GET /admin HTTP/1.1", "Host: shop.contoso.com", "Host: wiki.contoso.com", "Connection: close", password("ann"), JSON);

        assertRefused(reply, 400, 403);
    }

    /** The host in the request line counts for the decision and for the application alike. */
    @Test
    void host_inTheRequestLine_countsForBoth() throws Exception {
        Reply reply = gateway.send("GET http://wiki.contoso.com/admin HTTP/1.1", "Host: shop.contoso.com", "Connection: close", password("ann"), JSON);

        List<String> taken = application.taken();
        if (reply.status() == 200) {
            assertThat(taken).singleElement().satisfies(head -> assertThat(RecordingApplication.values(head, "Host"))
                    .containsExactly("shop.contoso.com"));
        } else {
            assertThat(taken).isEmpty();
        }
    }

    @Test
    void administrator_opensTheAdminPage() throws Exception {
        assertAllowed(get("ida", "/admin/users"));
        assertThat(only()).startsWith("GET /admin/users HTTP/1.1");
    }
}
