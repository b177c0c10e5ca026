package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.suite.SuiteReader;
import dev.sallyport.suite.TestCase;
import dev.sallyport.suite.TestRun;
import dev.sallyport.suite.TestRun.Failure;
import dev.sallyport.suite.TestRun.Result;
import dev.sallyport.suite.TestRun.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The shared conformance suites (their README says how to read them) and a policy test for each rule of sections 1 to 13 that no
 * other test shows. Every test is explained, so that both evaluators decide it.
 */
class SuitesTest {

    private static final Path SHARED = Path.of("../shared/conformance/suites");
    private static final Path SEMANTICS = Path.of("src/test/resources/semantics/suites");

    static boolean sharedIsThere() {
        return Files.isDirectory(SHARED);
    }

    @TestFactory
    @EnabledIf("sharedIsThere")
    Stream<DynamicTest> conformance() throws IOException {
        return suites(SHARED);
    }

    @Tag("slow")
    @Test
    @EnabledIf("sharedIsThere")
    void conformance_isComplete() {
        assertThat(read(SHARED)).hasSizeGreaterThanOrEqualTo(234);
    }

    @TestFactory
    Stream<DynamicTest> semantics() throws IOException {
        return suites(SEMANTICS);
    }

    @Tag("slow")
    @Test
    void semantics_areComplete() {
        assertThat(read(SEMANTICS)).hasSizeGreaterThanOrEqualTo(300);
    }

    private static Stream<DynamicTest> suites(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> passes(file)));
        }
    }

    private static List<TestCase> read(Path suites) {
        Diagnostics diagnostics = new Diagnostics();
        List<TestCase> cases = new SuiteReader(List.of(), List.of(), Instant.EPOCH, diagnostics).read(List.of(suites));
        assertThat(diagnostics.toList()).filteredOn(Diagnostic::isError).isEmpty();
        return cases;
    }

    private static void passes(Path suite) {
        List<Result> results = new TestRun(true, (number, test, decision) -> { }).run(read(suite));
        assertThat(results).isNotEmpty();
        String failed = results.stream().filter(result -> result.status() != Status.PASSED)
                .map(result -> result.test().title() + ": " + (result.unusable() != null ? result.unusable() : result.failures().stream().map(Failure::differences).toList()))
                .collect(Collectors.joining("\n"));
        assertThat(failed).isEmpty();
    }
}
