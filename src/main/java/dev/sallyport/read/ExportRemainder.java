package dev.sallyport.read;

import dev.sallyport.parse.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * A resource that was converted from an export and keeps under {@code graph} what an author would not write: what is empty,
 * annotations, and fields that are not known here. Both together are the resource; where both have a field, the author's counts.
 *
 * @param node   the resource with what it keeps, without the key {@code graph}
 * @param values what was kept, by identity
 */
public record ExportRemainder(Node.Mapping node, Set<Node> values) {

    /** The key under which a resource keeps the rest of the export. */
    public static final String KEY = "graph";

    /** A resource, whether it keeps something or not. */
    public static ExportRemainder of(Node.Mapping node) {
        if (!(node.get(KEY) instanceof Node.Mapping rest)) {
            return new ExportRemainder(node, Set.of());
        }
        Set<Node> values = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Node.Entry> own = node.entries().stream().filter(entry -> !entry.key().text().equals(KEY)).toList();
        return new ExportRemainder(merge(new Node.Mapping(node.position(), own), rest, values), values);
    }

    private static Node.Mapping merge(Node.Mapping own, Node.Mapping rest, Set<Node> values) {
        List<Node.Entry> entries = new ArrayList<>(own.entries());
        for (Node.Entry entry : rest.entries()) {
            int at = indexOf(entries, entry.key().text());
            if (at < 0) {
                entries.add(entry);
                values.add(entry.value());
            } else if (entries.get(at).value() instanceof Node.Mapping mine && entry.value() instanceof Node.Mapping more) {
                entries.set(at, new Node.Entry(entries.get(at).key(), merge(mine, more, values)));
            }
        }
        return new Node.Mapping(own.position(), List.copyOf(entries));
    }

    private static int indexOf(List<Node.Entry> entries, String key) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).key().text().equals(key)) {
                return i;
            }
        }
        return -1;
    }
}
