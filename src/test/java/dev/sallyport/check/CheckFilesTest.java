package dev.sallyport.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Directory;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files with a mistake, or with none: {@code expected.yaml} lists the findings of each and their lines. Those that are not YAML are in {@code broken}. */
class CheckFilesTest {

    private static final Path FOLDER = Path.of("src/test/resources/conformance/check");

    private static Node.Mapping expected;
    private static Directory directory;

    @BeforeAll
    static void readExpectations() throws Exception {
        expected = (Node.Mapping) Sources.read(List.of(FOLDER.resolve("expected.yaml")), new Diagnostics()).get(0).root();
        directory = PolicyEngine.loadDirectory(FOLDER.resolve("../world/directory.yaml"));
    }

    static List<String> files() throws Exception {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(Files::isRegularFile).map(file -> FOLDER.relativize(file).toString().replace('\\', '/')).filter(name -> !name.equals("expected.yaml")).sorted().toList();
        }
    }

    private static List<Diagnostic> findings(List<String> names) {
        Diagnostics read = new Diagnostics();
        List<Sources.Document> documents = Sources.read(names.stream().map(FOLDER::resolve).toList(), read);
        return Check.of(documents, directory, Instant.parse("2026-11-22T09:00:00Z"), read).findings();
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
    @MethodSource("files")
    void mistakes_ofAFile_areFoundAtTheirLinesAndNoOthers(String name) {
        List<Diagnostic> found = findings(List.of(name));
        for (Node.Mapping wanted : expectedFindings(name)) {
            assertThat(found).as("line " + wanted.position().line() + " of expected.yaml").anyMatch(each -> matches(each, wanted));
        }
        assertThat(found).filteredOn(Diagnostic::isError).as("unexpected errors")
                .allMatch(error -> expectedFindings(name).stream().anyMatch(wanted -> matches(error, wanted)));
        List<String> absent = options(((Node.Mapping) expected.get(name)).get("absent"));
        assertThat(found).extracting(Diagnostic::rule).doesNotContainAnyElementsOf(absent.isEmpty() ? List.of("no such rule") : absent);
    }

    @Test
    void files_ofTheFolder_haveTheirExpectations() throws Exception {
        assertThat(expected.entries()).extracting(entry -> entry.key().text()).containsExactlyInAnyOrderElementsOf(files());
    }

    /** Those that are not to be checked alone are found out together as well: one broken file hides nothing. */
    @Test
    void files_checkedTogether_giveWhatEachGivesAlone() throws Exception {
        List<String> names = files().stream().filter(name -> ((Node.Mapping) expected.get(name)).get("alone") == null).toList();
        List<Diagnostic> together = findings(names);
        for (String name : names) {
            for (Node.Mapping wanted : expectedFindings(name)) {
                assertThat(together).as(name).anyMatch(each -> each.position().file().endsWith(name) && matches(each, wanted));
            }
        }
    }
}
