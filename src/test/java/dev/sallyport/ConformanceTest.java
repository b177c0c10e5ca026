package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.explain.DecisionWriter;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.PolicySet;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Node;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Resources;
import dev.sallyport.read.Sources;
import dev.sallyport.read.Sources.Document;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;

/** Every case of the shared conformance suites (their README says how to read them). Skipped where the folder is missing. */
@EnabledIf("isThere")
class ConformanceTest {

    private static final Path FOLDER = Path.of("../shared/conformance");

    static boolean isThere() {
        return Files.isDirectory(FOLDER);
    }

    @TestFactory
    Stream<DynamicTest> suites() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER.resolve("suites"))) {
            for (Path file : files.sorted().toList()) {
                tests.addAll(suite(file));
            }
        }
        assertThat(tests).as("cases").hasSizeGreaterThan(230);
        return tests.stream();
    }

    private static List<DynamicTest> suite(Path file) {
        Diagnostics diagnostics = new Diagnostics();
        Node.Mapping suite = (Node.Mapping) Sources.read(List.of(file), diagnostics).get(0).root();
        assertThat(diagnostics.toList()).isEmpty();
        List<Document> world = Sources.read(paths(file, suite.get("policies")), diagnostics);
        List<Document> directory = Sources.read(paths(file, suite.get("directory")), diagnostics);
        List<DynamicTest> tests = new ArrayList<>();
        for (Node node : ((Node.Sequence) suite.get("tests")).items()) {
            Node.Mapping test = (Node.Mapping) node;
            String name = text(test.get("name"));
            if (test.get("timeline") instanceof Node.Sequence timeline) {
                tests.add(DynamicTest.dynamicTest(file.getFileName() + " " + name, () -> new Case(suite, test, world, directory).run(timeline)));
            } else {
                for (Node.Mapping request : requests(suite, test)) {
                    tests.add(DynamicTest.dynamicTest(file.getFileName() + " " + name,
                            () -> new Case(suite, test, world, directory).run(request, test.get("expect"))));
                }
            }
        }
        return tests;
    }

    private static List<Path> paths(Path file, Node list) {
        return ((Node.Sequence) list).items().stream().map(item -> file.getParent().resolve(text(item)).normalize()).toList();
    }

    private static String text(Node node) {
        return ((Node.Scalar) node).text();
    }

    /** The request of a test on top of the suite's defaults, once for each cell of the matrix. */
    private static List<Node.Mapping> requests(Node.Mapping suite, Node.Mapping test) {
        Node.Mapping base = merge((Node.Mapping) suite.get("defaults"), (Node.Mapping) test.get("request"));
        base = base.get("applications") != null ? without(base, "application") : base;
        List<Node.Mapping> cells = List.of(base);
        if (test.get("matrix") instanceof Node.Mapping matrix) {
            for (Node.Entry axis : matrix.entries()) {
                List<Node.Mapping> wider = new ArrayList<>();
                for (Node.Mapping cell : cells) {
                    for (Node value : ((Node.Sequence) axis.value()).items()) {
                        wider.add(merge(cell, new Node.Mapping(cell.position(), List.of(new Node.Entry(axis.key(), value)))));
                    }
                }
                cells = wider;
            }
        }
        return cells;
    }

    private static Node.Mapping merge(Node.Mapping base, Node.Mapping over) {
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        for (Node.Mapping each : Arrays.asList(base, over)) {
            if (each != null) {
                each.entries().forEach(entry -> entries.put(entry.key().text(), entry));
            }
        }
        return new Node.Mapping(over.position(), List.copyOf(entries.values()));
    }

    private static Node.Mapping without(Node.Mapping node, String key) {
        return new Node.Mapping(node.position(), node.entries().stream().filter(entry -> !entry.key().text().equals(key)).toList());
    }

    /** One test: its world, and the users as they are at the time. */
    private static final class Case {

        private final Node.Mapping defaults;
        private final PolicySet set;
        private Directory users;
        private Instant now;

        Case(Node.Mapping suite, Node.Mapping test, List<Document> world, List<Document> directory) {
            Diagnostics diagnostics = new Diagnostics();
            Node.Mapping given = test.get("given") instanceof Node.Mapping mapping ? mapping : new Node.Mapping(test.position(), List.of());
            List<Document> documents = new ArrayList<>(world);
            for (String kind : List.of("securityDefaults", "mfaSettings", "evaluationSettings")) {
                if (given.get(kind) instanceof Node.Mapping fields) {
                    documents.add(document(merge(kind(kind, fields), fields)));
                }
            }
            defaults = (Node.Mapping) suite.get("defaults");
            set = narrowed(Resources.of(documents, diagnostics).policySet(), given);
            List<Document> people = directory.stream().map(each -> new Document(each.file(), changed((Node.Mapping) each.root(), given))).toList();
            users = Resources.of(people, diagnostics).directory();
            now = Instant.parse(text(suite.get("clock")));
            assertThat(diagnostics.toList()).filteredOn(Diagnostic::isError).isEmpty();
        }

        void run(Node.Sequence timeline) throws Exception {
            for (Node step : timeline.items()) {
                Node.Mapping at = (Node.Mapping) step;
                now = Instant.parse(text(at.get("at")));
                if (at.get("users") instanceof Node.Mapping operations) {
                    operations.entries().forEach(this::change);
                }
                if (at.get("request") instanceof Node.Mapping request) {
                    run(merge(defaults, request), at.get("expect"));
                }
            }
        }

        private void change(Node.Entry operation) {
            Node target = operation.value() instanceof Node.Mapping mapping ? mapping.get("user") : operation.value();
            UserState user = users.user(text(target));
            users = users.with(switch (operation.key().text()) {
                case "enable" -> Lifecycle.enable(user, now);
                case "enforce" -> Lifecycle.enforce(user, now);
                case "disable" -> Lifecycle.disable(user);
                case "revoke-sessions" -> Lifecycle.revokeSessions(user, now);
                case "register" -> Lifecycle.register(user,
                        GraphEnum.exact(AuthenticationMethodMode.class, text(((Node.Mapping) operation.value()).get("method"))), null, now);
                default -> throw new AssertionError(operation.key().text());
            });
        }

        void run(Node.Mapping request, Node expected) throws Exception {
            Diagnostics diagnostics = new Diagnostics();
            PolicyEngine engine = PolicyEngine.of(set, users, Clock.fixed(now, ZoneOffset.UTC), diagnostics);
            List<Request> requests = new RequestReader(diagnostics).read(request);
            assertThat(diagnostics.toList()).filteredOn(Diagnostic::isError).isEmpty();
            Decision explained = engine.explain(requests.get(0));
            Decision evaluated = engine.evaluate(requests.get(0));
            assertThat(evaluated.outcome()).isEqualTo(explained.outcome());
            assertThat(evaluated.reason()).isEqualTo(explained.reason());
            List<String> differences = new ArrayList<>();
            compare("", expected, JsonTree.parse(DecisionWriter.toJson(explained)), differences);
            assertThat(differences).as(() -> now + " " + DecisionWriter.toJson(explained)).isEmpty();
        }
    }

    private static Document document(Node node) {
        return new Document("given.yaml", node);
    }

    private static Node.Mapping kind(String kind, Node.Mapping fields) {
        Node.Scalar key = new Node.Scalar(fields.position(), "kind", Node.ScalarType.TEXT);
        return new Node.Mapping(fields.position(), List.of(new Node.Entry(key, new Node.Scalar(fields.position(), kind, Node.ScalarType.TEXT))));
    }

    private static PolicySet narrowed(PolicySet set, Node.Mapping given) {
        if (!(given.get("policies") instanceof Node.Sequence ids)) {
            return set;
        }
        List<String> wanted = ids.items().stream().map(ConformanceTest::text).toList();
        assertThat(set.policies().stream().map(policy -> policy.id())).containsAll(wanted);
        return new PolicySet(set.policies().stream().filter(policy -> wanted.contains(policy.id())).toList(), set.namedLocations(), set.strengths(),
                set.termsOfUse(), set.authenticationContexts(), set.securityDefaults(), set.mfaSettings(), set.evaluationSettings(), set.version());
    }

    /** The directory with the fields of {@code given.users} and {@code given.organization} changed. */
    private static Node.Mapping changed(Node.Mapping directory, Node.Mapping given) {
        List<Node.Entry> entries = new ArrayList<>();
        for (Node.Entry entry : directory.entries()) {
            Node value = entry.value();
            if (entry.key().text().equals("organization") && given.get("organization") instanceof Node.Mapping fields) {
                value = merge((Node.Mapping) value, fields);
            } else if (entry.key().text().equals("users") && given.get("users") instanceof Node.Mapping users) {
                value = new Node.Sequence(value.position(), ((Node.Sequence) value).items().stream().map(user -> {
                    Node.Mapping mapping = (Node.Mapping) user;
                    return users.get(text(mapping.get("userPrincipalName"))) instanceof Node.Mapping fields ? merge(mapping, fields) : user;
                }).toList());
            }
            entries.add(new Node.Entry(entry.key(), value));
        }
        return new Node.Mapping(directory.position(), entries);
    }

    /** {@code expect} is a subset of the decision; {@code reason} and a policy's value may be short for a field of theirs. */
    private static void compare(String path, Node expected, Node actual, List<String> differences) {
        if (expected instanceof Node.Mapping mapping && actual instanceof Node.Mapping object) {
            for (Node.Entry entry : mapping.entries()) {
                compare(path + "/" + entry.key().text(), entry.value(), object.get(entry.key().text()), differences);
            }
        } else if (expected instanceof Node.Mapping policies && actual instanceof Node.Sequence rows && path.equals("/policies")) {
            for (Node.Entry entry : policies.entries()) {
                Node row = rows.items().stream().filter(each -> text(((Node.Mapping) each).get("id")).equals(entry.key().text())).findFirst().orElse(null);
                compare(path + "/" + entry.key().text(), entry.value(), row, differences);
            }
        } else if (expected instanceof Node.Scalar && actual instanceof Node.Mapping object) {
            compare(path, expected, object.get(path.equals("/reason") ? "code" : "result"), differences);
        } else if (expected instanceof Node.Sequence list && actual instanceof Node.Sequence values) {
            List<String> wanted = list.items().stream().map(ConformanceTest::text).toList();
            List<String> found = values.items().stream().map(ConformanceTest::text).toList();
            boolean asSet = path.contains("/conditions");
            if (!(asSet ? new HashSet<>(wanted).equals(new HashSet<>(found)) : wanted.equals(found))) {
                differences.add(path + ": expected " + wanted + ", was " + found);
            }
        } else {
            String wanted = Node.isNull(expected) ? null : text(expected);
            String found = Node.isNull(actual) ? null : actual instanceof Node.Scalar scalar ? scalar.text() : actual.describe();
            if (!Objects.equals(wanted, found)) {
                differences.add(path + ": expected " + wanted + ", was " + found);
            }
        }
    }
}
