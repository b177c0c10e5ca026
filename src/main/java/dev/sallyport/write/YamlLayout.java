package dev.sallyport.write;

import dev.sallyport.write.Yaml.Block;
import dev.sallyport.write.Yaml.Document;
import dev.sallyport.write.Yaml.Group;
import dev.sallyport.write.Yaml.Inline;
import dev.sallyport.write.Yaml.Line;
import dev.sallyport.write.Yaml.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Reads YAML as it is laid out. The parser's events say where scalars stand; a {@code #} outside of them, at the start of a line or
 * behind a space, begins a comment. A comment behind something belongs to it; one on a line of its own belongs to what follows,
 * or to the end of the collection that it is indented like.
 */
final class YamlLayout {

    private static final Pattern HEADER = Pattern.compile("([|>])([0-9+-]*)[ \\t]*(#.*)?");

    /** A key and its value, or an item of a list, while comments are still looked for. */
    private static final class Item {
        private final String key;
        private final int start;
        private final Collection parent;
        private Value value;
        private Collection inner;
        private int end;
        private final List<String> before = new ArrayList<>();
        private String trailing;
        private int column;
        private boolean isPadded;

        private Item(String key, int start, Collection parent) {
            this.key = key;
            this.start = start;
            this.parent = parent;
        }
    }

    private static final class Collection {
        private final boolean isMapping;
        private final boolean isFlow;
        private final String anchor;
        private final int column;
        private final Item owner;
        private final List<Item> items = new ArrayList<>();
        private final List<String> end = new ArrayList<>();

        private Collection(boolean isMapping, boolean isFlow, String anchor, int column, Item owner) {
            this.isMapping = isMapping;
            this.isFlow = isFlow;
            this.anchor = anchor;
            this.column = column;
            this.owner = owner;
        }
    }

    /** Where a scalar stands. */
    private record Span(int start, int end) { }

    private record Comment(String text, int at, boolean isAlone) { }

    private final int[] text;
    private final int[] lines;
    private final Iterator<Event> events;
    private final List<Span> spans = new ArrayList<>();
    /** The scalars to which the empty lines at their end belong. */
    private final List<Span> kept = new ArrayList<>();
    private final List<Item> all = new ArrayList<>();
    private final Map<Integer, List<Item>> byLine = new HashMap<>();
    private final List<Comment> headers = new ArrayList<>();

