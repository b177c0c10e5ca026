package dev.sallyport.write;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.JsonText;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Node.Entry;
import dev.sallyport.parse.Node.Mapping;
import dev.sallyport.parse.Node.Scalar;
import dev.sallyport.parse.Node.ScalarType;
import dev.sallyport.parse.Node.Sequence;
import dev.sallyport.read.ExportRemainder;
import dev.sallyport.read.Resources.Written;
import dev.sallyport.read.Shape;
import dev.sallyport.read.Shape.Target;
import dev.sallyport.read.Shape.Type;
import dev.sallyport.read.Shapes;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Turns resources from what Graph exports to what an author writes, and back, without loss: an export that is made YAML and then
 * Graph again is the same JSON, keys in another order aside, with every null, empty list, annotation and unknown field.
 *
 * <p>The YAML says what counts. What says nothing to an author (empty fields, annotations, times of changes) and what the engine
 * does not know stands below it under {@code graph}; the reader puts both together ({@link ExportRemainder}). Names stand for ids where
 * they
 * lead back to exactly the same id.
 */
public final class Conversion {

    private static final String TYPE = "@odata.type";
    private static final String GRAPH_TYPE = "#microsoft.graph.";
    /** Texts of an export that are names, although Graph has ids there: they stay names on the way back. */
    private static final String NAMES = "names@odata.text";
    private static final Set<String> FOR_GRAPH = Set.of("createdDateTime", "modifiedDateTime", "deletedDateTime");
    /** What describes a built-in strength, which is known; only its id counts. */
    private static final Set<String> STRENGTH_ID = Set.of("id", "displayName");
    private static final Set<String> OURS = Set.of("mfaSettings", "evaluationSettings", "authzenMapping", "bindings");
    private static final Set<String> IN_BLOCKS = Set.of("conditions", "sessionControls");
    private static final Map<String, String> YAML_KINDS = Map.of("identitySecurityDefaultsEnforcementPolicy", "securityDefaults",
            "agreement", "termsOfUse");
    private static final Map<String, String> GRAPH_KINDS = Map.of("securityDefaults", "identitySecurityDefaultsEnforcementPolicy",
            "termsOfUse", "agreement");
    private static final Map<String, String> FILES = Map.ofEntries(Map.entry("ipNamedLocation", "named-locations"),
            Map.entry("countryNamedLocation", "named-locations"), Map.entry("compliantNetworkNamedLocation", "named-locations"),
            Map.entry("authenticationStrengthPolicy", "authentication-strengths"), Map.entry("authenticationContextClassReference",
                    "authentication-contexts"),
            Map.entry("termsOfUse", "terms-of-use"), Map.entry("agreement", "terms-of-use"), Map.entry("securityDefaults",
                    "security-defaults"),
            Map.entry("identitySecurityDefaultsEnforcementPolicy", "security-defaults"), Map.entry("mfaSettings", "mfa-settings"),
            Map.entry("evaluationSettings", "evaluation-settings"),
            Map.entry("authzenMapping", "authzen-mapping"), Map.entry("bindings", "bindings"));
    private static final List<String> LISTS = List.of("groups", "applications", "devices", "servicePrincipals", "users");
    private static final int LONGEST_NAME = 80;

    private final IdNames names;
    private final Diagnostics out;
    private final Set<String> unknownNames = new LinkedHashSet<>();
    /** Whether the resource at hand is an author's, in which names stand for ids that an export has. */
    private boolean isAuthored;

    /**
     * @param set       locations, strengths and terms that have names
     * @param directory users, groups, applications and service principals that have names
     * @param own       a directory that stands among what is converted
     * @param out       takes what Graph cannot hold
     */
    public Conversion(PolicySet set, Directory directory, Directory own, Diagnostics out) {
        this.names = new IdNames(set, directory, own);
        this.out = out;
    }

