package dev.sallyport.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
 * {@code -or}. Published rules made us accept more than its letter: single quotes (corpora, point 12), a hyphen that is
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

    /** Deeper parentheses than this are refused; real rules use three or four, and the parser recurses on them. */
    private static final int MAX_NESTING = 100;

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
        Parser parser = new Parser(rule, attributes, stored);
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

        private SyntaxException(String ruleId, String rule, int offset, String message, String help) {
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

    private enum Shape { TEXT, COLLECTION, EXTENSION, ATTRIBUTE }

    /** A row of the property table; {@code columns} are its letters E, L, W and C. */
    private record Property(String name, Shape shape, String columns, String ruleId) {

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

    private enum Operator {
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

    private sealed interface Node {
        Verdict test(Properties device);
    }

    /** {@code -or}, which one match decides, or {@code -and}, which one miss decides. */
    private record Junction(Verdict decisive, Verdict otherwise, Node[] parts) implements Node {
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
    private record Not(Node part) implements Node {
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
    private record Comparison(Property property, Operator operator, String... values) implements Node {
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

        private boolean holds(List<String> elements) {
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

        private boolean holds(String actual) {
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
    private record Attribute(String name, Node asText, Node asCollection) implements Node {
        @Override
        public Verdict test(Properties principal) {
            return (principal.text(name) != null ? asText : asCollection).test(principal);
        }
    }

    private static boolean same(String a, String b) {
        return a.length() == b.length() && sameAt(a, 0, b);
    }

    private static boolean sameAt(String text, int offset, String part) {
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

    private static char fold(char c) {
        char upper = Character.toUpperCase(c);
        return upper < 128 && c >= 128 ? c : upper;
    }

    /** User input for a message: cut short, and what is invisible or turns the text round spelt out. */
    private static String quoted(String input) {
        String shown = input.codePoints().limit(40).mapToObj(c -> switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> String.format(Locale.ROOT, "U+%04X", c);
            default -> Character.isSpaceChar(c) && c != ' ' ? String.format(Locale.ROOT, "U+%04X", c) : Character.toString(c);
        }).collect(Collectors.joining());
        return "`" + shown + (input.codePointCount(0, input.length()) > 40 ? "…`" : "`");
    }

    /** Names the candidate that shares most of its beginning and end with the word, if that is half of both. */
    private static String didYouMean(String prefix, String word, Stream<String> candidates, String otherHelp) {
        String best = null;
        double bestShare = 0;
        for (String candidate : candidates.toList()) {
            int shorter = Math.min(word.length(), candidate.length());
            int head = 0;
            while (head < shorter && fold(word.charAt(head)) == fold(candidate.charAt(head))) {
                head++;
            }
            int tail = 0;
            while (tail < shorter - head && sameAt(word, word.length() - tail - 1,
                    candidate.substring(candidate.length() - tail - 1))) {
                tail++;
            }
            double share = 2.0 * (head + tail) / (word.length() + candidate.length());
            if (share >= 0.5 && share > bestShare) {
                best = candidate;
                bestShare = share;
            }
        }
        return best == null ? otherHelp : "did you mean `" + prefix + best + "`?";
    }

    private enum Kind { WORD, TEXT, MARK, END }

    private record Token(Kind kind, String text, int at) {
        boolean is(Kind kind, String text) {
            return this.kind == kind && same(this.text, text);
        }

        String found() {
            return kind == Kind.END ? ", the rule ends" : ", found " + quoted(text);
        }
    }

    /** Recursive descent with one token of look-ahead; only parentheses recurse, {@link #MAX_NESTING} deep at most. */
    private static final class Parser {
        private static final String ATTRIBUTE = "CustomSecurityAttribute.";
        /** Properties of a few values, which stored rules compare with lists. */
        private static final Set<String> LISTED = Set.of("trustType", "isCompliant", "deviceOwnership");

        private final String rule;
        private final boolean attributes;
        private final boolean stored;
        private final Set<String> used = new LinkedHashSet<>();
        private int offset;
        private Token token;

        Parser(String rule, boolean attributes, boolean stored) {
            this.rule = rule;
            this.attributes = attributes;
            this.stored = stored;
        }

        Node rule() throws SyntaxException {
            advance();
            Node root = or(0);
            if (token.is(Kind.MARK, ")")) {
                throw fault("unmatched `)`", "remove it, or open it with `(`");
            }
            if (token.kind != Kind.END) {
                throw fault("expected `-and` or `-or`" + token.found(), "join two comparisons with one of these");
            }
            return root;
        }

        private Node or(int depth) throws SyntaxException {
            List<Node> parts = new ArrayList<>();
            do {
                parts.add(and(depth));
            } while (accept("or"));
            return parts.size() == 1 ? parts.get(0)
                    : new Junction(Verdict.MATCH, Verdict.NO_MATCH, parts.toArray(Node[]::new));
        }

        private Node and(int depth) throws SyntaxException {
            List<Node> parts = new ArrayList<>();
            do {
                parts.add(accept("not") ? new Not(primary(depth)) : primary(depth));
            } while (accept("and"));
            return parts.size() == 1 ? parts.get(0)
                    : new Junction(Verdict.NO_MATCH, Verdict.MATCH, parts.toArray(Node[]::new));
        }

        private Node primary(int depth) throws SyntaxException {
            if (!token.is(Kind.MARK, "(")) {
                return comparison();
            }
            if (depth == MAX_NESTING) {
                throw fault("parentheses nest deeper than " + MAX_NESTING, "remove parentheses that are not needed");
            }
            int open = token.at;
            advance();
            Node inner = or(depth + 1);
            if (token.kind == Kind.END) {
                throw fault("CA-DEV-47", open, "`(` is not closed", "close it with `)`");
            }
            if (!token.is(Kind.MARK, ")")) {
                throw fault("expected `-and`, `-or` or `)`" + token.found(), "close the parenthesis first");
            }
            advance();
            return inner;
        }

        private Node comparison() throws SyntaxException {
            Property property = attributes ? attribute() : property();
            Operator operator = operator(property);
            used.add(property.name);
            if (operator.column == 'L') {
                return comparison(property, operator, named(property, list()));
            }
            if (operator.column == 'E' && token.is(Kind.WORD, "null")) {
                advance();
                return comparison(property, operator);
            }
            String value = token.is(Kind.WORD, "True") || token.is(Kind.WORD, "False") ? advance() : text();
            return comparison(property, operator, named(property, value));
        }

        /** Adds the other name of {@code AzureAD}, which is {@code EntraID} (WI-45). */
        private static String[] named(Property property, String... values) {
            boolean isJoined = property.name.equals("trustType") && Stream.of(values).anyMatch(value -> same(value, "AzureAD")
                    || same(value, "EntraID"));
            return isJoined ? Stream.concat(Stream.of(values), Stream.of("AzureAD", "EntraID")).distinct().toArray(String[]::new) : values;
        }

        private static Node comparison(Property property, Operator operator, String... values) {
            return switch (property.shape) {
                case TEXT, EXTENSION -> new Comparison(property, operator, values);
                // CA-DEV-08, CA-DEV-33: contains and equality alike mean one whole element of a collection
                case COLLECTION -> new Comparison(property,
                        operator.column != 'C' ? operator : operator.negative ? Operator.NE : Operator.EQ, values);
                case ATTRIBUTE -> new Attribute(property.name, comparison(property.as(Shape.TEXT), operator, values),
                        comparison(property.as(Shape.COLLECTION), operator, values));
            };
        }

        /** An attribute, written {@code CustomSecurityAttribute.<Set>_<Attribute>} (CA-APP-21). */
        private Property attribute() throws SyntaxException {
            boolean prefixed = token.kind == Kind.WORD && sameAt(token.text, 0, ATTRIBUTE);
            String name = prefixed ? WellKnown.fold(token.text.substring(ATTRIBUTE.length())) : "";
            if (name.indexOf('_') < 1 || name.endsWith("_") || name.indexOf('.') >= 0) {
                throw fault("CA-APP-21", token.at, prefixed ? "invalid attribute name " + quoted(token.text) : "expected a comparison"
                        + token.found(),
                        "write a comparison such as `CustomSecurityAttribute.Engineering_Project -contains \"a\"`");
            }
            advance();
            return new Property(name, Shape.ATTRIBUTE, "ELWC", "CA-APP-21");
        }

        private Property property() throws SyntaxException {
            boolean prefixed = token.kind == Kind.WORD && sameAt(token.text, 0, "device.");
            String name = prefixed ? token.text.substring("device.".length()) : token.text;
            for (Property property : Property.ALL) {
                if (prefixed && same(property.name, name)) {
                    advance();
                    return property;
                }
            }
            throw fault(prefixed ? "unknown property " + quoted(token.text) : "expected a comparison" + token.found(),
                    didYouMean("device.", name, Property.ALL.stream().map(Property::name),
                            "write a comparison such as `device.displayName -eq \"a\"`"));
        }

        private Operator operator(Property property) throws SyntaxException {
            if (token.kind != Kind.WORD) {
                throw fault("expected an operator" + token.found(), property.operators());
            }
            String bare = bare(token.text);
            for (Operator operator : Operator.values()) {
                if (same(operator.bare, bare)) {
                    if (!property.takes(operator) && !(stored && operator.column == 'L' && LISTED.contains(property.name))) {
                        throw fault(property.ruleId, token.at, "operator " + quoted(token.text)
                                + " does not apply to `" + property.name + "`", property.operators());
                    }
                    advance();
                    return operator;
                }
            }
            throw fault("CA-DEV-44", token.at, "unknown operator " + quoted(token.text),
                    Operator.OF_GROUPS_ONLY.contains(bare.toLowerCase(Locale.ROOT))
                            ? "only rules of dynamic groups support it; " + property.operators()
                            : didYouMean("-", bare, Stream.of(Operator.values()).map(operator -> operator.bare),
                                    property.operators()));
        }

        private String[] list() throws SyntaxException {
            String help = "`-in` and `-notIn` take a list such as `[\"a\", \"b\"]`";
            if (!token.is(Kind.MARK, "[")) {
                throw fault("expected a list" + token.found(), help);
            }
            List<String> values = new ArrayList<>();
            do {
                advance();
                boolean isWord = stored && (token.is(Kind.WORD, "True") || token.is(Kind.WORD, "False"));
                values.add(isWord ? advance() : text());
            } while (token.is(Kind.MARK, ","));
            if (!token.is(Kind.MARK, "]")) {
                throw fault("expected `,` or `]`" + token.found(), help);
            }
            advance();
            return values.toArray(String[]::new);
        }

        private String text() throws SyntaxException {
            if (token.kind != Kind.TEXT) {
                throw fault(token.kind == Kind.WORD ? "value " + quoted(token.text) + " is not quoted"
                        : "expected a value" + token.found(), "write text in quotes, such as `\"a\"`; only"
                        + " `True`, `False`, and `null` after `-eq` and `-ne` are unquoted");
            }
            return advance();
        }

        private boolean accept(String keyword) throws SyntaxException {
            boolean found = token.kind == Kind.WORD && same(bare(token.text), keyword);
            if (found) {
                advance();
            }
            return found;
        }

        private static String bare(String word) {
            return isHyphen(word.charAt(0)) ? word.substring(1) : word;
        }

        /** Reads the next token and returns the text of the one it leaves. */
        private String advance() throws SyntaxException {
            String left = token == null ? "" : token.text;
            while (offset < rule.length() && " \t\r\n".indexOf(rule.charAt(offset)) >= 0) {
                offset++;
            }
            token = next(offset);
            return left;
        }

        private Token next(int start) throws SyntaxException {
            if (start == rule.length()) {
                return new Token(Kind.END, "", start);
            }
            char first = rule.charAt(start);
            if (first == '"' || first == '\'') {
                return new Token(Kind.TEXT, quotedText(first), start);
            }
            offset++;
            if ("()[],".indexOf(first) >= 0) {
                return new Token(Kind.MARK, String.valueOf(first), start);
            }
            if (!isHyphen(first) && !isWordPart(first)) {
                String found = Character.toString(rule.codePointAt(start));
                throw fault("CA-DEV-47", start, "unexpected character " + quoted(found), "‘’“”".contains(found)
                        ? "write straight quotes" : "outside quotes, only words, `(`, `)`, `[`, `]` and `,` are allowed");
            }
            while (offset < rule.length() && isWordPart(rule.charAt(offset))) {
                offset++;
            }
            return new Token(Kind.WORD, rule.substring(start, offset), start);
        }

        private String quotedText(char quote) throws SyntaxException {
            StringBuilder text = new StringBuilder();
            for (int at = offset + 1; at < rule.length(); at++) {
                char c = rule.charAt(at);
                if (c == quote) {
                    offset = at + 1;
                    return text.toString();
                }
                boolean escape = c == '`' && at + 1 < rule.length() && rule.charAt(at + 1) == quote;
                text.append(escape ? rule.charAt(++at) : c);
            }
            throw fault("CA-DEV-47", offset, "the text is not closed",
                    "end it with " + quote + "; to include a quote in the text, write a backtick before it");
        }

        private static boolean isHyphen(char c) {
            return c == '-' || c == '\u2013';   // CA-DEV-43: en dash
        }

        private static boolean isWordPart(char c) {
            return Character.isLetterOrDigit(c) || c == '.' || c == '_';
        }

        private SyntaxException fault(String message, String help) {
            return fault("CA-DEV-47", token.at, message, help);
        }

        private SyntaxException fault(String ruleId, int at, String message, String help) {
            return new SyntaxException(ruleId, rule, at, message, help);
        }
    }
}
