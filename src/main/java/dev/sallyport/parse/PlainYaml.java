package dev.sallyport.parse;

import dev.sallyport.diagnose.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads YAML that is written plainly, several times as fast as the library does: block lists and objects, lists and objects in brackets,
 * texts of one line, comments, and {@code ---} between documents. Everything else is left to the library: tabs, anchors, aliases, tags,
 * directives, texts of several lines, escapes, empty values in brackets, complex keys, and everything that is wrong. So every error is the
 * library's.
 *
 * <p>What is read here is the same as what {@link YamlParser} makes of it, positions included; PlainYamlTest compares the two.
 */
final class PlainYaml {

    /** Nothing else is ever thrown here; the library reads the text then. */
    private static final class NotPlain extends RuntimeException {

        private static final NotPlain ONE = new NotPlain();

        private NotPlain() {
            super(null, null, false, false);
        }
    }

    /** The library takes no longer text for a key. */
    private static final int LONGEST_KEY = 1000;
    /** What a text cannot begin with. */
    private static final String INDICATORS = ",[]{}#&*!|>'\"%@`";
    private static final String BRACKETS = ",[]{}";

    private final String file;
    private final String text;
    private final StringPool pool = new StringPool();
    /** Where reading has come to: at the first character of a value, or, between values, of a line that is neither blank nor a comment. */
    private int at;
    private int line;
    /** Where the line begins. */
    private int start;
    /** Where the line ends, without the characters that end it. */
    private int end;
    /** Whether the document ends before the line, which is the last one or `---`. */
    private boolean isOver;