    /**
     * A converted resource.
     *
     * @param file where it belongs, without ending: resources of one kind share a file, each policy has its own
     * @param text the resource in its format, several of a file may follow one another as they are
     */
    private record Converted(String file, Yaml.Document yaml, Node graph) { }

    /** All resources as one YAML stream. */
    public String toYaml(List<Written> resources) {
        return Yaml.print(yaml(resources).stream().map(Converted::yaml).toList(), Yaml.WIDTH);
    }

    /** All resources as files in YAML, by their path. */
    public Map<String, String> toYamlFiles(List<Written> resources) {
        Map<String, List<Yaml.Document>> files = new LinkedHashMap<>();
        yaml(resources).forEach(each -> files.computeIfAbsent(each.file, any -> new ArrayList<>()).add(each.yaml));
        Map<String, String> texts = new LinkedHashMap<>();
        files.forEach((file, documents) -> texts.put(file + ".yaml", Yaml.print(documents, Yaml.WIDTH)));
        return texts;
    }

    /** All resources as one JSON array. */
    public String toGraph(List<Written> resources) {
        return JsonText.indented(new Sequence(null, graph(resources).stream().map(Converted::graph).toList())) + "\n";
    }

    /** All resources as files in JSON, by their path: a policy on its own, others as an array. */
    public Map<String, String> toGraphFiles(List<Written> resources) {
        Map<String, List<Node>> files = new LinkedHashMap<>();
        graph(resources).forEach(each -> files.computeIfAbsent(each.file, any -> new ArrayList<>()).add(each.graph));
        Map<String, String> texts = new LinkedHashMap<>();
        files.forEach((file, nodes) -> texts.put(file + ".json", JsonText.indented(file.startsWith("policies/") ? nodes.get(0)
                : new Sequence(null, nodes)) + "\n"));
        return texts;
    }

    // ---- to YAML

    private List<Converted> yaml(List<Written> resources) {
        List<String> files = files(resources);
        List<Converted> converted = new ArrayList<>();
        Map<String, List<Yaml.Line>> exported = new HashMap<>();
        for (int i = 0; i < resources.size(); i++) {
            Written resource = resources.get(i);
            if (resource.isExport() && Shapes.DIRECTORIES.containsKey(resource.kind())) {
                Yaml.Group item = resource(resource, Shapes.of(resource.kind()), false);
                exported.computeIfAbsent(resource.kind() + "s", any -> new ArrayList<>()).add(new Yaml.Line(null, item));
            } else {
                Shape shape = Shapes.of(resource.kind());
                converted.add(new Converted(files.get(i), new Yaml.Document(List.of(), resource(resource, shape == null ? Shapes.ANY
                        : shape, true), null, List.of()), null));
            }
        }
        if (!exported.isEmpty()) {
            List<Yaml.Line> lines = new ArrayList<>();
            lines.add(new Yaml.Line("kind", new Yaml.Inline("directory")));
            for (String list : LISTS) {
                if (exported.containsKey(list)) {
                    lines.add(new Yaml.Line(List.of(""), list, new Yaml.Group(false, false, "", exported.get(list), List.of()), null, 0,
                            true));
                }
            }
            converted.add(new Converted("directory", new Yaml.Document(List.of(), new Yaml.Group(true, false, "", lines, List.of()), null,
                    List.of()), null));
        }
        return converted;
    }

