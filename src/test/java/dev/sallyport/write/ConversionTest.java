package dev.sallyport.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.fixtures.Exports;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.References;
import dev.sallyport.read.Resources;
import dev.sallyport.read.Resources.Written;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is converted and converted back is the same: JSON to the last null, keys in another order aside. */
class ConversionTest {

    @TempDir
    Path folder;

    private final Diagnostics found = new Diagnostics();
    private Directory directory = Directory.empty();

    static List<Path> published() throws Exception {
        Path folder = Exports.find("corpora").orElse(null);
        if (folder == null) {
            return List.of(Path.of("corpora"));                 // so that one skipped test is to be seen
        }
        try (Stream<Path> walk = Files.list(folder)) {
            return walk.filter(Files::isDirectory).sorted().toList();
        }
    }

    private List<Sources.Document> read(String name, String text) throws Exception {
        Path file = folder.resolve(name);
        Files.writeString(file, text, StandardCharsets.UTF_8);
        Diagnostics problems = new Diagnostics();
        List<Sources.Document> documents = Sources.readAll(List.of(file), problems);
        assertThat(problems.toList()).as(text).isEmpty();
        return documents;
    }

    private Conversion conversion(List<Sources.Document> documents) {
        Resources own = Resources.of(documents, new Diagnostics());
        return new Conversion(own.policySet(), directory, own.directory(), found);
    }

    private String toYaml(List<Sources.Document> documents) {
        return conversion(documents).toYaml(Resources.list(documents, new Diagnostics()));
    }

    private String toGraph(List<Sources.Document> documents) {
        return conversion(documents).toGraph(Resources.list(documents, new Diagnostics()));
    }

    private static List<String> nodes(List<Sources.Document> documents) {
        return Resources.list(documents, new Diagnostics()).stream().map(Written::node).map(ConversionTest::strict).sorted().toList();
    }

    /** A value with its types, every key and every null; only the order of keys is lost. */
    private static String strict(Node node) {
        if (node instanceof Node.Mapping mapping) {
            return mapping.entries().stream().map(entry -> entry.key().text() + "=" + strict(entry.value())).sorted().toList().toString();
        }
        if (node instanceof Node.Sequence sequence) {
            return "list" + sequence.items().stream().map(ConversionTest::strict).toList();
        }
        Node.Scalar scalar = (Node.Scalar) node;
        return scalar.type() + "<" + scalar.text() + ">";
    }

