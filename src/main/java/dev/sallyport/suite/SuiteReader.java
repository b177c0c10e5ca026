package dev.sallyport.suite;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Request;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.JsonText;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.SourceMap;
import dev.sallyport.parse.Sources;
import dev.sallyport.parse.Sources.Document;
import dev.sallyport.read.Fields;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Resources;
import dev.sallyport.suite.StateMove.Operation;
import dev.sallyport.suite.TestCase.Step;
import dev.sallyport.suite.World.Base;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns suites into tests (interface, section 5), with the world of each. A test with mistakes is left out, and they are
 * reported. Suites of the same policies and directory share what is loaded, and so do tests of the same {@code given}.
 */
public final class SuiteReader {

    private static final String KIND = "policyTests";
    private static final String CREATED = "createdDateTime";
    private static final int MOST_CELLS = 100_000;
    private static final int LONGEST_LABEL = 60;
    /** What says whether, and not why. */
    private static final Pattern NO_REASON = Pattern.compile("(?i)\\W*(true|false|yes|no|on|off|y|n|null)?\\W*");
    /** Fields that stand for each other: the one that is nearer to the test counts. */
    private static final List<Set<String>> RIVALS = List.of(Set.of("application", "applications", "authenticationContext"),
            Set.of("user", "servicePrincipal"));

    private final List<Path> policies;
    private final List<Path> directories;
    private final Instant now;
    private final Diagnostics out;
    private final Map<List<Object>, Base> bases = new HashMap<>();

    /**
     * @param policies    instead of those that the suites name; empty for those
     * @param directories instead of those that the suites name; empty for those
     * @param now         the time of suites that have no clock
     */
    public SuiteReader(List<Path> policies, List<Path> directories, Instant now, Diagnostics out) {
        this.policies = List.copyOf(policies);
        this.directories = List.copyOf(directories);
        this.now = now;
        this.out = out;
    }

    /** The tests of these files and folders, in their order; what else a folder holds is passed over. */
    public List<TestCase> read(List<Path> paths) {
        List<TestCase> tests = new ArrayList<>();
        for (Path path : paths) {
            boolean isFolder = Files.isDirectory(path);
            for (Path file : Sources.files(path, out)) {
                Diagnostics own = new Diagnostics();
                List<Document> documents = Sources.read(List.of(file), own);
                if (documents.isEmpty() && !own.hasErrors()) {
                    own.error("SP1601", new Position(file.toString(), 1, 1), "the file contains no test suite: it is empty or contains "
                            + "only comments",
                            "write one with `kind: " + KIND + "`, or remove the file");
                }
                out.addAll(own);
                for (Document document : documents) {
                    if (isSuite(document, isFolder)) {
                        suite(document, tests);
                    }
                }
            }
        }
        return tests;
    }

    /** The tests of suites that are parsed already. */
    public List<TestCase> of(List<Document> documents) {
        List<TestCase> tests = new ArrayList<>();
        documents.stream().filter(document -> isSuite(document, false)).forEach(document -> suite(document, tests));
        return tests;
    }

    private boolean isSuite(Document document, boolean inFolder) {
        Node.Mapping root = document.root() instanceof Node.Mapping mapping ? mapping : null;
        Node kind = root == null ? null : root.get("kind");
        if (kind instanceof Node.Scalar text && text.text().equals(KIND)) {
            return true;
        }
        Set<String> known = new LinkedHashSet<>(Resources.kinds());
        known.addAll(List.of("signIn", "registration", KIND));
        String help = "write `kind: " + KIND + "`";
        if (kind instanceof Node.Scalar text && !known.contains(text.text())) {
            String near = Suggestions.didYouMean(text.text(), known);
            out.error("SP1101", kind.position(), "unknown kind of document `" + text.text() + "`", near != null ? near : help);
        } else if (!inFolder || kind == null && root != null && root.get("tests") != null) {
            out.error("SP1601", document.root().position(), "not a test suite", help);
        }
        return false;
    }

    // ---- suite

