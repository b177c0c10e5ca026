package dev.sallyport.server;

import static dev.sallyport.server.Running.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.LoadOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS, client certificates, both versions of HTTP, and the metadata of AuthZEN, which need TLS. */
class TlsTest {

    private static final String LOCAL = "dns:localhost,ip:127.0.0.1";
    private static final String QUESTION = "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"action\":{\"name\":\"read\"},"
            + "\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}";

    @TempDir
    private static Path folder;
    private static Certificates certificates;

    @BeforeAll
    static void make() throws Exception {
        certificates = new Certificates(folder);
        certificates.make("server", "EC", LOCAL);
        certificates.make("rsa", "RSA", LOCAL);
        certificates.make("next", "EC", LOCAL);
        certificates.make("envoy", "EC", "dns:envoy.contoso.com,uri:spiffe://contoso/envoy");
        certificates.make("stranger", "EC", "dns:envoy.contoso.com");
    }

    private static Settings settings(String name, String config) throws Exception {
        Path file = folder.resolve("server.yaml");
        Files.writeString(file, "kind: decisionPoint\n" + config);
        return new Settings(List.of(Running.resource("authzen/policies.yaml")), List.of(Running.resource("authzen/directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, folder.resolve(name + ".crt"), folder.resolve(name + ".key"), config.isEmpty(),
                SettingsReader.read(file));
    }

    private static HttpClient client(String trusted, String shown) throws Exception {
        return HttpClient.newBuilder().sslContext(certificates.client(trusted, shown)).build();
    }

    /** The sections C-6 and C-5 of the certification scenario. */
    @Test
    void metadata_overTls_namesEveryEndpointUnderItsBase() throws Exception {
        try (Running running = Running.of(settings("server", ""), client("server", null))) {
            HttpResponse<String> response = running.get("/.well-known/authzen-configuration");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(at(response, "policy_decision_point")).isEqualTo("\"" + running.origin() + "\"").startsWith("\"https://");
            for (String name : List.of("access_evaluation", "access_evaluations", "search_subject", "search_resource", "search_action")) {
                String url = at(response, name + "_endpoint").replace("\"", "");
                assertThat(url).startsWith(running.origin() + "/");
                assertThat(running.post(url.substring(running.origin().length()), QUESTION).statusCode()).as(url).isEqualTo(200);
            }
        }
    }

    @Test
    void metadata_withAPublicUri_namesThat() throws Exception {
        try (Running running = Running.of(settings("server", "publicUri: https://decisions.contoso.com/\nclientAuthorities: envoy.crt\n"
                + "callers: [{ name: envoy, certificate: envoy.contoso.com }]\n"), client("server", null))) {
            HttpResponse<String> response = running.get("/.well-known/authzen-configuration");

            assertThat(at(response, "policy_decision_point")).isEqualTo("\"https://decisions.contoso.com\"");
            assertThat(at(response, "access_evaluation_endpoint")).isEqualTo("\"https://decisions.contoso.com/access/v1/evaluation\"");
        }
    }

    @ParameterizedTest
    @EnumSource
    void tls_eachVersionOfHttp_isSpoken(HttpClient.Version version) throws Exception {
        for (String name : List.of("server", "rsa")) {
            HttpClient client = HttpClient.newBuilder().sslContext(certificates.client(name, null)).version(version).build();
            try (Running running = Running.of(settings(name, ""), client)) {
                HttpResponse<String> response = running.post("/access/v1/evaluation", QUESTION);

                assertThat(response.version()).isEqualTo(version);
                assertThat(response.body()).isEqualTo("{\"decision\":true}");
            }
        }
    }

    /** The client asks for an upgrade, and gets it. */
    @Test
    void plain_http2_isSpokenOnTheSamePort() throws Exception {
        try (Running running = Running.of(Running.local(Running.resource("authzen/policies.yaml"), Running.resource("authzen/directory.yaml"),
                Settings.Wire.DEFAULT))) {
            HttpResponse<String> response = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build().send(HttpRequest.newBuilder(
                    URI.create(running.origin() + "/health/live")).build(), BodyHandlers.ofString());

            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void tls_plainRequest_isNotAnswered() throws Exception {
        try (Running running = Running.of(settings("server", ""), client("server", null))) {
            assertThat(RawHttp.status(running, "GET /health/live HTTP/1.1", "Host: localhost")).isNotEqualTo(200);
        }
    }

    // ---- client certificates

    private static final String ENVOY = "clientAuthorities: envoy.crt\ncallers: [{ name: envoy, certificate: NAME }]\n";

    @ParameterizedTest
    @CsvSource({"envoy.contoso.com, 200", "spiffe://contoso/envoy, 200", "contoso.com, 401", "'*.contoso.com', 401", "ENVOY.contoso.com.evil, 401"})
    void certificate_ofACaller_countsByItsWholeName(String name, int status) throws Exception {
        try (Running running = Running.of(settings("server", ENVOY.replace("NAME", "\"" + name + "\"")), client("server", "envoy"))) {
            assertThat(running.post("/access/v1/evaluation", QUESTION).statusCode()).isEqualTo(status);
        }
    }

    @Test
    void certificate_missingOrOfAStranger_isNoCaller() throws Exception {
        try (Running running = Running.of(settings("server", ENVOY.replace("NAME", "envoy.contoso.com")), client("server", null))) {
            assertThat(running.post("/access/v1/evaluation", QUESTION).statusCode()).isEqualTo(401);
            HttpClient stranger = client("server", "stranger");
            HttpRequest request = HttpRequest.newBuilder(URI.create(running.origin() + "/access/v1/evaluation")).header("Content-Type",
                    "application/json").POST(HttpRequest.BodyPublishers.ofString(QUESTION)).build();
            int status;
            try {
                status = stranger.send(request, BodyHandlers.ofString()).statusCode();
            } catch (java.io.IOException e) {
                status = 0;                 // the handshake is refused, or the client shows nothing that is not asked for
            }
            assertThat(status).isIn(0, 401);
        }
    }

    // ---- files

    @Test
    void certificate_thatChanges_isShownWithoutARestart() throws Exception {
        for (String each : List.of("crt", "key")) {
            Files.copy(folder.resolve("server." + each), folder.resolve("mine." + each));
        }
        try (Running running = Running.of(settings("mine", ""), client("server", null))) {
            for (String each : List.of("crt", "key")) {
                Files.writeString(folder.resolve("mine." + each), Files.readString(folder.resolve("next." + each)));
            }
            Eventually.is(certificates.certificate("next"), () -> {
                try (SSLSocket socket = (SSLSocket) certificates.client("next", null).getSocketFactory().createSocket("127.0.0.1",
                        running.point.port())) {
                    socket.startHandshake();
                    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
                } catch (javax.net.ssl.SSLException e) {
                    return certificates.certificate("server");
                }
            });
        }
    }

    @Test
    void settings_thatDoNotFit_keepItFromStarting() throws Exception {
        Settings good = settings("server", "");
        Files.writeString(folder.resolve("broken.crt"), "no certificate");
        Files.writeString(folder.resolve("broken.key"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");

        for (Path[] pair : new Path[][] {{good.certificate(), null}, {null, good.key()}, {folder.resolve("absent"), good.key()},
                {folder.resolve("broken.crt"), good.key()}, {good.certificate(), folder.resolve("broken.key")}}) {
            Settings bad = new Settings(good.policies(), good.directory(), good.loading(), good.host(), 0, pair[0], pair[1], true, good.wire());
            assertThatThrownBy(() -> Running.of(bad)).isInstanceOf(SettingsException.class);
        }
        assertThatThrownBy(() -> Running.of(new Settings(good.policies(), good.directory(), good.loading(), good.host(), 0, null, null, false,
                settings("server", ENVOY).wire()))).isInstanceOf(SettingsException.class).hasMessage("client certificates need TLS");
    }
}
