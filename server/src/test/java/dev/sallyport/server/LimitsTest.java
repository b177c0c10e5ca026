package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.model.UserState;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is too much is refused, and never allowed. */
class LimitsTest {

    private static final String QUESTION = "{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},\"action\":{\"name\":\"open\"},"
            + "\"resource\":{\"type\":\"application\",\"id\":\"Wiki\"}}";

    private static Settings settings(Settings.Limits limits) {
        Settings.Wire wire = Settings.Wire.DEFAULT;
        return Running.local(Running.resource("gateway/policies.yaml"), Running.resource("gateway/directory.yaml"),
                new Settings.Wire(wire.callers(), null, wire.proxies(), wire.applications(), wire.headers(), wire.signIn(), null, limits,
                wire.staleAfter(), wire.issuers(), null));
    }

    private static Settings.Limits impatient() {
        Settings.Limits usual = Settings.Limits.DEFAULT;
        return new Settings.Limits(usual.bodyBytes(), usual.batch(), usual.headerBytes(), Duration.ofSeconds(1), usual.concurrent(), usual.queue(),
                usual.connections());
    }

    @Test
    void body_aboveTheLimit_isTooLarge() throws Exception {
        try (Running running = Running.of(settings(Settings.Limits.DEFAULT))) {
            String fits = QUESTION + " ".repeat((1 << 20) - QUESTION.length());

            assertThat(running.post("/access/v1/evaluation", fits).body()).isEqualTo("{\"decision\":true}");
            assertThat(running.post("/access/v1/evaluation", fits + " ").statusCode()).isEqualTo(413);
            assertThat(chunked(running, fits.getBytes(StandardCharsets.UTF_8))).startsWith("HTTP/1.1 200");
            assertThat(chunked(running, (fits + " ").getBytes(StandardCharsets.UTF_8))).startsWith("HTTP/1.1 413");
        }
    }

