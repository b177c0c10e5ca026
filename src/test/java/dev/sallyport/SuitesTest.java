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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The conformance suites (their README explains the files), and a policy test for each rule of the rule book's sections 1 to 13 that no
 * other test shows. Every test is explained, so that both evaluators decide it.
 */
class SuitesTest {

    private static final Path TENANT = Path.of("src/test/resources/conformance/suites");
    private static final Path RULES = Path.of("src/test/resources/conformance/rules");

    @TestFactory
    Stream<DynamicTest> suitesOfTheTenant() throws IOException {
        return suites(TENANT);
    }

    @Tag("slow")
    @Test
    void suitesOfTheTenant_areComplete() {
        assertThat(read(TENANT)).hasSizeGreaterThanOrEqualTo(233);
    }

    @TestFactory
    Stream<DynamicTest> suitesOfTheRules() throws IOException {
        return suites(RULES);
    }

    @Tag("slow")
    @Test
    void suitesOfTheRules_areComplete() {
        assertThat(read(RULES)).hasSizeGreaterThanOrEqualTo(300);
    }

    @Test
    void nameOfATest_standsAlone() throws IOException {
        Pattern name = Pattern.compile("(?m)^  - name: \"(.+)\"$");
        for (Path folder : List.of(TENANT, RULES)) {
            List<String> names = new ArrayList<>();
            for (Path file : files(folder)) {
                name.matcher(Files.readString(file)).results().forEach(found -> names.add(found.group(1).replaceAll(" \\[.*", "")));
            }
            assertThat(names).hasSizeGreaterThan(220).doesNotHaveDuplicates().noneMatch(each -> each.matches("(?:and|nor|or|but|unless|so|which|who|whose|it|others) .*"));
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static Stream<DynamicTest> suites(Path folder) throws IOException {
        return files(folder).stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> passes(file)));
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
