package dev.sallyport.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** HAProxy with samples/gateways/haproxy.cfg and sallyport.lua. */
class HaproxyTest extends GatewayCases {

    @Override
    Gateway start(Path folder, int sallyport, int application) throws Exception {
        Path program = Gateway.program("haproxy");
        int port = Gateway.freePort();
        String users = USERS.stream().map(each -> "  user " + each + "@contoso.com insecure-password " + PASSWORD).collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("haproxy.cfg"), Gateway.sample("haproxy.cfg", Map.of("bind :8080", "bind 127.0.0.1:" + port,
                "127.0.0.1:3000", "127.0.0.1:" + application, "  user emma.hart@contoso.com insecure-password secret", users,
                "# http-request set-header X-Sallyport-Client-Capabilities cp1", "http-request set-header X-Sallyport-Client-Capabilities cp1")));
        Files.writeString(folder.resolve("sallyport.lua"), Gateway.sample("sallyport.lua", Map.of("127.0.0.1:8181", "127.0.0.1:" + sallyport)));
        return Gateway.start(folder, port, Map.of("SALLYPORT_KEY", KEY), program.toString(), "-db", "-f", "haproxy.cfg");
    }
}