    private void suite(Document document, List<TestCase> tests) {
        Fields fields = new Fields((Node.Mapping) document.root(), KIND, false, out);
        fields.ignore("kind");
        Path folder = Path.of(document.file()).getParent();
        Diagnostics missing = new Diagnostics();
        List<Path> policyPaths = paths(folder, fields.references("policies"), policies, missing);
        List<Path> directoryPaths = paths(folder, fields.references("directory"), directories, missing);
        List<Node> resources = fields.list("resources");
        Instant clock = fields.instant("clock");
        Node.Mapping defaults = mapping(fields, "defaults");
        List<Fields> each = fields.objects("tests");
        if (each.isEmpty() && !isNoList(fields, "tests")) {
            out.error("SP1105", fields.position("tests"), "the suite has no tests", "add `tests:`, a list");
        }
        fields.done();
        out.addAll(missing);
        if (missing.hasErrors() || isNoList(fields, "policies") || isNoList(fields, "directory")) {
            return;
        }
        if (policyPaths.isEmpty() && resources.isEmpty()) {
            out.error("SP1602", fields.position(), "the suite has no policies", "add `policies:`, a list of files or folders, or name "
                    + "them with `-p`");
            return;
        }
        Base base = base(document.file(), policyPaths, directoryPaths, resources);
        if (base != null) {
            SuiteTests suite = new SuiteTests(document.file(), base, defaults, clock == null ? now : clock, tests);
            int before = tests.size();
            each.forEach(suite::test);
            if (tests.size() > before && tests.subList(before, tests.size()).stream().allMatch(test -> test.skip() != null)) {
                out.error("SP1607", fields.position(), "every test of the suite is skipped",
                        "remove `skip` from one of them, or remove the suite");
            }
        }
    }

    /** Whether a field is there and no list, which is reported where it is read as one. */
    private static boolean isNoList(Fields fields, String name) {
        Node value = fields.take(name);
        return value != null && !(value instanceof Node.Sequence);
    }

    private static List<Path> paths(Path folder, List<Reference> named, List<Path> instead, Diagnostics missing) {
        if (!instead.isEmpty()) {
            return instead;
        }
        List<Path> paths = new ArrayList<>();
        for (Reference each : named) {
            Path written;
            try {
                written = Path.of(each.text());
            } catch (InvalidPathException e) {
                missing.error("SP1001", each.position(), "invalid file name: " + e.getReason().toLowerCase(Locale.ROOT),
                        "write the path relative to the suite");
                continue;
            }
            Path path = folder == null ? written : folder.resolve(written).normalize();
            if (!Files.exists(path)) {
                boolean isFromHere = folder != null && Files.exists(written);
                String near = isFromHere ? "`" + folder.toAbsolutePath().normalize().relativize(written.toAbsolutePath().normalize()) + "`"
                        : null;
                missing.error("SP1001", each.position(), "no such file or folder: `" + path + "`",
                        "write the path relative to the suite" + (near == null ? "" : ", such as " + near.replace('\\', '/')));
            } else if (!Files.isDirectory(path) && !Sources.isResourceFile(path)) {
                missing.error("SP1608", each.position(), "`" + path + "` cannot be part of a policy set or a directory",
                        "name a folder, or a file that ends in .yaml, .yml or .json");
            }
            paths.add(path);
        }
        return paths;
    }

    /** The object of a field, whose keys are the user's, or {@code null}. */
    static Node.Mapping mapping(Fields fields, String name) {
        fields.object(name);
        return fields.take(name) instanceof Node.Mapping mapping ? mapping : null;
    }

    /** What is loaded for a suite, or {@code null} when it cannot be, which is reported. */
    private Base base(String file, List<Path> policyPaths, List<Path> directoryPaths, List<Node> inline) {
        return bases.computeIfAbsent(List.of(policyPaths, directoryPaths, inline), key -> {
            Diagnostics own = new Diagnostics(out.exports());
            List<Document> documents = new ArrayList<>(Sources.read(policyPaths, false, false, own));
            List<Document> people = new ArrayList<>(Sources.read(directoryPaths, false, true, own));
            for (Node node : inline) {
                boolean ofDirectory = node instanceof Node.Mapping mapping && mapping.get("kind") instanceof Node.Scalar kind
                        && Resources.isOfDirectory(kind.text());
                (ofDirectory ? people : documents).add(new Document(file, node));
            }
            Directory directory = Resources.of(people, own).directory();
            PolicySet set = Resources.of(documents, own).policySet();
            Resources.refuseNothing(set, policyPaths.isEmpty() ? List.of(Path.of(file)) : policyPaths, own);
            Base base = null;
            try {
                documents.addAll(people);
                base = new Base(PolicyEngine.of(set, directory, Clock.fixed(now, ZoneOffset.UTC), own), new SourceMap(documents),
                        policyPaths, directoryPaths);
            } catch (PolicyLoadException e) {
                // reported below, with everything else about these files
            }
            if (base == null && people.isEmpty() && directoryPaths.isEmpty()) {
                own.warning("SP1403", Position.of(file), "missing directory: names of users and groups are unknown",
                        "add `directory:`, a list of files or folders, or name them with `-d`");
            }
            out.addAll(own);
            return base;
        });
    }

