package dev.sallyport.server;

import com.password4j.BcryptFunction;
import com.password4j.Password;
import com.password4j.types.Bcrypt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Caddy with samples/gateways/Caddyfile. */
class CaddyTest extends GatewayCases {

    @Override
    Gateway start(Path folder, int sallyport, int application) throws Exception {
        Path program = Gateway.program("caddy");
        int port = Gateway.freePort();
        Files.writeString(folder.resolve("Caddyfile"), "{\n\tadmin off\n}\n" + Gateway.sample("Caddyfile", Map.of("http://:8080 {", "http://:" + port
                + " {\n\tbind 127.0.0.1", "127.0.0.1:8181", "127.0.0.1:" + sallyport, "127.0.0.1:3000", "127.0.0.1:" + application,
                "# request_header X-Sallyport-Client-Capabilities cp1", "request_header X-Sallyport-Client-Capabilities cp1")));
        // the cheapest hash: what `caddy hash-password` makes takes a second per request
        String hash = Password.hash(PASSWORD).with(BcryptFunction.getInstance(Bcrypt.A, 4)).getResult();
        StringBuilder users = new StringBuilder();
        USERS.forEach(each -> users.append(each).append("@contoso.com ").append(hash).append('\n'));
        Files.writeString(folder.resolve("users.caddy"), users);
        return Gateway.start(folder, port, Map.of("SALLYPORT_KEY", KEY, "XDG_DATA_HOME", folder.toString(), "XDG_CONFIG_HOME", folder.toString()),
                program.toString(), "run", "--config", "Caddyfile");
    }
}
