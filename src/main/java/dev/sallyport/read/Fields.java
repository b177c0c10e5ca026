package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.Fingerprint;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.JsonText;
import dev.sallyport.parse.Node;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Takes the fields of one object by name and type, and reports what is wrong with them. A field that was not taken is unknown:
 * an error in what an author wrote, a warning in what Graph exported ({@link #done()}).
 *
 * <p>What is wrong in a policy of an export keeps nothing from loading: the field counts as {@linkplain #isNotUnderstood not
 * understood}, and its reader lets the policy fail closed (IMP-01).
 */
public final class Fields {

    /** What YAML of old took for true and false. */
    private static final Map<String, String> MEANT = Map.of("yes", "true", "on", "true", "y", "true", "1", "true", "no", "false", "off",
            "false", "n", "false", "0", "false");
    /** What authors write as one value. */
    static final Map<String, String> EXAMPLES = Map.ofEntries(Map.entry("users", "{ includeUsers: [All] }"),
            Map.entry("applications", "{ includeApplications: [All] }"),
            Map.entry("platforms", "{ includePlatforms: [iOS] }"), Map.entry("locations", "{ includeLocations: [All] }"),
            Map.entry("grantControls", "{ operator: OR, builtInControls: [mfa] }"), Map.entry("authenticationStrength",
                    "{ id: Phishing-resistant MFA }"),
            Map.entry("signInFrequency", "{ value: 4, type: hours }"), Map.entry("persistentBrowser", "{ mode: never }"),
            Map.entry("expect", "{ outcome: block }"), Map.entry("ipRanges", "{ cidrAddress: 198.51.100.0/24 }"),
                    Map.entry("authenticationMethods", "{ method: microsoftAuthenticatorPush }"),
            Map.entry("includeGuestsOrExternalUsers", "{ guestOrExternalUserTypes: b2bCollaborationGuest }"),
            Map.entry("excludeGuestsOrExternalUsers", "{ guestOrExternalUserTypes: b2bCollaborationGuest }"),
            Map.entry("authenticationFlows", "{ transferMethods: deviceCodeFlow }"),
                    Map.entry("deviceFilter", "{ mode: exclude, rule: device.isCompliant -eq True }"));

    /** What Graph writes for a value that is newer than it is asked for (IMP-06). */
    static final String HIDDEN_VALUE = "unknownFutureValue";
    static final String HIDDEN_HELP = "Graph hides the value: export again with the header `Prefer: include-unknown-enum-members`";

    private static final Comparator<Node.Entry> BY_KEY = (entry, other) -> entry.key().text().compareTo(other.key().text());

    private final Node.Mapping node;
    private final String what;
    private final boolean export;
    /** Whether the object belongs to a policy set, whose exports always load; a directory is held to the letter. */
    private final boolean ofSet;
    /** Whether the object is a resource, and no part of one. */
    private final boolean isResource;
    private final Diagnostics out;
    /** Fields of an export whose value is not understood; {@code null} while there are none. */
    private Set<String> notUnderstood;
    /** Names that were asked for, some of them twice; looked at only when one is unknown. */
    private final List<String> known;
    /** For each entry, in its order. */
    private final boolean[] taken;
    /** What an author's resource keeps of the export that it was converted from; read by the rules of exports. */
    private final Set<Node> kept;

    /**
     * @param what   what the object is, for messages: {@code conditions}
     * @param export whether Graph wrote it, so that fields unknown to us are kept and reported instead of refused
     */
    public Fields(Node.Mapping node, String what, boolean export, Diagnostics out) {
        this(node, what, export, Set.of(), false, true, out);
    }

    /**
     * A resource.
     *
     * @param kept  values, by identity, that are read by the rules of exports wherever they stand
     * @param ofSet whether it belongs to a policy set
     */
    public Fields(Node.Mapping node, String what, boolean export, Set<Node> kept, boolean ofSet, Diagnostics out) {
        this(node, what, export, kept, ofSet, true, out);
    }

    private Fields(Node.Mapping node, String what, boolean export, Set<Node> kept, boolean ofSet, boolean isResource, Diagnostics out) {
        this.node = node;
        this.what = what;
        this.export = export;
        this.kept = kept;
        this.ofSet = ofSet;
        this.isResource = isResource;
        this.out = out;
        this.taken = new boolean[node.entries().size()];
        this.known = new ArrayList<>(isResource ? 32 : 8);
    }

    /** The object itself. */
    public Node.Mapping node() {
        return node;
    }

    private boolean isExport(Node value) {
        return export || value != null && kept.contains(value);
    }

    /** Whether a value is one of a policy set that was exported. */
    private boolean isLoaded(Node value) {
        return ofSet && isExport(value);
    }

    /**
     * Reports a field that cannot be used: an error in what an author wrote; in an export it is not understood.
     *
     * @param rule the rule of the semantics that says so, or {@code null}
     */
    public void mistake(String code, String name, Position position, String message, String help, String rule) {
        Node value = value(name);
        if (isLoaded(value)) {
            notUnderstood().add(name);
            out.notUnderstood(code, position, message, help, rule);
        } else {
            out.add(Severity.ERROR, code, position, message, help, rule);
        }
    }

    /** Whether a field belongs to a policy set that was exported. */
    public boolean isLoaded(String name) {
        return isLoaded(value(name));
    }

    /** Whether the value of a field, which an export has, is not understood in whole. */
    public boolean isNotUnderstood(String name) {
        return notUnderstood != null && notUnderstood.contains(name);
    }

    /** The fields of an export that are not understood, unknown ones among them once all others are {@linkplain #done taken}. */
    public Set<String> notUnderstood() {
        notUnderstood = notUnderstood == null ? new LinkedHashSet<>() : notUnderstood;
        return notUnderstood;
    }

    /** The value of a field as it stands; takes nothing. */
    private Node value(String name) {
        for (Node.Entry entry : node.entries()) {
            if (entry.key().text().equalsIgnoreCase(name)) {
                return entry.value();
            }
        }
        return null;
    }

    public Position position() {
        return node.position();
    }

    /** Where the value of a field stands, even one that is null, or the object when it has no such field. */
    public Position position(String name) {
        return node.entries().stream().filter(entry -> entry.key().text().equalsIgnoreCase(name)).map(entry -> entry.value().position())
                .findFirst()
                .orElse(node.position());
    }

    public boolean isExport() {
        return export;
    }

    /** The names of all fields, for objects whose fields are the user's own; annotations are none. */
    public List<String> names() {
        return node.entries().stream().map(entry -> entry.key().text()).filter(key -> !isAnnotation(key)).toList();
    }

    /** The value of a field, or {@code null} when it is absent or null. */
    public Node take(String name) {
        known.add(name);
        Node.Entry found = null;
        List<Node.Entry> entries = node.entries();
        for (int i = 0; i < taken.length; i++) {
            Node.Entry entry = entries.get(i);
            if (entry.key().text().equalsIgnoreCase(name)) {
                if (found != null && !taken[i]) {
                    out.error("SP1006", entry.key().position(), "duplicate key `" + name + "`",
                            "it is first defined in line " + found.key().position().line() + " as `" + found.key()
                                    .text() + "`: remove one of them");
                }
                taken[i] = true;
                found = found == null || entry.key().text().equals(name) ? entry : found;
            }
        }
        if (found == null) {
            return null;
        }
        if (!found.key().text().equals(name)) {
            out.warning("SP1108", found.key().position(), "`" + found.key().text() + "` is not the canonical spelling", "write `" + name
                    + "`");
        }
        if (isLoaded(found.value()) && found.value() instanceof Node.Scalar scalar && scalar.type() == Node.ScalarType.TEXT && scalar.text()
                .isEmpty()) {
            out.meant("SP1108", scalar.position(), "`" + name + "` is empty text", "write `null`", "IMP-05");
            return null;
        }
        return Node.isNull(found.value()) ? null : found.value();
    }

    /** Whether a field holds text. */
    public boolean hasText(String name) {
        return value(name) instanceof Node.Scalar scalar && scalar.type() != Node.ScalarType.NULL && !scalar.text().isBlank();
    }

    /** Whether the object says that it was deleted, so that it is not in force (IMP-11); what is no date does not say so. */
    public boolean isDeleted(Diagnostics out) {
        Node deleted = value("deletedDateTime");
        if (!ofSet || !hasText("deletedDateTime")) {
            return false;
        }
        String text = deleted instanceof Node.Scalar scalar ? scalar.text().strip() : "";
        boolean isDate = text.matches("(?!0001)[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?|/Date\\([0-9]{6,}.*\\)/");
        if (isDate) {
            String name = hasText("displayName") ? ((Node.Scalar) value("displayName")).text() : hasText("id") ? ((Node.Scalar) value("id"))
                    .text() : what;
            out.add(Severity.WARNING, "SP1125", deleted.position(), "`" + name + "` was deleted on " + text + ": it is not in force",
                    "restore it, or remove it here", "IMP-11");
        } else {
            mistake("SP1107", "deletedDateTime", deleted.position(), "`deletedDateTime` is not a date: `" + text + "`",
                    "the resource counts as not deleted: write a date, or remove the field", "IMP-11");
        }
        return isDate;
    }

    /** Whether the field stands there at all, even as null. */
    public boolean has(String name) {
        for (Node.Entry entry : node.entries()) {
            if (entry.key().text().equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    public String text(String name) {
        return text(name, take(name));
    }

    /** Text and where it stands, or {@code null}. */
    public Reference reference(String name) {
        Node value = take(name);
        String text = text(name, value);
        return text == null ? null : new Reference(text, text, value.position(), isLoaded(value));
    }

    private String text(String name, Node value) {
        if (value == null) {
            return null;
        }
        if (value instanceof Node.Scalar scalar && scalar.type() != Node.ScalarType.NULL) {
            return scalar.text();
        }
        if (isNullOfExport(name, value)) {
            return null;
        }
        wrongType(name, value, "text");
        return null;
    }

    /** Whether a value is an empty list, which PowerShell writes for null (IMP-05). */
    private boolean isNullOfExport(String name, Node value) {
        boolean isNull = isLoaded(value) && value instanceof Node.Sequence list && list.items().isEmpty();
        if (isNull) {
            out.meant("SP1108", value.position(), "`" + name + "` is an empty list", "write `null`", "IMP-05");
        }
        return isNull;
    }

    /** Text that has to be there and not blank; empty text stands for what is missing. */
    public String required(String name) {
        String text = text(name);
        if (text == null || text.isBlank()) {
            mistake("SP1105", name, node.position(), what + " has no `" + name + "`", "add `" + name + ":`", null);
            return "";
        }
        return text;
    }

    public Boolean bool(String name) {
        Node value = take(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Node.Scalar scalar && scalar.type() == Node.ScalarType.BOOLEAN) {
            return Boolean.valueOf(scalar.text());
        }
        if (isExport(value) && value instanceof Node.Scalar scalar && scalar.text().matches("(?i)true|false")) {
            out.warning("SP1108", value.position(), "`" + name + "` is written as text", "write it without quotes");
            return Boolean.valueOf(scalar.text());
        }
        if (isNullOfExport(name, value)) {
            return null;
        }
        String meant = value instanceof Node.Scalar scalar ? MEANT.get(scalar.text().toLowerCase(Locale.ROOT)) : null;
        wrongType(name, value, "true or false" + (meant == null ? "" : ": write `" + meant + "`"));
        return null;
    }

    public boolean bool(String name, boolean absent) {
        Boolean value = bool(name);
        return value == null ? absent : value;
    }

    public Integer integer(String name, int min, int max, String rule) {
        Node value = take(name);
        if (value == null) {
            return null;
        }
        if (isNullOfExport(name, value)) {
            return null;
        }
        boolean isText = isLoaded(value) && value instanceof Node.Scalar scalar && scalar.type() == Node.ScalarType.TEXT;
        if (value instanceof Node.Scalar scalar && (scalar.type() == Node.ScalarType.NUMBER || isText) && scalar.text()
                .matches("-?[0-9]{1,9}")) {
            int number = Integer.parseInt(scalar.text());
            if (isText) {
                out.meant("SP1108", value.position(), "`" + name + "` is written as text", "write it without quotes", "IMP-05");
            }
            if (number < min || number > max) {
                mistake("SP1106", name, value.position(), "`" + name + "` is " + number, "it must be from " + min + " to " + max, rule);
                return null;
            }
            return number;
        }
        wrongType(name, value, "a whole number");
        return null;
    }

    public Instant instant(String name) {
        Node value = take(name);
        if (value == null) {
            return null;
        }
        String text = text(name, value);
        if (text == null) {
            return null;
        }
        try {
            return instantOf(text.strip());
        } catch (DateTimeException e) {
            out.error("SP1107", value.position(), "`" + name + "` is not a date and time with a time zone: `" + text + "`",
                    "write a time such as 2026-11-22T10:15:00Z");
            return null;
        }
    }

    /** The time of a text such as {@code 2026-11-22T10:15:00Z}, which most are, and of every other that Java knows. */
    private static Instant instantOf(String text) {
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        boolean isPlain = text.length() == 20 && (year | month | day | hour | minute | second) >= 0 && hour < 24 && minute < 60
                && second < 60 && text.charAt(4) == '-' && text.charAt(7) == '-' && text.charAt(10) == 'T' && text.charAt(13) == ':'
                && text.charAt(16) == ':' && text.charAt(19) == 'Z';
        return isPlain ? Instant.ofEpochSecond(LocalDate.of(year, month, day).toEpochDay() * 86_400 + hour * 3_600 + minute * 60 + second)
                : OffsetDateTime.parse(text).toInstant();
    }

    /** The number of these digits, or -1. */
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = i < text.length() ? text.charAt(i) - '0' : -1;
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    public List<Node> list(String name) {
        Node value = take(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Node.Sequence sequence) {
            return sequence.items();
        }
        if (isExport(value) && value instanceof Node.Scalar) {
            out.warning("SP1108", value.position(), "`" + name + "` is one value instead of a list", "write it in brackets");
            return List.of(value);
        }
        wrongType(name, value, "a list" + (value instanceof Node.Scalar scalar ? ": write `[" + (scalar.text().equalsIgnoreCase("all")
                ? "All" : scalar.text()) + "]`" : ""));
        return List.of();
    }

    public List<String> texts(String name) {
        List<Reference> references = references(name);
        return references.isEmpty() ? List.of() : references.stream().map(Reference::text).toList();
    }

    public List<Reference> references(String name) {
        List<Node> items = list(name);
        if (items.isEmpty()) {
            return List.of();
        }
        List<Reference> references = new ArrayList<>(items.size());
        boolean isExport = isLoaded(name);
        for (Node item : items) {
            String text = text(name, item);
            if (text != null && ofSet && text.isBlank()) {
                emptyPart(name, item.position());
            } else if (text != null) {
                references.add(new Reference(text, text, item.position(), isExport));
            }
        }
        return List.copyOf(references);
    }

    /** The objects of a relationship that Graph expanded, in an export; empty for a list of ids. */
    public List<Node.Mapping> expanded(String name) {
        return export && value(name) instanceof Node.Sequence sequence && !sequence.items().isEmpty() && sequence.items().stream()
                .allMatch(Node.Mapping.class::isInstance)
                ? sequence.items().stream().map(Node.Mapping.class::cast).toList() : List.of();
    }

    private void emptyPart(String name, Position position) {
        mistake("SP1104", name, position, "`" + name + "` has an empty part", "remove it, or write the missing value", null);
    }

    public <E extends Enum<E> & GraphEnum> E choice(String name, Class<E> type) {
        Node value = take(name);
        String text = text(name, value);
        return text == null ? null : constant(name, value.position(), text, type);
    }

    /** An enum that comes as a list, as one value, or as one comma-joined text. */
    public <E extends Enum<E> & GraphEnum> Set<E> choices(String name, Class<E> type) {
        return choices(name, type, Map.of());
    }

    /** @param meant what to write instead of values that are often mistaken for one of these, by value; they are refused */
    public <E extends Enum<E> & GraphEnum> Set<E> choices(String name, Class<E> type, Map<String, String> meant) {
        Set<E> constants = EnumSet.noneOf(type);
        for (Reference part : parts(name)) {
            E constant = constant(name, part.position(), part.text(), type, meant);
            if (constant != null) {
                constants.add(constant);
            }
        }
        return Collections.unmodifiableSet(constants);
    }

    /** The texts of a list, of one value, or of one comma-joined text. */
    public List<Reference> parts(String name) {
        Node value = take(name);
        List<Node> items = value instanceof Node.Sequence sequence ? sequence.items() : value == null ? List.of() : List.of(value);
        List<Reference> parts = new ArrayList<>();
        for (Node item : items) {
            String text = text(name, item);
            if (text != null) {
                for (String part : text.split(",", -1)) {
                    if (part.isBlank()) {
                        emptyPart(name, item.position());
                    } else {
                        parts.add(new Reference(part.strip(), part.strip(), item.position(), isLoaded(value)));
                    }
                }
            }
        }
        return parts;
    }

    <E extends Enum<E> & GraphEnum> E constant(String name, Position position, String text, Class<E> type) {
        return constant(name, position, text, type, Map.of());
    }

    private <E extends Enum<E> & GraphEnum> E constant(String name, Position position, String text, Class<E> type,
            Map<String, String> meant) {
        E exact = GraphEnum.exact(type, text);
        if (exact != null && !meant.containsKey(text)) {
            return exact;
        }
        E other = GraphEnum.anyCase(type, text);
        if (other != null && !meant.containsKey(other.graphName())) {
            out.warning("SP1108", position, "`" + text + "` is not the canonical spelling of `" + name + "`", "write `" + other.graphName()
                    + "`");
            return other;
        }
        List<String> names = Arrays.stream(type.getEnumConstants()).map(GraphEnum::graphName)
                .filter(value -> !meant.containsKey(value)).toList();
        boolean isHidden = text.equals(HIDDEN_VALUE);
        mistake("SP1104", name, position, "unknown value `" + text + "` for `" + name + "`",
                isHidden ? HIDDEN_HELP : meant.containsKey(text) ? meant.get(text) : oneOf(text, names), isHidden ? "IMP-06" : null);
        return null;
    }

    private static String oneOf(String text, List<String> names) {
        String near = Suggestions.didYouMean(text, names);
        return near != null ? near : "use one of " + String.join(", ", names);
    }

    /** One of a few texts, in whatever case; {@code null} when it is absent or none of them, which is an error. */
    public String option(String name, String rule, String... options) {
        Reference value = reference(name);
        if (value == null) {
            return null;
        }
        for (String option : options) {
            if (option.equalsIgnoreCase(value.text())) {
                if (!option.equals(value.text())) {
                    out.warning("SP1108", value.position(), "`" + value.text() + "` is not the canonical spelling of `" + name + "`",
                            "write `" + option + "`");
                }
                return option;
            }
        }
        boolean isHidden = value.text().equals(HIDDEN_VALUE);
        mistake("SP1104", name, value.position(), "unknown value `" + value.text() + "` for `" + name + "`",
                isHidden ? HIDDEN_HELP : oneOf(value.text(), List.of(options)), isHidden ? "IMP-06" : rule);
        return null;
    }

    /**
     * An object, or {@code null} when it is absent or null. In an export an empty list stands for null, and so does an object
     * that {@linkplain #isBlank() says nothing}; what an author wrote is handed out all the same, so that its keys are checked.
     */
    public Fields object(String name) {
        Node value = take(name);
        if (value == null) {
            return null;
        }
        if (isExport(value) && value instanceof Node.Sequence sequence && sequence.items().isEmpty()) {
            out.warning("SP1108", value.position(), "`" + name + "` is an empty list instead of an object", "write `null`");
            return null;
        }
        Node.Mapping mapping = mapping(name, value);
        Fields fields = mapping == null ? null : new Fields(mapping, name, isExport(mapping), kept, ofSet, false, out);
        return fields == null || fields.export && fields.isBlank() ? null : fields;
    }

    /** Whether one of the fields of such a name says something, known or not and right or wrong; names come in lower case. */
    public boolean holds(Predicate<String> name) {
        return node.entries().stream().anyMatch(entry -> (!isAnnotation(entry.key().text()) || entry.key().text().endsWith("@odata.bind"))
                && name.test(entry.key().text().toLowerCase(Locale.ROOT)) && !isEmpty(entry.value()));
    }

    private static boolean isAnnotation(String key) {
        return key.contains("@odata.") || key.contains("@microsoft.graph.") || key.startsWith("#microsoft.graph.");
    }

    private boolean isEmpty(Node value) {
        return isLoaded(value) ? Node.isEmptyInExport(value) : Node.isEmpty(value);
    }

    /** Whether the object has fields and all of them are null, which counts as absent. */
    public boolean isBlank() {
        return !node.entries().isEmpty()
                && node.entries().stream().allMatch(entry -> isLoaded(entry.value()) ? Node.isEmptyInExport(entry.value())
                : Node.isNull(entry.value()));
    }

    public List<Fields> objects(String name) {
        if (value(name) == null) {
            take(name);
            return List.of();
        }
        List<Fields> objects = new ArrayList<>();
        forEachObject(name, objects::add);
        return objects;
    }

    /** Takes the objects of a list one after another, of which there may be too many to hold. */
    public void forEachObject(String name, Consumer<Fields> reader) {
        Node value = take(name);
        if (value == null) {
            return;
        }
        boolean isExport = isExport(value);
        for (Node item : list(name)) {
            Node.Mapping mapping = mapping(name, item);
            if (mapping != null) {
                reader.accept(new Fields(mapping, name, isExport || isExport(mapping), kept, ofSet, false, out));
            }
        }
    }

    /** The objects of a list in which a text is short for an object with this key alone. */
    public List<Fields> objects(String name, String key) {
        Node value = take(name);
        if (value == null) {
            return List.of();
        }
        List<Fields> objects = new ArrayList<>();
        for (Node item : list(name)) {
            Node.Mapping mapping = !(item instanceof Node.Scalar) ? mapping(name, item) : new Node.Mapping(item.position(),
                    List.of(new Node.Entry(new Node.Scalar(item.position(), key, Node.ScalarType.TEXT), item)));
            if (mapping != null) {
                objects.add(new Fields(mapping, name, isExport(value) || isExport(mapping), kept, ofSet, false, out));
            }
        }
        return objects;
    }

    private Node.Mapping mapping(String name, Node value) {
        if (value instanceof Node.Mapping mapping) {
            return mapping;
        }
        String example = EXAMPLES.get(name);
        wrongType(name, value, "an object" + (example == null ? "" : ", such as `" + example + "`"));
        return null;
    }

    private void wrongType(String name, Node value, String expected) {
        mistake("SP1103", name, value.position(), "`" + name + "` is " + value.describe(), "it must be " + expected, null);
    }

    /** Whether a field is there and no object, which is reported where it is read as one. */
    public boolean isMisshapen(String name) {
        Node value = take(name);
        boolean isNullOfExport = value instanceof Node.Sequence list && list.items().isEmpty() && isExport(value);
        return value != null && !(value instanceof Node.Mapping) && !isNullOfExport;
    }

    /** Whether a field, annotations aside, is there and not null. */
    public boolean saysSomething() {
        return node.entries().stream().anyMatch(entry -> !entry.key().text().contains("@") && !Node.isNull(entry.value()));
    }

    /** Allows a field that is kept and not looked at. */
    public void ignore(String... names) {
        for (String name : names) {
            known.add(name);
            for (int i = 0; i < taken.length; i++) {
                taken[i] |= node.entries().get(i).key().text().equalsIgnoreCase(name);
            }
        }
    }

    /**
     * Reports the fields that nobody took.
     *
     * @return those of them that hold something, which only an export may have
     */
    public List<String> done() {
        List<String> left = new ArrayList<>();
        for (int i = 0; i < taken.length; i++) {
            Node.Entry entry = node.entries().get(i);
            String key = entry.key().text();
            if (taken[i] || isAnnotation(key)) {
                continue;
            }
            if (!isExport(entry.value())) {
                String near = Suggestions.didYouMean(key, new LinkedHashSet<>(known));
                // in { a: b, c } a c without a value
                boolean isItem = entry.value() instanceof Node.Scalar scalar && scalar.text().isEmpty() && entry.value().position()
                        .line() == entry.key().position().line();
                out.error("SP1102", entry.key().position(), "unknown key `" + key + "` in " + what,
                        isItem ? "write several values in brackets: `[…, " + key + "]`" : near != null ? near : "use one of "
                        + String.join(", ", new LinkedHashSet<>(known)));
            } else if (!isEmpty(entry.value())) {
                String message = "`" + key + "` of " + what + " is kept and not evaluated";
                if (ofSet && !isResource) {
                    notUnderstood().add(key);
                    out.notUnderstood("SP1109", entry.key().position(), message, null, null);
                } else {
                    out.warning("SP1109", entry.key().position(), message, null);
                }
                left.add(key);
            }
        }
        return left;
    }

    /** What stands at a path of dots below this object, as JSON, or {@code null} when that is absent or says nothing; takes nothing. */
    public String json(String path) {
        Node found = node;
        for (String name : path.split("\\.")) {
            Node.Mapping parent = found instanceof Node.Mapping mapping ? mapping : null;
            found = parent == null ? null : parent.entries().stream().filter(entry -> entry.key().text().equalsIgnoreCase(name))
                    .map(Node.Entry::value).findFirst().orElse(null);
        }
        return found == null || Node.isEmpty(found) ? null : JsonText.of(found);
    }

    /** The object as text in which neither positions nor the order of keys matter. */
    public String canonicalText() {
        return canonicalText(key -> true);
    }

    /** Eight letters that tell the object from others that say something else, whatever its annotations and the order of its keys. */
    public String fingerprint() {
        return Fingerprint.of(List.of(canonicalText(key -> !isAnnotation(key)))).substring(0, 8);
    }

    private String canonicalText(Predicate<String> keys) {
        StringBuilder text = new StringBuilder(512);
        canonicalText(node, keys, text);
        return text.toString();
    }

    private static void canonicalText(Node node, Predicate<String> keys, StringBuilder text) {
        if (node instanceof Node.Mapping mapping) {
            text.append('{');
            Node.Entry[] entries = mapping.entries().toArray(Node.Entry[]::new);
            Arrays.sort(entries, BY_KEY);
            for (Node.Entry entry : entries) {
                if (keys.test(entry.key().text())) {
                    quote(entry.key().text(), text);
                    text.append(':');
                    canonicalText(entry.value(), keys, text);
                    text.append(',');
                }
            }
            text.append('}');
        } else if (node instanceof Node.Sequence sequence) {
            text.append('[');
            for (Node item : sequence.items()) {
                canonicalText(item, keys, text);
                text.append(',');
            }
            text.append(']');
        } else if (Node.isNull(node)) {
            text.append("null");
        } else {
            quote(((Node.Scalar) node).text(), text);
        }
    }

    private static void quote(String value, StringBuilder text) {
        boolean isPlain = value.indexOf('\\') < 0 && value.indexOf('"') < 0;
        text.append('"').append(isPlain ? value : value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
}
