package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.analyse.InvariantReader;
import dev.sallyport.analyse.InvariantShapes;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.JsonText;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Resources;
import dev.sallyport.read.Shape;
import dev.sallyport.read.Shape.Type;
import dev.sallyport.read.Shapes;
import dev.sallyport.suite.SuiteReader;
import dev.sallyport.suite.SuiteShapes;
import dev.sallyport.write.Conversion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas say what the readers say: the same fields, the same values; and they are what docs/schemas holds. */
class SchemasTest {

    private static final Map<String, Schema> SCHEMAS = Schemas.names().stream().collect(Collectors.toMap(name -> name,
            name -> SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(Schemas.of(name), InputFormat.JSON)));

    static List<String> names() {
        return Schemas.names();
    }

    private static List<String> errors(String schema, Sources.Document document) {
        return SCHEMAS.get(schema).validate(JsonText.indented(document.root()), InputFormat.JSON).stream().map(Object::toString).toList();
    }

    private static List<Sources.Document> yaml(String text) {
        Diagnostics found = new Diagnostics();
        List<Sources.Document> documents = Sources.parseText("x.yaml", text, found);
        assertThat(found.toList()).isEmpty();
        return documents;
    }

    @ParameterizedTest
    @MethodSource("names")
    void schema_inTheDocs_isTheGeneratedOne(String name) throws Exception {
        Path file = Path.of("docs/schemas/" + name + ".schema.json");
        if (Boolean.getBoolean("sallyport.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, Schemas.of(name));
        }
        assertThat(file).as("run the test with -Dsallyport.update=true").content().isEqualTo(Schemas.of(name));
    }

    @ParameterizedTest
    @CsvSource({"policy-set, rules/conditional-access", "policy-set, rules/security-defaults", "policy-set, rules/templates", "invariants, rules/accepted",
        "invariants, rules/invariants", "directory, samples/directory.yaml", "request, samples/requests", "request, samples/emma-at-home.yaml", "tests, samples/tests"})
    void everyFileOfOurs_isValid(String schema, String path) {
        List<Sources.Document> documents = Sources.readAll(List.of(Path.of(path)), new Diagnostics());
        assertThat(documents).isNotEmpty().allSatisfy(document -> assertThat(errors(schema, document)).as(document.root().position().toString()).isEmpty());
    }

    @Test
    void conformanceSuites_areValid() {
        Path root = Path.of("src/test/resources/conformance");
        assertThat(Sources.readAll(List.of(root.resolve("suites"), root.resolve("rules")), new Diagnostics())).hasSizeGreaterThan(20)
                .allSatisfy(document -> assertThat(errors("tests", document)).as(document.root().position().toString()).isEmpty());
        assertThat(Sources.readAll(List.of(root.resolve("world"), root.resolve("small-world")), new Diagnostics())).hasSizeGreaterThan(20)
                .allSatisfy(document -> assertThat(errors(document.file().endsWith("directory.yaml") ? "directory" : "policy-set", document)).isEmpty());
    }

    @Test
    void exportThatWasMadeYaml_isValid() {
        List<Sources.Document> json = Sources.parseText("x.json", """
                {"@odata.context": "c", "id": "p", "displayName": "P", "state": "enabled", "grantControls": {"operator": "OR", "builtInControls": ["block"], "termsOfUse": []},
                 "conditions": {"clientAppTypes": ["all"], "locations": null, "newCondition": {"x": 1}, "applications": {"includeApplications": ["All"]},
                  "users": {"includeUsers": ["All"]}}}
                """, new Diagnostics());
        Resources none = Resources.of(List.of(), new Diagnostics());
        String text = new Conversion(none.policySet(), none.directory(), none.directory(), new Diagnostics()).toYaml(Resources.list(json, new Diagnostics()));
        assertThat(yaml(text)).allSatisfy(document -> assertThat(errors("policy-set", document)).as(text).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "policy-set | displayName: P",
        "policy-set | kind: conditionalAccesPolicy",
        "policy-set | { kind: conditionalAccessPolicy, state: enabled }",
        "policy-set | { kind: conditionalAccessPolicy, state: enable, conditions: {} }",
        "policy-set | { kind: conditionalAccessPolicy, state: enabled, conditions: { users: { includeUser: [All] } } }",
        "policy-set | { kind: conditionalAccessPolicy, state: enabled, conditions: { users: { includeUsers: All } } }",
        "policy-set | { kind: conditionalAccessPolicy, state: enabled, conditions: { clientAppTypes: [browsers] } }",
        "policy-set | { kind: conditionalAccessPolicy, state: enabled, conditions: {}, grantControls: { operator: or, builtInControls: [mfa] } }",
        "policy-set | { kind: conditionalAccessPolicy, state: enabled, conditions: {}, grantControls: { builtInControls: [requireMfa] } }",
        "policy-set | { kind: conditionalAccessPolicy, state: enabled, conditions: {}, sessionControls: { signInFrequency: { value: four, type: hours } } }",
        "policy-set | { kind: conditionalAccessPolicy, state: enabled, conditions: {}, grantControl: {} }",
        "policy-set | { kind: ipNamedLocation, displayName: HQ }",
        "policy-set | { kind: ipNamedLocation, displayName: HQ, ipRanges: [198.51.100.0/24] }",
        "policy-set | { kind: mfaSettings, rememberMfaDays: 366 }",
        "policy-set | { kind: mfaSettings, allowAppPasswords: yes }",
        "directory | { kind: directory, users: [{ displayName: Ann }] }",
        "directory | { kind: directory, users: [{ userPrincipalName: a, perUserMfaState: on }] }",
        "directory | { kind: directory, users: [{ userPrincipalName: a, perUserMfaEnabledDateTime: 2026-11-01T09:00:00 }] }",
        "directory | { kind: directory, users: [{ userPrincipalName: a, authenticationMethods: [sms] }] }",
        "directory | { kind: directory, group: [] }",
        "request | { user: a, ipAdress: 192.0.2.1 }",
        "request | { user: a, clientAppType: browsers }",
        "request | { user: a, createdDateTime: 22.11.2026 }",
        "request | { kind: signin, user: a }",
        "request | [{ user: a }, { usr: b }]",
        "tests | { kind: policyTests }",
        "tests | { kind: policyTests, tests: [{ request: {} }] }",
        "tests | { kind: policyTests, tests: [{ name: a, request: {}, expect: { outcome: allowed } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, request: {}, expects: {} }] }",
        "tests | { kind: policyTests, tests: [{ name: a, request: {}, expect: { reason: mfaRequried } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, request: {}, expect: { reason: { code: mfa } } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, request: {}, expect: { requiredControls: mfa } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, request: {}, expect: { policies: { p: fail } } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, request: {}, expect: { policies: { p: { conditionNotSatisfied: [users] } } } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, matrix: { users: [ann] }, expect: { outcome: allow } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, matrix: { user: ann }, expect: { outcome: allow } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, given: { users: { ann: { perUserMfaState: on } } }, request: {}, expect: { outcome: allow } }] }",
        "tests | { kind: policyTests, tests: [{ name: a, timeline: [{ users: { enable: ann } }] }] }",
        "tests | { kind: policyTests, tests: [{ name: a, timeline: [{ at: 2026-11-01T09:00:00Z, users: { enabled: ann } }] }] }",
        "tests | { kind: policyTests, tests: [{ name: a, timeline: [{ at: 2026-11-01T09:00:00Z, users: { register: { user: ann } } }] }] }",
        "invariants | { kind: invariant }",
        "invariants | { kind: invariants, invariants: [{ for: { groups: [a] } }] }",
        "invariants | { kind: invariants, invariants: [{ name: a, for: { group: [a] } }] }",
        "invariants | { kind: invariants, invariants: [{ name: a, on: { kind: [signin] } }] }",
        "invariants | { kind: invariants, invariants: [{ name: a, on: { groups: [a] } }] }",
        "invariants | { kind: invariants, invariants: [{ name: a, always: { outcome: blocked } }] }",
        "invariants | { kind: invariants, invariants: [{ name: a, never: { requires: { any: [mfa] } } }] }",
        "invariants | { kind: invariants, invariants: [{ name: a, always: { requires: { any: [block] } } }] }",
        "invariants | { kind: invariants, accepted: [{ name: a, for: { breakGlass: true } }] }",
    })
    void typicalSlip_isRefused(String schema, String text) {
        assertThat(yaml(text)).allSatisfy(document -> assertThat(errors(schema, document)).as(text).isNotEmpty());
    }

    @Test
    void oneOrSeveral_ofWhatATimelineChanges_areValid() {
        for (String users : List.of("enable: ann", "enable: [ann, bob]", "register: { user: ann, method: sms }", "register: [{ user: ann, method: sms }]")) {
            String text = "{ kind: policyTests, tests: [{ name: a, timeline: [{ at: 2026-11-01T09:00:00Z, users: { " + users + " } }] }] }";
            assertThat(yaml(text)).allSatisfy(document -> assertThat(errors("tests", document)).as(text).isEmpty());
        }
    }

    // ---- schema and reader cannot drift apart

    record Place(String kind, List<String> path, Shape shape) {

        /** Whether it belongs to a request, whose values are looked at when it is decided. */
        boolean isOfRequest() {
            return Shapes.REQUESTS.containsKey(kind) || SuiteShapes.TESTS.containsKey(kind) && path.stream().anyMatch(List.of("request", "defaults", "matrix")::contains);
        }

        @Override
        public String toString() {
            return kind + " " + String.join(".", path);
        }
    }

    private static List<Place> places(boolean isObject) {
        List<Place> places = new ArrayList<>();
        Stream.of(Shapes.POLICY_SET, Shapes.DIRECTORIES, Shapes.REQUESTS, SuiteShapes.TESTS, InvariantShapes.INVARIANTS).flatMap(map -> map.entrySet().stream())
                .forEach(kind -> places(kind.getKey(), List.of(), kind.getValue(), isObject, places));
        return places;
    }

    private static void places(String kind, List<String> path, Shape shape, boolean isObject, List<Place> places) {
        Place place = new Place(kind, path, shape);
        boolean isWanted = isObject ? shape.type() == Type.OBJECT || !shape.fields().isEmpty() : !shape.values().isEmpty() && !place.isOfRequest();
        if (isWanted) {
            places.add(place);
        }
        shape.fields().forEach((name, field) -> places(kind, Stream.concat(path.stream(), Stream.of(name)).toList(), field, isObject, places));
        if (shape.type() == Type.LIST) {
            places(kind, Stream.concat(path.stream(), Stream.of("[]")).toList(), shape.items(), isObject, places);
        } else if (shape.type() == Type.OPEN && shape.fields().isEmpty() && SuiteShapes.TESTS.containsKey(kind)) {
            String key = path.get(path.size() - 1).equals("users") ? "emma.hart@contoso.com" : "block-legacy-authentication";
            places(kind, Stream.concat(path.stream(), Stream.of(key)).toList(), shape.items(), isObject, places);
        }
    }

    /** What else an object of a suite needs to be read as a whole, when it has this field. */
    private static String besides(String object, String name) {
        if (object.equals("policyTests")) {
            return name.equals("tests") ? "" : "tests: [{ name: a, request: {}, expect: { outcome: allow } }]";
        }
        List<String> fields = new ArrayList<>(object.equals("tests") ? List.of("name: a") : List.of("at: 2026-11-01T09:00:00Z"));
        if (!name.equals("timeline") && !name.equals("users")) {
            fields.addAll(Stream.of("request: {}", "expect: { outcome: allow }").filter(field -> !field.startsWith(name + ":")).toList());
        }
        return String.join(", ", fields.stream().filter(field -> !field.startsWith(name + ":")).toList());
    }

    /** A document that has nothing but one value, at this place, and what it takes to be read so far. */
    private static List<Diagnostic> read(Place place, String value) {
        String inner = value;
        boolean isSuite = SuiteShapes.TESTS.containsKey(place.kind);
        for (int i = place.path.size() - 1; i >= 0; i--) {
            String name = place.path.get(i);
            String object = i == 0 ? place.kind : place.path.get(i - 1).equals("[]") ? place.path.get(i - 2) : "";
            String besides = isSuite && List.of("policyTests", "tests", "timeline").contains(object) ? besides(object, name) : "";
            inner = name.equals("[]") ? "[" + inner + "]" : "{ \"" + name + "\": " + inner + (besides.isEmpty() ? "" : ", " + besides) + " }";
        }
        String fields = inner.substring(1, inner.length() - 1);
        List<Sources.Document> documents = yaml("{ kind: " + place.kind + ", " + fields + " }");
        Diagnostics found = new Diagnostics();
        if (isSuite) {
            new SuiteReader(List.of(Path.of("rules/conditional-access/block-legacy-authentication.yaml")), List.of(Path.of("samples/directory.yaml")), Instant.EPOCH, found)
                    .of(documents);
        } else if (InvariantShapes.INVARIANTS.containsKey(place.kind)) {
            new InvariantReader(found).read(documents);
        } else if (Shapes.REQUESTS.containsKey(place.kind)) {
            documents.forEach(document -> new RequestReader(found).read(document.root()));
        } else {
            Resources.of(documents, found);
        }
        return found.toList();
    }

    private static TreeSet<String> listed(List<Diagnostic> found, String code, String name) {
        Diagnostic unknown = found.stream().filter(each -> each.code().equals(code) && each.message().contains("`" + name + "`")).findFirst().orElse(null);
        return unknown == null || unknown.help() == null ? null : new TreeSet<>(List.of(unknown.help().replace("use one of ", "").split(", ")));
    }

    /** All but the parts of a strength inside a policy, which are read only when it is there in full. */
    static List<Place> objects() {
        return places(true).stream().filter(place -> !place.path.contains("authenticationStrength") || !place.path.contains("combinationConfigurations")).toList();
    }

    static List<Place> choices() {
        return places(false);
    }

    @ParameterizedTest
    @MethodSource("objects")
    void fieldsOfEveryObject_areThoseThatTheReaderTakes(Place place) {
        TreeSet<String> known = listed(read(place, "{ zzzzzzzz: [1] }"), "SP1102", "zzzzzzzz");
        assertThat(known).as("%s", place).isNotNull();
        TreeSet<String> ours = new TreeSet<>(place.shape.fields().keySet());
        // what every resource may have; another name for deviceOwnership; what only a registration has
        boolean isRequest = place.isOfRequest() && (place.path.isEmpty() || List.of("request", "defaults", "matrix").contains(place.path.get(place.path.size() - 1)));
        List<String> besides = isRequest ? List.of("kind", "method", "displayName")
                : List.of("kind", "graph", "@odata.type", "ownership");
        known.removeAll(besides);
        ours.removeAll(besides);
        assertThat(ours).isEqualTo(known);
    }

    @ParameterizedTest
    @MethodSource("choices")
    void valuesOfEveryChoice_areThoseThatTheReaderTakes(Place place) {
        TreeSet<String> known = listed(read(place, "zzzzzzzz"), "SP1104", "zzzzzzzz");
        assertThat(known).as("%s", place).isEqualTo(new TreeSet<>(place.shape.values()));
    }
}
