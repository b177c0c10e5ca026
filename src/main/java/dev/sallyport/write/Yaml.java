package dev.sallyport.write;

import java.util.ArrayList;
import java.util.List;

/** YAML as it is laid out: values as they are written, with the comments that belong to them. */
final class Yaml {

    /** How far a collection in brackets may go that an author wrote. */
    static final int AUTHORS_WIDTH = 160;
    /** How far a collection in brackets goes in what is written anew. */
    static final int WIDTH = 120;
    private static final String INDENT = "  ";

    private final int width;

    private Yaml(int width) {
        this.width = width;
    }

    /** A value. */
    sealed interface Value { }

    /** A scalar or an alias on one line. */
    record Inline(String text) implements Value { }

    /** A literal or folded scalar: its header, such as {@code |-}, and its lines without indentation. */
    record Block(String header, List<String> lines) implements Value { }

    /**
     * A list or an object.
     *
     * @param anchor with {@code &}, or empty
     * @param end    the comments behind its last line
     */
    record Group(boolean isMapping, boolean isFlow, String anchor, List<Line> lines, List<String> end) implements Value { }

    /**
     * An item of a list, or a key and its value.
     *
     * @param before   comments above; an empty text is an empty line
     * @param key      the key as it is written, or {@code null} in a list
     * @param trailing the comment at the end of the line, or {@code null}
     * @param column   where that comment began, from 0
     * @param isPadded whether the value stands further from the key than it has to
     */
    record Line(List<String> before, String key, Value value, String trailing, int column, boolean isPadded) {
        Line(String key, Value value) {
            this(List.of(), key, value, null, 0, true);
        }
    }

    /** A document: what stands above it, its value, and what stands below. */
    record Document(List<String> before, Value value, String trailing, List<String> end) { }

    /** The text of documents; a collection in brackets that goes beyond the width is written over several lines. */
    static String print(List<Document> documents, int width) {
        return new Yaml(width).print(documents);
    }