    private Yaml.Group resource(Written resource, Shape shape, boolean isDocument) {
        List<Entry> rest = new ArrayList<>();
        List<Entry> body = new ArrayList<>();
        if (resource.isExport()) {
            split(resource.node(), shape, body, rest);
            type(resource, rest);
            Set<String> kept = new LinkedHashSet<>();
            references(new Mapping(null, body), shape, kept);
            if (!kept.isEmpty()) {
                rest.add(entry(NAMES, new Sequence(null, kept.stream().map(text -> (Node) text(text)).toList())));
            }
        } else {
            body.addAll(resource.node().entries());
        }
        isAuthored = !resource.isExport();
        List<Yaml.Line> lines = new ArrayList<>();
        if (isDocument) {
            body.removeIf(entry -> entry.key().text().equals("kind"));
            lines.add(new Yaml.Line("kind", new Yaml.Inline(resource.isExport() ? YAML_KINDS.getOrDefault(resource.kind(), resource.kind())
                    : resource.kind())));
        }
        Yaml.Group own = mapping(new Mapping(null, body), shape, 0);
        lines.addAll(own.lines());
        if (!rest.isEmpty()) {
            Yaml.Group group = mapping(new Mapping(null, rest), Shapes.ANY, 2);
            lines.add(new Yaml.Line(isDocument ? List.of("# the rest of Graph's export") : List.of(), ExportRemainder.KEY, group, null, 0,
                    true));
        }
        return new Yaml.Group(true, !isDocument, "", lines, List.of());
    }

    /** The kind says the type; where an export has another one, or none, that is kept. */
    private static void type(Written resource, List<Entry> rest) {
        String expected = type(resource.kind());
        Node type = resource.node().get(TYPE);
        if (type instanceof Scalar scalar && scalar.text().equals(expected)) {
            rest.removeIf(entry -> entry.key().text().equals(TYPE));
        } else if (type == null && expected != null && resource.isNamed()) {
            rest.add(entry(TYPE, new Scalar(null, "null", ScalarType.NULL)));
        }
    }

    /** What Graph needs to know of a resource besides its fields; a policy says it by its address. */
    private static String type(String kind) {
        return kind.equals("conditionalAccessPolicy") ? null : GRAPH_TYPE + GRAPH_KINDS.getOrDefault(kind, kind);
    }

    /** Divides an object into what an author would write and the rest of the export. */
    private static void split(Mapping node, Shape shape, List<Entry> body, List<Entry> rest) {
        boolean isBuiltIn = shape == Shapes.STRENGTH_REFERENCE && node.get("id") instanceof Scalar id
                && AuthenticationStrength.builtIn().stream().anyMatch(strength -> strength.id().equals(id.text()));
        for (Entry entry : node.entries()) {
            String key = entry.key().text();
            Shape field = shape.field(key);
            if (field == null || Node.isEmpty(entry.value()) || FOR_GRAPH.contains(key) || isBuiltIn && !STRENGTH_ID.contains(key)) {
                rest.add(entry);
            } else if (entry.value() instanceof Mapping inner && field.type() == Type.OBJECT) {
                List<Entry> own = new ArrayList<>();
                List<Entry> others = new ArrayList<>();
                split(inner, field, own, others);
                if (!own.isEmpty()) {
                    body.add(new Entry(entry.key(), new Mapping(inner.position(), own)));
                }
                if (!others.isEmpty()) {
                    rest.add(new Entry(entry.key(), new Mapping(inner.position(), others)));
                }
            } else {
                (isStrict(entry.value(), field) ? body : rest).add(entry);
            }
        }
        rest.sort(FieldOrder.by((Entry entry) -> entry.key().text(), shape).thenComparing(entry -> entry.key().text()));
    }

    /** Whether a value may stand in what an author writes; exports may take more liberties. */
    private static boolean isStrict(Node value, Shape shape) {
        if (Node.isNull(value) || shape.type() == Type.ANY || shape.type() == Type.OPEN) {
            return true;
        }
        if (value instanceof Scalar scalar) {
            return switch (shape.type()) {
                case TEXT, DATE_TIME -> scalar.type() == ScalarType.TEXT
                        && (shape.values().isEmpty() || shape.values().stream().anyMatch(scalar.text()::equalsIgnoreCase));
                case BOOLEAN -> scalar.type() == ScalarType.BOOLEAN;
                case INTEGER -> scalar.type() == ScalarType.NUMBER;
                default -> shape.orText() && scalar.type() == ScalarType.TEXT;
            };
        }
        if (value instanceof Sequence sequence) {
            return shape.type() == Type.LIST && sequence.items().stream().allMatch(item -> isStrict(item, shape.items()));
        }
        return shape.type() == Type.OBJECT && ((Mapping) value).entries().stream()
                .allMatch(entry -> shape.field(entry.key().text()) != null && isStrict(entry.value(), shape.field(entry.key().text())));
    }

