package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the decision point beside a bare handler of the same server, in turn, with h2load:
 * {@code mvn -f server/pom.xml test -Dtest=LoadTest -Dsallyport.load=200000} sends that many requests per measurement. Each server is a
 * process with the flags of the launcher. Processor time is that of the server's process alone, so that it says something on a busy machine.
 */
@EnabledIfSystemProperty(named = "sallyport.load", matches = "\\d+", disabledReason = "measures only with -Dsallyport.load=200000")
class LoadTest {

    private static final int REQUESTS = Integer.getInteger("sallyport.load", 0);
    private static final int ROUNDS = 3;
    private static final int TICKS = 100;
    private static final String PATH = "/access/v1/evaluation";
    private static final String QUESTION = "{\"subject\":{\"type\":\"user\",\"id\":\"" + Company.user(77) + "\"},\"action\":{\"name\":\"open\"},"
            + "\"resource\":{\"type\":\"application\",\"id\":\"" + Company.application(4) + "\"},\"context\":{\"ipAddress\":\"10.4.1.1\","
            + "\"clientAppType\":\"browser\",\"devicePlatform\":\"windows\"}}";

    @TempDir
    private Path folder;

    private record Way(String name, List<String> options) { }

    private static final List<Way> WAYS = List.of(new Way("HTTP/1.1, 64 connections", List.of("--h1", "-c", "64")),
            new Way("HTTP/2, 16 connections with 8 streams", List.of("-c", "16", "-m", "8")));

    /** What one run of the tool measured. */
    private record Run(double perSecond, double p50, double p99, double processor) { }

    @Test
    void evaluation_under240Policies_besideABareHandler() throws Exception {
        assumeTrue(exists(), "h2load is missing (package nghttp2-client)");
        Company.write(folder, 240);
        Files.writeString(folder.resolve("question.json"), QUESTION);
        StringBuilder table = new StringBuilder("| | bare handler | decision point | ratio |\n|---|---|---|---|\n");
        long started = System.nanoTime();
        try (Server point = new Server("dev.sallyport.cli.Sallyport", "serve", "-p", folder.resolve("policies.yaml").toString(), "-d",
                folder.resolve("directory.yaml").toString(), "--insecure-local", "--port", "0")) {
            String answer = point.ask(QUESTION);
            double toFirstAnswer = (System.nanoTime() - started) / 1e6;
            double processorToFirstAnswer = point.processorSeconds() * 1e3;
            assertThat(answer).startsWith("{\"decision\":");
            try (Server bare = new Server(BareServer.class.getName(), answer)) {
                for (Way way : WAYS) {
                    load(bare, way, REQUESTS);          // warms up
                    load(point, way, REQUESTS);
                    List<Run> bareRuns = new ArrayList<>();
                    List<Run> pointRuns = new ArrayList<>();
                    for (int i = 0; i < ROUNDS; i++) {
                        bareRuns.add(load(bare, way, REQUESTS));
                        pointRuns.add(load(point, way, REQUESTS));
                    }
                    row(table, way.name() + ": requests per second", bareRuns, pointRuns, Run::perSecond, "%,.0f");
                    row(table, "median, ms", bareRuns, pointRuns, Run::p50, "%.2f");
                    row(table, "99th percentile, ms", bareRuns, pointRuns, Run::p99, "%.2f");
                    row(table, "processor time per request, us", bareRuns, pointRuns, Run::processor, "%.1f");
                }
                table.append(String.format("| most memory, MB | %d | %d | |%n", bare.mostMegabytes(), point.mostMegabytes()));
            }
            table.append(String.format("| start to first answer, ms | | %.0f (%.0f of processor time) | |%n", toFirstAnswer,
                    processorToFirstAnswer));
            table.append("\nAnswer: `").append(answer).append("`. Load of the machine: ").append(Files.readString(Path.of("/proc/loadavg")));
        }
        System.out.println(table);
    }

    private static void row(StringBuilder table, String name, List<Run> bare, List<Run> point, java.util.function.ToDoubleFunction<Run> value,
            String format) {
        double first = median(bare, value);
        double second = median(point, value);
        table.append(String.format("| %s | " + format + " | " + format + " | %.2f |%n", name, first, second, second / first));
    }

    private static double median(List<Run> runs, java.util.function.ToDoubleFunction<Run> value) {
        return runs.stream().mapToDouble(value).sorted().toArray()[runs.size() / 2];
    }

    private Run load(Server server, Way way, int requests) throws Exception {
        Path log = folder.resolve("log");
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(List.of("h2load", "-t", "1", "-n", String.valueOf(requests), "-d", folder.resolve("question.json")
                .toString(), "-H", "Content-Type: application/json", "--log-file", log.toString()));
        command.addAll(way.options());
        command.add(server.origin + PATH);
        double before = server.processorSeconds();
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(said).isZero();
        double processor = (server.processorSeconds() - before) * 1e6 / requests;
        assertThat(said).contains("status codes: " + requests + " 2xx");
        Matcher rate = Pattern.compile("finished in [^,]+, ([0-9.]+) req/s").matcher(said);
        assertThat(rate.find()).as(said).isTrue();
        double[] milliseconds;
        try (var lines = Files.lines(log)) {
            milliseconds = lines.mapToDouble(line -> Double.parseDouble(line.split("\t")[2]) / 1e3).sorted().toArray();
        }
        return new Run(Double.parseDouble(rate.group(1)), milliseconds[milliseconds.length / 2], milliseconds[milliseconds.length * 99 / 100],
                processor);
    }

    private static boolean exists() {
        try {
            return new ProcessBuilder("h2load", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** A server in a process of its own. */
    private static final class Server implements AutoCloseable {

        private final Process process;
        private final String origin;

        Server(String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(launcherOptions());
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
            command.addAll(Arrays.asList(arguments));
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String said = process.inputReader(StandardCharsets.UTF_8).readLine();
            origin = said.substring(said.indexOf("http"));
        }

        /** The options with which the launcher starts {@code serve}. */
        private static List<String> launcherOptions() throws IOException {
            Matcher line = Pattern.compile("(?m)^ +serve\\) compiler='([^']+)' ;;").matcher(Files.readString(Path.of("../sallyport")));
            assertThat(line.find()).isTrue();
            List<String> options = new ArrayList<>(Arrays.asList(line.group(1).split(" ")));
            options.add("-XX:+UseSerialGC");
            return options;
        }

        String ask(String question) throws IOException, InterruptedException {
            return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(origin + PATH)).header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(question)).build(), BodyHandlers.ofString()).body();
        }

        double processorSeconds() throws IOException {
            String[] fields = Files.readString(Path.of("/proc/" + process.pid() + "/stat")).replaceFirst("^.*\\) ", "").split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS;
        }

        long mostMegabytes() throws IOException {
            Matcher most = Pattern.compile("VmHWM:\\s+(\\d+) kB").matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
            assertThat(most.find()).isTrue();
            return Long.parseLong(most.group(1)) >> 10;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