    private String print(List<Document> documents) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < documents.size(); i++) {
            Document document = documents.get(i);
            if (i > 0 && document.value != null) {
                text.append("---\n");
            }
            comments(document.before, 0, text, true);
            if (document.value instanceof Group group && !fitsInline(group, 0)) {
                if (!group.anchor.isEmpty() || document.trailing != null) {
                    text.append("--- ").append(group.anchor).append(document.trailing == null ? "" : " " + document.trailing).append('\n');
                }
                lines(group, 0, text, !document.before.isEmpty());
            } else if (document.value != null) {
                text.append(document.value instanceof Block block ? "--- " + block.header : inline(document.value));
                trailing(document.trailing, 0, 0, text);
                text.append('\n');
                if (document.value instanceof Block block) {
                    block(block, 1, text);
                }
            }
            comments(document.end, 0, text, false);
        }
        return text.toString();
    }

    private void lines(Group group, int depth, StringBuilder text, boolean hasAbove) {
        int[] widths = widths(group, depth);
        for (int i = 0; i < group.lines.size(); i++) {
            comments(above(group.lines.get(i), depth), depth, text, i == 0 && !hasAbove);
            text.append(INDENT.repeat(depth));
            line(group.lines.get(i), depth, widths[i], text);
        }
        comments(group.end, depth, text, false);
    }

    /** Whether an object or a list begins on the line of the dash before it. */
    private boolean isCompact(Line line, int depth) {
        return line.key == null && line.value instanceof Group group && group.anchor.isEmpty() && !isInline(line, depth);
    }

    /** The comments above a line: behind the dash of a compact item is no place for any. */
    private List<String> above(Line line, int depth) {
        if (!isCompact(line, depth)) {
            return line.before;
        }
        List<String> all = new ArrayList<>(line.before);
        if (line.trailing != null) {
            all.add(line.trailing);
        }
        Group group = (Group) line.value;
        if (!group.lines.isEmpty()) {
            all.addAll(above(group.lines.get(0), depth + 1));
        }
        return all;
    }

    /** Writes a line whose indentation is written already. */
    private void line(Line line, int depth, int keyWidth, StringBuilder text) {
        int start = text.lastIndexOf("\n") + 1;
        text.append(line.key == null ? "-" : line.key + ":");
        if (line.value instanceof Group group && !isInline(line, depth)) {
            if (isCompact(line, depth) && !group.lines.isEmpty()) {
                text.append(' ');
                int[] widths = widths(group, depth + 1);
                line(group.lines.get(0), depth + 1, widths[0], text);
                for (int i = 1; i < group.lines.size(); i++) {
                    comments(above(group.lines.get(i), depth + 1), depth + 1, text, false);
                    text.append(INDENT.repeat(depth + 1));
                    line(group.lines.get(i), depth + 1, widths[i], text);
                }
                comments(group.end, depth + 1, text, false);
            } else {
                text.append(group.anchor.isEmpty() ? "" : " " + group.anchor).append(group.lines.isEmpty() ? group.isMapping ? " {" : " ["
                        : "");
                trailing(line.trailing, line.column, start, text);
                text.append('\n');
                lines(group, depth + 1, text, false);
                if (group.lines.isEmpty()) {
                    text.append(INDENT.repeat(depth + 1)).append(group.isMapping ? "}\n" : "]\n");
                }
            }
            return;
        }
        String value = line.value instanceof Block block ? block.header : inline(line.value);
        if (!value.isEmpty()) {
            text.append(" ".repeat(Math.max(1, keyWidth - (line.key == null ? 0 : line.key.length())))).append(value);
        }
        trailing(line.trailing, line.column, start, text);
        text.append('\n');
        if (line.value instanceof Block block) {
            block(block, depth + 1, text);
        }
    }

    /** A comment keeps its column where it can, so that comments that stand in one column go on to do so. */
    private static void trailing(String comment, int column, int start, StringBuilder text) {
        if (comment != null) {
            int length = text.codePointCount(start, text.length());
            text.append(" ".repeat(Math.max(2, column - length))).append(comment);
        }
    }

    /** Writes comments; empty lines that follow one another become one. */
    private static void comments(List<String> comments, int depth, StringBuilder text, boolean isFirst) {
        boolean isBelowEmpty = isFirst;
        for (String comment : comments) {
            if (!comment.isEmpty()) {
                text.append(INDENT.repeat(depth)).append(comment);
            }
            if (!comment.isEmpty() || !isBelowEmpty) {
                text.append('\n');
            }
            isBelowEmpty = comment.isEmpty();
        }
    }

    private static void block(Block block, int depth, StringBuilder text) {
        for (String line : block.lines) {
            text.append(line.isEmpty() ? "" : INDENT.repeat(depth) + line).append('\n');
        }
    }

    /**
     * How wide the keys of a group are made, each with one space behind: collections in brackets that follow one another stand in one
     * column if one is moved.
     */
    private int[] widths(Group group, int depth) {
        int[] widths = new int[group.lines.size()];
        for (int i = 0; i < widths.length;) {
            int end = i;
            int widest = 0;
            boolean isPadded = false;
            while (depth > 0 && end < widths.length && isAligned(group.lines.get(end), depth)) {
                widest = Math.max(widest, group.lines.get(end).key.length() + 1);
                isPadded |= group.lines.get(end).isPadded;
                end++;
            }
            for (int j = i; j < end; j++) {
                widths[j] = isPadded ? widest : 0;
            }
            i = Math.max(end, i + 1);
        }
        return widths;
    }

    private boolean isAligned(Line line, int depth) {
        return line.key != null && line.value instanceof Group group && !group.lines.isEmpty() && isInline(line, depth);
    }

    private boolean isInline(Line line, int depth) {
        return !(line.value instanceof Group group) || fitsInline(group, depth * INDENT.length() + (line.key == null ? 2
                : line.key.codePointCount(0, line.key.length()) + 2));
    }

    private boolean fitsInline(Group group, int before) {
        if (group.lines.isEmpty() && group.end.isEmpty()) {
            return true;
        }
        if (!group.isFlow || !isPlain(group)) {
            return false;
        }
        String text = inline(group);
        return before + text.codePointCount(0, text.length()) <= width;
    }

    /** Whether nothing in a group needs a line of its own. */
    private static boolean isPlain(Group group) {
        return group.end.isEmpty() && group.lines.stream().allMatch(line -> line.trailing == null && line.before.stream()
                .allMatch(String::isEmpty)
                && (line.value instanceof Inline || line.value instanceof Group inner && isPlain(inner)));
    }

    static String inline(Value value) {
        if (value instanceof Inline scalar) {
            return scalar.text;
        }
        Group group = (Group) value;
        List<String> parts = new ArrayList<>();
        for (Line line : group.lines) {
            String text = inline(line.value);
            parts.add(line.key == null ? text : text.isEmpty() ? line.key + ":" : line.key + ": " + text);
        }
        String anchor = group.anchor.isEmpty() ? "" : group.anchor + " ";
        String body = String.join(", ", parts);
        return anchor + (!group.isMapping ? "[" + body + "]" : body.isEmpty() ? "{}" : "{ " + body + " }");
    }
}
