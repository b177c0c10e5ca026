package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** {@code sallyport serve} as a process of its own, as the documents start it. */
class ServeTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/server.md");
    private static final Pattern CONSOLE = Pattern.compile("(?ms)^```console\n(.*?)^```$");
    private static final String SERVE = "./sallyport serve ";
    private static final String ORIGIN = "http://127.0.0.1:8181";

    private static Process server;
    private static String origin;

    /** The command that the page shows, with a free port. */
    @BeforeAll
    static void start() throws Exception {
        Matcher block = CONSOLE.matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        String[] lines = block.group(1).split("\n");
        assertThat(lines[0]).startsWith("$ " + SERVE);
        assertThat(ROOT.resolve("README.md")).content().contains("\n" + lines[0].substring(2) + "\n");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dsallyport.home=" + ROOT, "-cp", classPath(), "dev.sallyport.cli.Sallyport", "serve"));
        command.addAll(Arrays.asList(lines[0].substring(2 + SERVE.length()).split(" ")));
        command.addAll(List.of("--port", "0"));
        server = new ProcessBuilder(command).directory(ROOT.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(said).as("what the start says").startsWith("listening at http://127.0.0.1:");
        origin = said.substring("listening at ".length());
        assertThat(said.replace(origin, ORIGIN)).isEqualTo(lines[1]);
    }

    /** The class path of the test, in which relative folders are absolute. */
    private static String classPath() {
        List<String> absolute = new ArrayList<>();
        for (String each : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            absolute.add(Path.of(each).toAbsolutePath().normalize().toString());
        }
        return String.join(java.io.File.pathSeparator, absolute);
    }

    @AfterAll
    static void stop() {
        server.destroyForcibly();
    }

    /** The answers of the page are those that curl gets. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void page_fromZeroToAnAnswer_showsWhatHappens() throws Exception {
        assumeTrue(exists("curl"), "curl is missing");
        Matcher block = CONSOLE.matcher(Files.readString(PAGE));
        int asked = 0;
        while (block.find()) {
            if (!block.group(1).startsWith("$ curl ")) {
                continue;
            }
            int end = block.group(1).lastIndexOf("'\n") + 2;
            String command = block.group(1).substring(2, end).replace(ORIGIN, origin);
            String shown = block.group(1).substring(end).strip();
            String answer = run(command).strip();
            if (shown.endsWith(", …")) {
                assertThat(answer).as(command).startsWith(shown.substring(0, shown.length() - 3));
            } else {
                assertThat(answer).as(command).isEqualTo(shown);
            }
            asked++;
        }
        assertThat(asked).isGreaterThanOrEqualTo(3);
    }

    private static boolean exists(String program) {
        try {
            return new ProcessBuilder(program, "--version").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static String run(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(said).isZero();
        return said;
    }

    /** SIGTERM: a request that has begun is answered, no new one is, and the process ends. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void terminated_whileARequestArrives_answersItAndEnds() throws Exception {
        try (Second second = new Second()) {
            String body = "{\"user\":\"emma.hart@contoso.com\",\"application\":\"Office 365 Exchange Online\",\"clientAppType\":\"browser\"}";
            try (Socket socket = new Socket("127.0.0.1", second.port())) {
                socket.setSoTimeout(20_000);
                write(socket, "POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\nExpect: 100-continue\r\n\r\n");
                assertThat(new String(socket.getInputStream().readNBytes(25), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                second.process.destroy();
                Thread.sleep(500);
                write(socket, body);
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(answer).startsWith("HTTP/1.1 200").contains("\"outcome\":");
            }
            assertThat(second.process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(second.process.exitValue()).isEqualTo(143);
        }
    }

    /** What the launcher archives for later starts. */
    @Test
    void rehearsal_loadsTheClassesOfEachWayToAsk_andEnds() throws Exception {
        try (Second second = new Second("-Dsallyport.rehearsal=true", "-Xlog:class+load")) {
            String loaded = new String(second.process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(second.process.waitFor()).isZero();
            assertThat(loaded).contains("org.eclipse.jetty.server.internal.HttpConnection$HttpStreamOverHTTP1 ",
                    "org.eclipse.jetty.http2.server.internal.HttpStreamOverHTTP2 ", "dev.sallyport.server.Authzen$",
                    "dev.sallyport.write.DecisionWriter ", "dev.sallyport.server.ForwardAuth$Ruling ", "dev.sallyport.server.Protobuf$Reader ",
                    "io.prometheus.metrics.expositionformats.TextFormatUtil ");
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** Another process with the same command. */
    private static final class Second implements AutoCloseable {

        private final Process process;

        Second(String... options) throws IOException {
            List<String> command = new ArrayList<>(List.of(server.info().command().orElseThrow(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
            command.addAll(List.of(options));
            command.addAll(List.of("-cp", classPath(), "dev.sallyport.cli.Sallyport", "serve", "-p", "rules/conditional-access", "-d",
                    "samples/directory.yaml", "--insecure-local", "--port", "0"));
            process = new ProcessBuilder(command).directory(ROOT.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        }

        int port() throws IOException {
            String said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
            return Integer.parseInt(said.substring(said.lastIndexOf(':') + 1));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
