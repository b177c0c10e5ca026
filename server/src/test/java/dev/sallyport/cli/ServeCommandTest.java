package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options with which {@code sallyport serve} does not start. */
class ServeCommandTest {

    private static final String FIXTURE = "src/test/resources/gateway/";

    @TempDir
    private Path folder;

    private static String refused(String... options) {
        List<String> arguments = new ArrayList<>(List.of("serve", "-p", FIXTURE + "policies.yaml", "-d", FIXTURE + "directory.yaml"));
        arguments.addAll(Arrays.asList(options));
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);
        assertThat(Sallyport.run(new Terminal(writer, writer, 200, false, false), false, arguments.toArray(String[]::new))).isEqualTo(2);
        writer.flush();
        assertThat(said.toString()).doesNotContain("listening", "unexpected", "Exception");
        return said.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | error: no caller may ask | --insecure-local",
        "--insecure-local --host 0.0.0.0 | `--insecure-local` needs a loopback address | --caller-key",
        "--insecure-local --host [x] | unknown host `[x]` | use an address of this machine",
        "--insecure-local --tls-cert pom.xml | TLS needs a certificate and a key | use `--tls-cert` and `--tls-key` together",
        "--insecure-local --tls-cert pom.xml --tls-key pom.xml | cannot use the certificate `pom.xml` | in PEM",
        "--caller-key absent | cannot read the key file `absent` | write one key per line",
        "--caller-key src/test/resources/gateway/policies.yaml | shorter than 32 characters | openssl rand -hex 32",
        "--insecure-local --config absent.yaml | absent.yaml | SP1",
        "--insecure-local --port 70000 | port out of range | choose another port"})
    void option_thatDoesNotFit_keepsItFromStarting(String options, String message, String help) {
        assertThat(refused(options.isEmpty() ? new String[0] : options.split(" "))).contains(message, help);
    }

    @Test
    void port_inUse_keepsItFromStarting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refused("--insecure-local", "--port", String.valueOf(taken.getLocalPort())))
                    .contains("cannot listen at 127.0.0.1:" + taken.getLocalPort(), "choose another port with `--port`");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kind: decisionPoints | 1:7: error SP1101: unknown kind `decisionPoints`",
        "kind: decisionPoint\\ncaller: [] | 2:1: error SP1102: unknown key `caller` | did you mean `callers`?",
        "kind: decisionPoint\\nproxies: [10.0.0.0/33] | 2:11: error SP1115: invalid address range `10.0.0.0/33`",
        "kind: decisionPoint\\ncallers: [{ name: a }] | error SP1105: the caller has no `keyFile` and no `certificate`",
        "kind: decisionPoint\\napplications: [{ host: a, application: Wikis }] | 2:40: error SP1202: unknown application `Wikis`",
        "kind: decisionPoint\\napplications: [{ host: 'https://a', application: Wiki }] | error SP1104: `host` is not the name of a host",
        "kind: decisionPoint\\napplications: [{ host: a, path: /../b, application: Wiki }] | error SP1104: `path` is not a plain path",
        "kind: decisionPoint\\nheaders: { usr: X-User } | 2:17: error SP1102: `usr` is not a fact that a header can hold",
        "kind: decisionPoint\\nheaders: { ipAddress: X-Ip } | error SP1102: `ipAddress` is not a fact that a header can hold",
        "kind: decisionPoint\\nheaders: { user: 'X User' } | error SP1104: `X User` is not the name of a header",
        "kind: decisionPoint\\nsignIn: { authenticationContexts: { mfaa: c1 } } | error SP1102: unknown control `mfaa`",
        "kind: decisionPoint\\nsignIn: { authenticationContexts: { mfa: c100 } } | error SP1116: invalid id `c100`",
        "kind: decisionPoint\\nsignIn: { authorizationUri: '//login' } | error SP1104: `authorizationUri` is not a URI",
        "kind: decisionPoint\\nstaleAfterSeconds: -1 | 2:20: error",
        "kind: decisionPoint\\n---\\nkind: decisionPoint | error SP1101: the file must contain one document",
        "kind: decisionPoint\\nkind: decisionPoint | error"})
    void config_thatIsWrong_isNamedWithItsPlace(String config, String message) throws Exception {
        Path file = folder.resolve("server.yaml");
        Files.writeString(file, config.replace("\\n", "\n") + "\n");

        assertThat(refused("--insecure-local", "--config", file.toString())).contains("server.yaml:").contains(message);
    }
}
