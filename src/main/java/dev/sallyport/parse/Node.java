package dev.sallyport.parse;

import dev.sallyport.diagnose.Echo;
import dev.sallyport.diagnose.Position;
import java.util.List;

/** A parsed YAML or JSON value that knows where it stands. */
public sealed interface Node {

    /** Where the value begins. */
    Position position();

    /** What it is, in the words of an error message. */
    String describe();

    /** How a scalar was written; text in quotes is always {@link #TEXT}. */
    enum ScalarType { TEXT, NUMBER, BOOLEAN, NULL }

    /** A text, number, boolean or null, as it was written: {@code 010} stays {@code 010}. */
    record Scalar(Position position, String text, ScalarType type) implements Node {
        @Override
        public String describe() {
            return switch (type) {
                case NULL -> "null";
                case TEXT -> "the text `" + Echo.cut(text, Echo.LONGEST_VALUE) + "`";
                default -> "`" + Echo.cut(text, Echo.LONGEST_VALUE) + "`";
            };
        }
    }

    /** A list. */
    record Sequence(Position position, List<Node> items) implements Node {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** Keys and values in the order in which they were written; no key stands twice. */
    record Mapping(Position position, List<Entry> entries) implements Node {

        /** The value of a key, or {@code null}. */
        public Node get(String key) {
            for (Entry entry : entries) {
                if (entry.key().text().equals(key)) {
                    return entry.value();
                }
            }
            return null;
        }

        @Override
        public String describe() {
            return "an object";
        }
    }

    /** A key and its value. */
    record Entry(Scalar key, Node value) { }

    /** Whether a value is absent or null, which mean the same. */
    static boolean isNull(Node node) {
        return node == null || node instanceof Scalar scalar && scalar.type() == ScalarType.NULL;
    }

    /** Whether a value of an export says nothing: PowerShell writes empty text for null too (IMP-05). */
    static boolean isEmptyInExport(Node node) {
        if (node instanceof Mapping mapping) {
            return mapping.entries().stream().allMatch(entry -> isEmptyInExport(entry.value()));
        }
        return isEmpty(node) || node instanceof Scalar scalar && scalar.type() == ScalarType.TEXT && scalar.text().isEmpty();
    }

    /** Whether a value says nothing: null, an empty list, or an object in which every field says nothing. */
    static boolean isEmpty(Node node) {
        if (node instanceof Sequence sequence) {
            return sequence.items().isEmpty();
        }
        if (node instanceof Mapping mapping) {
            return mapping.entries().stream().allMatch(entry -> isEmpty(entry.value()));
        }
        return isNull(node);
    }
}
