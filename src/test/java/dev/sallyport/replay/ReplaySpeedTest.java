package dev.sallyport.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sallyport.PolicyEngine;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Measures a replay against Jackson on the same log in the same run: {@code -Dsallyport.replay.speed=LOG.gz}, on a calm machine. */
@EnabledIfSystemProperty(named = "sallyport.replay.speed", matches = ".+")
class ReplaySpeedTest {

    private static final Path LOG = Path.of(System.getProperty("sallyport.replay.speed", ""));

    @Test
    void replay_ofACompressedLog_takesAtMostTwiceAsLongAsJacksonAlone() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        double best = Double.MAX_VALUE;
        for (int round = 1; round <= 3; round++) {
            double before = cpu();
            double jackson = seconds(ReplaySpeedTest::jackson);
            double cpuOfJackson = cpu() - before;
            long[] records = new long[1];
            double replay = seconds(() -> records[0] = replay(engine));
            best = Math.min(best, replay / jackson);
            System.out.printf("CPU %.1f s and %.1f s; ", cpuOfJackson, cpu() - before - cpuOfJackson);
            System.out.printf("%,d records: Jackson alone %.1f s, replay %.1f s, %.0f %% of its speed, heap %d MB of %d MB%n", records[0], jackson, replay,
                    100 * jackson / replay, (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20, Runtime.getRuntime().maxMemory() >> 20);
        }
        assertThat(best).isLessThanOrEqualTo(2);
    }

    private static double cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static double seconds(Step step) throws IOException {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void jackson() throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(LOG), 1 << 17); JsonParser json = new JsonFactory().createParser(in)) {
            long tokens = 0;
            while (json.nextToken() != null) {
                tokens++;
            }
            assertThat(tokens).isPositive();
        }
    }

    private static long replay(PolicyEngine engine) throws IOException {
        Replayer.Listener nobody = new Replayer.Listener() {
            @Override
            public void malformed(String file, int line, int column, String message) { }

            @Override
            public void change(Change change) { }

            @Override
            public void disagreement(Disagreement disagreement) { }

            @Override
            public void progress(int records) { }
        };
        try (Replayer replayer = new Replayer(engine, nobody, Runtime.getRuntime().availableProcessors()); InputStream in = Files.newInputStream(LOG)) {
            replayer.read(LOG.toString(), in);
            return replayer.summary().records();
        }
    }
}
