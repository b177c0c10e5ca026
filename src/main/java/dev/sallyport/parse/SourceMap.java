package dev.sallyport.parse;

import dev.sallyport.diagnose.Position;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Where the parts of a resource stand. The model keeps the place of a resource and of its references; findings point closer. */
public final class SourceMap {

    private final Map<Position, Node.Mapping> objects = new LinkedHashMap<>();

    /** Knows the objects of these documents. */
    public SourceMap(List<Sources.Document> documents) {
        documents.forEach(document -> index(document.root()));
    }

    private void index(Node node) {
        if (node instanceof Node.Sequence list) {
            list.items().forEach(this::index);
        } else if (node instanceof Node.Mapping mapping && objects.putIfAbsent(mapping.position(), mapping) == null) {
            mapping.entries().forEach(entry -> index(entry.value()));
        }
    }

    /** The object that stands at a place, or {@code null}. */
    public Node.Mapping at(Position position) {
        return objects.get(position);
    }

    /** The first object that is so, or {@code null}. */
    public Node.Mapping first(Predicate<Node.Mapping> wanted) {
        return objects.values().stream().filter(wanted).findFirst().orElse(null);
    }

    /** What stands at a path of dots below a resource, or {@code null}. */
    public Node find(Position resource, String path) {
        Node found = objects.get(resource);
        for (String name : path.split("\\.")) {
            found = found instanceof Node.Mapping mapping ? child(mapping, name) : null;
        }
        return Node.isNull(found) ? null : found;
    }

    private static Node child(Node.Mapping mapping, String name) {
        for (Node.Entry entry : mapping.entries()) {
            if (entry.key().text().equalsIgnoreCase(name)) {
                return entry.value();
            }
        }
        return null;
    }

    /** The text at a path, or {@code null}. */
    public String text(Position resource, String path) {
        return find(resource, path) instanceof Node.Scalar scalar ? scalar.text() : null;
    }

    /** Where a path leads, or as near to it as the file goes. */
    public Position of(Position resource, String path) {
        Node found = find(resource, path);
        int dot = path.lastIndexOf('.');
        return found != null ? found.position() : dot < 0 ? resource : of(resource, path.substring(0, dot));
    }

    /** Where a list names a value; the list itself when it does not in these words. */
    public Position item(Position resource, String path, String value) {
        if (find(resource, path) instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Scalar scalar && scalar.text().equalsIgnoreCase(value)) {
                    return item.position();
                }
            }
        }
        return of(resource, path);
    }
}