    /** A body that does not say how long it is. */
    private static String chunked(Running running, byte[] body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", running.point.port())) {
            socket.getOutputStream().write(("POST /access/v1/evaluation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length) + "\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().write("\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readNBytes(20), StandardCharsets.UTF_8);
        }
    }

    @Test
    void batch_aboveTheLimit_isBadRequest() throws Exception {
        try (Running running = Running.of(settings(Settings.Limits.DEFAULT))) {
            String request = "{\"user\":\"ann\",\"application\":\"Wiki\"}";

            assertThat(running.post("/v1/decisions", "[" + (request + ",").repeat(999) + request + "]").statusCode()).isEqualTo(200);
            assertThat(running.post("/v1/decisions", "[" + (request + ",").repeat(1_000) + request + "]").statusCode()).isEqualTo(400);
            assertThat(running.post("/access/v1/evaluations", "{\"evaluations\":[" + (QUESTION + ",").repeat(999) + QUESTION + "]}").body()
                    .split("true", -1)).hasSize(1_001);
            assertThat(running.post("/access/v1/evaluations", "{\"evaluations\":[" + (QUESTION + ",").repeat(1_000) + QUESTION + "]}")
                    .statusCode()).isEqualTo(400);
        }
    }

    @Test
    void json_nestedWithoutEnd_isBadRequest() throws Exception {
        try (Running running = Running.of(settings(Settings.Limits.DEFAULT))) {
            assertThat(running.post("/access/v1/evaluation", "[".repeat(500_000)).statusCode()).isEqualTo(400);
            assertThat(running.post("/access/v1/evaluation", "{\"context\":" + "{\"a\":".repeat(100) + "1" + "}".repeat(101)).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void headers_aboveTheLimit_areRefused() throws Exception {
        try (Running running = Running.of(settings(Settings.Limits.DEFAULT))) {
            assertThat(RawHttp.status(running, "GET /health/live HTTP/1.1", "Host: localhost", "X-Long", "x".repeat(12_000))).isEqualTo(200);
            assertThat(RawHttp.status(running, "GET /health/live HTTP/1.1", "Host: localhost", "X-Long", "x".repeat(20_000))).isEqualTo(431);
        }
    }

    @Test
    void body_thatNeverEnds_isGivenUp() throws Exception {
        try (Running running = Running.of(settings(impatient())); Socket socket = new Socket("127.0.0.1", running.point.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("POST /access/v1/evaluation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            Thread slow = new Thread(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        socket.getOutputStream().write(' ');
                        Thread.sleep(100);
                    }
                } catch (IOException | InterruptedException e) {
                    // the server has given up
                }
            });
            slow.setDaemon(true);
            long start = System.nanoTime();
            slow.start();
            String answer;
            try {
                answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
            } catch (IOException e) {
                answer = "";                // it may reset the connection
            }

            assertThat(answer).doesNotStartWith("HTTP/1.1 200");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(running.post("/access/v1/evaluation", QUESTION).body()).isEqualTo("{\"decision\":true}");
        }
    }

    /** Decisions that hang: some are at work, some wait, the rest is refused, and what is let go is answered. */
    @Test
    void queue_thatIsFull_refuses() throws Exception {
        Settings.Limits usual = Settings.Limits.DEFAULT;
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService clients = Executors.newFixedThreadPool(20);
        try (Running running = Running.of(settings(new Settings.Limits(usual.bodyBytes(), usual.batch(), usual.headerBytes(),
                Duration.ofSeconds(15), 4, 4, usual.connections())), engine -> engine.withUserStates(name -> {
                    UserState user = engine.directory().user(name);
                    if (name.equals("ida")) {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    return user;
                }))) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(clients.submit(() -> running.post("/access/v1/evaluation", QUESTION.replace("ann", "ida"))));
            }
            Eventually.is(true, () -> answers.stream().filter(Future::isDone).count() >= 12);
            assertThat(running.post("/access/v1/evaluation", QUESTION).statusCode()).isEqualTo(503);
            go.countDown();
            int allowed = 0;
            for (Future<HttpResponse<String>> each : answers) {
                int status = each.get().statusCode();
                assertThat(status).isIn(200, 503);
                allowed += status == 200 ? 1 : 0;
            }
            assertThat(allowed).isEqualTo(8);
            assertThat(running.post("/access/v1/evaluation", QUESTION).body()).isEqualTo("{\"decision\":true}");
        } finally {
            clients.shutdownNow();
        }
    }

    /** A decision that hangs for longer than a request may take. */
    @Test
    void decision_thatHangs_isGivenUp() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Running running = Running.of(settings(impatient()), engine -> engine.withUserStates(name -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return engine.directory().user(name);
        }))) {
            long start = System.nanoTime();
            HttpResponse<String> response = running.post("/access/v1/evaluation", QUESTION);

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("5");
            assertThat(response.body()).doesNotContain("decision\":");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(running.get("/health/live").statusCode()).isEqualTo(200);
            go.countDown();
            Eventually.is("{\"decision\":true}", () -> running.post("/access/v1/evaluation", QUESTION).body());
        } finally {
            go.countDown();
        }
    }

    /** What never reaches a protocol looks like every other refusal, and says nothing about the server. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /health/live HTTP/1.1 | Host: a b | 400", "GET /health/live HTTP/1.1 | X: y | 400", "GARBAGE | Host: a | 400",
        "GET /health/live HTTP/9.9 | Host: localhost | 505"})
    void request_thatIsNotHttp_isAProblem(String line, String host, int status) throws Exception {
        try (Running running = Running.of(settings(Settings.Limits.DEFAULT))) {
            String answer = RawHttp.send(running, line + "\r\n" + host + "\r\nConnection: close\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 " + status).contains("Content-Type: application/problem+json", "X-Request-ID: ")
                    .doesNotContainIgnoringCase("jetty").doesNotContain("Server:", "<html>");
        }
    }

    /** An app password takes milliseconds to verify: it must not hold up the thread that reads the requests of others. */
    @ParameterizedTest
    @CsvSource({"apppassword, true", "{'appPassword':'x'}, true", "apppaPPPASSWORD, true", "app\\u0050assword, true", "appPasswor, false", "'', false"})
    void body_withAnAppPassword_isFound(String body, boolean expected) {
        assertThat(HttpServer.mayHoldAppPassword(body.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
    }

    @Test
    void path_thatIsUnknownOrStrange_isNotFoundOrBad() throws Exception {
        try (Running running = Running.of(settings(Settings.Limits.DEFAULT))) {
            for (String path : List.of("/", "/access/v1/evaluation/", "/access//v1/evaluation", "/access/v1/%65valuation", "/ACCESS/v1/evaluation",
                    "/access/v1/../v1/evaluation", "/access/v1/evaluation;x", "/health", "*", "http:///health/live")) {
                assertThat(RawHttp.status(running, "GET " + path + " HTTP/1.1", "Host: localhost")).as(path).isIn(400, 404);
            }
        }
    }
}
