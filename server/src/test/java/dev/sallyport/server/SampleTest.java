package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.LoadOptions;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings in samples/server, with the policies and the directory that their first line names. */
class SampleTest {

    private static final Path ROOT = Path.of("..");
    private static final String KEY = "key-of-the-sample-gateway-key-of-the-sample";

    @Test
    void sample_askedByItsGateway_answersEachOutcome(@TempDir Path folder) throws Exception {
        Files.copy(ROOT.resolve("samples/server/server.yaml"), folder.resolve("server.yaml"));
        Files.writeString(folder.resolve("gateway.key"), KEY + "\n");
        Settings settings = new Settings(List.of(ROOT.resolve("rules/conditional-access")), List.of(ROOT.resolve("samples/directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, false, SettingsReader.read(folder.resolve("server.yaml")));
        try (Running running = Running.of(settings)) {
            assertThat(ask(running, "crm.contoso.com", "text/html").statusCode()).isEqualTo(302);
            assertThat(ask(running, "crm.contoso.com", "text/html").headers().firstValue("Location").orElseThrow())
                    .startsWith("https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize?client_id=").contains("&claims=%7B", "&state=https%3A%2F%2Fcrm");
            assertThat(ask(running, "crm.contoso.com", "text/html", "X-Sallyport-Mfa-Time", "2026-11-22T10:14:00Z", "X-Sallyport-Methods",
                    "password,microsoftAuthenticatorPush").statusCode()).isEqualTo(200);
            assertThat(ask(running, "elsewhere.contoso.com", "text/html").statusCode()).isEqualTo(403);
            assertThat(running.get("/forward-auth?dialect=traefik", "X-Forwarded-Host", "crm.contoso.com").statusCode()).isEqualTo(401);
        }
    }

    private static HttpResponse<String> ask(Running running, String host, String accept, String... more) throws Exception {
        String[] all = new String[16 + more.length];
        System.arraycopy(new String[] {"X-Sallyport-Key", KEY, "X-Forwarded-Host", host, "X-Forwarded-Proto", "https", "X-Forwarded-Uri", "/",
            "X-Forwarded-For", "192.0.2.200", "Accept", accept, "X-Sallyport-User", "emma.hart@contoso.com", "X-Sallyport-Client-Capabilities",
            "cp1"}, 0, all, 0, 16);
        System.arraycopy(more, 0, all, 16, more.length);
        return running.get("/forward-auth?dialect=traefik", all);
    }
}
