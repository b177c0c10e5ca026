package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.LoadOptions;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask. */
class CallersTest {

    private static final String TODAY = "gateway-key-of-today-gateway-key-of-today";
    private static final String YESTERDAY = "gateway-key-of-yesterday-gateway-key-of";
    private static final String PORTAL = "portal-key-portal-key-portal-key-portal-key";
    private static final String REQUEST = "{\"user\":\"gus@contoso.com\",\"application\":\"Wiki\",\"clientAppType\":\"browser\"}";

    @TempDir
    private Path folder;

    private static Settings settings(Path config) throws Exception {
        return new Settings(List.of(Running.resource("gateway/policies.yaml")), List.of(Running.resource("gateway/directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, false, SettingsReader.read(config));
    }

    private Running withKeys(String... lines) throws Exception {
        Files.write(folder.resolve("keys"), List.of(lines));
        Files.writeString(folder.resolve("server.yaml"), "kind: decisionPoint\ncallers: [{ name: gateway, keyFile: keys }]\n");
        return Running.of(settings(folder.resolve("server.yaml")));
    }

    private static int status(Running running, String... headers) throws Exception {
        return running.post("/v1/decisions", REQUEST, headers).statusCode();
    }

    @Test
    void caller_withAnyOfItsKeys_isAdmitted() throws Exception {
        try (Running running = Running.of(settings(Running.resource("gateway/server.yaml")))) {
            assertThat(status(running, "Authorization", "Bearer " + TODAY)).isEqualTo(200);
            assertThat(status(running, "Authorization", "bearer " + YESTERDAY)).isEqualTo(200);
            assertThat(status(running, "X-Sallyport-Key", TODAY)).isEqualTo(200);
            assertThat(status(running, "Authorization", "Bearer " + PORTAL)).isEqualTo(200);
        }
    }

    @Test
    void caller_withoutAKey_isUnauthorizedOnEveryPath() throws Exception {
        try (Running running = Running.of(settings(Running.resource("gateway/server.yaml")))) {
            for (String path : List.of("/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/subject", "/access/v1/search/resource",
                    "/access/v1/search/action", "/v1/decisions", "/v1/decisions:explain", "/identity/conditionalAccess/evaluate",
                    "/forward-auth?dialect=nginx", "/forward-auth/envoy/page")) {
                for (String key : List.of("", "Bearer ", "Bearer " + TODAY + "x", "Bearer # of the gateway", "Basic " + TODAY, TODAY,
                        "Bearer " + TODAY.toUpperCase())) {
                    HttpResponse<String> response = running.post(path, REQUEST, "Authorization", key);

                    assertThat(response.statusCode()).as(path + " with " + key).isEqualTo(401);
                    assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"sallyport\"");
                }
            }
        }
    }

    @Test
    void authorization_ofAClient_isNoKeyOfItsGateway() throws Exception {
        try (Running running = Running.of(settings(Running.resource("gateway/server.yaml")))) {
            assertThat(running.get("/forward-auth?dialect=nginx", "Authorization", "Bearer " + TODAY).statusCode()).isEqualTo(401);
            assertThat(running.get("/forward-auth?dialect=nginx", "X-Sallyport-Key", TODAY, "X-Original-URL", "https://wiki.contoso.com/",
                    "X-Sallyport-User", "ann@contoso.com", "Authorization", "Bearer of-the-client").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void paths_ofHealthAndMetadata_needNoKey() throws Exception {
        try (Running running = Running.of(settings(Running.resource("gateway/server.yaml")))) {
            for (String path : List.of("/health/live", "/health/ready", "/.well-known/authzen-configuration")) {
                assertThat(running.get(path).statusCode()).as(path).isEqualTo(200);
            }
            assertThat(running.get("/").statusCode()).isEqualTo(404);
            assertThat(running.get("/v1/decisions", "X-Sallyport-Key", TODAY).statusCode()).isEqualTo(405);
        }
    }

    @Test
    void keyFile_thatChanges_isInForceWithoutARestart() throws Exception {
        try (Running running = withKeys(YESTERDAY)) {
            assertThat(status(running, "X-Sallyport-Key", TODAY)).isEqualTo(401);

            Files.write(folder.resolve("keys"), List.of(YESTERDAY, TODAY));
            Eventually.is(200, () -> status(running, "X-Sallyport-Key", TODAY));
            assertThat(status(running, "X-Sallyport-Key", YESTERDAY)).isEqualTo(200);

            Files.write(folder.resolve("keys"), List.of(TODAY));
            Eventually.is(401, () -> status(running, "X-Sallyport-Key", YESTERDAY));
            assertThat(status(running, "X-Sallyport-Key", TODAY)).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "# only a comment"})
    void keyFile_thatBecomesUnusable_leavesTheKeysInForce(String content) throws Exception {
        try (Running running = withKeys(TODAY)) {
            Files.writeString(folder.resolve("keys"), content);
            Thread.sleep(Duration.ofMillis(2_600).toMillis());

            assertThat(status(running, "X-Sallyport-Key", TODAY)).isEqualTo(200);
            assertThat(status(running, "X-Sallyport-Key", content)).isEqualTo(401);
            assertThat(status(running)).isEqualTo(401);
        }
    }

    @Test
    void keyFile_missingOrWithoutAUsableKey_keepsItFromStarting() {
        assertThatThrownBy(() -> withKeys()).isInstanceOf(SettingsException.class).hasMessageContaining("contains no key");
        assertThatThrownBy(() -> withKeys("# none")).hasMessageContaining("contains no key");
        assertThatThrownBy(() -> withKeys(TODAY, "short")).hasMessageContaining("shorter than 32 characters");
        assertThatThrownBy(() -> Callers.of(List.of(new Settings.CallerSettings("a", folder.resolve("absent"), null, false)), false))
                .isInstanceOf(SettingsException.class).hasMessageContaining("cannot read the key file");
    }

    // ---- only this machine

    private static Settings local(String host, boolean isInsecureLocal) {
        return new Settings(List.of(Running.resource("gateway/policies.yaml")), List.of(Running.resource("gateway/directory.yaml")),
                LoadOptions.lenient(), host, 0, null, null, isInsecureLocal, Settings.Wire.DEFAULT);
    }

    @Test
    void start_withoutACaller_isRefused() {
        assertThatThrownBy(() -> Running.of(local("127.0.0.1", false))).isInstanceOf(SettingsException.class)
                .hasMessage("no caller may ask");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void insecureLocal_atAnotherAddress_isRefused(String host) {
        assertThatThrownBy(() -> Running.of(local(host, true))).isInstanceOf(SettingsException.class)
                .hasMessageContaining("needs a loopback address");
    }

    /** A page in a browser of this machine gives 127.0.0.1 a name of its own, and asks then. */
    @ParameterizedTest
    @CsvSource({"localhost, 200", "127.0.0.1, 200", "LOCALHOST:80, 200", "rebound.example, 401", "127.0.0.1.example, 401", "localhost.example, 401"})
    void insecureLocal_underAnotherName_isRefused(String host, int status) throws Exception {
        try (Running running = Running.of(local("127.0.0.1", true))) {
            assertThat(RawHttp.status(running, "GET /health/live HTTP/1.1", "Host: " + host)).isEqualTo(status);
        }
    }

    // ---- who sees what

    @Test
    void untrustedCaller_seesNoPolicyAndNoReasonOfABlock() throws Exception {
        try (Running running = Running.of(settings(Running.resource("gateway/server.yaml")))) {
            String mapped = "{\"subject\":{\"type\":\"user\",\"id\":\"gus@contoso.com\"},\"action\":{\"name\":\"read\"},"
                    + "\"resource\":{\"type\":\"app\",\"id\":\"Wiki\"}}";
            HttpResponse<String> plain = running.post("/v1/decisions", REQUEST, "X-Sallyport-Key", TODAY);
            HttpResponse<String> trusted = running.post("/v1/decisions", REQUEST, "X-Sallyport-Key", PORTAL);

            assertThat(Running.at(plain, "reason.policies")).isEqualTo("[]");
            assertThat(Running.at(trusted, "reason.policies")).isEqualTo("[\"block\"]");
            assertThat(running.post("/access/v1/evaluation", mapped, "X-Sallyport-Key", TODAY).body()).isEqualTo(
                    "{\"decision\":false,\"context\":{\"outcome\":\"block\"}}");
            assertThat(running.post("/access/v1/evaluation", mapped, "X-Sallyport-Key", PORTAL).body()).contains("blockedByConditionalAccess")
                    .contains("\"policies\":[\"block\"]");
            assertThat(running.post("/v1/decisions:explain", REQUEST, "X-Sallyport-Key", TODAY).statusCode()).isEqualTo(403);
            assertThat(running.post("/identity/conditionalAccess/evaluate", "{}", "X-Sallyport-Key", TODAY).statusCode()).isEqualTo(403);
        }
    }
}