    private PlainYaml(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /** The documents of a file without the empty ones, or {@code null} if the text is not plain. */
    static List<Node> parse(String file, String text) {
        try {
            return new PlainYaml(file, text).documents();
        } catch (NotPlain e) {
            return null;
        }
    }

    private List<Node> documents() {
        List<Node> documents = new ArrayList<>();
        end = -1;
        nextLine();
        while (at < text.length()) {
            if (isOver) {                                   // the line is `---`
                at += 3;
                endLine();
            } else {
                documents.add(block(-1, 0));
                if (!isOver) {
                    throw NotPlain.ONE;
                }
            }
        }
        return documents;
    }

    // ---- lines

    /** Goes to the next line that is neither blank nor a comment. */
    private void nextLine() {
        while (true) {
            start = end + (end >= 0 && end < text.length() && text.charAt(end) == '\r' ? 2 : 1);
            if (start >= text.length()) {
                at = text.length();
                isOver = true;
                return;
            }
            line++;
            int feed = text.indexOf('\n', start);
            end = feed < 0 ? text.length() : feed > start && text.charAt(feed - 1) == '\r' ? feed - 1 : feed;
            at = start;
            while (at < end && text.charAt(at) == ' ') {
                at++;
            }
            if (at < end && text.charAt(at) != '#') {
                isOver = at == start && isMarker();
                return;
            }
            refuseStrange(at);
        }
    }

    /** Whether the line is `---`; `...` and a directive are not plain. */
    private boolean isMarker() {
        char first = text.charAt(at);
        if (first == '%' || text.startsWith("...", at)) {
            throw NotPlain.ONE;
        }
        return first == '-' && text.startsWith("---", at);
    }

    /** Goes to the next line; what is left of this one is blank or a comment. */
    private void endLine() {
        int rest = at;
        while (rest < end && text.charAt(rest) == ' ') {
            rest++;
        }
        if (rest < end && (text.charAt(rest) != '#' || rest == at)) {
            throw NotPlain.ONE;
        }
        refuseStrange(rest);
        nextLine();
    }

    /** Refuses characters from a place to the end of the line that the library refuses or takes for the end of a line. */
    private void refuseStrange(int from) {
        for (int i = from; i < end; i++) {
            i += plain(i) - 1;
        }
    }

    /** The number of UTF-16 units of the character at a place, which is no control character and no sign for the end of a line. */
    private int plain(int place) {
        char c = text.charAt(place);
        if (c >= ' ' && c <= '~') {
            return 1;
        }
        boolean isPair = Character.isHighSurrogate(c) && place + 1 < end && Character.isLowSurrogate(text.charAt(place + 1));
        boolean isWritten = c > '\u00A0' && !Character.isSurrogate(c) && c != '\u2028' && c != '\u2029' && c < '\uFE00';
        if (!isPair && !isWritten) {
            throw NotPlain.ONE;
        }
        return isPair ? 2 : 1;
    }

    private int column() {
        return at - start;
    }

    private Position position() {
        return new Position(file, line, column() + 1);
    }

    // ---- blocks

    /** The list or object that begins here, deeper in than the one around it. */
    private Node block(int outer, int depth) {
        if (column() <= outer || depth > Limits.MAX_DEPTH) {
            throw NotPlain.ONE;
        }
        return isItem() ? list(depth) : object(depth);
    }

    /** Whether a `-` is here that begins an item. */
    private boolean isItem() {
        return text.charAt(at) == '-' && (at + 1 == end || text.charAt(at + 1) == ' ');
    }

    private Node list(int depth) {
        int column = column();
        Position position = position();
        List<Node> items = new ArrayList<>();
        do {
            at++;
            items.add(value(column, column, depth));
        } while (!isOver && column() == column && isItem());
        return new Node.Sequence(position, List.copyOf(items));
    }

    private Node object(int depth) {
        int column = column();
        Position position = position();
        List<Node.Entry> entries = new ArrayList<>();
        Keys keys = new Keys();
        do {
            int from = at;
            Node.Scalar key = scalar(false);
            if (at == end || text.charAt(at) != ':' || at + 1 < end && text.charAt(at + 1) != ' ' || at - from > LONGEST_KEY) {
                throw NotPlain.ONE;
            }
            at++;
            add(entries, keys, key, value(column, column - 1, depth));
        } while (!isOver && column() == column && !isItem());
        return new Node.Mapping(position, List.copyOf(entries));
    }

    /** Adds a field that is not there yet. */
    private static void add(List<Node.Entry> entries, Keys keys, Node.Scalar key, Node value) {
        if (keys.put(key, entries) != null) {
            throw NotPlain.ONE;
        }
        entries.add(new Node.Entry(key, value));
    }

    /**
     * What follows a `-` or the colon of a key, and the next line.
     *
     * @param outer the column of the `-` or the key
     * @param outerOfItems the column that a list in the lines below has to be deeper in than
     */
    private Node value(int outer, int outerOfItems, int depth) {
        Position empty = position();
        boolean isOfList = outer == outerOfItems;
        int from = at;
        while (at < end && text.charAt(at) == ' ') {
            at++;
        }
        if (at == end || at > from && text.charAt(at) == '#') {
            at = from;
            endLine();
            return isOver || column() <= (isItem() ? outerOfItems : outer) ? new Node.Scalar(empty, "", Node.ScalarType.NULL)
                    : block(isItem() ? outerOfItems : outer, depth + 1);
        }
        if (at == from) {
            throw NotPlain.ONE;
        }
        if (isOfList && (isItem() || isKey())) {
            return block(outer, depth + 1);
        }
        char first = text.charAt(at);
        Node value = first == '[' || first == '{' ? brackets(outer, depth + 1) : scalar(false);
        endLine();
        if (!isOver && column() > outer) {
            throw NotPlain.ONE;                             // a text of several lines
        }
        return value;
    }

    /** Whether a key and its colon are here. */
    private boolean isKey() {
        char first = text.charAt(at);
        if (first == '[' || first == '{') {
            return false;
        }
        int from = at;
        scalar(false);
        boolean isKey = at < end && text.charAt(at) == ':';
        at = from;
        return isKey;
    }

    // ---- brackets

    /**
     * The list or object in brackets that begins here.
     *
     * @param outer the column that lines below have to be deeper in than
     */
    private Node brackets(int outer, int depth) {
        if (depth > Limits.MAX_DEPTH) {
            throw NotPlain.ONE;
        }
        Position position = position();
        boolean isList = text.charAt(at) == '[';
        char close = isList ? ']' : '}';
        List<Node> items = isList ? new ArrayList<>() : List.of();
        List<Node.Entry> entries = isList ? List.of() : new ArrayList<>();
        Keys keys = new Keys();
        at++;
        skip(outer);
        while (text.charAt(at) != close) {
            if (isList) {
                items.add(inBrackets(outer, depth + 1));
            } else {
                int from = at;
                int lineOfKey = line;
                Node.Scalar key = scalar(true);
                if (at == end || text.charAt(at) != ':' || at + 1 == end || text.charAt(at + 1) != ' ' || at - from > LONGEST_KEY
                        || line != lineOfKey) {
                    throw NotPlain.ONE;
                }
                at++;
                skip(outer);
                add(entries, keys, key, inBrackets(outer, depth + 1));
            }
            skip(outer);
            if (text.charAt(at) == ',') {
                at++;
                skip(outer);
            } else if (text.charAt(at) != close) {
                throw NotPlain.ONE;
            }
        }
        at++;
        return isList ? new Node.Sequence(position, List.copyOf(items)) : new Node.Mapping(position, List.copyOf(entries));
    }

    private Node inBrackets(int outer, int depth) {
        char first = text.charAt(at);
        return first == '[' || first == '{' ? brackets(outer, depth) : scalar(true);
    }

    /** Goes to the next character in brackets that is not a space, maybe in a line below. */
    private void skip(int outer) {
        int from = at;
        while (at < end && text.charAt(at) == ' ') {
            at++;
        }
        if (at == end || at > from && text.charAt(at) == '#') {
            at = from;
            endLine();
            if (isOver || column() <= outer) {
                throw NotPlain.ONE;
            }
        }
    }

    // ---- texts

    /** The text that begins here, and ends in this line. */
    private Node.Scalar scalar(boolean inBrackets) {
        char first = text.charAt(at);
        if (first == '"' || first == '\'') {
            return quoted(first);
        }
        if (INDICATORS.indexOf(first) >= 0 || (first == '-' || first == '?' || first == ':') && (inBrackets && first != '-'
                || at + 1 == end || text.charAt(at + 1) == ' ' || BRACKETS.indexOf(text.charAt(at + 1)) >= 0)) {
            throw NotPlain.ONE;
        }
        Position position = position();
        int from = at;
        int last = at;                                      // behind the last character that is not a space
        while (at < end) {
            char c = text.charAt(at);
            if (c == ' ') {
                at++;
                continue;
            }
            if (c == ':' && (at + 1 == end || text.charAt(at + 1) == ' ' || inBrackets && BRACKETS.indexOf(text.charAt(at + 1)) >= 0)
                    || c == '#' && at > last || inBrackets && BRACKETS.indexOf(c) >= 0) {
                break;
            }
            at += plain(at);
            last = at;
        }
        if (at < end && text.charAt(at) == ':' && at > last) {
            throw NotPlain.ONE;                             // a space before the colon
        }
        at = last;
        String value = pool.of(text, from, last);
        return new Node.Scalar(position, value, YamlParser.type(value));
    }

    private Node.Scalar quoted(char quote) {
        Position position = position();
        int from = ++at;
        while (at < end && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\') {
                throw NotPlain.ONE;
            }
            at += plain(at);
        }
        if (at == end || at + 1 < end && text.charAt(at + 1) == quote) {
            throw NotPlain.ONE;
        }
        Node.Scalar value = new Node.Scalar(position, pool.of(text, from, at), Node.ScalarType.TEXT);
        at++;
        return value;
    }
}
