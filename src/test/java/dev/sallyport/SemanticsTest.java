package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.SuiteReader;
import dev.sallyport.suite.TestCase;
import dev.sallyport.suite.TestRun;
import dev.sallyport.suite.TestRun.Result;
import dev.sallyport.suite.TestRun.Status;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Rules of sections 1 to 13 that no other test shows, a policy test each. Each is explained, so that both evaluators decide it. */
class SemanticsTest {

    private static final Path SUITES = Path.of("src/test/resources/semantics/suites");

    @TestFactory
    Stream<DynamicTest> suites() {
        Diagnostics diagnostics = new Diagnostics();
        List<TestCase> cases = new SuiteReader(List.of(), List.of(), Instant.EPOCH, diagnostics).read(List.of(SUITES));
        assertThat(diagnostics.toList()).filteredOn(Diagnostic::isError).isEmpty();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(220);
        return new TestRun(true, (number, test, decision) -> { }).run(cases).stream()
                .map(result -> DynamicTest.dynamicTest(result.test().file() + " " + result.test().title(), () -> passes(result)));
    }

    private static void passes(Result result) {
        assertThat(result.failures()).isEmpty();
        assertThat(result.unusable()).isNull();
        assertThat(result.status()).isEqualTo(Status.PASSED);
    }
}
