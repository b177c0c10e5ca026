package dev.sallyport.model;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.Catalogue.Application;
import dev.sallyport.model.Catalogue.Bundle;
import dev.sallyport.model.Catalogue.Change;
import dev.sallyport.model.Catalogue.Client;
import dev.sallyport.model.Catalogue.ControlExemption;
import dev.sallyport.model.Catalogue.ErrorCode;
import dev.sallyport.model.Catalogue.Licence;
import dev.sallyport.model.Catalogue.MandatoryMfa;
import dev.sallyport.model.Catalogue.Role;
import dev.sallyport.model.Catalogue.Row;
import dev.sallyport.model.Catalogue.Said;
import dev.sallyport.model.Catalogue.SecurityDefaultsRole;
import dev.sallyport.model.Catalogue.ServiceDependency;
import dev.sallyport.model.Catalogue.Source;
import dev.sallyport.model.Catalogue.Strength;
import dev.sallyport.model.Catalogue.Use;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.SyntaxException;
import dev.sallyport.parse.YamlParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents of {@code kind: catalogue}, the built-in ones and those of a tenant alike. Rows may name applications and bundles of
 * other documents, so that names are looked up when all documents are known.
 */
final class CatalogueReader {

    private interface RowReader {
        @Nullable Row read(CatalogueReader reader, RowFields fields);
    }

    /** The lists in the order in which rows may refer to each other: bundles, then applications, then the rest. */
    private static final Map<String, RowReader> LISTS = new LinkedHashMap<>();
    /** The lists to which a tenant adds. */
    private static final Set<String> OPEN = Set.of("applications", "clients", "serviceDependencies", "controlExemptions", "changes");

    /** The controls from which an exemption is evaluated. */
    private static final List<GrantControl> EXEMPTABLE = List.of(GrantControl.COMPLIANT_DEVICE);

    static {
        LISTS.put("bundles", CatalogueReader::bundle);
        LISTS.put("applications", CatalogueReader::application);
        LISTS.put("clients", CatalogueReader::client);
        LISTS.put("uses", CatalogueReader::use);
        LISTS.put("serviceDependencies", CatalogueReader::serviceDependency);
        LISTS.put("controlExemptions", CatalogueReader::controlExemption);
        LISTS.put("mandatoryMfa", CatalogueReader::mandatoryMfa);
        LISTS.put("roles", CatalogueReader::role);
        LISTS.put("authenticationStrengths", CatalogueReader::strength);
        LISTS.put("licences", CatalogueReader::licence);
        LISTS.put("errorCodes", CatalogueReader::errorCode);
        LISTS.put("changes", CatalogueReader::change);
    }

    private final @Nullable Catalogue base;
    private final Diagnostics out;
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final Map<String, List<Node.Mapping>> read = new LinkedHashMap<>();
    private final Map<String, Map<String, Row>> rows = new LinkedHashMap<>();
    private final Map<String, String> appIdsByName = new HashMap<>();
    private final Map<String, String> bundleIdsByName = new HashMap<>();

    /**
     * @param base the catalogue to which a tenant adds; {@code null} for the built-in one
     */
    CatalogueReader(@Nullable Catalogue base, Diagnostics out) {
        this.base = base;
        this.out = out;
        if (base != null) {
            sources.putAll(base.sources());
            base.all().forEach((list, those) -> rows.put(list, new LinkedHashMap<>(those)));
            base.bundles().forEach(this::know);
            base.applications().forEach(this::know);
        }
    }

    private void know(Bundle bundle) {
        bundleIdsByName.put(WellKnown.fold(bundle.id()), bundle.id());
        bundleIdsByName.put(WellKnown.fold(bundle.displayName()), bundle.id());
    }

    private void know(Application application) {
        if (application.displayName() != null) {
            appIdsByName.put(WellKnown.fold(application.displayName()), application.appId());
        }
    }

