package dev.sallyport.server;

import static dev.sallyport.server.Running.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.LoadOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed requests, good and bad, while the policies change: no answer is wrong, and memory, file handles and threads stay as they are. It
 * runs for some seconds, or with {@code -Dminutes=60} for an hour; {@code -DpauseMillis=5} leaves some of the machine to others.
 */
class SoakTest {

    private static final int MINUTES = Integer.getInteger("minutes", 0);
    private static final long SECONDS = MINUTES == 0 ? 6 : MINUTES * 60L;
    private static final int CLIENTS = 4;
    /** The pause of a client between two requests, so that a long run leaves the machine to others. */
    private static final int PAUSE_MILLIS = Integer.getInteger("pauseMillis", 0);
    private static final int SAMPLES = 12;
    private static final String KEY = "gateway-key-of-today-gateway-key-of-today";
    private static final String BLOCK = """
            kind: conditionalAccessPolicy
            id: block-ann
            displayName: Block Ann
            state: enabled
            conditions:
              users:          { includeUsers: [ann@contoso.com] }
              applications:   { includeApplications: [All] }
              clientAppTypes: [all]
            grantControls: { operator: OR, builtInControls: [block] }
            """;

    @TempDir
    private Path folder;

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong reloads = new AtomicLong();
    private final long start = System.nanoTime();
    private volatile boolean isOver;

    private record Sample(long heap, long handles, long threads) {

