package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a tenant puts in the place of the symbolic references of policies that others published, such as {@code <RING>-Exclude}:
 * a {@code kind: bindings} document with a map {@code bindings}, from the text of a placeholder to an id or a name.
 * A placeholder is replaced where it is a whole value, before anything is read.
 */
final class Bindings {

    static final String KIND = "bindings";

    private record Binding(Node.Scalar value, Position source) { }

    private final Map<String, Binding> byPlaceholder = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();
    private final Diagnostics out;

    private Bindings(Diagnostics out) {
        this.out = out;
    }

    /** The documents with placeholders replaced; the same documents where nothing is bound. */
    static List<Sources.Document> apply(List<Sources.Document> documents, Diagnostics out) {
        Bindings bindings = new Bindings(out);
        for (Sources.Document document : documents) {
            if (isBindings(document.root())) {
                bindings.read(new Fields((Node.Mapping) document.root(), KIND, false, out));
            }
        }
        if (bindings.byPlaceholder.isEmpty()) {
            return documents;
        }
        List<Sources.Document> bound = new ArrayList<>();
        for (Sources.Document document : documents) {
            bound.add(isBindings(document.root()) ? document : new Sources.Document(document.file(), bindings.bound(document.root()),
                    document.isJson()));
        }
        bindings.byPlaceholder.forEach((placeholder, binding) -> {
            if (!bindings.used.contains(placeholder)) {
                out.warning("SP1120", binding.source, "unknown placeholder `" + placeholder + "`: it is not in the policy set",
                        "remove the binding, or check the spelling");
            }
        });
        return bound;
    }

    private static boolean isBindings(Node root) {
        return root instanceof Node.Mapping mapping && mapping.get("kind") instanceof Node.Scalar kind && kind.text().equals(KIND);
    }

    private void read(Fields fields) {
        fields.ignore("kind");
        Fields map = fields.object(KIND);
        if (map == null) {
            out.error("SP1105", fields.position(), "the document contains no bindings",
                    "add `bindings:` with lines such as `\"<RING>-Exclude\": Break glass`");
        }
        for (String placeholder : map == null ? List.<String>of() : map.names()) {
            Node value = map.take(placeholder);
            Binding first = byPlaceholder.get(placeholder);
            if (!(value instanceof Node.Scalar scalar) || scalar.text().isBlank()) {
                out.error("SP1103", map.position(placeholder), "`" + placeholder + "` is bound to " + (value == null ? "nothing"
                        : value.describe()),
                        "bind it to an id or a name");
            } else if (first != null) {
                out.error("SP1201", value.position(), "`" + placeholder + "` is bound twice", "it is first bound at " + first.source
                        + ": keep one");
            } else {
                byPlaceholder.put(placeholder, new Binding(scalar, map.position(placeholder)));
            }
        }
        fields.done();
    }

    private Node bound(Node node) {
        if (node instanceof Node.Sequence sequence) {
            return new Node.Sequence(sequence.position(), sequence.items().stream().map(this::bound).toList());
        }
        if (node instanceof Node.Mapping mapping) {
            return new Node.Mapping(mapping.position(), mapping.entries().stream()
                    .map(entry -> new Node.Entry(entry.key(), bound(entry.value()))).toList());
        }
        Node.Scalar scalar = (Node.Scalar) node;
        Binding binding = byPlaceholder.get(scalar.text());
        if (binding == null || scalar.type() != Node.ScalarType.TEXT) {
            return node;
        }
        used.add(scalar.text());
        return new Node.Scalar(scalar.position(), binding.value.text(), Node.ScalarType.TEXT);
    }
}
