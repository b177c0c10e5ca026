package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sallyport.ReloadingPolicyEngine.State;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway that has no file handle left: what is in force decides on while the files change, {@link ReloadingPolicyEngine#status} says so,
 * and what stands in them is in force once there are handles again. In a process of its own, which may open few files.
 */
class OutOfHandlesTest {

    private static final SignIn REQUEST = SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").clientAppType("browser").build();

    private static String policy(String group) {
        return """
                kind: conditionalAccessPolicy
                id: one
                displayName: one
                state: enabled
                conditions:
                  users: { includeGroups: [%s] }
                  applications: { includeApplications: [All] }
                  clientAppTypes: [all]
                grantControls: { operator: OR, builtInControls: [block] }
                """.formatted(group);
    }

    @Test
    @Timeout(120)
    void reload_withoutAFileHandle_leavesTheLastGoodSetInForce_andIsMadeUpFor(@TempDir Path folder) throws Exception {
        assumeThat(Files.isExecutable(Path.of("/bin/bash"))).isTrue();
        Files.writeString(Files.createDirectory(folder.resolve("policies")).resolve("one.yaml"), policy("Staff"));
        Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                groups: [ { id: g1, displayName: Staff }, { id: g2, displayName: Guests } ]
                users: [ { id: u1, userPrincipalName: ann@contoso.com, memberOf: [Staff] } ]
                """);
        Process process = new ProcessBuilder("/bin/bash", "-c", "ulimit -n 256; exec \"$@\"", "-", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), OutOfHandlesTest.class.getName(), folder.toString())
                .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("blocked on, stale", "recovered");
    }

    /** The gateway. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong decided = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        try (ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(List.of(folder.resolve("policies")), List.of(folder.resolve("directory.yaml")), Clock.systemUTC(),
                UnaryOperator.identity(), Duration.ofMillis(20), Duration.ofMillis(100)); RandomAccessFile open = new RandomAccessFile(folder.resolve("policies/one.yaml").toFile(), "rw")) {
            Thread gateway = new Thread(() -> {
                while (!over.get()) {
                    ReasonCode reason = engine.evaluate(REQUEST).reason().code();
                    decided.incrementAndGet();
                    failed.addAndGet(reason == ReasonCode.EVALUATION_FAILED ? 1 : 0);
                }
            });
            gateway.start();
            while (decided.get() < 1_000) {
                Thread.sleep(1);
            }
            Deque<FileInputStream> taken = takeAll(folder.resolve("directory.yaml"));
            byte[] other = policy("Guests").getBytes(StandardCharsets.UTF_8);
            open.setLength(0);
            open.write(other);
            await(engine, State.STALE);
            long before = decided.get();
            while (decided.get() < before + 1_000) {
                check(engine.evaluate(REQUEST).outcome() == Outcome.BLOCK, "let in without the files");
            }
            System.out.println("blocked on, stale: " + engine.status().diagnostics());
            while (!taken.isEmpty()) {
                taken.pop().close();
            }
            await(engine, State.LOADED);
            check(engine.evaluate(REQUEST).outcome() == Outcome.ALLOW, "the new set is not in force");
            over.set(true);
            gateway.join();
        }
        check(failed.get() == 0, failed + " of " + decided + " decisions failed");
        System.out.println("recovered, after " + decided + " decisions");
    }

    private static void await(ReloadingPolicyEngine engine, State state) throws InterruptedException {
        for (int i = 0; i < 3_000 && engine.status().state() != state; i++) {
            Thread.sleep(10);
        }
        check(engine.status().state() == state, "still " + engine.status());
    }

    /** Takes every handle, also those that the watching thread holds for a moment. */
    private static Deque<FileInputStream> takeAll(Path file) throws InterruptedException {
        Deque<FileInputStream> taken = new ArrayDeque<>();
        for (int i = 0; i < 30; i++) {
            try {
                while (true) {
                    taken.push(new FileInputStream(file.toFile()));
                }
            } catch (IOException e) {
                Thread.sleep(10);
            }
        }
        return taken;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            System.out.println(what);
            System.exit(1);
        }
    }
}
