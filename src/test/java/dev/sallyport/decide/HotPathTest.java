package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.SignIn;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a decision may cost, so that nothing dear creeps into it unseen; {@code benchmarks/run} tells the exact figures. */
class HotPathTest {

    private static final int DECISIONS = 100_000;
    private static final long MOST_BYTES = 800;

    @Test
    void decision_ofARequest_allocatesLittle() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        SignIn request = SignIn.builder().user("emma.hart@contoso.com").application("Office 365 Exchange Online").clientAppType("browser")
                .devicePlatform("windows").ipAddress("192.0.2.200").country("NL").createdDateTime(Instant.parse("2026-11-22T10:15:00Z")).build();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            least = Math.min(least, allocated(() -> engine.evaluate(request)));
        }
        assertThat(least).isBetween(1L, MOST_BYTES);
    }

    private static long allocated(Supplier<Decision> decision) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < DECISIONS; i++) {
            if (decision.get().outcome() != Outcome.CHALLENGE) {
                throw new AssertionError("not the decision that is meant");
            }
        }
        return (threads.getThreadAllocatedBytes(thread) - before) / DECISIONS;
    }
}
