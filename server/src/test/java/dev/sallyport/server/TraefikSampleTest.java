package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.LoadOptions;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** samples/gateways/traefik.yaml: Traefik itself is not run, but what its documentation says about these fields is. */
class TraefikSampleTest {

    private static Node at(String path) throws Exception {
        Diagnostics out = new Diagnostics();
        Node found = Sources.read(List.of(Gateway.SAMPLES.resolve("traefik.yaml")), out).get(0).root();
        assertThat(out.toList()).isEmpty();
        for (String name : path.split("\\.")) {
            assertThat(found).as(path).isInstanceOf(Node.Mapping.class);
            found = ((Node.Mapping) found).get(name);
        }
        assertThat(found).as(path).isNotNull();
        return found;
    }

    private static String text(String path) throws Exception {
        return ((Node.Scalar) at(path)).text();
    }

    private static List<String> texts(String path) throws Exception {
        return ((Node.Sequence) at(path)).items().stream().map(each -> ((Node.Scalar) each).text()).toList();
    }

    @Test
    void middlewares_removeEachHeaderThatIsBelieved_beforeTheUserSignsIn() throws Exception {
        assertThat(texts("http.routers.application.middlewares")).containsExactly("without-claims", "password", "sallyport");
        Node.Mapping removed = (Node.Mapping) at("http.middlewares.without-claims.headers.customRequestHeaders");
        assertThat(removed.entries()).allSatisfy(each -> assertThat(((Node.Scalar) each.value()).text()).isEmpty());
        for (String each : SettingsReader.read(Path.of("../samples/server/server.yaml")).headers().values()) {
            assertThat(removed.get(each)).as(each).isNotNull();
        }
        assertThat(text("http.middlewares.password.basicAuth.headerField")).isEqualTo(SettingsReader.read(Path.of("../samples/server/server.yaml"))
                .headers().get("user"));
        assertThat(text("http.middlewares.sallyport.forwardAuth.trustForwardHeader")).isEqualTo("false");
    }

    /** The question that Traefik asks at the address of the sample, with its certificate. */
    @Test
    void question_ofTraefik_isAnsweredWithTheHeadersThatItCopies(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder);
        certificates.make("server", "EC", "dns:localhost");
        certificates.make("traefik", "EC", "dns:traefik.contoso.com");
        Files.writeString(folder.resolve("server.yaml"), Files.readString(Running.resource("gateway/server.yaml")).replaceFirst("(?s)callers:.*?\nproxies",
                "clientAuthorities: traefik.crt\ncallers: [{ name: traefik, certificate: traefik.contoso.com }]\nproxies"));
        Settings settings = new Settings(List.of(Running.resource("gateway/policies.yaml")), List.of(Running.resource("gateway/directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, folder.resolve("server.crt"), folder.resolve("server.key"), false,
                SettingsReader.read(folder.resolve("server.yaml")));
        URI address = URI.create(text("http.middlewares.sallyport.forwardAuth.address"));
        String[] question = {"X-Forwarded-Method", "GET", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "wiki.contoso.com", "X-Forwarded-Uri",
            "/page", "X-Forwarded-For", "203.0.113.9", "X-Sallyport-User", "ann@contoso.com"};
        String target = address.getRawPath() + "?" + address.getRawQuery();

        assertThat(address.getScheme()).isEqualTo("https");
        try (Running running = Running.of(settings, HttpClient.newBuilder().sslContext(certificates.client("server", "traefik")).build())) {
            HttpResponse<String> response = running.get(target, question);
            assertThat(response.statusCode()).isEqualTo(200);
            List<String> own = response.headers().map().keySet().stream().filter(each -> each.toLowerCase(Locale.ROOT).startsWith("x-sallyport"))
                    .toList();
            TreeSet<String> copied = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            copied.addAll(texts("http.middlewares.sallyport.forwardAuth.authResponseHeaders"));
            assertThat(copied).hasSameSizeAs(own);
            assertThat(copied.containsAll(own)).isTrue();
        }
        try (Running running = Running.of(settings, HttpClient.newBuilder().sslContext(certificates.client("server", null)).build())) {
            assertThat(running.get(target, question).statusCode()).as("without the certificate").isEqualTo(401);
        }
    }
}
