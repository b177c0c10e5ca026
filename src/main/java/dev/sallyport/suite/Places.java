package dev.sallyport.suite;

import dev.sallyport.Position;
import dev.sallyport.read.Node;
import dev.sallyport.read.Sources;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Where the parts of resources stand: the model keeps the place of a resource and of its references only. */
public final class Places {

    private final Map<Position, Node.Mapping> objects = new LinkedHashMap<>();

    /** Knows the objects of these documents. */
    public Places(List<Sources.Document> documents) {
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
    public Node.Mapping find(Predicate<Node.Mapping> wanted) {
        return objects.values().stream().filter(wanted).findFirst().orElse(null);
    }

    /** Where a path of dots below a resource leads, or as near to it as the file goes. */
    Position of(Position resource, String path) {
        Node found = objects.get(resource);
        Position position = resource;
        for (String name : path.split("\\.")) {
            found = found instanceof Node.Mapping mapping ? child(mapping, name) : null;
            if (found == null) {
                break;
            }
            position = found.position();
        }
        return position;
    }

    /** Where a list below a resource names a value; the list itself when it does not in these words. */
    Position item(Position resource, String path, String value) {
        Position position = of(resource, path);
        Node.Mapping parent = objects.get(resource);
        Node found = parent;
        for (String name : path.split("\\.")) {
            found = found instanceof Node.Mapping mapping ? child(mapping, name) : null;
        }
        if (found instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Scalar scalar && scalar.text().equalsIgnoreCase(value)) {
                    return item.position();
                }
            }
        }
        return position;
    }

    private static Node child(Node.Mapping mapping, String name) {
        for (Node.Entry entry : mapping.entries()) {
            if (entry.key().text().equalsIgnoreCase(name)) {
                return entry.value();
            }
        }
        return null;
    }
}
