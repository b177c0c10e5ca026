package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.fixtures.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the seeds of the fuzzer and what it ever found, which lie where it reads and writes them. */
class FuzzCorpusTest {

    static final Path CORPUS = Path.of("src/test/resources/dev/sallyport/attack/FuzzersInputs");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    static List<String> inputs() throws IOException {
        try (Stream<Path> files = Files.walk(CORPUS)) {
            return files.filter(Files::isRegularFile).map(file -> CORPUS.relativize(file).toString().replace('\\', '/')).sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void input_ofTheCorpus_isDecidedOrRefused(String input) throws IOException {
        byte[] bytes = Files.readAllBytes(CORPUS.resolve(input));
        assertTimeoutPreemptively(LIMIT, () -> Targets.ALL.get(input.substring(0, input.indexOf('/'))).accept(bytes));
    }

    @Test
    void corpus_hasSeedsOfEveryTarget() throws IOException {
        assertThat(inputs()).extracting(input -> input.substring(0, input.indexOf('/'))).containsAll(Targets.ALL.keySet());
    }
}
