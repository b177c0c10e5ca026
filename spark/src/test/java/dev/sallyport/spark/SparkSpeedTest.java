package dev.sallyport.spark;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.SampleLog;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Measures the job on one core and on two: {@code -Dsallyport.speed=200000}, the number of sign-ins, on a calm machine. */
@EnabledIfSystemProperty(named = "sallyport.speed", matches = "[0-9]+")
class SparkSpeedTest {

    @TempDir
    private Path folder;

    @Test
    void summaryOfALog_onOneCoreAndOnTwo_isMeasured() throws Exception {
        int count = Integer.getInteger("sallyport.speed");
        Path root = Path.of(System.getProperty("sallyport.root", ".."));
        String policies = root.resolve("rules/conditional-access").toString();
        String directory = root.resolve("samples/directory.yaml").toString();
        PolicyEngine engine = PolicyEngine.load(Path.of(policies), Path.of(directory));
        Path log = folder.resolve("log.json");
        try (OutputStream out = Files.newOutputStream(log)) {
            new SampleLog(engine, count, 7, 0).write(out, SampleLog.Dialect.MONITOR);
        }
        for (String master : new String[] {"local[1]", "local[2]"}) {
            SparkSession spark = SparkSession.builder().master(master).config("spark.ui.enabled", false)
                    .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
                    .config("spark.sql.files.maxPartitionBytes", 16 << 20).getOrCreate();
            SparkReplay replay = new SparkReplay(List.of(policies), directory, List.of());
            for (int round = 1; round <= 3; round++) {
                double cpu = cpu();
                long start = System.nanoTime();
                long decided = replay.summary(spark.read().text(log.toString())).decided();
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf("%s, round %d: %,d decided in %.1f s by the clock, %.1f s of processor, %.1f us per record%n",
                        master, round,
                        decided, seconds, cpu() - cpu, 1e6 * (cpu() - cpu) / count);
            }
            spark.stop();
        }
    }

    private static double cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }
}