    // ---- tests

    /** The tests of one suite. */
    private final class SuiteTests {

        private final String file;
        private final Base base;
        private final Node.Mapping defaults;
        private final Instant clock;
        private final List<TestCase> tests;
        private final Map<String, World> worlds = new HashMap<>();
        private final Map<String, Position> names = new HashMap<>();

        SuiteTests(String file, Base base, Node.Mapping defaults, Instant clock, List<TestCase> tests) {
            this.file = file;
            this.base = base;
            this.defaults = defaults;
            this.clock = clock;
            this.tests = tests;
        }

        void test(Fields fields) {
            Diagnostics own = new Diagnostics();
            test(new Fields(fields.node(), "a test", false, own), own);
            out.addAll(own);
        }

        private void test(Fields fields, Diagnostics own) {
            String name = fields.required("name");
            Position first = names.putIfAbsent(name, fields.position());
            if (first != null) {
                own.warning("SP1605", fields.position("name"), "duplicate test name `" + name + "`", "the first one is at " + first);
            }
            String skip = fields.text("skip");
            boolean isReason = fields.take("skip") instanceof Node.Scalar scalar && scalar.type() == Node.ScalarType.TEXT
                    && !NO_REASON.matcher(skip).matches();
            if (fields.has("skip") && !isReason) {
                own.error("SP1105", fields.position("skip"), "`skip` has no reason", "write why the test is skipped, or remove `skip`");
            }
            World world = world(mapping(fields, "given"), own);
            Node.Mapping matrix = mapping(fields, "matrix");
            Node.Mapping request = mapping(fields, "request");
            Node.Mapping expect = mapping(fields, "expect");
            boolean isTimeline = fields.has("timeline");
            List<Node> timeline = fields.list("timeline");
            fields.done();
            if (world == null || own.hasErrors()) {
                return;
            }
            if (isTimeline) {
                if (request != null || expect != null || matrix != null) {
                    own.error("SP1604", fields.position(), "the test has both a `timeline` and a `request` or `expect`",
                            "move them into the timeline");
                    return;
                }
                List<Step> steps = timeline(timeline, fields.position("timeline"), world, own);
                if (!own.hasErrors()) {
                    tests.add(new TestCase(file, name, "", fields.position(), skip, world, steps));
                }
                return;
            }
            if (request == null && matrix == null) {
                own.error("SP1105", fields.position(), "the test has no `request`", "add `request:`, or `timeline:`");
            }
            Expectation expected = expectation(expect, fields.position(), world, own);
            if (expected != null && !own.hasErrors()) {
                cells(matrix, request == null ? new Node.Mapping(fields.position(), List.of()) : request, own,
                        (label, written) -> step(written, clock, false, expected, own, step -> tests.add(
                                new TestCase(file, name, label, fields.position(), skip, world, List.of(step)))));
            }
        }

        private Expectation expectation(Node.Mapping expect, Position position, World world, Diagnostics own) {
            if (expect == null) {
                own.error("SP1105", position, "the test has no `expect`", "add `expect: { outcome: … }`");
                return null;
            }
            return Expectation.of(expect, world.engine().policySet().policies().stream().map(ConditionalAccessPolicy::id).toList(), own);
        }

        private interface Steps {
            void add(Step step);
        }

        /** A request that is expected to be decided in some way, unless it is malformed, which is reported. */
        private void step(Node.Mapping written, Instant at, boolean inTimeline, Expectation expected, Diagnostics own, Steps steps) {
            Node.Entry created = written.entries().stream().filter(entry -> entry.key().text().equalsIgnoreCase(CREATED)
                    && !Node.isNull(entry.value()))
                    .findFirst().orElse(null);
            if (inTimeline && created != null) {
                own.error("SP1604", created.value().position(), "the step has both `at` and `createdDateTime`",
                        "remove `createdDateTime`; as a default for tests without a timeline, use `clock`");
                return;
            }
            Node.Mapping timed = created != null ? written : merge(written, new Node.Mapping(written.position(),
                    List.of(entry(written.position(), CREATED, at.toString()))));
            List<Request> read = new RequestReader(own).read(timed);
            read.forEach(request -> steps.add(new Step(at, List.of(), request, timed, expected)));
        }

