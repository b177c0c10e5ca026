package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A process of a real gateway, with a sample of this repository whose ports and files are replaced by those of a test. */
final class Gateway implements AutoCloseable {

    static final Path SAMPLES = Path.of("../samples/gateways");
    private static final int MOST_SECONDS = 30;

    private final Process process;
    private final int port;
    private final Path log;

    private Gateway(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** The program with a name; the tests are skipped, and say so, if it is not installed. */
    static Path program(String name) {
        List<String> folders = new ArrayList<>(List.of("target/gateways/envoy/_bin"));
        folders.addAll(Arrays.asList(System.getenv("PATH").split(":")));
        folders.add("/usr/sbin");
        for (String each : folders) {
            Path file = Path.of(each, name).toAbsolutePath();
            if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                return file;
            }
        }
        Assumptions.abort("`" + name + "` is not installed: .ci/run shows how to install it");
        throw new IllegalStateException();
    }

    /** A port that is free now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A sample, in which every key is replaced by its value. Each key must occur. */
    static String sample(String name, Map<String, String> replacements) throws IOException {
        String text = Files.readString(SAMPLES.resolve(name));
        for (Map.Entry<String, String> each : replacements.entrySet()) {
            assertThat(text).as(name).contains(each.getKey());
            text = text.replace(each.getKey(), each.getValue());
        }
        return text;
    }

    /** Starts a gateway, and waits until its port is open. */
    static Gateway start(Path folder, int port, Map<String, String> environment, String... command) throws Exception {
        Path log = folder.resolve("gateway.log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Gateway gateway = new Gateway(builder.start(), port, log);
        try {
            gateway.awaitOpen();
        } catch (AssertionError e) {
            gateway.close();
            throw e;
        }
        return gateway;
    }

    private void awaitOpen() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("the gateway did not start:\n" + Files.readString(log));
    }

    /** What the gateway wrote. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /**
     * An answer of a gateway.
     *
     * @param status the status; 0 if the connection was closed without an answer
     * @param head the head of the answer
     * @param body what followed it
     */
    record Reply(int status, String head, String body) {

        /** The values of a header. */
        List<String> values(String name) {
            return RecordingApplication.values(head, name);
        }
    }

    /** Sends a request as it is written, one line each, and reads until the connection is closed. */
    Reply send(String... lines) throws IOException {
        String text = String.join("\r\n", lines) + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(MOST_SECONDS));
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return !answer.toUpperCase(Locale.ROOT).startsWith("HTTP/1.1 ") || end < 0 ? new Reply(0, "", answer)
                    : new Reply(Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end), answer.substring(end + 4));
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        assertThat(process.destroyForcibly().onExit().completeOnTimeout(null, MOST_SECONDS, TimeUnit.SECONDS).join()).isNotNull();
    }
}
