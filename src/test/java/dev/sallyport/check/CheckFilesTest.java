package dev.sallyport.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.Diagnostic;
import dev.sallyport.Directory;
import dev.sallyport.PolicyEngine;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Node;
import dev.sallyport.read.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shared files with a mistake, or with none, as far as reading and resolving them finds it; {@code expected.yaml} says what and where. */
@EnabledIf(value = "isThere", disabledReason = "../shared/conformance/check is missing")
class CheckFilesTest {

    private static final Path FOLDER = Path.of("../shared/conformance/check");

    /** Loads, although something is wrong with it: these are for the checker of the rules VAL-01 and following. */
    private static final Set<String> LEFT_TO_CHECK = Set.of(
            "val-01-password-change-without-mfa.yaml", "val-02-password-change-without-user-risk.yaml",
            "val-04-password-change-for-browsers.yaml", "val-06-risk-remediation-without-strength.yaml", "val-09-mfa-and-strength.yaml",
            "val-13-persistent-browser-in-one-application.yaml", "val-16-every-time-with-a-value.yaml", "val-17-thirty-six-hours.yaml",
            "val-18-register-device-with-compliant-device.yaml", "val-20-approved-app-on-macos.yaml", "val-21-workload-identities-with-mfa.yaml",
            "val-22-activesync-beyond-exchange.yaml", "val-23-token-protection-in-browsers.yaml", "val-25-lock-out.yaml");

    private static Node.Mapping expected;
    private static Directory directory;

    static boolean isThere() {
        return Files.isDirectory(FOLDER);
    }

    @BeforeAll
    static void readExpectations() throws Exception {
        expected = (Node.Mapping) Sources.read(List.of(FOLDER.resolve("expected.yaml")), new Diagnostics()).get(0).root();
        directory = Directory.load(FOLDER.resolve("../world/directory.yaml"));
    }

    static List<String> filesThatReadingFindsOut() throws Exception {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("expected.yaml") && !LEFT_TO_CHECK.contains(name)).sorted().toList();
        }
    }

    private static List<Diagnostic> findings(String name) {
        try {
            return PolicyEngine.load(FOLDER.resolve(name), directory).warnings();
        } catch (PolicyLoadException e) {
            return e.diagnostics();
        }
    }

    /** A value, or each of a list of values. */
    private static List<String> options(Node node) {
        if (node instanceof Node.Sequence list) {
            return list.items().stream().map(item -> ((Node.Scalar) item).text()).toList();
        }
        return node == null ? List.of() : List.of(((Node.Scalar) node).text());
    }

    private static List<Node.Mapping> expectedFindings(String name) {
        Node findings = ((Node.Mapping) expected.get(name)).get("findings");
        return ((Node.Sequence) findings).items().stream().map(Node.Mapping.class::cast).toList();
    }

    private static boolean matches(Diagnostic found, Node.Mapping wanted) {
        return options(wanted.get("severity")).contains(found.severity().toString())
                && (wanted.get("rule") == null || options(wanted.get("rule")).contains(found.rule()))
                && (wanted.get("line") == null || options(wanted.get("line")).contains(String.valueOf(found.position().line())));
    }

    @ParameterizedTest
    @MethodSource("filesThatReadingFindsOut")
    void what_is_wrong_is_found_with_its_severity_rule_and_line_and_no_other_error(String name) {
        List<Diagnostic> found = findings(name);
        for (Node.Mapping wanted : expectedFindings(name)) {
            assertThat(found).as("line " + wanted.position().line() + " of expected.yaml").anyMatch(each -> matches(each, wanted));
        }
        assertThat(found).filteredOn(Diagnostic::isError).as("errors that nobody expects")
                .allMatch(error -> expectedFindings(name).stream().anyMatch(wanted -> matches(error, wanted)));
        List<String> absent = options(((Node.Mapping) expected.get(name)).get("absent"));
        assertThat(found).extracting(Diagnostic::rule).doesNotContainAnyElementsOf(absent.isEmpty() ? List.of("no such rule") : absent);
    }

    @Test
    void every_file_is_either_found_out_here_or_left_to_the_checker_by_name() throws Exception {
        Set<String> all = new HashSet<>(filesThatReadingFindsOut());
        assertThat(all).hasSize(20);
        all.addAll(LEFT_TO_CHECK);
        assertThat(expected.entries()).extracting(entry -> entry.key().text()).containsExactlyInAnyOrderElementsOf(all);
    }

    @ParameterizedTest
    @MethodSource("filesLeftToTheChecker")
    void file_left_to_the_checker_loads_without_an_error_here(String name) {
        assertThat(findings(name)).filteredOn(Diagnostic::isError).isEmpty();
        assertThat(expectedFindings(name)).as("what the checker has to find").isNotEmpty();
    }

    static List<String> filesLeftToTheChecker() {
        return LEFT_TO_CHECK.stream().sorted().toList();
    }
}