        static Sample now() throws IOException {
            System.gc();
            long handles = 0;
            if (Files.exists(Path.of("/proc/self/fd"))) {
                try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
                    handles = all.count();
                }
            }
            return new Sample(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20, handles,
                    ManagementFactory.getThreadMXBean().getThreadCount());
        }
    }

    @Test
    void mixedLoad_whileThePoliciesChange_leavesNothingBehind() throws Exception {
        Path policies = Files.createDirectory(folder.resolve("policies"));
        Files.copy(Running.resource("gateway/policies.yaml"), policies.resolve("policies.yaml"));
        Settings settings = new Settings(List.of(policies), List.of(Running.resource("gateway/directory.yaml")), LoadOptions.lenient(), "127.0.0.1",
                0, null, null, false, SettingsReader.read(Running.resource("gateway/server.yaml")));
        List<Sample> samples = new ArrayList<>();
        try (Running running = Running.of(settings)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(i);
                threads.add(new Thread(() -> ask(running, random)));
            }
            threads.add(new Thread(() -> change(policies)));
            threads.forEach(Thread::start);
            while (samples.size() < SAMPLES) {
                Thread.sleep(SECONDS * 1_000 / SAMPLES);
                samples.add(Sample.now());
                if (MINUTES > 0) {
                    System.out.printf("%d s: %,d requests, %d reloads, %s%n", (System.nanoTime() - start) / 1_000_000_000, asked.get(), reloads.get(),
                            samples.get(samples.size() - 1));
                }
            }
            isOver = true;
            for (Thread each : threads) {
                each.join();
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(asked.get()).isGreaterThan(SECONDS * 20);
        assertThat(reloads.get()).isGreaterThan(SECONDS / 2);
        assertThat(growth(samples, Sample::heap)).as("megabytes of heap: %s", samples).isLessThan(12);
        assertThat(growth(samples, Sample::handles)).as("file handles: %s", samples).isLessThan(20);
        assertThat(growth(samples, Sample::threads)).as("threads: %s", samples).isLessThan(20);
    }

    /** By how much the least of the last third is above the least of the second third; the first third warms up. */
    private static long growth(List<Sample> samples, ToLongFunction<Sample> value) {
        return samples.subList(2 * SAMPLES / 3, SAMPLES).stream().mapToLong(value).min().orElseThrow()
                - samples.subList(SAMPLES / 3, 2 * SAMPLES / 3).stream().mapToLong(value).min().orElseThrow();
    }

    /** Adds a policy that blocks Ann, and takes it away again. */
    private void change(Path policies) {
        try {
            for (boolean isBlocked = true; !isOver; isBlocked = !isBlocked) {
                if (isBlocked) {
                    Path written = Files.writeString(folder.resolve("block.yaml"), BLOCK);
                    Files.move(written, policies.resolve("block.yaml"), StandardCopyOption.ATOMIC_MOVE);
                } else {
                    Files.delete(policies.resolve("block.yaml"));
                }
                reloads.incrementAndGet();
                Thread.sleep(700);
            }
        } catch (IOException | InterruptedException e) {
            wrong.add(e.toString());
        }
    }

    private void ask(Running running, Random random) {
        while (!isOver) {
            int kind = random.nextInt(10);
            try {
                String problem = one(running, kind);
                if (problem != null) {
                    wrong.add(when(kind) + problem);
                }
                asked.incrementAndGet();
                Thread.sleep(PAUSE_MILLIS);
            } catch (Exception e) {
                wrong.add(when(kind) + e);
            }
        }
    }

    private String when(int kind) {
        return (System.nanoTime() - start) / 1_000_000_000 + " s, kind " + kind + ": ";
    }

    private static String question(String user) {
        return "{\"subject\":{\"type\":\"user\",\"id\":\"" + user + "\"},\"action\":{\"name\":\"open\"},\"resource\":{\"type\":\"application\","
                + "\"id\":\"Wiki\"},\"context\":{\"clientAppType\":\"browser\"}}";
    }

    /** Asks one of ten kinds of questions; what is wrong with the answer, or null. */
    private static String one(Running running, int kind) throws Exception {
        return switch (kind) {
            case 0 -> expect(running.post("/access/v1/evaluation", question("gus"), "X-Sallyport-Key", KEY), 200, "\"decision\":false");
            case 1 -> expect(running.post("/access/v1/evaluation", question("ann"), "X-Sallyport-Key", KEY), 200, "\"decision\":");
            case 2 -> batch(running.post("/access/v1/evaluations", "{\"evaluations\":[" + (question("ann") + "," + question("gus") + ",").repeat(10)
                    + question("ann") + "]}", "X-Sallyport-Key", KEY));
            case 3 -> expect(running.post("/access/v1/search/subject", "{\"subject\":{\"type\":\"user\"},\"action\":{\"name\":\"open\"},"
                    + "\"resource\":{\"type\":\"application\",\"id\":\"Wiki administration\"}}", "X-Sallyport-Key", KEY), 200, "[{\"type\":\"user\","
                    + "\"id\":\"ida@contoso.com\"}]");
            case 4 -> expect(running.get("/forward-auth?dialect=nginx", "X-Sallyport-Key", KEY, "X-Original-URL", "https://wiki.contoso.com/",
                    "X-Sallyport-User", "gus@contoso.com", "Authorization", "Bearer of-the-client"), 403, "");
            case 5 -> expect(running.post("/v1/decisions", "[{\"user\":\"gus\",\"application\":\"Wiki\"},{\"user\":\"ann\",\"application\":\"Wiki\"}]",
                    "X-Sallyport-Key", KEY), 200, "\"outcome\":\"block\"");
            case 6 -> expect(running.post("/access/v1/evaluation", question("ann"), "X-Sallyport-Key", KEY + "x"), 401, "");
            case 7 -> expect(running.post("/access/v1/evaluation", "{\"subject\":", "X-Sallyport-Key", KEY), 400, "");
            case 8 -> RawHttp.status(running, "POST /access/v1/evaluation HTTP/1.1", "Host: localhost", "Content-Length", "2000000",
                    "X-Sallyport-Key", KEY) == 413 ? null : "too large";
            default -> abandoned(running);
        };
    }

    private static String expect(HttpResponse<String> response, int status, String part) {
        return response.statusCode() == status && response.body().contains(part) ? null : response.statusCode() + " " + response.body();
    }

    /** Every item of a batch is decided under the same policies. */
    private static String batch(HttpResponse<String> response) {
        String first = at(response, "evaluations.0.decision");
        for (int i = 0; i < 21; i++) {
            if (!(i % 2 == 0 ? first : "false").equals(at(response, "evaluations." + i + ".decision"))) {
                return response.body();
            }
        }
        return null;
    }

    /** A client that goes away in the middle of its request. */
    private static String abandoned(Running running) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", running.point.port())) {
            socket.getOutputStream().write(("POST /access/v1/evaluation HTTP/1.1\r\nHost: localhost\r\nX-Sallyport-Key: " + KEY
                    + "\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"subject\"").getBytes(StandardCharsets.UTF_8));
        }
        return null;
    }
}
