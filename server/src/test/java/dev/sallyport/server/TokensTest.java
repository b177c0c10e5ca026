package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.LoadOptions;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.server.Settings.IssuerSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A token says who asks, if everything about it is right; and if one thing is wrong, it says nothing. Over the wire. */
class TokensTest {

    private static final String ISSUER = "https://login.example/0f2c/v2.0";
    private static final String TENANT = "0f2c";
    private static final String AUDIENCE = "api://wiki";
    private static final String KEY = "gateway-key-of-today-gateway-key-of-today";
    private static final Instant NOW = Running.CLOCK.instant();

    @TempDir
    private static Path folder;
    private static RSAKey rsa;
    private static RSAKey other;
    private static ECKey curve;
    private static Running running;

    @BeforeAll
    static void start() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("rsa-1").keyUse(KeyUse.SIGNATURE).generate();
        other = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
        curve = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
        for (String each : List.of("policies.yaml", "directory.yaml", "gateway.key", "portal.key")) {
            Files.copy(Running.resource("gateway/" + each), folder.resolve(each));
        }
        Files.writeString(folder.resolve("keys.json"), new JWKSet(List.of(rsa, curve)).toString(true));
        Files.writeString(folder.resolve("directory.yaml"), Files.readString(folder.resolve("directory.yaml"))
                + "servicePrincipals:\n  - { id: sp-1, appId: 3c5ab9c8-0000-4000-8000-0000000000aa, displayName: Nightly job }\n"
                + "devices:\n  - { deviceId: laptop-1, displayName: Laptop, isCompliant: true, trustType: AzureAD }\n");
        Files.writeString(folder.resolve("policies.yaml"), Files.readString(folder.resolve("policies.yaml")) + """
                ---
                kind: conditionalAccessPolicy
                id: compliant
                displayName: A compliant device for administrators
                state: enabled
                conditions:
                  users:          { includeGroups: [Administrators] }
                  applications:   { includeApplications: [Shop] }
                  clientAppTypes: [all]
                grantControls: { operator: OR, builtInControls: [compliantDevice] }
                """);
        Files.writeString(folder.resolve("server.yaml"), settings("keysFile: keys.json"));
        running = Running.of(new Settings(List.of(folder.resolve("policies.yaml")), List.of(folder.resolve("directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, false, SettingsReader.read(folder.resolve("server.yaml"))), engine -> engine);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    /** The settings of the fixture, with an issuer instead of the headers that name the subject. */
    private static String settings(String keys) throws Exception {
        String text = Files.readString(Running.resource("gateway/server.yaml"));
        return text.replaceAll("(?s)headers:.*signIn:", "headers: { country: X-Country }\nsignIn:") + "issuers:\n  - issuer: " + ISSUER
                + "\n    tenant: " + TENANT + "\n    audiences: [" + AUDIENCE + ", 3c5ab9c8-0000-4000-8000-000000000001]\n    " + keys + "\n";
    }

    // ---- tokens

    private static JWTClaimsSet.Builder claims(String user) {
        return new JWTClaimsSet.Builder().issuer(ISSUER).audience(AUDIENCE).claim("tid", TENANT).claim("oid", user).subject("pairwise")
                .issueTime(Date.from(NOW.minusSeconds(60))).notBeforeTime(Date.from(NOW.minusSeconds(60)))
                .expirationTime(Date.from(NOW.plusSeconds(3_600))).claim("ver", "2.0");
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1").type(JOSEObjectType.JWT);
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(new RSASSASigner(rsa));
        return token.serialize();
    }

    private static String token(String user) throws JOSEException {
        return signed(header().build(), claims(user).build());
    }

    private static String token(String user, Map<String, Object> more) throws JOSEException {
        JWTClaimsSet.Builder claims = claims(user);
        more.forEach(claims::claim);
        return signed(header().build(), claims.build());
    }

    private static String raw(String header, String payload, String signature) {
        return Base64URL.encode(header) + "." + Base64URL.encode(payload) + "." + signature;
    }

    private static HttpResponse<String> ask(String host, String token, String... more) throws Exception {
        List<String> headers = new ArrayList<>(List.of("X-Sallyport-Key", KEY, "X-Forwarded-Proto", "https", "X-Forwarded-Host", host,
                "X-Forwarded-Uri", "/page"));
        if (token != null) {
            headers.addAll(List.of("Authorization", "Bearer " + token));
        }
        headers.addAll(List.of(more));
        return running.get("/forward-auth?dialect=traefik", headers.toArray(String[]::new));
    }

    private static HttpResponse<String> wiki(String token, String... more) throws Exception {
        return ask("wiki.contoso.com", token, more);
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"\", error=\"invalid_token\"");
        assertThat(response.headers().firstValue("X-Sallyport-Outcome")).isEmpty();
    }

    // ---- what is right

    @Test
    void token_ofAUser_isDecidedByItsObjectId() throws Exception {
        assertThat(wiki(token("ann")).statusCode()).isEqualTo(200);
        assertThat(wiki(token("gus")).statusCode()).as("blocked").isEqualTo(403);
        assertThat(wiki(token("nobody")).statusCode()).as("not in the directory").isEqualTo(403);
    }

    @Test
    void token_byAnotherAlgorithmOrAudience_isTaken() throws Exception {
        SignedJWT onCurve = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec-1").type(new JOSEObjectType("at+jwt")).build(),
                claims("ann").build());
        onCurve.sign(new ECDSASigner(curve));

        assertThat(wiki(onCurve.serialize()).statusCode()).isEqualTo(200);
        assertThat(wiki(signed(new JWSHeader.Builder(JWSAlgorithm.PS384).keyID("rsa-1").build(), claims("ann").build())).statusCode()).isEqualTo(200);
        assertThat(wiki(signed(header().build(), claims("ann").audience(List.of("api://other", "3c5ab9c8-0000-4000-8000-000000000001")).build()))
                .statusCode()).isEqualTo(200);
    }

    @Test
    void token_namesForDisplay_decideNothing() throws Exception {
        Map<String, Object> asAnn = Map.of("upn", "ann@contoso.com", "preferred_username", "ann@contoso.com", "email", "ann@contoso.com",
                "unique_name", "ann@contoso.com", "name", "ann", "sub", "ann");

        assertThat(wiki(token("gus", asAnn)).statusCode()).isEqualTo(403);
        JWTClaimsSet.Builder withoutId = claims("x").claim("oid", null);
        asAnn.forEach(withoutId::claim);
        assertRefused(wiki(signed(header().build(), withoutId.build())));
    }

    @ParameterizedTest
    @CsvSource({"azp", "appid"})
    void token_ofAWorkloadIdentity_isDecidedByItsApplication(String claim) throws Exception {
        Map<String, Object> app = Map.of("idtyp", "app", claim, "3c5ab9c8-0000-4000-8000-0000000000aa");

        assertThat(wiki(token("gus", app)).statusCode()).as("the object id of a blocked user").isEqualTo(200);
        assertThat(wiki(token("ann", Map.of("idtyp", "app", claim, "3c5ab9c8-0000-4000-8000-0000000000bb"))).statusCode()).isEqualTo(403);
        assertRefused(wiki(token("ann", Map.of("idtyp", "app"))));
        assertRefused(wiki(token("ann", Map.of("idtyp", "device"))));
    }

    // ---- proofs

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"ben | amr | mfa | 200", "ben | amr | ngcmfa | 200", "ben | amr | pwd | 403", "ben | acrs | c1 | 200",
        "ben | acrs | c2 | 403", "cleo | acrs | c2 | 200", "cleo | acrs | c1 | 403", "cleo | amr | mfa | 403"})
    void proof_inAToken_satisfiesItsControl(String user, String claim, String value, int status) throws Exception {
        assertThat(wiki(token(user, Map.of(claim, List.of(value)))).statusCode()).isEqualTo(status);
    }