    /** A policy set without places, and with ids where names stood. */
    private static String meaning(Object value) throws ReflectiveOperationException {
        if (value instanceof Reference reference) {
            return reference.id().toLowerCase(java.util.Locale.ROOT);
        }
        if (value instanceof Position) {
            return "";
        }
        if (value instanceof Map<?, ?> map) {
            return new java.util.TreeMap<>(map).toString();
        }
        if (value instanceof Collection<?> values) {
            List<String> parts = new ArrayList<>();
            for (Object each : values) {
                parts.add(meaning(each));
            }
            parts.sort(Comparator.naturalOrder());
            return parts.toString();
        }
        if (value instanceof Record) {
            StringBuilder text = new StringBuilder(value.getClass().getSimpleName());
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                text.append(' ').append(component.getName()).append('=')
                        .append(component.getName().equals("version") ? "" : meaning(component.getAccessor().invoke(value)));
            }
            return text.toString();
        }
        return String.valueOf(value);
    }

    @ParameterizedTest
    @MethodSource("published")
    void publishedExport_toYamlAndBack_isTheSameJson_andMeansTheSame(Path root) throws Exception {
        Exports.folder("corpora");
        comeBack(root);
    }

    @Test
    void ownExport_toYamlAndBack_isTheSameJson_andMeansTheSame() throws Exception {
        comeBack(Exports.OWN);
    }

    private void comeBack(Path root) throws Exception {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        int resources = 0;
        for (Path file : files) {
            Diagnostics problems = new Diagnostics();
            List<Sources.Document> json = Sources.readAll(List.of(file), problems);
            if (problems.hasErrors()) {
                continue;
            }
            String text = toYaml(json);
            List<Sources.Document> yaml = read("x.yaml", text);
            List<Sources.Document> back = read("x.json", toGraph(yaml));
            assertThat(nodes(back)).as(file + "\n" + text).isEqualTo(nodes(json));
            assertThat(toYaml(back)).as("%s", file).isEqualTo(text);

            Resources before = Resources.of(json, problems);
            Diagnostics after = new Diagnostics();
            Resources converted = Resources.of(yaml, after);
            assertThat(after.toList().stream().filter(Diagnostic::isError).map(Diagnostic::message).toList()).as(file + "\n" + text)
                    .isEqualTo(problems.toList().stream().filter(Diagnostic::isError).map(Diagnostic::message).toList());
            PolicySet expected = References.resolve(before.policySet(), Directory.empty(), new Diagnostics());
            PolicySet resolved = References.resolve(converted.policySet(), Directory.empty(), after);
            if (!after.hasErrors()) {                           // a name that stands for nothing is no YAML (IMP-02)
                assertThat(meaning(resolved)).as(file + "\n" + text).isEqualTo(meaning(expected));
            }
            assertThat(meaning(converted.directory().groups())).isEqualTo(meaning(before.directory().groups()));
            resources += nodes(back).size();
        }
        assertThat(resources).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rules/conditional-access/require-mfa-outside-trusted-locations.yaml", "rules/conditional-access/block-legacy-authentication.yaml", "rules/templates"})
    void attack_112_yaml_toGraphAndBack_isTheSameText(String path) throws Exception {
        directory = PolicyEngine.loadDirectory(Path.of("samples/directory.yaml"));
        List<Sources.Document> yaml = Sources.readAll(List.of(Path.of(path)), new Diagnostics());
        assertThat(toYaml(read("x.json", toGraph(yaml)))).isEqualTo(toYaml(yaml));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rules/conditional-access", "rules/security-defaults", "rules/templates", "samples/directory.yaml"})
    void yaml_toGraphAndBack_isTheSame_exceptForWhatGraphDoesNotHave(String path) throws Exception {
        directory = PolicyEngine.loadDirectory(Path.of("samples/directory.yaml"));
        List<Sources.Document> yaml = Sources.readAll(List.of(Path.of(path)), new Diagnostics());
        List<Sources.Document> back = read("y.yaml", toYaml(read("x.json", toGraph(yaml))));
        List<String> lost = List.of("kind=TEXT<mfaSettings>", "enforcedMfa", "kind=TEXT<directory>");
        assertThat(nodes(back)).filteredOn(node -> lost.stream().noneMatch(node::contains))
                .containsExactlyElementsOf(nodes(yaml).stream().filter(node -> lost.stream().noneMatch(node::contains)).toList());
        Resources before = Resources.of(yaml, new Diagnostics());
        Resources after = Resources.of(back, found);
        assertThat(meaning(after.directory().users())).isEqualTo(meaning(before.directory().users()));
        assertThat(meaning(after.directory().groups())).isEqualTo(meaning(before.directory().groups()));
        assertThat(meaning(after.directory().devices())).isEqualTo(meaning(before.directory().devices()));
        assertThat(meaning(after.directory().applications())).isEqualTo(meaning(before.directory().applications()));
        assertThat(meaning(after.directory().servicePrincipals())).isEqualTo(meaning(before.directory().servicePrincipals()));
    }

    @Test
    void names_standForIds_thatTheDirectoryKnows_andLeadBack() throws Exception {
        String json = """
                {"id": "p", "displayName": "P", "state": "enabled", "grantControls": {"operator": "OR", "builtInControls": ["block"]},
                 "conditions": {"clientAppTypes": ["all"], "applications": {"includeApplications": ["797f4846-ba00-4fd7-ba43-dac1f8f63013"]},
                  "users": {"includeRoles": ["62e90394-69f5-4237-9190-012177145e10"], "includeUsers": ["All"],
                   "excludeGroups": ["bb4c1843-cd17-417b-a23d-5adc46d06115", "BB4C1843-cd17-417b-a23d-5adc46d06115", "11111111-1111-1111-1111-111111111111"]}}}
                """;
        directory = PolicyEngine.loadDirectory(Path.of("samples/directory.yaml"));
        String yaml = toYaml(read("x.json", json));
        assertThat(yaml).isEqualTo("""
                kind: conditionalAccessPolicy
                id: p
                displayName: P
                state: enabled
                conditions:
                  users:
                    includeUsers: [All]
                    includeRoles:
                      - Global Administrator  # 62e90394-69f5-4237-9190-012177145e10
                    excludeGroups:
                      - Break glass  # bb4c1843-cd17-417b-a23d-5adc46d06115
                      - BB4C1843-cd17-417b-a23d-5adc46d06115
                      - 11111111-1111-1111-1111-111111111111
                  applications:
                    includeApplications:
                      - Windows Azure Service Management API  # 797f4846-ba00-4fd7-ba43-dac1f8f63013
                  clientAppTypes: [all]
                grantControls: { operator: OR, builtInControls: [block] }
                """);
        assertThat(nodes(read("y.json", toGraph(read("y.yaml", yaml))))).isEqualTo(nodes(read("x.json", json)));
    }

    @Test
    void names_thatAnExportHasWhereGraphHasIds_stayNames() throws Exception {
        String json = """
                {"displayName": "P", "state": "enabled", "grantControls": {"builtInControls": ["block"]},
                 "conditions": {"applications": {"includeApplications": ["All"]}, "users": {"includeRoles": ["Global Administrator"]}}}
                """;
        String yaml = toYaml(read("x.json", json));
        assertThat(nodes(read("y.json", toGraph(read("y.yaml", yaml))))).isEqualTo(nodes(read("x.json", json)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "NO", "y", "on", "~", "null", "", " ", "1.0", "010", "0x1F", "1_000", "12:30:45", "2026-11-22", "2026-11-22T10:15:00Z", ".5", "-", "- a",
        "a: b", "a:b", "a #b", "# a", "trailing ", " leading", "tab\there", "line\nline", "line\n", "\n", "\nline", "line\n\nline", "line\n ", " line\nline", "\u2028", "\u0085",
        "\uFEFFx", "\u0000", "\u0007", "\uD83D\uDE80 rocket", "caf\u00e9", "e\u0301", "\u202Eabc", "it's", "\"quoted\"", "both ' and \"", "back\\slash", "[a]", "{a}", "a, b",
        "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "?", "<<", "=", "---", "...", "--- a", "%YAML 1.2", "\u00a0", "a\r\nb", "a\rb", "'", "\"", "a'b", "<RING>", "true", "True",
        "a\\nb", "trailing:", "x:\ty", "line: a\n# no comment\nb: c"})
    void everyText_comesBackExactly(String text) throws Exception {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> quoted.append(String.format("\\u%04x", c)));
        quoted.append('"');
        String key = text.length() > 100 ? "\"x\"" : "\"x-" + quoted.substring(1);
        String json = "{\"displayName\": " + quoted + ", \"state\": \"enabled\", " + key + ": 1E5, \"grantControls\": {\"builtInControls\": [\"block\"], "
                + "\"customAuthenticationFactors\": [" + quoted + "]}, \"conditions\": {\"users\": {\"includeGroups\": [" + quoted + ", " + quoted + "]}}}";
        String yaml = toYaml(read("x.json", json));
        assertThat(nodes(read("y.json", toGraph(read("y.yaml", yaml))))).as(yaml).isEqualTo(nodes(read("x.json", json)));
    }

    @Test
    void longText_comesBackExactly() throws Exception {
        everyText_comesBackExactly("long ".repeat(2000) + "x");
        everyText_comesBackExactly("x".repeat(70_000));
    }

    @Test
    void valuesThatGraphDoesNotHave_areReportedAndNotWritten() throws Exception {
        String graph = toGraph(Sources.readAll(List.of(Path.of("rules/conditional-access")), new Diagnostics()));
        assertThat(graph).doesNotContain("createapppassword").doesNotContain("enforcedMfa").doesNotContain("trustedIps");
        assertThat(found.toList()).extracting(Diagnostic::message).contains(
                "Graph has no user action `urn:user:createapppassword`: it is not written",
                "nothing else is left of the policy: it is not written", "Graph has no `mfaSettings`: they are not written");
        assertThat(found.hasErrors()).isFalse();
    }

    @Test
    void policyThatKeepsOtherControls_isWrittenWithoutOurs() throws Exception {
        String graph = toGraph(read("x.yaml", """
                kind: conditionalAccessPolicy
                displayName: P
                state: enabled
                conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
                grantControls: { operator: OR, builtInControls: [enforcedMfa, mfa] }
                """));
        assertThat(graph.replaceAll("\\s+", "")).contains("\"builtInControls\":[\"mfa\"]");
        assertThat(found.toList()).extracting(Diagnostic::code).containsExactly("SP1701");
    }

    @Test
    void files_areNamedAfterPolicies_andToldApartByTheirIds() throws Exception {
        String policy = "{\"id\": \"%s\", \"displayName\": \"%s\", \"state\": \"enabled\", \"conditions\": {}, \"grantControls\": {}}";
        List<Sources.Document> json = read("x.json", "[" + String.join(",", policy.formatted("aaaaaaaa-1", "CA001: Block – legacy/auth"), policy.formatted("bbbbbbbb-2", "ca001 block legacy auth"),
                policy.formatted("c", "\u65e5\u672c"), policy.formatted("d", "Ünïcode"), policy.formatted("e", "../../etc/passwd"),
                "{\"@odata.type\": \"#microsoft.graph.ipNamedLocation\", \"displayName\": \"HQ\", \"ipRanges\": []}",
                "{\"id\": \"g\", \"displayName\": \"Staff\", \"groupTypes\": []}") + "]");
        assertThat(conversion(json).toYamlFiles(Resources.list(json, found)).keySet()).containsExactlyInAnyOrder(
                "policies/ca001-block-legacy-auth-aaaaaaaa.yaml", "policies/ca001-block-legacy-auth-bbbbbbbb.yaml", "policies/c.yaml", "policies/unicode.yaml",
                "policies/etc-passwd.yaml", "named-locations.yaml", "directory.yaml");
    }
}