    private YamlLayout(String source) {
        this.text = source.codePoints().toArray();
        this.lines = lineStarts(text);
        LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).setParseComments(false).setUseMarks(true)
                .build();
        this.events = new Parse(settings).parseString(source).iterator();
    }

    /** The documents of a text that is known to be valid. */
    static List<Document> read(String source) {
        return new YamlLayout(source).documents();
    }

    /** The comments of a text in their order. */
    static List<String> comments(String source) {
        YamlLayout layout = new YamlLayout(source);
        layout.documents();
        List<Comment> comments = layout.comments();
        comments.addAll(layout.headers);
        return comments.stream().map(Comment::text).sorted().toList();
    }

    private static int[] lineStarts(int[] text) {
        int[] starts = new int[(int) Arrays.stream(text).filter(c -> c == '\n').count() + 1];
        int line = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n') {
                starts[++line] = i + 1;
            }
        }
        return starts;
    }

    private int line(int at) {
        int found = Arrays.binarySearch(lines, at);
        return found >= 0 ? found : -found - 2;
    }

    private int column(int at) {
        return at - lines[line(at)];
    }

    private String text(int start, int end) {
        return new String(text, start, end - start);
    }

    // ---- structure

    private List<Document> documents() {
        List<Integer> starts = new ArrayList<>();
        List<Item> roots = new ArrayList<>();
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent start) {
                starts.add(start(start));
                Item root = new Item(null, start(start), null);
                value(root, events.next());
                roots.add(root);
            }
        }
        List<List<String>> ends = new ArrayList<>();
        roots.forEach(root -> ends.add(new ArrayList<>()));
        emptyLines();
        for (Item item : all) {
            byLine.computeIfAbsent(line(item.start), any -> new ArrayList<>()).add(item);
            if (line(item.end) != line(item.start)) {
                byLine.computeIfAbsent(line(item.end), any -> new ArrayList<>()).add(item);
            }
        }
        List<String> orphans = new ArrayList<>();
        for (Comment comment : comments()) {
            int document = 0;
            while (document + 1 < starts.size() && starts.get(document + 1) <= comment.at) {
                document++;
            }
            if (roots.isEmpty()) {
                orphans.add(comment.text);
            } else {
                int next = document + 1 < starts.size() ? starts.get(document + 1) : text.length + 1;
                attach(comment, roots.get(document), next, ends.get(document));
            }
        }
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < roots.size(); i++) {
            Document document = document(roots.get(i), ends.get(i));
            if (document.value() == null) {                     // an empty document is none; its comments go to the next
                orphans.addAll(document.before());
                orphans.addAll(document.end());
            } else {
                orphans.addAll(document.before());
                documents.add(new Document(List.copyOf(orphans), document.value(), document.trailing(), document.end()));
                orphans.clear();
            }
        }
        if (!orphans.isEmpty()) {
            documents.add(new Document(orphans, null, null, List.of()));
        }
        return documents;
    }

    private static int start(Event event) {
        return event.getStartMark().map(Mark::getIndex).orElse(0);
    }

    private static int end(Event event) {
        return event.getEndMark().map(Mark::getIndex).orElse(0);
    }

    private void value(Item item, Event event) {
        item.end = end(event);
        if (event instanceof AliasEvent alias) {
            item.value = new Inline("*" + alias.getAlias());
            return;
        }
        Optional<Anchor> named = ((NodeEvent) event).getAnchor();
        String anchor = named.map(name -> "&" + name).orElse("");
        if (event instanceof ScalarEvent scalar) {
            item.value = scalar(item, scalar, anchor);
            return;
        }
        CollectionStartEvent start = (CollectionStartEvent) event;
        boolean isMapping = start.getEventId() == Event.ID.MappingStart;
        Collection group = new Collection(isMapping, start.isFlow(), anchor, column(contentStart(start)), item);
        item.inner = group;
        Event.ID last = isMapping ? Event.ID.MappingEnd : Event.ID.SequenceEnd;
        Event next = events.next();
        for (; next.getEventId() != last; next = events.next()) {
            String key = null;
            int at = start(next);
            int keyEnd = end(next);
            if (isMapping) {
                key = key(next);
                next = events.next();
            }
            Item child = new Item(key, at, group);
            child.isPadded = start(next) > keyEnd + 2 && line(start(next)) == line(keyEnd) && text(keyEnd, start(next)).strip().equals(":");
            group.items.add(child);
            all.add(child);
            value(child, next);
        }
        item.end = start.isFlow() ? end(next) : item.end;
    }

    /** Where a collection itself begins, behind its anchor. */
    private int contentStart(CollectionStartEvent event) {
        int at = start(event);
        if (event.getAnchor().isPresent()) {
            at += event.getAnchor().get().getValue().length() + 1;
            while (at < text.length && Character.isWhitespace(text[at])) {
                at++;
            }
        }
        return Math.min(at, Math.max(0, text.length - 1));
    }

    private String key(Event event) {
        if (!(event instanceof ScalarEvent key) || key.getAnchor().isPresent()) {
            throw new IllegalArgumentException("a key has an anchor or is an alias");
        }
        spans.add(new Span(start(key), end(key)));
        return key.isPlain() && !key.getValue().isEmpty() ? key.getValue() : YamlScalar.quoted(key.getValue());
    }

    private Value scalar(Item item, ScalarEvent scalar, String anchor) {
        int start = start(scalar) + (anchor.isEmpty() ? 0 : anchor.length());
        while (!anchor.isEmpty() && start < end(scalar) && Character.isWhitespace(text[start])) {
            start++;
        }
        String prefix = anchor.isEmpty() ? "" : anchor + " ";
        if (scalar.isLiteral() || scalar.isFolded()) {
            return block(item, start, end(scalar), prefix);
        }
        spans.add(new Span(start, end(scalar)));
        return new Inline((prefix + (scalar.isPlain() ? scalar.getValue() : YamlScalar.quoted(scalar.getValue()))).strip());
    }

    private Block block(Item item, int start, int end, String prefix) {
        int lineEnd = line(start) + 1 < lines.length ? lines[line(start) + 1] : text.length;
        Matcher header = HEADER.matcher(text(start, lineEnd).stripTrailing());
        if (!header.matches()) {
            throw new IllegalArgumentException("a block scalar begins in an unusual way");
        }
        boolean keeps = header.group(2).contains("+");
        Span span = new Span(start, Math.max(end, lineEnd));
        spans.add(span);
        if (keeps) {
            kept.add(span);
        }
        if (header.group(3) != null) {
            item.trailing = header.group(3);
            item.column = column(start) + header.start(3);
            headers.add(new Comment(header.group(3), start, false));
        }
        List<String> content = new ArrayList<>(lineEnd < end ? List.of(text(lineEnd, end).split("\n", -1)) : List.of());
        if (!content.isEmpty() && content.get(content.size() - 1).isBlank()) {
            content.remove(content.size() - 1);                 // behind the last break there is no line
        }
        while (!keeps && !content.isEmpty() && content.get(content.size() - 1).isEmpty()) {
            content.remove(content.size() - 1);
        }
        String digit = header.group(2).replaceAll("[^0-9]", "");
        int indent = digit.isEmpty() ? content.stream().filter(line -> !line.isBlank()).findFirst()
                .map(line -> line.length() - line.stripLeading().length()).orElse(0)
                : (item.parent == null ? 0 : item.parent.column) + Integer.parseInt(digit);
        String chomping = header.group(2).replaceAll("[0-9]", "");
        return new Block(prefix + header.group(1) + (digit.isEmpty() ? "" : "2") + chomping,
                content.stream().map(line -> line.length() > indent ? line.substring(indent) : "").toList());
    }

    // ---- comments

    private List<Comment> comments() {
        List<Comment> comments = new ArrayList<>();
        spans.sort((a, b) -> Integer.compare(a.start, b.start));
        int span = 0;
        for (int i = 0; i < text.length; i++) {
            while (span < spans.size() && spans.get(span).end <= i) {
                span++;
            }
            if (span < spans.size() && spans.get(span).start <= i) {
                i = spans.get(span).end - 1;
            } else if (text[i] == '#' && (i == 0 || Character.isWhitespace(text[i - 1]))) {
                int end = i;
                while (end < text.length && text[end] != '\n') {
                    end++;
                }
                String before = text(lines[line(i)], i);
                comments.add(new Comment(text(i, end).stripTrailing(), i, before.isBlank()));
                i = end;
            }
        }
        return comments;
    }

    private void attach(Comment comment, Item root, int nextDocument, List<String> atEnd) {
        if (!comment.isAlone && attachBehind(comment, root)) {
            return;
        }
        List<String> lines = isBelowEmptyLine(comment.at) ? List.of("", comment.text) : List.of(comment.text);
        Item next = null;
        Item previous = null;
        int at = firstBehind(comment.at);
        if (at < all.size() && all.get(at).start < nextDocument) {
            next = all.get(at);
        }
        if (at > 0 && all.get(at - 1).start >= root.start) {
            previous = all.get(at - 1);
        }
        int column = column(comment.at);
        if (next == null || column > columnOf(next)) {
            for (Collection group = innermost(previous); group != null; group = group.owner.parent) {
                if (!group.isFlow && column >= group.column && !holds(group, next)) {
                    group.end.addAll(lines);
                    return;
                }
            }
            Collection flow = innermost(previous);
            if (flow != null && flow.isFlow && !holds(flow, next) && comment.at < flow.owner.end) {
                flow.end.addAll(lines);
                return;
            }
        }
        if (next == null) {
            atEnd.addAll(lines);
        } else {
            boolean hasLine = !next.before.isEmpty() && next.before.get(next.before.size() - 1).isEmpty();
            next.before.addAll(hasLine ? next.before.size() - 1 : next.before.size(), lines);
        }
    }

    /** The first of all items, in their order, that begins behind a place. */
    private int firstBehind(int at) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) / 2;
            if (all.get(middle).start > at) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private int columnOf(Item item) {
        return item.parent.isFlow ? column(item.start) : item.parent.column;
    }

    private static Collection innermost(Item item) {
        return item == null ? null : item.inner != null ? item.inner : item.parent;
    }

    private static boolean holds(Collection group, Item item) {
        for (Item each = item; each != null && each.parent != null; each = each.parent.owner) {
            if (each.parent == group) {
                return true;
            }
        }
        return false;
    }

    /** Gives a comment to what ends or begins last before it on its line. */
    private boolean attachBehind(Comment comment, Item root) {
        int line = line(comment.at);
        Item found = null;
        int nearest = -1;
        List<Item> candidates = new ArrayList<>(byLine.getOrDefault(line, List.of()));
        candidates.add(root);
        for (Item item : candidates) {
            for (int at : item == root && item.inner != null && !item.inner.isFlow ? new int[0] : new int[] {item.start, item.end}) {
                boolean isInnerEnd = at == item.end && item.inner != null && !item.inner.isFlow;
                if (!isInnerEnd && at <= comment.at && at >= nearest && line(at) == line) {
                    nearest = at;
                    found = item;
                }
            }
        }
        if (found == null || found.start < root.start || found == root && found.inner == null && found.value instanceof Inline inline
                && inline.text().isEmpty()) {
            return false;
        }
        if (found.trailing != null) {
            found.before.add(comment.text);
        } else {
            found.trailing = comment.text;
            found.column = column(comment.at);
        }
        return true;
    }

    /** Remembers where an empty line stands above an item. */
    private void emptyLines() {
        for (Item item : all) {
            if (!item.parent.isFlow && isBelowEmptyLine(item.start)) {
                item.before.add("");
            }
        }
    }

    private boolean isBelowEmptyLine(int at) {
        int line = line(at);
        if (line == 0 || !text(lines[line - 1], lines[line]).isBlank()) {
            return false;
        }
        int above = lines[line - 1];
        return kept.stream().noneMatch(span -> span.start <= above && above < span.end);
    }

    // ---- result

    private Document document(Item root, List<String> atEnd) {
        if (root.inner == null) {
            boolean isEmpty = root.value instanceof Inline inline && inline.text().isEmpty();
            return new Document(root.before, isEmpty ? null : root.value, root.trailing, atEnd);
        }
        List<String> above = new ArrayList<>(root.before);
        if (!root.inner.items.isEmpty()) {
            above.addAll(root.inner.items.get(0).before);
            root.inner.items.get(0).before.clear();
        }
        return new Document(above, group(root.inner), root.trailing, atEnd);
    }

    private static Group group(Collection group) {
        List<Line> lines = new ArrayList<>();
        for (Item item : group.items) {
            boolean isFirst = lines.isEmpty();
            List<String> before = new ArrayList<>(item.before);
            while (isFirst && !before.isEmpty() && before.get(0).isEmpty()) {
                before.remove(0);
            }
            lines.add(new Line(before, item.key, item.inner != null ? group(item.inner) : item.value, item.trailing, item.column,
                    item.isPadded));
        }
        return new Group(group.isMapping, group.isFlow, group.anchor, lines, group.end);
    }
}
