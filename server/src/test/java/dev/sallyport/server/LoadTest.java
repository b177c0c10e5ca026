package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the decision point beside a bare handler of the same server, in turn:
 * {@code mvn -f server/pom.xml test -Dtest=LoadTest -Dsallyport.load=200000} sends that many requests per measurement with h2load, as many as
 * it can, and then requests at fixed rates ({@code -Dsallyport.rates=5000,10000}). Each server is a process with the flags of the launcher.
 * Processor time is that of the server's process alone, so that it says something on a busy machine.
 */
@EnabledIfSystemProperty(named = "sallyport.load", matches = "\\d+", disabledReason = "measures only with -Dsallyport.load=200000")
class LoadTest {

    private static final int REQUESTS = Integer.getInteger("sallyport.load", 0);
    private static final int ROUNDS = 3;
    private static final int TICKS = 100;
    private static final int SECONDS = 5;
    private static final String PATH = "/access/v1/evaluation";
    private static final String JSON = "application/json";
    private static final String GRPC = "application/grpc";
    private static final String QUESTION = "{\"subject\":{\"type\":\"user\",\"id\":\"" + Company.user(77) + "\"},\"action\":{\"name\":\"open\"},"
            + "\"resource\":{\"type\":\"application\",\"id\":\"" + Company.application(4) + "\"},\"context\":{\"ipAddress\":\"10.4.1.1\","
            + "\"clientAppType\":\"browser\",\"devicePlatform\":\"windows\"}}";

    @TempDir
    private Path folder;

    /**
     * A way to ask.
     *
     * @param options those of h2load
     */
    private record Way(String name, List<String> options, String path, String type, byte[] question) { }

    private static final List<Way> WAYS = List.of(
            new Way("HTTP/1.1, 64 connections", List.of("--h1", "-c", "64"), PATH, JSON, QUESTION.getBytes(StandardCharsets.UTF_8)),
            new Way("HTTP/2, 16 connections with 8 streams", List.of("-c", "16", "-m", "8"), PATH, JSON, QUESTION.getBytes(StandardCharsets.UTF_8)),
            new Way("ext_authz over gRPC, 16 connections with 8 streams", List.of("-c", "16", "-m", "8"), EnvoyGrpc.PATH, GRPC, call()));

    /** A question of Envoy, framed for gRPC. */
    private static byte[] call() {
        byte[] message = CheckRequest.newBuilder().setAttributes(AttributeContext.newBuilder().setRequest(AttributeContext.Request.newBuilder()
                .setHttp(AttributeContext.HttpRequest.newBuilder().setId("load").setMethod("GET").setScheme("https").setHost("app.company.example")
                .setPath("/page").putHeaders("x-sallyport-user", Company.user(77)).putHeaders("x-forwarded-for", "10.4.1.1")
                .putHeaders("user-agent", "load")))).build().toByteArray();
        return ByteBuffer.allocate(5 + message.length).put((byte) 0).putInt(message.length).put(message).array();
    }

    /** What one run of the tool measured. */
    private record Run(double perSecond, double p50, double p99, double processor) { }

