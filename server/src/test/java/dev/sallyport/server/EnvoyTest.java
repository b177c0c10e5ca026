package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Envoy with samples/gateways/envoy.yaml, which asks over gRPC. */
class EnvoyTest extends GatewayCases {

    @Override
    Gateway start(Path folder, int sallyport, int application) throws Exception {
        return start(folder, sallyport, application, sample -> sample);
    }

    static Gateway start(Path folder, int sallyport, int application, UnaryOperator<String> change) throws Exception {
        Path program = Gateway.program("envoy");
        int port = Gateway.freePort();
        Files.writeString(folder.resolve("envoy.yaml"), change.apply(Gateway.sample("envoy.yaml", Map.of("address: 0.0.0.0, port_value: 8080",
                "address: 127.0.0.1, port_value: " + port, "port_value: 8181", "port_value: " + sallyport, "port_value: 3000",
                "port_value: " + application, "# - append: { header", "- append: { header"))));
        Files.writeString(folder.resolve("users.htpasswd"), NginxTest.htpasswd());
        return Gateway.start(folder, port, Map.of("SALLYPORT_KEY", KEY), program.toString(), "-c", "envoy.yaml", "--use-dynamic-base-id",
                "--concurrency", "1", "--log-level", "warn");
    }

    @Test
    void metadata_ofTheDecision_isInTheLogOfEnvoy() throws Exception {
        for (String user : new String[] {"ann", "ben", "gus"}) {
            get(user, "/log-" + user);
        }

        // Envoy writes its log once per second at most
        Eventually.is(true, () -> gateway().log().contains("/log-gus"));
        assertThat(gateway().log()).contains("GET /log-ann 200 allow\n", "GET /log-ben 401 challenge\n", "GET /log-gus 403 block\n");
    }
}
