package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.LoadOptions;
import dev.sallyport.ReloadingPolicyEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The protocols as fuzzers see them, under policies that block everyone, so that each allow is a fault. */
final class Protocols implements AutoCloseable {

    static final List<String> NAMES = List.of("evaluation", "evaluations", "search", "decisions", "registration", "whatIf", "nginx", "traefik", "envoy", "token");
    private static final String BLOCK_ALL = """
            kind: conditionalAccessPolicy
            id: all
            displayName: Block everyone
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [block] }
            ---
            kind: conditionalAccessPolicy
            id: actions
            displayName: Block every registration
            state: enabled
            conditions:
              users: { includeUsers: [All] }
              applications: { includeUserActions: ["urn:user:registersecurityinfo", "urn:user:registerdevice"] }
              clientAppTypes: [all]
            grantControls: { operator: OR, builtInControls: [block] }
            ---
            kind: conditionalAccessPolicy
            id: workloads
            displayName: Block every workload identity
            state: enabled
            conditions:
              clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }
              applications: { includeApplications: [All] }
            grantControls: { operator: OR, builtInControls: [block] }
            """;

    private final ReloadingPolicyEngine engine;
    private final Tokens tokens;
    private final Map<String, Target> targets;

    /**
     * A protocol.
     *
     * @param protocol what answers
     * @param seed a good request: the path with its query, headers line by line, an empty line, and the body
     * @param allow what no answer may contain; empty if the status 200 alone is an allow
     */
    private record Target(Protocol protocol, String seed, String allow) { }

