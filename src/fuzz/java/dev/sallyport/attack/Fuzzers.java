package dev.sallyport.attack;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.fixtures.Exports;
import dev.sallyport.fixtures.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Looks for bytes that break a {@linkplain Targets target}, one target a run of ten minutes:
 * {@code JAZZER_FUZZ=1 mvn -B -ntp -Pfuzz test -Dtest=Fuzzers#yaml}. What is found is written to
 * {@code src/test/resources/dev/sallyport/attack/FuzzersInputs}, where every build replays it ({@link FuzzCorpusTest}).
 */
class Fuzzers {

    private static final String LONG = "10m";

    @MethodSource("policies")
    @FuzzTest(maxDuration = LONG)
    void yaml(byte[] bytes) {
        Targets.yaml(bytes);
    }

    @MethodSource("exports")
    @FuzzTest(maxDuration = LONG)
    void json(byte[] bytes) {
        Targets.json(bytes);
    }

    @MethodSource("requests")
    @FuzzTest(maxDuration = LONG)
    void request(byte[] bytes) {
        Targets.request(bytes);
    }

    @MethodSource("bodies")
    @FuzzTest(maxDuration = LONG)
    void whatIf(byte[] bytes) {
        Targets.whatIf(bytes);
    }

    @FuzzTest(maxDuration = LONG)
    void deviceFilter(byte[] bytes) {
        Targets.deviceFilter(bytes);
    }

    @FuzzTest(maxDuration = LONG)
    void address(byte[] bytes) {
        Targets.address(bytes);
    }

    @FuzzTest(maxDuration = LONG)
    void range(byte[] bytes) {
        Targets.range(bytes);
    }

    @FuzzTest(maxDuration = LONG)
    void appPassword(byte[] bytes) {
        Targets.appPassword(bytes);
    }

    @MethodSource("signIns")
    @FuzzTest(maxDuration = LONG)
    void log(byte[] bytes) {
        Targets.log(bytes);
    }

    @FuzzTest(maxDuration = LONG)
    void table(byte[] bytes) {
        Targets.table(bytes);
    }

    @MethodSource("suites")
    @FuzzTest(maxDuration = LONG)
    void suite(byte[] bytes) {
        Targets.suite(bytes);
    }

    @MethodSource("directories")
    @FuzzTest(maxDuration = LONG)
    void edit(byte[] bytes) {
        Targets.edit(bytes);
    }

    static List<byte[]> policies() throws IOException {
        return seeds(".yaml", "rules", "samples");
    }

    static List<byte[]> exports() throws IOException {
        return seeds(".json", Exports.OWN.toString(), published("corpora"));
    }

    static List<byte[]> requests() throws IOException {
        return seeds(".yaml", "samples/requests", "samples/story");
    }

    static List<byte[]> bodies() throws IOException {
        return seeds(".json", "src/test/resources/whatif", "src/test/resources/conformance/whatif");
    }

    static List<byte[]> signIns() throws IOException {
        return seeds(".json", "src/test/resources/signins", published("signins"));
    }

    static List<byte[]> suites() throws IOException {
        return seeds(".yaml", "samples/tests", "src/test/resources/conformance/suites");
    }

    static List<byte[]> directories() throws IOException {
        return seeds("directory.yaml", "samples", "src/test/resources/conformance");
    }

    private static String published(String name) {
        return Exports.find(name).map(Path::toString).orElse("");
    }

    /** Small files, read where they lie; a folder that is missing has none. */
    private static List<byte[]> seeds(String ending, String... folders) throws IOException {
        List<byte[]> seeds = new ArrayList<>(List.of(new byte[0]));
        for (String folder : folders) {
            if (!folder.isEmpty() && Files.isDirectory(Path.of(folder))) {
                try (Stream<Path> files = Files.walk(Path.of(folder))) {
                    for (Path file : files.filter(each -> each.toString().endsWith(ending)).sorted().toList()) {
                        if (Files.isRegularFile(file) && Files.size(file) <= 16 << 10 && seeds.size() < 300) {
                            seeds.add(Files.readAllBytes(file));
                        }
                    }
                }
            }
        }
        return seeds;
    }
}