    /** Collects the names at places where Graph has ids, which the way back would take for ids. */
    private void references(Node node, Shape shape, Set<String> kept) {
        if (node instanceof Mapping mapping) {
            mapping.entries().stream().filter(entry -> shape.field(entry.key().text()) != null)
                    .forEach(entry -> references(entry.value(), shape.field(entry.key().text()), kept));
        } else if (node instanceof Sequence sequence && shape.items() != null) {
            sequence.items().forEach(item -> references(item, shape.items(), kept));
        } else if (node instanceof Scalar scalar && shape.refersTo() != null && names.id(shape.refersTo(), scalar.text()) != null) {
            kept.add(scalar.text());
        }
    }

    private Yaml.Group mapping(Mapping mapping, Shape shape, int depth) {
        List<Yaml.Line> lines = new ArrayList<>();
        for (Entry entry : FieldOrder.sorted(mapping.entries(), each -> each.key().text(), shape)) {
            Shape field = shape.field(entry.key().text());
            lines.add(line(YamlScalar.key(entry.key().text()), entry.value(), field == null ? Shapes.ANY : field, depth + 1, entry.key()
                    .text()));
        }
        return new Yaml.Group(true, true, "", lines, List.of());
    }

    private Yaml.Line line(String key, Node value, Shape shape, int depth, String name) {
        if (value instanceof Scalar written) {
            String id = isAuthored && shape.refersTo() != null ? names.id(shape.refersTo(), written.text()) : null;
            Scalar scalar = id == null ? written : text(id);
            String named = shape.refersTo() == null ? null : names.name(shape.refersTo(), scalar.text());
            return named == null ? new Yaml.Line(key, YamlScalar.of(scalar, true))
                    : shape.refersTo() == Target.STRENGTH ? new Yaml.Line(List.of(), key, YamlScalar.of(scalar, true), comment(named), 0,
                    true)
                    : new Yaml.Line(List.of(), key, new Yaml.Inline(YamlScalar.text(named)), comment(scalar.text()), 0, true);
        }
        if (value instanceof Sequence sequence) {
            List<Yaml.Line> lines = new ArrayList<>();
            sequence.items().forEach(item -> lines.add(line(null, item, shape.items() == null ? Shapes.ANY : shape.items(), depth + 1,
                    "")));
            boolean isFlow = lines.stream().noneMatch(line -> line.value() instanceof Yaml.Group group && !group.lines().isEmpty());
            return new Yaml.Line(key, new Yaml.Group(false, isFlow, "", lines, List.of()));
        }
        Yaml.Group group = mapping((Mapping) value, shape, depth);
        boolean isBlock = depth == 1 && IN_BLOCKS.contains(name);
        return new Yaml.Line(key, new Yaml.Group(true, !isBlock, "", group.lines(), List.of()));
    }

    private static String comment(String text) {
        return "# " + text.replaceAll("[^\\x20-\\x7E\\p{L}\\p{N}]", "?");
    }

    // ---- to Graph

    private List<Converted> graph(List<Written> resources) {
        List<String> files = files(resources);
        List<Converted> converted = new ArrayList<>();
        for (int i = 0; i < resources.size(); i++) {
            Written resource = resources.get(i);
            String kind = resource.kind();
            if (OURS.contains(kind)) {
                out.warning("SP1702", resource.node().position(), "Graph has no `" + kind + "`: they are not written",
                        "keep this file next to the export");
            } else if (kind.equals("directory")) {
                directory(resource.node(), converted);
            } else {
                Mapping graph = resource.isExport() ? resource.node() : graph(resource.node(), kind);
                Mapping written = kind.equals("conditionalAccessPolicy") ? withoutOurs(graph) : graph;
                if (written != null) {
                    converted.add(new Converted(files.get(i), null, written));
                }
            }
        }
        unknownNames.forEach(name -> out.warning("SP1703", null, name + " has no known id: it is written as a name",
                "name a directory that contains it with `-d`"));
        return converted;
    }

