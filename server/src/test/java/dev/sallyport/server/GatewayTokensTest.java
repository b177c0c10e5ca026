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
import dev.sallyport.server.Gateway.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gateways that let the token of a client through, as the page says, instead of verifying a password. */
class GatewayTokensTest {

    private static final String ISSUER = "https://login.example/0f2c/v2.0";
    private static final Instant NOW = Running.CLOCK.instant();

    private static String token(RSAKey key, String user, int seconds) throws Exception {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build(), new JWTClaimsSet.Builder().issuer(ISSUER)
                .audience("api://wiki").claim("tid", "0f2c").claim("oid", user).claim("ver", "2.0").claim("xms_cc", List.of("cp1"))
                .issueTime(Date.from(NOW.minusSeconds(3_600))).notBeforeTime(Date.from(NOW.minusSeconds(3_600)))
                .expirationTime(Date.from(NOW.plusSeconds(seconds))).build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static Gateway start(String gateway, Path folder, int sallyport, int application) throws Exception {
        return gateway.equals("nginx") ? NginxTest.start(folder, sallyport, application, sample -> sample
                .replaceAll(" +auth_basic.*\n", "").replace("internal;", "internal;\n    proxy_set_header Authorization $http_authorization;"))
                : EnvoyTest.start(folder, sallyport, application, sample -> sample
                .replaceFirst("(?s)\n +- name: envoy.filters.http.basic_auth.*?(\n +- name: envoy.filters.http.ext_authz)", "$1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "envoy"})
    void token_ofAClient_isVerifiedByTheDecisionPoint(String name, @TempDir Path folder) throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("rsa").generate();
        RSAKey stranger = new RSAKeyGenerator(2048).keyID("rsa").generate();
        Files.writeString(folder.resolve("keys.json"), new JWKSet(key).toString(true));
        Files.copy(Running.resource("gateway/gateway.key"), folder.resolve("gateway.key"));
        Files.copy(Running.resource("gateway/portal.key"), folder.resolve("portal.key"));
        Files.writeString(folder.resolve("server.yaml"), Files.readString(Running.resource("gateway/server.yaml")).replaceFirst(
                "(?s)headers:.*signIn:", "signIn:") + "issuers: [{ issuer: \"" + ISSUER
                + "\", tenant: 0f2c, audiences: [\"api://wiki\"], keysFile: keys.json }]\n");
        try (Running running = Running.of(new Settings(List.of(Running.resource("gateway/policies.yaml")),
                List.of(Running.resource("gateway/directory.yaml")), LoadOptions.lenient(), "127.0.0.1", 0, null, null, false,
                SettingsReader.read(folder.resolve("server.yaml"))));
                RecordingApplication application = new RecordingApplication();
                Gateway gateway = start(name, folder, running.point.port(), application.port())) {
            Eventually.is(200, () -> ask(gateway, token(key, "ann", 600)).status());
            assertThat(application.taken()).isNotEmpty().allSatisfy(head -> assertThat(RecordingApplication.values(head, "Authorization")).isEmpty());

            Reply challenge = ask(gateway, token(key, "ben", 600));
            assertThat(challenge.status()).isEqualTo(401);
            assertThat(challenge.values("WWW-Authenticate").toString()).contains("error=\"insufficient_claims\"");
            assertThat(ask(gateway, token(key, "gus", 600)).status()).as("blocked").isEqualTo(403);
            assertThat(ask(gateway, token(key, "ann", -600)).status()).as("expired").isEqualTo(401);
            assertThat(ask(gateway, token(stranger, "ann", 600)).status()).as("signed with another key").isEqualTo(401);
            assertThat(ask(gateway, "").status()).as("no token").isEqualTo(401);
            assertThat(ask(gateway, token(key, "gus", 600), "X-Sallyport-User: ann@contoso.com").status()).as("another user in a header").isEqualTo(403);
            assertThat(application.taken()).as("what the application got").isEmpty();
        }
    }

    private static Reply ask(Gateway gateway, String token, String... more) throws Exception {
        String[] lines = new String[4 + more.length];
        System.arraycopy(new String[] {"GET /page HTTP/1.1", "Host: wiki.contoso.com", "Connection: close", "Authorization: Bearer " + token}, 0, lines,
                0, 4);
        System.arraycopy(more, 0, lines, 4, more.length);
        return gateway.send(lines);
    }
}
