package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.JsonTree;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every What If case of the conformance suites: their README explains the files. */
class WhatIfConformanceTest {

    private static final Path FOLDER = Path.of("src/test/resources/conformance");

    @TestFactory
    Stream<DynamicTest> cases() throws Exception {
        PolicyEngine engine = PolicyEngine.load(List.of(FOLDER.resolve("world/policies")), PolicyEngine.loadDirectory(FOLDER.resolve("world/directory.yaml")),
                Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC));
        List<Path> files;
        try (Stream<Path> found = Files.list(FOLDER.resolve("whatif"))) {
            files = found.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        assertThat(files).as("cases").hasSizeGreaterThanOrEqualTo(12);
        return files.stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> answersAsExpected(file, engine)));
    }

    private static void answersAsExpected(Path file, PolicyEngine engine) throws Exception {
        Diagnostics diagnostics = new Diagnostics();
        Node.Mapping root = (Node.Mapping) Sources.read(List.of(file), diagnostics).get(0).root();
        assertThat(diagnostics.toList()).isEmpty();
        Map<String, Node.Mapping> all = rows(engine.whatIf(json(root.get("body"), false)));
        assertThat(all).hasSameSizeAs(engine.policySet().policies());
        Node.Mapping expected = (Node.Mapping) root.get("expect");
        assertThat(expected.entries()).isNotEmpty();
        for (Node.Entry policy : expected.entries()) {
            Node.Mapping row = all.get(policy.key().text());
            assertThat(row).as(policy.key().text()).isNotNull();
            for (Node.Entry field : ((Node.Mapping) policy.value()).entries()) {
                assertThat(text(row.get(field.key().text()))).as(policy.key().text() + "/" + field.key().text()).isEqualTo(text(field.value()));
            }
        }
        List<String> applying = all.entrySet().stream().filter(row -> text(row.getValue().get("policyApplies")).equals("true")).map(Map.Entry::getKey).toList();
        assertThat(rows(engine.whatIf(json(root.get("body"), true))).keySet()).containsExactlyElementsOf(applying);
    }

    private static Map<String, Node.Mapping> rows(String response) throws Exception {
        Map<String, Node.Mapping> rows = new LinkedHashMap<>();
        for (Node row : ((Node.Sequence) ((Node.Mapping) JsonTree.parse(response)).get("value")).items()) {
            rows.put(text(((Node.Mapping) row).get("id")), (Node.Mapping) row);
        }
        return rows;
    }

    private static String text(Node node) {
        return ((Node.Scalar) node).text();
    }

    /** A body as JSON, with another {@code appliedPoliciesOnly}. */
    private static String json(Node node, boolean appliedPoliciesOnly) {
        if (node instanceof Node.Mapping mapping) {
            return "{" + String.join(",", mapping.entries().stream().map(entry -> quoted(entry.key().text()) + ":"
                    + (entry.key().text().equals("appliedPoliciesOnly") ? "" + appliedPoliciesOnly : json(entry.value(), appliedPoliciesOnly))).toList()) + "}";
        }
        if (node instanceof Node.Sequence list) {
            return "[" + String.join(",", list.items().stream().map(item -> json(item, appliedPoliciesOnly)).toList()) + "]";
        }
        Node.Scalar scalar = (Node.Scalar) node;
        return scalar.type() == Node.ScalarType.TEXT ? quoted(scalar.text()) : scalar.text();
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
