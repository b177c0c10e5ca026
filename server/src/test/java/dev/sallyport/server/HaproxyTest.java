package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HAProxy with samples/gateways/haproxy.cfg and sallyport.lua. */
class HaproxyTest extends GatewayCases {

    @Override
    Gateway start(Path folder, int sallyport, int application) throws Exception {
        return start(folder, sallyport, application, script -> script);
    }

    private static Gateway start(Path folder, int sallyport, int application, UnaryOperator<String> change) throws Exception {
        Path program = Gateway.program("haproxy");
        int port = Gateway.freePort();
        String users = USERS.stream().map(each -> "  user " + each + "@contoso.com insecure-password " + PASSWORD).collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("haproxy.cfg"), Gateway.sample("haproxy.cfg", Map.of("bind :8080", "bind 127.0.0.1:" + port,
                "127.0.0.1:3000", "127.0.0.1:" + application, "  user emma.hart@contoso.com insecure-password secret", users,
                "# http-request set-header X-Sallyport-Client-Capabilities cp1", "http-request set-header X-Sallyport-Client-Capabilities cp1")));
        Files.writeString(folder.resolve("sallyport.lua"), change.apply(Gateway.sample("sallyport.lua", Map.of("127.0.0.1:8181",
                "127.0.0.1:" + sallyport))));
        return Gateway.start(folder, port, Map.of("SALLYPORT_KEY", KEY), program.toString(), "-db", "-f", "haproxy.cfg");
    }

    /** HAProxy goes on if a script fails, so the line behind the script has to refuse. */
    @ParameterizedTest
    @ValueSource(strings = {"error('broken')", "local nothing = nil; nothing.field = 1", "core.sleep(-1); txn.unknown()", "return"})
    void script_thatFails_isNoAllow(String line, @TempDir Path folder) throws Exception {
        String start = "function(txn)\n";
        try (RecordingApplication application = new RecordingApplication();
                Gateway broken = start(folder, 1, application.port(), script -> script.replace(start, start + "  do " + line + " end\n"))) {
            Gateway.Reply reply = broken.send("GET /page HTTP/1.1", "Host: wiki.contoso.com", "Connection: close", password("ann"));

            assertThat(reply.status()).isEqualTo(503);
            assertThat(application.taken()).isEmpty();
            if (!line.equals("return")) {
                assertThat(broken.log()).as("the failure").contains("sallyport.lua");
            }
        }
    }
}
