package dev.sallyport.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One rule of Microsoft Entra's filter for devices ({@code conditions.devices.deviceFilter.rule}), parsed once into an
 * immutable tree, shared freely between threads and evaluated without allocation. Rule text is only ever compared with
 * device text; none of it reaches a compiler, a regular expression or a format string.
 *
 * <pre>{@code
 * DeviceFilter filter = DeviceFilter.parse("device.trustType -eq \"ServerAD\" -or device.isCompliant -eq True");
 * DeviceFilter.Verdict verdict = filter.test(device);
 * }</pre>
 *
 * <h2>Language</h2>
 * The grammar of semantics.md 5.5 (CA-DEV-40), in which {@code -not} binds tighter than {@code -and}, that tighter than
 * {@code -or}. Published rules made us accept more than its letter: single quotes, a hyphen that is
 * missing (CA-DEV-40) or an en dash (CA-DEV-43), and any case in names, operators and words (CA-DEV-42). A backtick
 * escapes the quote that encloses the text, and nothing else.
 *
 * <h2>Null and unavailable</h2>
 * A null property makes a positive operator false and a negative one true (CA-DEV-04), on an unregistered device
 * (CA-DEV-03) as on a registered one (CA-DEV-48); only the word {@code null} asks for absence itself (CA-DEV-45). An
 * extension attribute that Entra cannot read (CA-DEV-05, CA-DEV-06) is neither: the comparison is
 * {@link Verdict#UNAVAILABLE}, {@code -and}, {@code -or} and {@code -not} are Kleene's, and the caller chooses what an
 * unavailable filter means (CA-DEV-07).
 *
 * <h2>Text</h2>
 * Text compares without case, character by character and without locale (CA-DEV-41). No letter outside ASCII equals
 * one inside it, so {@code ı}, {@code ſ} and the Kelvin sign cannot pass for {@code i}, {@code s} and {@code K}.
 */
public final class DeviceFilter {

    /** The longest rule, in UTF-16 characters (CA-DEV-02, VAL-26). */
    public static final int MAX_LENGTH = 3072;

    private final String rule;
    private final Node root;
    private final Set<String> properties;

    private DeviceFilter(String rule, Node root, Set<String> properties) {
        this.rule = rule;
        this.root = root;
        this.properties = properties;
    }

    /**
     * Parses a rule.
     *
     * @throws SyntaxException at the first fault in the text; such a policy is rejected on import (CA-DEV-47)
     */
    public static DeviceFilter parse(String rule) throws SyntaxException {
        return parse(rule, false);
    }

    /**
     * Parses a rule that Entra has stored. Beside what {@link #parse} takes, {@code -in} and {@code -notIn} compare {@code trustType},
     * {@code isCompliant} and {@code deviceOwnership} with a list, which can mean only one thing (IMP-05).
     *
     * @throws SyntaxException at the first fault in the text
     */
    public static DeviceFilter parseStored(String rule) throws SyntaxException {
        return parse(rule, false, true);
    }

    private static DeviceFilter parse(String rule, boolean attributes) throws SyntaxException {
        return parse(rule, attributes, false);
    }

    private static DeviceFilter parse(String rule, boolean attributes, boolean stored) throws SyntaxException {
        Objects.requireNonNull(rule, "rule");
        if (rule.length() > MAX_LENGTH) {
            throw new SyntaxException("VAL-26", rule, MAX_LENGTH, "rule has " + rule.length()
                    + " characters, more than " + MAX_LENGTH, "shorten it, perhaps with `-in [\"a\", \"b\"]`");
        }
        DeviceFilterParser parser = new DeviceFilterParser(rule, attributes, stored);
        Node root = parser.rule();
        return new DeviceFilter(rule, root, Collections.unmodifiableSet(parser.used));
    }

    /**
     * Parses a rule over custom security attributes, as the filters of applications and service principals have it:
     * {@code CustomSecurityAttribute.<Set>_<Attribute> -contains "value"} (CA-APP-21). The language is that of device filters;
     * an attribute takes every operator, as text when it holds one and as a collection when it holds a list.
     *
     * @throws SyntaxException at the first fault in the text
     */
    public static DeviceFilter parseAttributes(String rule) throws SyntaxException {
        return parse(rule, true);
    }

    /** The rule as it was written. */
    public String rule() {
        return rule;
    }

    /** The canonical names of the properties that the rule reads, in order of first use. */
    public Set<String> properties() {
        return properties;
    }

    /**
     * A value in a rule that its property never has, such as {@code device.trustType -eq "Hybrid"}.
     *
     * @param property the canonical name of the property
     * @param value the value in the rule
     * @param help the values that the property can have
     * @param ruleId the rule of the semantics that lists them, such as {@code CA-DEV-31}
     */
    public record Mismatch(String property, String value, String help, String ruleId) { }

    /** The values in the rule that their properties never have, in order. */
    public List<Mismatch> mismatches() {
        List<Mismatch> found = new ArrayList<>();
        mismatches(root, found);
        return List.copyOf(found);
    }

    private static void mismatches(Node node, List<Mismatch> found) {
        if (node instanceof Junction junction) {
            for (Node part : junction.parts) {
                mismatches(part, found);
            }
        } else if (node instanceof Not not) {
            mismatches(not.part, found);
        } else if (node instanceof Comparison comparison) {
            Property property = comparison.property;
            List<String> known = Property.VALUES.getOrDefault(property.name, List.of());
            boolean isId = Property.IDS.contains(property.name);
            for (String value : known.isEmpty() && !isId ? new String[0] : comparison.values) {
                if (isId ? !WellKnown.isId(WellKnown.fold(value)) : known.stream().noneMatch(each -> same(each, value))) {
                    found.add(new Mismatch(property.name, value, isId ? "write a GUID" : "use one of " + String.join(", ", known)
                            + (property.name.equals("trustType") ? "; hybrid joined devices have `ServerAD`" : ""), property.ruleId));
                }
            }
        }
    }

    /**
     * A comparison in a rule.
     *
     * @param property the canonical name of the property
     * @param operator the operator without its negation: {@code eq}, {@code in}, {@code startsWith}, {@code endsWith} or {@code contains}
     * @param isCollection whether the property is a collection, of which one element has to compare
     * @param values the values, one of which has to compare; empty for {@code null}
     */
    public record Test(String property, String operator, boolean isCollection, List<String> values) {

        /** Whether a text compares, negation aside. */
        public boolean holds(String text) {
            return Stream.of(Operator.values()).filter(each -> each.bare.equals(operator))
                    .anyMatch(each -> values.stream().anyMatch(value -> each.holds(text, value)));
        }
    }

    /** The comparisons in the rule, in order. */
    public List<Test> tests() {
        List<Test> found = new ArrayList<>();
        tests(root, found);
        return List.copyOf(found);
    }

    private static void tests(Node node, List<Test> found) {
        if (node instanceof Junction junction) {
            for (Node part : junction.parts) {
                tests(part, found);
            }
        } else if (node instanceof Not not) {
            tests(not.part, found);
        } else if (node instanceof Comparison comparison) {
            found.add(new Test(comparison.property.name, comparison.operator.positive().bare, comparison.property.shape == Shape.COLLECTION,
                    List.of(comparison.values)));
        }
    }

    /** Evaluates the rule for a device. */
    public Verdict test(Properties device) {
        return root.test(device);
    }

    /** Whether {@link #test} answers {@link Verdict#MATCH}. */
    public boolean matches(Properties device) {
        return test(device) == Verdict.MATCH;
    }

    /** The properties that a rule reads. */
    public interface Properties {

        /** The text of a property; {@code null} if absent. {@code isCompliant} is {@code "True"} or {@code "False"}. */
        @Nullable String text(String canonicalPropertyName);

        /** The elements of {@code physicalIds} or {@code systemLabels}, {@code null} or empty if absent. */
        @Nullable List<String> texts(String canonicalCollectionName);

        /**
         * Whether the device is registered. If not, every property is null, and neither {@code text} nor {@code texts} is called
         * (CA-DEV-03).
         */
        boolean isRegistered();

        /** Whether the device is Intune managed, compliant or hybrid joined (CA-DEV-05, CA-DEV-06). */
        boolean extensionAttributesAvailable();
    }

    /** The answer of a rule about a device (CA-DEV-07). */
    public enum Verdict {
        /** The rule matches the device. */
        MATCH,
        /** The rule does not match the device. */
        NO_MATCH,
        /** The answer depends on an extension attribute that cannot be read. */
        UNAVAILABLE
    }

    /** A rule that does not parse (CA-DEV-47). The message quotes the rule with hostile characters made visible. */
    public static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String ruleId;
        private final int line;
        private final int column;
        private final String help;

        SyntaxException(String ruleId, String rule, int offset, String message, String help) {
            super(message);
            this.ruleId = ruleId;
            this.help = help;
            String[] lines = rule.substring(0, offset).split("\r\n|\r|\n", -1);
            this.line = lines.length;
            this.column = lines[lines.length - 1].length() + 1;
        }

        /** The rule of semantics.md that the text breaks, such as {@code CA-DEV-44}. */
        public String ruleId() {
            return ruleId;
        }

        /** The line within the rule, from 1. */
        public int line() {
            return line;
        }

        /** The UTF-16 character within the line, from 1. */
        public int column() {
            return column;
        }

        /** The nearest property or operator, or what was expected. */
        public String help() {
            return help;
        }
    }

    enum Shape { TEXT, COLLECTION, EXTENSION, ATTRIBUTE }

    /** A row of the property table; {@code columns} are its letters E, L, W and C. */
    record Property(String name, Shape shape, String columns, String ruleId) {

        static final List<Property> ALL = Stream.concat(Stream.of(
                new Property("deviceId", Shape.TEXT, "EL", "CA-DEV-20"),
                new Property("displayName", Shape.TEXT, "ELWC", "CA-DEV-21"),
                new Property("deviceOwnership", Shape.TEXT, "E", "CA-DEV-22"),
                new Property("enrollmentProfileName", Shape.TEXT, "ELWC", "CA-DEV-23"),
                new Property("isCompliant", Shape.TEXT, "E", "CA-DEV-24"),
                new Property("manufacturer", Shape.TEXT, "ELWC", "CA-DEV-25"),
                new Property("model", Shape.TEXT, "ELWC", "CA-DEV-25"),
                new Property("mdmAppId", Shape.TEXT, "EL", "CA-DEV-26"),
                new Property("operatingSystem", Shape.TEXT, "ELWC", "CA-DEV-27"),
                new Property("operatingSystemVersion", Shape.TEXT, "ELWC", "CA-DEV-27"),
                new Property("physicalIds", Shape.COLLECTION, "CE", "CA-DEV-28"),   // E: CA-DEV-33
                new Property("profileType", Shape.TEXT, "E", "CA-DEV-29"),
                new Property("systemLabels", Shape.COLLECTION, "CE", "CA-DEV-30"),   // E: CA-DEV-33
                new Property("trustType", Shape.TEXT, "E", "CA-DEV-31")),
                IntStream.rangeClosed(1, 15).mapToObj(n ->
                        new Property("extensionAttribute" + n, Shape.EXTENSION, "ELWC", "CA-DEV-32"))).toList();

        /** The properties that have a few values, and which; EntraID is the newer name of AzureAD (WI-45). */
        static final Map<String, List<String>> VALUES = Map.of("deviceOwnership", List.of("Company", "Personal"), "isCompliant",
                List.of("True", "False"),
                "profileType", List.of("RegisteredDevice", "SecureVM", "Printer", "Shared", "IoT", "Standard"), "trustType",
                        List.of("AzureAD", "EntraID", "ServerAD", "Workplace"));
        static final Set<String> IDS = Set.of("deviceId", "mdmAppId");

        Property as(Shape other) {
            return new Property(name, other, columns, ruleId);
        }

        boolean takes(Operator operator) {
            return columns.indexOf(operator.column) >= 0;
        }

        String operators() {
            return Stream.of(Operator.values()).filter(this::takes).map(operator -> "`-" + operator.bare + "`")
                    .collect(Collectors.joining(", ", "`" + name + "` takes ", ""));
        }
    }

    enum Operator {
        EQ("eq", 'E'), NE("ne", 'E'), IN("in", 'L'), NOT_IN("notIn", 'L'),
        STARTS_WITH("startsWith", 'W'), NOT_STARTS_WITH("notStartsWith", 'W'),
        ENDS_WITH("endsWith", 'W'), NOT_ENDS_WITH("notEndsWith", 'W'),
        CONTAINS("contains", 'C'), NOT_CONTAINS("notContains", 'C');

        /** Operators of dynamic group rules that no device filter has (CA-DEV-44). */
        static final Set<String> OF_GROUPS_ONLY =
                Set.of("match", "notmatch", "any", "all", "le", "ge", "lt", "gt", "memberof");

        final String bare;
        final char column;
        final boolean negative;

        Operator(String bare, char column) {
            this.bare = bare;
            this.column = column;
            this.negative = bare.startsWith("n");
        }

        /** The operator that this one negates, or itself. */
        Operator positive() {
            return switch (this) {
                case NE -> EQ;
                case NOT_IN -> IN;
                case NOT_STARTS_WITH -> STARTS_WITH;
                case NOT_ENDS_WITH -> ENDS_WITH;
                case NOT_CONTAINS -> CONTAINS;
                default -> this;
            };
        }

        boolean holds(String actual, String wanted) {
            int gap = actual.length() - wanted.length();
            return switch (this) {
                case EQ, NE, IN, NOT_IN -> same(actual, wanted);
                case STARTS_WITH, NOT_STARTS_WITH -> sameAt(actual, 0, wanted);
                case ENDS_WITH, NOT_ENDS_WITH -> sameAt(actual, gap, wanted);
                case CONTAINS, NOT_CONTAINS -> {
                    int at = 0;
                    while (at <= gap && !sameAt(actual, at, wanted)) {
                        at++;
                    }
                    yield at <= gap;
                }
            };
        }
    }

    sealed interface Node {
        Verdict test(Properties device);
    }

    /** {@code -or}, which one match decides, or {@code -and}, which one miss decides. */
    record Junction(Verdict decisive, Verdict otherwise, Node[] parts) implements Node {
        @Override
        public Verdict test(Properties device) {
            Verdict verdict = otherwise;
            for (Node part : parts) {
                Verdict next = part.test(device);
                if (next == decisive) {
                    return decisive;
                }
                if (next == Verdict.UNAVAILABLE) {
                    verdict = next;
                }
            }
            return verdict;
        }
    }

    /** Turns the answer round, also one that null gave (CA-DEV-46). */
    record Not(Node part) implements Node {
        @Override
        public Verdict test(Properties device) {
            return switch (part.test(device)) {
                case MATCH -> Verdict.NO_MATCH;
                case NO_MATCH -> Verdict.MATCH;
                case UNAVAILABLE -> Verdict.UNAVAILABLE;
            };
        }
    }

    /** One comparison; without values, it is one with {@code null} (CA-DEV-45). */
    record Comparison(Property property, Operator operator, String... values) implements Node {
        @Override
        public Verdict test(Properties device) {
            boolean registered = device.isRegistered();
            if (property.shape == Shape.EXTENSION && registered && !device.extensionAttributesAvailable()) {
                return Verdict.UNAVAILABLE;
            }
            boolean holds = !registered ? holds((String) null)
                    : property.shape == Shape.COLLECTION ? holds(device.texts(property.name))
                    : holds(device.text(property.name));
            // CA-DEV-04: null holds nothing, which a negative operator turns into a match
            return holds == operator.negative ? Verdict.NO_MATCH : Verdict.MATCH;
        }

        private boolean holds(@Nullable List<String> elements) {
            if (elements == null || elements.isEmpty()) {
                return holds((String) null);
            }
            for (int i = 0; i < elements.size(); i++) {
                if (holds(elements.get(i))) {
                    return true;
                }
            }
            return false;
        }

        private boolean holds(@Nullable String actual) {
            if (actual == null) {
                return values.length == 0;
            }
            for (String value : values) {
                if (operator.holds(actual, value)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A custom security attribute: one text, or a collection of them (CA-APP-20). */
    record Attribute(String name, Node asText, Node asCollection) implements Node {
        @Override
        public Verdict test(Properties principal) {
            return (principal.text(name) != null ? asText : asCollection).test(principal);
        }
    }

    static boolean same(String a, String b) {
        return a.length() == b.length() && sameAt(a, 0, b);
    }

    static boolean sameAt(String text, int offset, String part) {
        if (offset < 0 || part.length() > text.length() - offset) {
            return false;
        }
        for (int i = 0; i < part.length(); i++) {
            if (fold(text.charAt(offset + i)) != fold(part.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static char fold(char c) {
        char upper = Character.toUpperCase(c);
        return upper < 128 && c >= 128 ? c : upper;
    }
}
