package dev.sallyport.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import dev.sallyport.PolicyEngine;
import dev.sallyport.log.SampleLog;
import dev.sallyport.replay.Replay;
import dev.sallyport.replay.Replayed;
import dev.sallyport.replay.Summary;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Runs without Spark, on the Jackson of Spark 3.5: clusters have it first on their class path. */
class OldJacksonTest {

    @Test
    void replay_onTheJacksonOfOlderSpark_endsAsTheLogSays() throws Exception {
        assertThat(new JsonFactory().version().toString()).startsWith("2.15.");
        Path root = Path.of(System.getProperty("sallyport.root", ".."));
        PolicyEngine engine = PolicyEngine.load(root.resolve("rules/conditional-access"), root.resolve("samples/directory.yaml"));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        new SampleLog(engine, 1_000, 5, 0).write(log, SampleLog.Dialect.MONITOR);
        Replay replay = new Replay(engine);
        Summary summary = replay.summary();
        log.toString(StandardCharsets.UTF_8).lines().map(replay::replay).forEach(summary::add);
        assertThat(summary.decided()).isGreaterThan(900);
        assertThat(summary.outcomesAgreed()).isEqualTo(summary.comparable()).isGreaterThan(700);
        assertThat(summary.disagreements()).isZero();
        assertThat(replay.replay("{\"userId\": \"a\", ]").kind()).isEqualTo(Replayed.Kind.MALFORMED);
    }
}