    @Test
    void time_ofTheSignIn_isAuthTime() throws Exception {
        long fresh = NOW.minusSeconds(3_000).getEpochSecond();
        long old = NOW.minusSeconds(5 * 3_600).getEpochSecond();

        assertThat(wiki(token("dan", Map.of("auth_time", fresh))).statusCode()).isEqualTo(200);
        assertThat(wiki(token("dan", Map.of("auth_time", old))).statusCode()).as("older than four hours").isEqualTo(403);
        assertThat(wiki(token("dan", Map.of("auth_time", NOW.plusSeconds(1_000).getEpochSecond()))).statusCode()).isEqualTo(200);
    }

    @Test
    void session_thatIsRevoked_isByTheTimeOfTheToken() throws Exception {
        Date before = Date.from(Instant.parse("2026-11-22T08:59:00Z"));
        String old = signed(header().build(), claims("eve").issueTime(before).claim("xms_cc", List.of("cp1")).build());

        HttpResponse<String> response = wiki(old);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(claimsOf(response)).isEqualTo("{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1795338000\"}}}");
        assertRefused(wiki(signed(header().build(), claims("eve").issueTime(before).build())));
        assertThat(wiki(token("eve")).statusCode()).isEqualTo(200);
    }

    @Test
    void challenge_withClaims_isForClientsWithCp1InTheToken() throws Exception {
        HttpResponse<String> capable = wiki(token("ben", Map.of("xms_cc", List.of("cp1"))));

        assertThat(capable.statusCode()).isEqualTo(401);
        assertThat(claimsOf(capable)).isEqualTo("{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}");
        HttpResponse<String> plain = wiki(token("ben"), "X-Sallyport-Client-Capabilities", "cp1");
        assertThat(plain.statusCode()).isEqualTo(403);
        assertThat(plain.headers().firstValue("WWW-Authenticate")).isEmpty();
    }