        // ---- matrix

        private interface Cells {
            void add(String label, Node.Mapping request);
        }

        /** The request on top of the defaults, once for each combination of the values of the matrix; the last axis moves first. */
        private void cells(Node.Mapping matrix, Node.Mapping request, Diagnostics own, Cells cells) {
            Node.Mapping plain = merge(defaults, request);
            if (matrix == null) {
                cells.add("", plain);
                return;
            }
            long count = 1;
            for (Node.Entry axis : matrix.entries()) {
                int values = axis.value() instanceof Node.Sequence list ? list.items().size() : 0;
                if (values == 0) {
                    own.error("SP1606", axis.value().position(), "`" + axis.key().text() + "` of the matrix has no values",
                            "write a list of them");
                }
                if (request.get(axis.key().text()) != null) {
                    own.error("SP1606", axis.key().position(), "`" + axis.key().text() + "` is in both the matrix and the request",
                            "keep one of them");
                }
                count = Math.min(count * values, MOST_CELLS + 1);
            }
            if (matrix.entries().isEmpty()) {
                own.error("SP1606", matrix.position(), "the matrix is empty", "name a field of the request and a list of its values");
            } else if (count > MOST_CELLS) {
                own.error("SP1606", matrix.position(), "the matrix has more than " + MOST_CELLS + " cells", "split the test");
            }
            if (own.hasErrors()) {
                return;
            }
            int axes = matrix.entries().size();
            for (long cell = 0; cell < count; cell++) {
                Node.Entry[] chosen = new Node.Entry[axes];
                long rest = cell;
                for (int i = axes - 1; i >= 0; i--) {
                    Node.Entry axis = matrix.entries().get(i);
                    List<Node> values = ((Node.Sequence) axis.value()).items();
                    chosen[i] = new Node.Entry(axis.key(), values.get((int) (rest % values.size())));
                    rest /= values.size();
                }
                cells.add(label(chosen), merge(plain, new Node.Mapping(request.position(), Arrays.asList(chosen))));
            }
        }

        private static String label(Node.Entry[] chosen) {
            StringBuilder label = new StringBuilder();
            for (Node.Entry entry : chosen) {
                String value = entry.value() instanceof Node.Scalar scalar ? scalar.text() : JsonText.of(entry.value());
                label.append(label.isEmpty() ? "" : ", ").append(entry.key().text()).append(": ")
                        .append(value.length() > LONGEST_LABEL ? value.substring(0, LONGEST_LABEL) + "…" : value);
            }
            return label.toString();
        }

        // ---- timeline

        private List<Step> timeline(List<Node> nodes, Position position, World world, Diagnostics own) {
            List<Step> steps = new ArrayList<>();
            Instant last = null;
            for (Node node : nodes) {
                if (!(node instanceof Node.Mapping mapping)) {
                    own.error("SP1103", node.position(), "a step is " + node.describe(), "write an object with `at:`");
                    continue;
                }
                Fields fields = new Fields(mapping, "a step", false, own);
                Instant at = fields.instant("at");
                Fields moves = fields.object("users");
                Node.Mapping request = mapping(fields, "request");
                Node.Mapping expect = mapping(fields, "expect");
                fields.done();
                if (at == null) {
                    if (!fields.has("at")) {
                        own.error("SP1105", node.position(), "the step has no `at`", "add `at:`");
                    }
                    continue;
                }
                if (last != null && at.isBefore(last)) {
                    own.error("SP1604", fields.position("at"), "the step is earlier than the one above it", "sort the steps by time");
                }
                last = at;
                if ((moves == null) == (request == null)) {
                    own.error("SP1604", node.position(), moves == null ? "the step has neither `users` nor a `request`"
                            : "the step has both `users` and a `request`", moves == null ? "add one of them" : "split it into two steps");
                } else if (moves != null) {
                    if (expect != null) {
                        own.error("SP1604", fields.position("expect"), "a step that changes users cannot have `expect`",
                                "move `expect` to a step with a `request`");
                    }
                    steps.add(new Step(at, moves(moves, world.engine().directory(), own), null, null, null));
                } else {
                    Expectation expected = expectation(expect, node.position(), world, own);
                    Instant now = at;
                    cells(null, request, own, (label, written) -> step(written, now, true, expected, own, steps::add));
                }
            }
            if (steps.stream().noneMatch(step -> step.request() != null) && !own.hasErrors()) {
                own.error("SP1604", position, "the timeline has no `request`", "add a step with `request` and `expect`");
            }
            return steps;
        }