    /** @param folder where to write files */
    Protocols(Path folder) throws Exception {
        Files.writeString(folder.resolve("policies.yaml"), BLOCK_ALL);
        engine = ReloadingPolicyEngine.load(List.of(folder.resolve("policies.yaml")), List.of(Running.resource("gateway/directory.yaml")), Running.CLOCK,
                LoadOptions.lenient(), UnaryOperator.identity());
        RSAKey key = new RSAKeyGenerator(2048).keyID("k").generate();
        Files.writeString(folder.resolve("keys.json"), new JWKSet(key).toString(true));
        tokens = new Tokens(List.of(new Settings.IssuerSettings("https://login.example", null, folder.resolve("keys.json"), List.of("api"), "t")), Running.CLOCK);
        Date now = Date.from(Running.CLOCK.instant());
        SignedJWT signed = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(), new JWTClaimsSet.Builder().issuer("https://login.example")
                .audience("api").claim("tid", "t").claim("oid", "ann").issueTime(now).expirationTime(new Date(now.getTime() + 60_000)).build());
        signed.sign(new RSASSASigner(key));
        String token = signed.serialize();
        Tokens none = new Tokens(List.of(), Running.CLOCK);
        Settings.Wire wire = SettingsReader.read(Running.resource("gateway/server.yaml"));
        Decider decider = new Decider(engine, Running.CLOCK, wire.staleAfter(), none, null, null, new Metrics(engine, null));
        Outcomes outcomes = new Outcomes(wire.signIn());
        Authzen authzen = new Authzen(decider, outcomes, 1_000, null);
        Decisions decisions = new Decisions(decider, 1_000);
        ForwardAuth byHeader = new ForwardAuth(decider, outcomes, wire, none);
        ForwardAuth byToken = new ForwardAuth(decider, outcomes, wire, tokens);
        String json = "Content-Type: application/json\n\n";
        String question = "{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},\"action\":{\"name\":\"open\"},\"resource\":{\"type\":\"application\",\"id\":\"Wiki\"}";
        String request = "{\"user\":\"ann\",\"applications\":[\"Wiki\"],\"clientAppType\":\"browser\",\"ipAddress\":\"198.51.100.4\",\"authentication\":"
                + "{\"methods\":[\"fido2\"],\"mfaDateTime\":\"2026-11-22T10:00:00Z\"},\"device\":{\"deviceId\":\"d\",\"isCompliant\":true}}";
        String gateway = "X-Sallyport-User: ann\nX-Forwarded-For: 198.51.100.4, 10.0.0.1\nAccept: text/html\n";
        targets = Map.of("evaluation", new Target(authzen::evaluation, "/access/v1/evaluation\n" + json + question + ",\"context\":{\"ipAddress\":\"198.51.100.4\"}}",
                "\"decision\":true"),
                "evaluations", new Target(authzen::evaluations, "/access/v1/evaluations\n" + json + "{\"evaluations\":[" + question + "},{}],\"options\":"
                + "{\"evaluations_semantic\":\"permit_on_first_permit\"}," + question.substring(1) + "}", "\"decision\":true"),
                "search", new Target(authzen::resources, "/access/v1/search/resource\n" + json + "{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},\"action\":"
                + "{\"name\":\"open\"},\"resource\":{\"type\":\"application\"},\"page\":{\"limit\":1}}", "\"id\":"),
                "decisions", new Target(decisions::decide, "/v1/decisions\n" + json + request, "\"outcome\":\"allow\""),
                "registration", new Target(decisions::decide, "/v1/decisions\n" + json + "[{\"kind\":\"registration\",\"method\":\"fido2\"," + request.substring(1)
                + "]", "\"outcome\":\"allow\""),
                "whatIf", new Target(decisions::whatIf, "/identity/conditionalAccess/evaluate\n" + json + "{\"signInIdentity\":{\"@odata.type\":"
                + "\"#microsoft.graph.userSignIn\",\"userId\":\"ann\"},\"signInContext\":{\"@odata.type\":\"#microsoft.graph.applicationContext\","
                + "\"includeApplications\":[\"3c5ab9c8-0000-4000-8000-000000000001\"]},\"signInConditions\":{\"clientAppType\":\"browser\"}}", "\"outcome\":"),
                "nginx", new Target(byHeader::answer, "/forward-auth?dialect=nginx\n" + gateway + "X-Original-URL: https://wiki.contoso.com/page?a=1\n\n", ""),
                "traefik", new Target(byHeader::answer, "/forward-auth?dialect=traefik\n" + gateway + "X-Forwarded-Proto: https\nX-Forwarded-Host: wiki.contoso.com\n"
                + "X-Forwarded-Uri: /admin/page\n\n", ""),
                "envoy", new Target(byHeader::answerEnvoy, "/forward-auth/envoy/admin\n" + gateway + "X-Forwarded-Proto: https\n\n", ""),
                "token", new Target(byToken::answer, "/forward-auth?dialect=nginx\nX-Original-URL: https://wiki.contoso.com/page\nAuthorization: Bearer " + token
                + "\n\n", ""));
    }

    @Override
    public void close() {
        tokens.close();
        engine.close();
    }

    /** A good request of a protocol. */
    byte[] seed(String name) {
        return targets.get(name).seed().getBytes(StandardCharsets.UTF_8);
    }

    /** Asks, fails if the answer is an allow or none, and returns its status. */
    int ask(String name, byte[] input) {
        String shown = name + ", these bytes in Base64: " + Base64.getEncoder().encodeToString(input);
        Answer answer;
        try {
            answer = answer(name, input);
        } catch (Throwable e) {
            throw new AssertionError(shown, e);
        }
        assertNo(name, answer, shown);
        return answer.status();
    }

    private void assertNo(String name, Answer answer, String shown) {
        assertThat(answer.status()).as(shown).isIn(200, 302, 400, 401, 403);
        String allow = targets.get(name).allow();
        if (allow.isEmpty()) {
            assertThat(answer.status()).as(shown).isNotEqualTo(200);
        } else {
            assertThat(answer.text()).as(shown).doesNotContain(allow);
        }
        for (Map.Entry<String, String> each : answer.headers()) {
            assertThat(each.getValue()).as(shown).doesNotContainPattern("[\\r\\n\\x00]");
        }
    }

    private Answer answer(String name, byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        int body = text.indexOf("\n\n");
        String[] head = (body < 0 ? text : text.substring(0, body)).split("\n", -1);
        int query = head[0].indexOf('?');
        List<String[]> headers = new ArrayList<>();
        for (String line : Arrays.asList(head).subList(1, head.length)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.add(new String[] {line.substring(0, colon), line.substring(colon + 1).strip()});
            }
        }
        byte[] bytes = body < 0 ? new byte[0] : Arrays.copyOfRange(input, Math.min(input.length, text.substring(0, body).getBytes(StandardCharsets.UTF_8).length + 2),
                input.length);
        String path = query < 0 ? head[0] : head[0].substring(0, query);
        Exchange exchange = new Exchange("POST", name.equals("envoy") && !path.startsWith(ForwardAuth.ENVOY_PATH) ? ForwardAuth.ENVOY_PATH + path : path,
                query < 0 ? "" : head[0].substring(query + 1), new Exchange.Headers() {
            @Override
            public String get(String wanted) {
                return all(wanted).stream().findFirst().orElse(null);
            }

            @Override
            public List<String> all(String wanted) {
                return headers.stream().filter(each -> each[0].equalsIgnoreCase(wanted)).map(each -> each[1]).toList();
            }
        }, bytes, new Caller("fuzz", true), "id", "https://wiki.contoso.com");
        try {
            return targets.get(name).protocol().answer(exchange);
        } catch (Refusal e) {
            return e.answer();
        }
    }

}
