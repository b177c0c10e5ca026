package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** Envoy with samples/gateways/envoy.yaml, which asks over plain HTTP as a comment of the sample says. */
class EnvoyHttpTest extends GatewayCases {

    @Override
    Gateway start(Path folder, int sallyport, int application) throws Exception {
        return EnvoyTest.start(folder, sallyport, application, EnvoyHttpTest::overHttp);
    }

    private static String overHttp(String sample) {
        String changed = sample
                .replaceFirst("(?s)\n +grpc_service:.*?(\n +# Over plain HTTP)", "$1")
                .replaceFirst("(?s)\n +typed_extension_protocol_options:.*?(\n +load_assignment)", "$1")
                .replaceAll("# (allowed_headers:|http_service:|  server_uri:|  path_prefix:|  authorization_re)", "$1");
        assertThat(changed).contains("\n                      http_service:\n").doesNotContain("envoy_grpc").doesNotContain("http2_protocol_options");
        return changed;
    }
}