    /** Adds a file of the class path. */
    void addBuiltIn(String file) {
        try (InputStream in = CatalogueReader.class.getResourceAsStream(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            YamlParser.parse(file, text).forEach(document -> add((Node.Mapping) document));
        } catch (IOException | SyntaxException e) {
            throw new IllegalStateException("the catalogue cannot be read: " + file, e);
        }
    }

    /** Adds a document. */
    void add(Node.Mapping document) {
        for (Node.Entry entry : document.entries()) {
            String key = entry.key().text();
            boolean isKnown = key.equals("sources") || LISTS.containsKey(key);
            if (key.equals("kind")) {
                continue;
            }
            if (!isKnown || base != null && !key.equals("sources") && !OPEN.contains(key)) {
                Set<String> may = new TreeSet<>(base == null ? LISTS.keySet() : OPEN);
                may.add("sources");
                String near = Suggestions.didYouMean(key, may);
                out.error("SP1102", entry.key().position(), isKnown ? "a tenant cannot add to `" + key + "` of the catalogue"
                        : "unknown key `" + key + "` in catalogue", near != null ? near : "use one of " + String.join(", ", may));
            } else if (!(entry.value() instanceof Node.Sequence sequence)) {
                out.error("SP1103", entry.value().position(), "`" + key + "` is " + entry.value().describe(), "it must be a list");
            } else {
                for (Node item : sequence.items()) {
                    if (!(item instanceof Node.Mapping row)) {
                        out.error("SP1103", item.position(), "a row of `" + key + "` is " + item.describe(), "it must be an object");
                    } else if (key.equals("sources")) {
                        source(new RowFields(row, "a source"));
                    } else {
                        read.computeIfAbsent(key, any -> new ArrayList<>()).add(row);
                    }
                }
            }
        }
    }

    /** The catalogue of all documents. */
    Catalogue catalogue() {
        LISTS.forEach((list, reader) -> {
            Map<String, Row> those = rows.computeIfAbsent(list, any -> new LinkedHashMap<>());
            Set<String> seen = new HashSet<>();
            for (Node.Mapping node : read.getOrDefault(list, List.of())) {
                RowFields fields = new RowFields(node, "a row of `" + list + "`");
                Row row = reader.read(this, fields);
                fields.done();
                if (row == null || fields.isBroken) {
                    continue;
                }
                if (!seen.add(row.key())) {
                    out.error("SP1201", node.position(), "duplicate row of `" + list + "`: `" + row.key() + "`", "remove one");
                    continue;
                }
                those.put(row.key(), row);
                if (row instanceof Bundle bundle) {
                    know(bundle);
                } else if (row instanceof Application application) {
                    know(application);
                }
            }
        });
        return Catalogue.of(sources, rows, base == null);
    }

    private void source(RowFields fields) {
        String name = fields.text("name");
        String page = fields.text("page");
        Instant date = fields.optionalDate("date");
        String version = fields.optionalText("version");
        fields.done();
        if (!fields.isBroken) {
            sources.put(name, new Source(name, page, date == null ? null : LocalDate.ofInstant(date, ZoneOffset.UTC), version));
        }
    }

    private Row bundle(RowFields fields) {
        return new Bundle(fields.text("id"), fields.text("displayName"), fields.source());
    }

    private Row application(RowFields fields) {
        return new Application(fields.id("appId"), fields.optionalText("displayName"), fields.bundles("memberOf"), fields.source());
    }

    private Row client(RowFields fields) {
        return new Client(fields.has("appId") ? fields.id("appId") : null, fields.text("displayName"), fields.applications("opens"),
                fields.bundles("memberOf"), fields.source());
    }

    private Row use(RowFields fields) {
        return new Use(fields.text("name"), fields.applications("applications"), fields.source());
    }

    private Row serviceDependency(RowFields fields) {
        return new ServiceDependency(fields.application("application"), fields.application("dependsOn"),
                fields.oneOf("enforcement", List.of("early", "late"), "early").equals("early"), fields.source());
    }

    private Row controlExemption(RowFields fields) {
        GrantControl control = fields.required("control", EXEMPTABLE);
        return new ControlExemption(control, fields.application("application"), fields.texts("scopes"), fields.source());
    }

    private Row mandatoryMfa(RowFields fields) {
        return new MandatoryMfa(fields.application("application"),
                fields.oneOf("operations", List.of("all", "write"), "all").equals("write"),
                fields.date("since"), fields.optionalDate("postponableUntil"), fields.source());
    }

    private Row role(RowFields fields) {
        return new Role(fields.id("id"), fields.text("displayName"),
                fields.oneOf("securityDefaults", List.of(SecurityDefaultsRole.values()), SecurityDefaultsRole.NONE), fields.source());
    }

    private Row strength(RowFields fields) {
        List<Set<AuthenticationMethodMode>> combinations = new ArrayList<>();
        for (String combination : fields.texts("allowedCombinations")) {
            Set<AuthenticationMethodMode> methods = EnumSet.noneOf(AuthenticationMethodMode.class);
            for (String method : combination.split(",")) {
                AuthenticationMethodMode mode = GraphEnum.exact(AuthenticationMethodMode.class, method);
                if (mode == null) {
                    fields.broken("SP1104", "allowedCombinations", "unknown method `" + method + "`", null);
                } else {
                    methods.add(mode);
                }
            }
            combinations.add(Set.copyOf(methods));
        }
        return new Strength(new AuthenticationStrength(fields.id("id"), fields.text("displayName"), List.copyOf(combinations), null),
                fields.source());
    }

    private Row licence(RowFields fields) {
        return new Licence(fields.text("name"), fields.text("displayName"), fields.texts("servicePlans"), fields.source());
    }

    private Row errorCode(RowFields fields) {
        return new ErrorCode(Integer.parseInt(fields.text("code")), fields.text("name"), fields.required("outcome", List.of(Said.values())),
                fields.oneOf("asksForMfa", List.of("true", "false"), "false").equals("true"), fields.source());
    }

    private Row change(RowFields fields) {
        return new Change(fields.text("name"), fields.date("date"), fields.source());
    }

    /** The fields of one row. What is wrong with them is reported, and the row is left out. */
    private final class RowFields {

        private final Node.Mapping node;
        private final String what;
        private final Set<String> asked = new LinkedHashSet<>();
        private boolean isBroken;

        RowFields(Node.Mapping node, String what) {
            this.node = node;
            this.what = what;
        }

        private @Nullable Node get(String key) {
            asked.add(key);
            Node value = node.get(key);
            return Node.isNull(value) ? null : value;
        }

        boolean has(String key) {
            return get(key) != null;
        }

        void broken(String code, String key, String message, @Nullable String help) {
            Node value = node.get(key);
            isBroken = true;
            out.error(code, value == null ? node.position() : value.position(), message, help);
        }

        @Nullable String optionalText(String key) {
            Node value = get(key);
            if (value == null || value instanceof Node.Scalar) {
                return value == null ? null : ((Node.Scalar) value).text();
            }
            broken("SP1103", key, "`" + key + "` is " + value.describe(), "it must be text");
            return null;
        }

        String text(String key) {
            String text = optionalText(key);
            if (text == null && node.get(key) == null || text != null && text.isBlank()) {
                broken("SP1105", key, what + " has no `" + key + "`", "add `" + key + ":`");
            }
            return text == null ? "" : text;
        }

        String id(String key) {
            String id = WellKnown.fold(text(key));
            if (!id.isEmpty() && !WellKnown.isId(id)) {
                broken("SP1104", key, "`" + key + "` is not an id: " + Quote.of(id), "write a GUID");
            }
            return id;
        }

        List<String> texts(String key) {
            Node value = get(key);
            if (value == null) {
                return List.of();
            }
            List<String> texts = new ArrayList<>();
            for (Node item : value instanceof Node.Sequence sequence ? sequence.items() : List.of(value)) {
                if (item instanceof Node.Scalar scalar) {
                    texts.add(scalar.text());
                } else {
                    broken("SP1103", key, "`" + key + "` contains " + item.describe(), "it must be a list of texts");
                }
            }
            return List.copyOf(texts);
        }

        String oneOf(String key, List<String> values, String otherwise) {
            String text = optionalText(key);
            if (text == null) {
                return otherwise;
            }
            if (!values.contains(text)) {
                String near = Suggestions.didYouMean(text, values);
                broken("SP1104", key, "unknown value " + Quote.of(text) + " for `" + key + "`",
                        near != null ? near : "use one of " + String.join(", ", values));
            }
            return text;
        }

        /** The value; the first of them if it is missing or unknown, and the row is then left out. */
        <E extends GraphEnum> E required(String key, List<E> values) {
            text(key);
            return oneOf(key, values, values.get(0));
        }

        <E extends GraphEnum> E oneOf(String key, List<E> values, E otherwise) {
            String text = oneOf(key, values.stream().map(GraphEnum::graphName).toList(), otherwise.graphName());
            return values.stream().filter(value -> value.graphName().equals(text)).findFirst().orElse(otherwise);
        }

        /** The date; 1970-01-01 if it is missing or wrong, and the row is then left out. */
        Instant date(String key) {
            return Objects.requireNonNullElse(date(key, text(key)), Instant.EPOCH);
        }

        @Nullable Instant optionalDate(String key) {
            return date(key, optionalText(key));
        }

        private @Nullable Instant date(String key, @Nullable String text) {
            if (text == null || text.isEmpty()) {
                return null;
            }
            try {
                return text.length() > 10 ? Instant.parse(text) : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            } catch (DateTimeException e) {
                broken("SP1107", key, "`" + key + "` is not a date: " + Quote.of(text), "write it like `2026-06-15`");
                return null;
            }
        }

        /** The id of an application that is given by id or by name. */
        String application(String key) {
            String name = text(key);
            return name.isEmpty() ? name : resolve(key, name, appIdsByName, "application", "write its id");
        }

        List<String> applications(String key) {
            List<String> names = texts(key);
            if (names.isEmpty()) {
                broken("SP1105", key, what + " has no `" + key + "`", "add `" + key + ":`");
            }
            return names.stream().map(name -> resolve(key, name, appIdsByName, "application", "write its id")).toList();
        }

        Set<String> bundles(String key) {
            Set<String> ids = new LinkedHashSet<>();
            texts(key).forEach(name -> ids.add(resolve(key, name, bundleIdsByName, "bundle", null)));
            return Set.copyOf(ids);
        }

        private String resolve(String key, String name, Map<String, String> ids, String kind, @Nullable String help) {
            String folded = WellKnown.fold(name);
            String id = ids.get(folded);
            if (id != null || kind.equals("application") && WellKnown.isId(folded)) {
                return id != null ? id : folded;
            }
            String near = Suggestions.didYouMean(name, names(kind));
            if (kind.equals("bundle")) {
                broken("SP1104", key, "unknown bundle of applications " + Quote.of(name),
                        near != null ? near : "use one of " + String.join(", ", names(kind)));
            } else {
                broken("SP1202", key, "unknown " + kind + " " + Quote.of(name), near != null ? near : help);
            }
            return folded;
        }

        private Collection<String> names(String kind) {
            if (kind.equals("bundle")) {
                return rows.getOrDefault("bundles", Map.of()).values().stream().map(row -> ((Bundle) row).displayName()).toList();
            }
            return rows.getOrDefault("applications", Map.of()).values().stream().map(row -> ((Application) row).displayName())
                    .filter(name -> name != null).toList();
        }

        String source() {
            String source = base == null ? text("source") : optionalText("source");
            if (source == null) {
                return "tenant";
            }
            if (!source.isEmpty() && !sources.containsKey(source)) {
                String near = Suggestions.didYouMean(source, sources.keySet());
                broken("SP1202", "source", "unknown source " + Quote.of(source), near != null ? near : "add it to `sources`");
            }
            return source;
        }

        void done() {
            for (Node.Entry entry : node.entries()) {
                if (!asked.contains(entry.key().text())) {
                    isBroken = true;
                    String near = Suggestions.didYouMean(entry.key().text(), asked);
                    out.error("SP1102", entry.key().position(), "unknown key `" + entry.key().text() + "` in " + what,
                            near != null ? near : "use one of " + String.join(", ", asked));
                }
            }
        }
    }
}