    @Test
    void evaluation_under240Policies_besideABareHandler() throws Exception {
        assumeTrue(exists(), "h2load is missing (package nghttp2-client)");
        Company.write(folder, 240);
        Files.writeString(folder.resolve("server.yaml"), "kind: decisionPoint\napplications: [{ host: app.company.example, application: "
                + Company.application(4) + " }]\nheaders: { user: X-Sallyport-User }\n");
        StringBuilder table = new StringBuilder("| | bare handler | decision point | ratio |\n|---|---|---|---|\n");
        long started = System.nanoTime();
        try (Server point = new Server("dev.sallyport.cli.Sallyport", "serve", "-p", folder.resolve("policies.yaml").toString(), "-d",
                folder.resolve("directory.yaml").toString(), "--insecure-local", "--port", "0", "--config", folder.resolve("server.yaml").toString())) {
            String answer = new String(point.ask(WAYS.get(0)), StandardCharsets.UTF_8);
            double toFirstAnswer = (System.nanoTime() - started) / 1e6;
            double processorToFirstAnswer = point.processorSeconds() * 1e3;
            assertThat(answer).startsWith("{\"decision\":");
            long bareMegabytes = 0;
            for (Way way : WAYS) {
                try (Server bare = bare(way, point.ask(way))) {
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
                    bareMegabytes = Math.max(bareMegabytes, bare.mostMegabytes());
                }
            }
            try (Server bare = bare(WAYS.get(0), point.ask(WAYS.get(0)))) {
                load(bare, WAYS.get(0), REQUESTS);
                for (String rate : System.getProperty("sallyport.rates", "5000,10000,15000").split(",")) {
                    List<Run> bareRuns = new ArrayList<>();
                    List<Run> pointRuns = new ArrayList<>();
                    for (int i = 0; i < ROUNDS; i++) {
                        bareRuns.add(steady(bare, Integer.parseInt(rate)));
                        pointRuns.add(steady(point, Integer.parseInt(rate)));
                    }
                    row(table, "HTTP/1.1 at " + rate + " requests per second: median, ms", bareRuns, pointRuns, Run::p50, "%.2f");
                    row(table, "99th percentile, ms", bareRuns, pointRuns, Run::p99, "%.2f");
                    row(table, "processor time per request, us", bareRuns, pointRuns, Run::processor, "%.1f");
                }
            }
            table.append(String.format("| most memory, MB | %d | %d | |%n", bareMegabytes, point.mostMegabytes()));
            table.append(String.format("| start to first answer, ms | | %.0f (%.0f of processor time) | |%n", toFirstAnswer,
                    processorToFirstAnswer));
            table.append("\nAnswer: `").append(answer).append("`. Load of the machine: ").append(Files.readString(Path.of("/proc/loadavg")));
        }
        System.out.println(table);
    }

    private static Server bare(Way way, byte[] answer) throws IOException {
        return new Server(BareServer.class.getName(), way.type(), Base64.getEncoder().encodeToString(answer));
    }

    private static Run steady(Server server, int rate) throws IOException {
        SteadyLoad load = new SteadyLoad(URI.create(server.origin).getPort(), PATH, QUESTION, 64);
        double before = server.processorSeconds();
        double[] milliseconds = load.run(rate, SECONDS);
        return run(rate, milliseconds, (server.processorSeconds() - before) * 1e6 / milliseconds.length);
    }

    private static Run run(double perSecond, double[] sorted, double processor) {
        return new Run(perSecond, sorted[sorted.length / 2], sorted[sorted.length * 99 / 100], processor);
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
        Path question = Files.write(folder.resolve("question"), way.question());
        List<String> command = new ArrayList<>(List.of("h2load", "-t", "1", "-n", String.valueOf(requests), "-d", question.toString(), "-H",
                "Content-Type: " + way.type(), "--log-file", log.toString()));
        command.addAll(way.options());
        command.add(server.origin + way.path());
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
        return run(Double.parseDouble(rate.group(1)), milliseconds, processor);
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
            String launcher = Files.readString(Path.of("../sallyport"));
            String serve = launcher.substring(launcher.indexOf("    serve)"), launcher.indexOf(";;", launcher.indexOf("    serve)")));
            List<String> options = new ArrayList<>(Pattern.compile("-X[^ '\"]+").matcher(serve).results().map(MatchResult::group).toList());
            assertThat(options).isNotEmpty();
            options.add("-XX:+UseSerialGC");
            return options;
        }

        byte[] ask(Way way) throws IOException, InterruptedException {
            return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(origin + way.path())).header("Content-Type", way.type())
                    .POST(BodyPublishers.ofByteArray(way.question())).build(), BodyHandlers.ofByteArray()).body();
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