    @Test
    void device_ofAToken_isThatOfTheDirectory() throws Exception {
        assertThat(ask("shop.contoso.com", token("ida", Map.of("deviceid", "laptop-1"))).statusCode()).isEqualTo(200);
        assertThat(ask("shop.contoso.com", token("ida", Map.of("deviceid", "unknown"))).statusCode()).isEqualTo(403);
        assertThat(ask("shop.contoso.com", token("ida")).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mask: [session], ", "format: ocsf, ", "format: ocsf, mask: [session], "})
    void log_ofATokensRequest_namesItsSessionAndNoPartOfIt(String options) throws Exception {
        Path file = folder.resolve("tokens.log");
        Files.deleteIfExists(file);
        Files.writeString(folder.resolve("logged.yaml"), settings("keysFile: keys.json") + "decisionLog: { " + options + "file: tokens.log }\n");
        String good = token("gus", Map.of("sid", "session-7", "email", "gus@example.com"));
        String[] gateway = {"X-Sallyport-Key", KEY, "X-Original-URL", "https://wiki.contoso.com/page", "Authorization", "Bearer " + good};
        try (Running logged = Running.of(new Settings(List.of(folder.resolve("policies.yaml")), List.of(folder.resolve("directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, false, SettingsReader.read(folder.resolve("logged.yaml"))), engine -> engine)) {
            assertThat(logged.get("/forward-auth?dialect=nginx", gateway).statusCode()).isEqualTo(403);
            gateway[5] = "Bearer " + signed(header().keyID("rsa-2").build(), claims("gus").build());
            assertThat(logged.get("/forward-auth?dialect=nginx", gateway).statusCode()).isEqualTo(401);
        }
        List<String> lines = Files.readAllLines(file);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).contains("session-7")).isEqualTo(!options.contains("mask"));
        assertThat(lines.get(0)).contains("blockedByConditionalAccess").doesNotContain(good.substring(0, 20)).doesNotContain("example.com");
        assertThat(lines.get(1)).contains("\"refusal\":\"unknown key\"").doesNotContain("eyJ").doesNotContain("gus");
    }

    private static String claimsOf(HttpResponse<String> response) {
        String header = response.headers().firstValue("WWW-Authenticate").orElseThrow();
        return new String(Base64.getDecoder().decode(header.replaceFirst(".*claims=\"([^\"]*)\".*", "$1")), StandardCharsets.UTF_8);
    }

    // ---- what is wrong

    /** A token in which one thing is wrong. */
    private record Wrong(String what, String token) {

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Wrong> wrong() throws Exception {
        List<Wrong> all = new ArrayList<>();
        JWTClaimsSet good = claims("ann").build();
        for (Map.Entry<String, UnaryOperator<JWTClaimsSet.Builder>> each : Map.<String, UnaryOperator<JWTClaimsSet.Builder>>ofEntries(
                Map.entry("expired", b -> b.expirationTime(Date.from(NOW.minusSeconds(61)))),
                Map.entry("without expiry", b -> b.expirationTime(null)),
                Map.entry("not yet valid", b -> b.notBeforeTime(Date.from(NOW.plusSeconds(61)))),
                Map.entry("issued in the future", b -> b.issueTime(Date.from(NOW.plusSeconds(61)))),
                Map.entry("without a time of issue", b -> b.issueTime(null)),
                Map.entry("wrong audience", b -> b.audience("api://other")), Map.entry("without audience", b -> b.audience((String) null)),
                Map.entry("wrong tenant", b -> b.claim("tid", "other")), Map.entry("without tenant", b -> b.claim("tid", null)),
                Map.entry("unknown issuer", b -> b.issuer("https://login.example/other/v2.0")),
                Map.entry("issuer with a slash more", b -> b.issuer(ISSUER + "/")), Map.entry("without issuer", b -> b.issuer(null)),
                Map.entry("without subject", b -> b.claim("oid", null)), Map.entry("blank subject", b -> b.claim("oid", " ")),
                Map.entry("subject that is a list", b -> b.claim("oid", List.of("ann"))),
                Map.entry("methods that are text", b -> b.claim("amr", "mfa")), Map.entry("contexts that are a number", b -> b.claim("acrs", 1)),
                Map.entry("time that is text", b -> b.claim("auth_time", "now")), Map.entry("unknown kind", b -> b.claim("idtyp", "group"))).entrySet()) {
            all.add(new Wrong(each.getKey(), signed(header().build(), each.getValue().apply(claims("ann")).build())));
        }
        String token = signed(header().build(), good);
        String[] parts = token.split("\\.");
        SignedJWT forged = new SignedJWT(header().build(), good);
        forged.sign(new RSASSASigner(other));
        SignedJWT hmac = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(), good);
        hmac.sign(new MACSigner(rsa.toPublicJWK().toJSONString()));
        SignedJWT hmacOfPem = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(), good);
        hmacOfPem.sign(new MACSigner(rsa.toRSAPublicKey().getEncoded()));
        all.addAll(List.of(new Wrong("signed by another key of the same name", forged.serialize()),
                new Wrong("HMAC with the public key as its secret", hmac.serialize()),
                new Wrong("HMAC with the encoded public key as its secret", hmacOfPem.serialize()),
                new Wrong("another user under the same signature", parts[0] + "." + Base64URL.encode(claims("ida").build().toString()) + "." + parts[2]),
                new Wrong("another header under the same signature", raw("{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}", good.toString(), parts[2])),
                new Wrong("alg none", raw("{\"alg\":\"none\",\"kid\":\"rsa-1\"}", good.toString(), "")),
                new Wrong("alg None", raw("{\"alg\":\"None\",\"kid\":\"rsa-1\"}", good.toString(), parts[2])),
                new Wrong("without signature", parts[0] + "." + parts[1] + "."), new Wrong("two parts", parts[0] + "." + parts[1]),
                new Wrong("alg of a curve with an RSA key", raw("{\"alg\":\"ES256\",\"kid\":\"rsa-1\"}", good.toString(), parts[2])),
                new Wrong("empty signature of a curve", raw("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}", good.toString(), Base64URL.encode(new byte[64]).toString())),
                new Wrong("without kid", signed(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), good)),
                new Wrong("unknown kid", signed(header().keyID("rsa-2").build(), good)),
                new Wrong("kid that is a path", signed(header().keyID("../../etc/passwd").build(), good)),
                new Wrong("critical header", signed(header().criticalParams(Set.of("exp")).customParam("exp", 1).build(), good)),
                new Wrong("critical header that the library knows", signed(header().base64URLEncodePayload(true).criticalParams(Set.of("b64")).build(), good)),
                new Wrong("key in the header", signed(header().jwk(rsa.toPublicJWK()).build(), good)),
                new Wrong("key at a URL in the header", signed(header().jwkURL(URI.create("https://attacker.example/keys")).build(), good)),
                new Wrong("another type", signed(header().type(new JOSEObjectType("logout+jwt")).build(), good)),
                new Wrong("encrypted", raw("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",\"kid\":\"rsa-1\"}", "x", "x.x.x")),
                new Wrong("claims twice", resigned(good.toString().replaceFirst("\\{", "{\"oid\":\"ida\","))),
                new Wrong("claims that are a list", resigned("[]")), new Wrong("claims that are not JSON", resigned("oid=ann")),
                new Wrong("claims nested without end", resigned("{\"a\":".repeat(1_500))),
                new Wrong("not a token", "ann"), new Wrong("empty", ""), new Wrong("dots", "..."),
                new Wrong("two tokens", token + " " + token), new Wrong("comma", token + "," + token)));
        return all;
    }

    private static String resigned(String payload) throws JOSEException {
        com.nimbusds.jose.JWSObject token = new com.nimbusds.jose.JWSObject(header().build(), new com.nimbusds.jose.Payload(payload));
        token.sign(new RSASSASigner(rsa));
        return token.serialize();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void token_withAMistake_isRefusedAndNoHeaderHelps(Wrong wrong) throws Exception {
        for (String[] more : new String[][] {{}, {"X-Sallyport-User", "ann@contoso.com", "X-Forwarded-User", "ann"}}) {
            HttpResponse<String> response = wiki(wrong.token(), more);

            assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
            assertThat(response.headers().firstValue("X-Sallyport-Outcome")).isEmpty();
            assertThat(response.body()).doesNotContain("kid").doesNotContain("algorithm");
        }
    }

    @Test
    void clock_thatIsALittleOff_isForgiven() throws Exception {
        assertThat(wiki(signed(header().build(), claims("ann").expirationTime(Date.from(NOW.minusSeconds(50))).build())).statusCode()).isEqualTo(200);
        assertThat(wiki(signed(header().build(), claims("ann").notBeforeTime(Date.from(NOW.plusSeconds(50)))
                .issueTime(Date.from(NOW.plusSeconds(50))).build())).statusCode()).isEqualTo(200);
    }

    @Test
    void token_thatIsTooLong_isRefused() throws Exception {
        String longToken = token("ann", Map.of("groups", "x".repeat(20_000)));

        assertThat(RawHttp.status(running, "GET /forward-auth?dialect=traefik HTTP/1.1", "Host: localhost", "X-Sallyport-Key", KEY,
                "X-Forwarded-Proto", "https", "X-Forwarded-Host", "wiki.contoso.com", "X-Forwarded-Uri", "/page", "Authorization",
                "Bearer " + longToken)).isEqualTo(431);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YW5uOmFubg==", "Bearer", "bearer"})
    void authorization_withoutAToken_signsInFirst(String authorization) throws Exception {
        for (HttpResponse<String> response : List.of(wiki(null, "X-Sallyport-User", "ann@contoso.com"),
                wiki(null, "Authorization", authorization, "X-Sallyport-User", "ann@contoso.com"))) {
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"\"");
        }
    }

    @Test
    void authorization_thatComesTwice_isDenied() throws Exception {
        assertThat(wiki(token("ann"), "Authorization", "Bearer " + token("gus")).statusCode()).isEqualTo(403);
    }

    @Test
    void browser_withARefusedToken_isSentToSignIn() throws Exception {
        HttpResponse<String> response = wiki("ann", "Accept", "text/html");

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(response.headers().firstValue("Location").orElseThrow()).startsWith("https://login.example/authorize?client_id=wiki&state=");
    }

    // ---- keys

    private static IssuerSettings issuer(URI keys) {
        return new IssuerSettings(ISSUER, keys, null, List.of(AUDIENCE), TENANT);
    }

    private static boolean isTaken(Tokens tokens, String token) {
        try {
            return tokens.verified(token).subject().equals("ann");
        } catch (Tokens.Refused e) {
            return false;
        }
    }

    private static String signedBy(RSAKey key) throws JOSEException {
        SignedJWT token = new SignedJWT(header().keyID(key.getKeyID()).build(), claims("ann").build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    /** A JWKS document over HTTP. */
    private static HttpServer keys(AtomicReference<String> document, AtomicInteger asked) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            byte[] body = document.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body.length == 0 ? 500 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void keys_thatRotate_areFetchedAgainAndOldOnesRefused() throws Exception {
        RSAKey next = new RSAKeyGenerator(2048).keyID("rsa-2").generate();
        AtomicReference<String> document = new AtomicReference<>(new JWKSet(rsa).toString(true));
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = keys(document, asked);
        URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/keys");
        try (Tokens tokens = new Tokens(List.of(issuer(uri)), Running.CLOCK, Duration.ofMinutes(5), Duration.ofMillis(100), Duration.ofHours(1))) {
            Eventually.is(true, () -> isTaken(tokens, signedBy(rsa)));
            assertThat(isTaken(tokens, signedBy(next))).isFalse();
            document.set(new JWKSet(next).toString(true));

            Eventually.is(true, () -> isTaken(tokens, signedBy(next)));
            assertThat(isTaken(tokens, signedBy(rsa))).as("the key that is gone").isFalse();
            document.set("");
            Eventually.is(true, () -> !isTaken(tokens, signedBy(rsa)) && asked.get() > 4);
            assertThat(isTaken(tokens, signedBy(next))).as("while the issuer fails").isTrue();
            for (String each : List.of("{", "[]", "{\"keys\":7}", " ".repeat(300_000) + new JWKSet(rsa).toString(true))) {
                document.set(each);
                int before = asked.get();
                Eventually.is(true, () -> !isTaken(tokens, signedBy(rsa)) && asked.get() > before + 1);
                assertThat(isTaken(tokens, signedBy(next))).as("while its document is broken or too large").isTrue();
            }
        } finally {
            server.stop(0);
        }
    }

    /** Tokens with made-up keys must not turn into requests to the issuer, or wait for one. */
    @Test
    void keys_thatAreUnknown_areFetchedRarely() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = keys(new AtomicReference<>(new JWKSet(rsa).toString(true)), asked);
        URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/keys");
        try (Tokens tokens = new Tokens(List.of(issuer(uri)), Running.CLOCK)) {
            Eventually.is(true, () -> isTaken(tokens, signedBy(rsa)));
            String forged = signed(header().keyID("made-up").build(), claims("ann").build());
            long start = System.nanoTime();
            for (int i = 0; i < 5_000; i++) {
                assertThat(isTaken(tokens, forged)).isFalse();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SigningKeys.SHORTEST);
            Thread.sleep(1_200);
            assertThat(asked).hasValue(1);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void keys_thatCannotBeFetched_makeItUnavailableAndNotReady() throws Exception {
        Files.writeString(folder.resolve("remote.yaml"), settings("keysUri: http://localhost:1/keys"));
        try (Running without = Running.of(new Settings(List.of(folder.resolve("policies.yaml")), List.of(folder.resolve("directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, false, SettingsReader.read(folder.resolve("remote.yaml"))), engine -> engine)) {
            HttpResponse<String> response = without.get("/forward-auth?dialect=traefik", "X-Sallyport-Key", KEY, "X-Forwarded-Proto", "https",
                    "X-Forwarded-Host", "wiki.contoso.com", "X-Forwarded-Uri", "/page", "Authorization", "Bearer " + token("ann"));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("5");
            assertThat(without.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(without.get("/health/ready").body()).contains("keys of " + ISSUER);
        }
        assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void keys_tooOldToTrust_areNotUsed() throws Exception {
        AtomicReference<String> document = new AtomicReference<>(new JWKSet(rsa).toString(true));
        HttpServer server = keys(document, new AtomicInteger());
        URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/keys");
        try (Tokens tokens = new Tokens(List.of(issuer(uri)), Running.CLOCK, Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofSeconds(2))) {
            Eventually.is(true, () -> isTaken(tokens, signedBy(rsa)));
            document.set("");
            Eventually.is(false, () -> isTaken(tokens, signedBy(rsa)));
            assertThat(tokens.unready()).contains(ISSUER);
        } finally {
            server.stop(0);
        }
    }

    /** An issuer vouches for its own users only, even if its key has the name of another one's. */
    @Test
    void keys_ofAnotherIssuer_proveNothing() throws Exception {
        RSAKey theirs = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
        Files.writeString(folder.resolve("theirs.json"), new JWKSet(theirs).toString(true));
        try (Tokens tokens = new Tokens(List.of(new IssuerSettings(ISSUER, null, folder.resolve("keys.json"), List.of(AUDIENCE), TENANT),
                new IssuerSettings("https://partner.example", null, folder.resolve("theirs.json"), List.of(AUDIENCE), "partner")), Running.CLOCK)) {
            SignedJWT forged = new SignedJWT(header().build(), claims("ann").build());
            forged.sign(new RSASSASigner(theirs));
            SignedJWT crossed = new SignedJWT(header().build(), claims("ann").issuer("https://partner.example").build());
            crossed.sign(new RSASSASigner(theirs));
            SignedJWT own = new SignedJWT(header().build(), claims("ann").issuer("https://partner.example").claim("tid", "partner").build());
            own.sign(new RSASSASigner(theirs));

            assertThat(isTaken(tokens, forged.serialize())).as("their key, our issuer").isFalse();
            assertThat(isTaken(tokens, crossed.serialize())).as("their issuer, our tenant").isFalse();
            assertThat(isTaken(tokens, own.serialize())).isTrue();
            assertThat(isTaken(tokens, signedBy(rsa))).isTrue();
        }
    }

    @Test
    void keys_inAFileThatChanges_areReadAgain() throws Exception {
        RSAKey next = new RSAKeyGenerator(2048).keyID("rsa-2").generate();
        Path file = folder.resolve("changing.json");
        Files.writeString(file, new JWKSet(rsa).toString(true));
        try (Tokens tokens = new Tokens(List.of(new IssuerSettings(ISSUER, null, file, List.of(AUDIENCE), TENANT)), Running.CLOCK)) {
            assertThat(isTaken(tokens, signedBy(rsa))).isTrue();
            Files.writeString(folder.resolve("next.json"), new JWKSet(List.of(next, curve)).toString(true));
            Files.move(folder.resolve("next.json"), file, StandardCopyOption.REPLACE_EXISTING);
            Eventually.is(true, () -> isTaken(tokens, signedBy(next)));
            assertThat(isTaken(tokens, signedBy(rsa))).isFalse();
            Files.writeString(file, "{");
            Thread.sleep(1_200);
            assertThat(isTaken(tokens, signedBy(next))).as("after a broken file").isTrue();
        }
    }

    // ---- settings

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "headers: { user: X-User } | `user` comes from the token", "headers: { clientCapabilities: X-C } | `clientCapabilities` comes from the token",
        "headers: { authentication.mfaDateTime: X-M } | `authentication.mfaDateTime` comes from the token"})
    void settings_withAHeaderForWhatATokenGives_areRefused(String headers, String message) throws Exception {
        assertThat(mistakes(settings("keysFile: keys.json").replace("headers: { country: X-Country }", headers))).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"keysUri: http://login.example/keys | not fetched over TLS", "keysUri: keys.json | not a URI",
        "tenant2: x | unknown key `tenant2`", "keysUri: https://login.example/keys, keysFile: keys.json | and not both", "{} | and not both"})
    void settings_withoutUsableKeys_areRefused(String keys, String message) throws Exception {
        String fields = keys.equals("{}") ? "" : keys.replace(", ", "\n    ");

        assertThat(mistakes(settings(fields))).contains(message);
    }

    @Test
    void settings_withoutAudienceOrTwice_areRefused() throws Exception {
        String good = settings("keysFile: keys.json");

        assertThat(mistakes(good.replaceFirst("audiences: .*", "audiences: []"))).contains("has no `audiences`");
        assertThat(mistakes(good.replaceFirst("tenant: .*", ""))).contains("tenant");
        assertThat(mistakes(good + good.substring(good.indexOf("  - issuer:")))).contains("duplicate issuer");
    }

    private static String mistakes(String text) throws Exception {
        Path file = folder.resolve("mistakes.yaml");
        Files.writeString(file, text);
        StringBuilder said = new StringBuilder();
        assertThatThrownBy(() -> SettingsReader.read(file)).isInstanceOfSatisfying(PolicyLoadException.class,
                e -> e.diagnostics().forEach(each -> said.append(each).append('\n')));
        return said.toString();
    }
}
