package dev.sallyport.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;

/** nginx with samples/gateways/nginx.conf. */
class NginxTest extends GatewayCases {

    @Override
    Gateway start(Path folder, int sallyport, int application) throws Exception {
        return start(folder, sallyport, application, sample -> sample);
    }

    static Gateway start(Path folder, int sallyport, int application, UnaryOperator<String> change) throws Exception {
        Path program = Gateway.program("nginx");
        int port = Gateway.freePort();
        Files.writeString(folder.resolve("app.conf"), change.apply(Gateway.sample("nginx.conf", Map.of("listen 8080", "listen 127.0.0.1:" + port,
                "127.0.0.1:8181", "127.0.0.1:" + sallyport, "127.0.0.1:3000", "127.0.0.1:" + application,
                "# proxy_set_header X-Sallyport-Client-Capabilities", "proxy_set_header X-Sallyport-Client-Capabilities"))));
        Files.writeString(folder.resolve("sallyport-key.conf"), "proxy_set_header X-Sallyport-Key \"" + KEY + "\";\n");
        Files.writeString(folder.resolve("users.htpasswd"), htpasswd());
        Files.writeString(folder.resolve("nginx.conf"), "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents { }\n"
                + "http {\n  access_log off;\n  client_body_temp_path body;\n  proxy_temp_path proxy;\n  fastcgi_temp_path fastcgi;\n"
                + "  uwsgi_temp_path uwsgi;\n  scgi_temp_path scgi;\n  include app.conf;\n}\n");
        return Gateway.start(folder, port, Map.of(), program.toString(), "-p", folder.toString(), "-e", "stderr", "-c", "nginx.conf");
    }

    /** The file with the users and their passwords. */
    static String htpasswd() throws Exception {
        StringBuilder text = new StringBuilder();
        for (String each : USERS) {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(PASSWORD.getBytes(StandardCharsets.UTF_8));
            text.append(each).append("@contoso.com:{SHA}").append(Base64.getEncoder().encodeToString(digest)).append('\n');
        }
        return text.toString();
    }
}