    private void directory(Mapping directory, List<Converted> converted) {
        for (Entry entry : directory.entries()) {
            String list = entry.key().text();
            if ((list.equals("organization") || list.equals("breakGlass")) && !Node.isNull(entry.value())) {
                out.warning("SP1702", entry.key().position(), "Graph has no `" + list + "` like this: it is not written",
                        "keep this file next to the export");
            } else if (LISTS.contains(list) && entry.value() instanceof Sequence items) {
                String kind = list.substring(0, list.length() - 1);
                for (Node item : items.items()) {
                    if (item instanceof Mapping mapping) {
                        converted.add(new Converted(list, null, graph(mapping, kind)));
                    }
                }
            }
        }
    }

    private Mapping graph(Mapping node, String kind) {
        ExportRemainder whole = ExportRemainder.of(node);
        Set<String> asTheyStand = new LinkedHashSet<>();
        if (whole.node().get(NAMES) instanceof Sequence texts) {
            texts.items().forEach(text -> asTheyStand.add(((Scalar) text).text()));
        }
        Shape shape = Shapes.of(kind);
        Mapping resolved = (Mapping) resolved(whole.node(), shape == null ? Shapes.ANY : shape, whole.values(), asTheyStand);
        List<Entry> entries = new ArrayList<>();
        String type = type(kind);
        if (type != null && whole.node().get(TYPE) == null) {
            entries.add(entry(TYPE, text(type)));
        }
        for (Entry entry : resolved.entries()) {
            boolean isOurs = Set.of("kind", NAMES).contains(entry.key().text()) || entry.key().text().equals(TYPE)
                    && Node.isNull(entry.value());
            if (kind.equals("securityDefaults") && entry.key().text().equals("registrationGracePeriodDays")) {
                out.warning("SP1702", entry.key().position(), "Graph has no `registrationGracePeriodDays`: it is not written",
                        "keep this file next to the export");
            } else if (!isOurs) {
                entries.add(entry);
            }
        }
        return new Mapping(node.position(), entries);
    }

