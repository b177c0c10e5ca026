package dev.sallyport.server;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Looks for requests of a protocol that are allowed, or that break it, one protocol a run of ten minutes:
 * {@code JAZZER_FUZZ=1 mvn -B -ntp -f server/pom.xml -Pfuzz test -Dtest=ProtocolFuzzers#evaluation}. What is found becomes a test.
 */
class ProtocolFuzzers {

    private static final String LONG = "10m";

    @TempDir
    private static Path folder;
    private static Protocols protocols;

    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : Protocols.NAMES) {
            seeds.add(protocols.seed(name));
        }
        return seeds;
    }

    @BeforeAll
    static void start() throws Exception {
        protocols = new Protocols(folder);
    }

    @AfterAll
    static void stop() {
        protocols.close();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void evaluation(byte[] bytes) {
        protocols.ask("evaluation", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void evaluations(byte[] bytes) {
        protocols.ask("evaluations", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void search(byte[] bytes) {
        protocols.ask("search", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void decisions(byte[] bytes) {
        protocols.ask("decisions", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void registration(byte[] bytes) {
        protocols.ask("registration", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void whatIf(byte[] bytes) {
        protocols.ask("whatIf", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void nginx(byte[] bytes) {
        protocols.ask("nginx", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void traefik(byte[] bytes) {
        protocols.ask("traefik", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void envoy(byte[] bytes) {
        protocols.ask("envoy", bytes);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = LONG)
    void token(byte[] bytes) {
        protocols.ask("token", bytes);
    }
}
