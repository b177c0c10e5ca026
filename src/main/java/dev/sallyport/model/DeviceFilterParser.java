package dev.sallyport.model;

import dev.sallyport.model.DeviceFilter.Attribute;
import dev.sallyport.model.DeviceFilter.Comparison;
import dev.sallyport.model.DeviceFilter.Junction;
import dev.sallyport.model.DeviceFilter.Node;
import dev.sallyport.model.DeviceFilter.Not;
import dev.sallyport.model.DeviceFilter.Operator;
import dev.sallyport.model.DeviceFilter.Property;
import dev.sallyport.model.DeviceFilter.Shape;
import dev.sallyport.model.DeviceFilter.SyntaxException;
import dev.sallyport.model.DeviceFilter.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The parser of {@link DeviceFilter}: recursive descent with one token of look-ahead; only parentheses recurse, and not without end. */
final class DeviceFilterParser {

    /** Deeper parentheses than this are refused; real rules use three or four, and the parser recurses on them. */
    private static final int MAX_NESTING = 100;

    private enum Kind { WORD, TEXT, MARK, END }

    private record Token(Kind kind, String text, int at) {
        boolean is(Kind kind, String text) {
            return this.kind == kind && DeviceFilter.same(this.text, text);
        }

        String found() {
            return kind == Kind.END ? ", the rule ends" : ", found " + quoted(text);
        }
    }

    private static final String ATTRIBUTE = "CustomSecurityAttribute.";
    /** Properties of a few values, which stored rules compare with lists. */
    private static final Set<String> LISTED = Set.of("trustType", "isCompliant", "deviceOwnership");

    private final String rule;
    private final boolean attributes;
    private final boolean stored;
    final Set<String> used = new LinkedHashSet<>();
    private int offset;
    /** The token ahead; an empty one before the first. */
    private Token token = new Token(Kind.END, "", 0);

    DeviceFilterParser(String rule, boolean attributes, boolean stored) {
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
        used.add(property.name());
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
        boolean isJoined = property.name().equals("trustType") && Stream.of(values).anyMatch(value -> DeviceFilter.same(value, "AzureAD")
                || DeviceFilter.same(value, "EntraID"));
        return isJoined ? Stream.concat(Stream.of(values), Stream.of("AzureAD", "EntraID")).distinct().toArray(String[]::new) : values;
    }

    private static Node comparison(Property property, Operator operator, String... values) {
        return switch (property.shape()) {
            case TEXT, EXTENSION -> new Comparison(property, operator, values);
            // CA-DEV-08, CA-DEV-33: contains and equality alike mean one whole element of a collection
            case COLLECTION -> new Comparison(property,
                    operator.column != 'C' ? operator : operator.negative ? Operator.NE : Operator.EQ, values);
            case ATTRIBUTE -> new Attribute(property.name(), comparison(property.as(Shape.TEXT), operator, values),
                    comparison(property.as(Shape.COLLECTION), operator, values));
        };
    }

    /** An attribute, written {@code CustomSecurityAttribute.<Set>_<Attribute>} (CA-APP-21). */
    private Property attribute() throws SyntaxException {
        boolean prefixed = token.kind == Kind.WORD && DeviceFilter.sameAt(token.text, 0, ATTRIBUTE);
        String name = prefixed ? WellKnown.fold(token.text.substring(ATTRIBUTE.length())) : "";
        if (name.indexOf('_') < 1 || name.endsWith("_") || name.indexOf('.') >= 0) {
            throw fault("CA-APP-21", token.at,
                    prefixed ? "invalid attribute name " + quoted(token.text) : "expected a comparison" + token.found(),
                    "write a comparison such as `CustomSecurityAttribute.Engineering_Project -contains \"a\"`");
        }
        advance();
        return new Property(name, Shape.ATTRIBUTE, "ELWC", "CA-APP-21");
    }

    private Property property() throws SyntaxException {
        boolean prefixed = token.kind == Kind.WORD && DeviceFilter.sameAt(token.text, 0, "device.");
        String name = prefixed ? token.text.substring("device.".length()) : token.text;
        for (Property property : Property.ALL) {
            if (prefixed && DeviceFilter.same(property.name(), name)) {
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
            if (DeviceFilter.same(operator.bare, bare)) {
                if (!property.takes(operator) && !(stored && operator.column == 'L' && LISTED.contains(property.name()))) {
                    throw fault(property.ruleId(), token.at, "operator " + quoted(token.text)
                            + " does not apply to `" + property.name() + "`", property.operators());
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
        boolean found = token.kind == Kind.WORD && DeviceFilter.same(bare(token.text), keyword);
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
        String left = token.text;
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
            while (head < shorter && DeviceFilter.fold(word.charAt(head)) == DeviceFilter.fold(candidate.charAt(head))) {
                head++;
            }
            int tail = 0;
            while (tail < shorter - head && DeviceFilter.sameAt(word, word.length() - tail - 1,
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
}