    /** Ids for names; numbers and booleans where Graph has text become text, as the engine reads them. */
    private Node resolved(Node node, Shape shape, Set<Node> kept, Set<String> asTheyStand) {
        if (kept.contains(node)) {
            return node;
        }
        if (node instanceof Mapping mapping) {
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : mapping.entries()) {
                Shape field = shape.field(entry.key().text());
                entries.add(new Entry(entry.key(), resolved(entry.value(), field == null ? Shapes.ANY : field, kept, asTheyStand)));
            }
            return new Mapping(mapping.position(), entries);
        }
        if (node instanceof Sequence sequence) {
            Shape items = shape.items() == null ? Shapes.ANY : shape.items();
            return new Sequence(sequence.position(), sequence.items().stream().map(item -> resolved(item, items, kept, asTheyStand))
                    .toList());
        }
        Scalar scalar = (Scalar) node;
        if (scalar.type() == ScalarType.NULL || shape.type() != Type.TEXT) {
            return scalar;
        }
        if (shape.refersTo() != null && !asTheyStand.contains(scalar.text())) {
            String id = names.id(shape.refersTo(), scalar.text());
            if (id == null && !names.isId(shape.refersTo(), scalar.text())) {
                unknownNames.add("the " + shape.refersTo().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " `" + scalar.text() + "`");
            }
            return new Scalar(scalar.position(), id == null ? scalar.text() : id, ScalarType.TEXT);
        }
        return new Scalar(scalar.position(), scalar.text(), ScalarType.TEXT);
    }

    /** A policy without the two values that Graph does not have, or {@code null} when nothing is left to ask for or to protect. */
    private Mapping withoutOurs(Mapping policy) {
        Mapping less = without(policy, List.of("conditions", "applications", "includeUserActions"), WellKnown.CREATE_APP_PASSWORD,
                "user action");
        Mapping least = less == null ? null : without(less, List.of("grantControls", "builtInControls"), "enforcedMfa", "control");
        if (least == null) {
            out.warning("SP1702", policy.position(), "nothing else is left of the policy: it is not written",
                    "keep this file next to the export");
        }
        return least;
    }

    private Mapping without(Mapping node, List<String> path, String value, String what) {
        Node found = node.get(path.get(0));
        Node replaced;
        if (path.size() > 1) {
            replaced = found instanceof Mapping inner ? without(inner, path.subList(1, path.size()), value, what) : found;
            if (found != null && replaced == null) {
                return null;
            }
        } else {
            Node ours = found instanceof Sequence list ? list.items().stream().filter(item -> item instanceof Scalar text && text.text()
                    .equalsIgnoreCase(value))
                    .findFirst().orElse(null) : null;
            if (ours == null) {
                return node;
            }
            out.warning("SP1701", ours.position(), "Graph has no " + what + " `" + value + "`: it is not written", null);
            List<Node> others = ((Sequence) found).items().stream().filter(item -> item != ours).toList();
            boolean isAlone = node.entries().stream().allMatch(entry -> entry.key().text().equals(path.get(0)) || entry.key().text()
                    .equals("operator")
                    || Node.isEmpty(entry.value()));
            if (others.isEmpty() && isAlone) {
                return null;
            }
            replaced = new Sequence(found.position(), others);
        }
        if (replaced == found) {
            return node;
        }
        return new Mapping(node.position(), node.entries().stream()
                .map(entry -> entry.key().text().equals(path.get(0)) ? new Entry(entry.key(), replaced) : entry).toList());
    }

    // ---- files

    /** The file of each resource. A policy's is made of its name; where names make the same, the ids tell them apart. */
    private static List<String> files(List<Written> resources) {
        List<String> slugs = resources.stream().map(Conversion::slug).toList();
        List<String> files = new ArrayList<>();
        Set<String> taken = new LinkedHashSet<>();
        for (int i = 0; i < resources.size(); i++) {
            String slug = slugs.get(i);
            if (slug == null) {
                files.add(FILES.getOrDefault(resources.get(i).kind(), "directory"));
                continue;
            }
            String unique = slug;
            if (slugs.indexOf(slug) != slugs.lastIndexOf(slug) && resources.get(i).node().get("id") instanceof Scalar id && !id.text()
                    .isBlank()) {
                unique = slug + "-" + slug(id.text()).substring(0, Math.min(8, slug(id.text()).length()));
            }
            String file = unique;
            for (int n = 2; !taken.add(file); n++) {
                file = unique + "-" + n;
            }
            files.add("policies/" + file);
        }
        return files;
    }

    private static String slug(Written resource) {
        if (!resource.kind().equals("conditionalAccessPolicy")) {
            return null;
        }
        for (String key : List.of("displayName", "id")) {
            Node name = resource.node().entries().stream().filter(entry -> entry.key().text().equalsIgnoreCase(key)).map(Entry::value)
                    .findFirst().orElse(null);
            if (name instanceof Scalar text && !slug(text.text()).equals("policy")) {
                return slug(text.text());
            }
        }
        return "policy";
    }

    private static String slug(String text) {
        String ascii = Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}", "").toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-");
        String cut = ascii.length() > LONGEST_NAME ? ascii.substring(0, LONGEST_NAME) : ascii;
        String slug = cut.replaceAll("^-+|-+$", "");
        return slug.isEmpty() ? "policy" : slug;
    }

    private static Entry entry(String key, Node value) {
        return new Entry(text(key), value);
    }

    private static Scalar text(String text) {
        return new Scalar(null, text, ScalarType.TEXT);
    }
}