        private List<StateMove> moves(Fields fields, Directory directory, Diagnostics own) {
            List<StateMove> moves = new ArrayList<>();
            for (String key : fields.names()) {
                Operation operation = Arrays.stream(Operation.values()).filter(each -> each.toString().equalsIgnoreCase(key)).findFirst()
                        .orElse(null);
                if (operation == null) {
                    continue;
                }
                String name = operation.toString();
                Node named = fields.take(name);
                if (named == null || named instanceof Node.Sequence list && list.items().isEmpty()) {
                    own.error("SP1105", fields.position(name), "`" + name + "` names no user", "name a user, or remove it");
                    continue;
                }
                if (operation == Operation.REGISTER) {
                    for (Fields each : named instanceof Node.Sequence ? fields.objects(name) : single(fields.object(name))) {
                        AuthenticationMethodMode method = each.choice("method", AuthenticationMethodMode.class);
                        if (!each.has("method")) {
                            own.error("SP1105", each.position(), "`register` has no `method`",
                                    "add `method: microsoftAuthenticatorPush` or another");
                        }
                        Reference user = each.reference("user");
                        if (user == null) {
                            own.error("SP1105", each.position(), "`register` has no `user`", "add `user:`");
                        }
                        String displayName = each.text("displayName");
                        each.done();
                        add(moves, operation, user, method, displayName, directory, own);
                    }
                } else if (named instanceof Node.Sequence) {
                    fields.references(name).forEach(user -> add(moves, operation, user, null, null, directory, own));
                } else {
                    add(moves, operation, fields.reference(name), null, null, directory, own);
                }
            }
            for (Operation operation : Operation.values()) {
                fields.take(operation.toString());       // so that it is known to the help
            }
            fields.done();
            if (moves.isEmpty() && !own.hasErrors()) {
                own.error("SP1105", fields.position(), "`users` changes no user", "add `enable: USER` or another operation");
            }
            return moves;
        }

        private static List<Fields> single(Fields fields) {
            return fields == null ? List.of() : List.of(fields);
        }

        private void add(List<StateMove> moves, Operation operation, Reference name, AuthenticationMethodMode method, String displayName,
                Directory directory, Diagnostics own) {
            UserState user = name == null ? null : GivenReader.user(directory, name.text(), name.position(), own);
            if (user != null) {
                moves.add(new StateMove(operation, WellKnown.fold(user.id()), method, displayName));
            }
        }

        // ---- given

        private World world(Node.Mapping given, Diagnostics own) {
            if (given == null) {
                return worlds.computeIfAbsent("", key -> new World(base, base.engine(), Map.of()));
            }
            String key = new Fields(given, "given", false, own).canonicalText();
            World world = worlds.get(key);
            if (world == null) {
                world = new GivenReader(base, own).world(given);
                if (!own.hasErrors()) {
                    worlds.put(key, world);
                }
            }
            return world;
        }
    }

    // ---- nodes

    static Node.Entry entry(Position position, String key, String value) {
        return new Node.Entry(new Node.Scalar(position, key, Node.ScalarType.TEXT), new Node.Scalar(position, value, Node.ScalarType.TEXT));
    }

    /** The fields of one object, and those of another instead of theirs; stands where the other does. */
    static Node.Mapping merge(Node.Mapping base, Node.Mapping over) {
        if (base == null) {
            return over;
        }
        List<Node.Entry> entries = new ArrayList<>();
        for (Node.Entry entry : base.entries()) {
            String key = entry.key().text();
            boolean isKept = over.get(key) == null && RIVALS.stream().filter(rivals -> rivals.contains(key))
                    .noneMatch(rivals -> rivals.stream().anyMatch(rival -> over.get(rival) != null));
            if (isKept) {
                entries.add(entry);
            }
        }
        entries.addAll(over.entries());
        return new Node.Mapping(over.position(), List.copyOf(entries));
    }
}
