package dev.sallyport.write;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.util.ArrayList;
import java.util.List;

/** JSON as YAML for people: no quotes where YAML needs none, and nothing that is empty. */
public final class YamlText {

    /** What a test changes (its field {@code given}) takes the place of what the files say, also where it is empty. */
    private static final String GIVEN = "given";

    private YamlText() { }

    /**
     * Objects of JSON as YAML documents; fields that are {@code null}, and objects and lists that are empty, are left out, apart from those
     * that a test is given.
     */
    public static String of(List<String> objects) {
        return Yaml.print(objects.stream().map(YamlText::document).toList(), Yaml.WIDTH);
    }

    private static Yaml.Document document(String json) {
        Diagnostics found = new Diagnostics();
        List<Sources.Document> read = Sources.parseText("object.json", json, found);
        if (found.hasErrors()) {
            throw new IllegalArgumentException(found.toList().toString());
        }
        Yaml.Group group = (Yaml.Group) value(read.get(0).root(), false);
        return new Yaml.Document(List.of(), new Yaml.Group(true, false, "", group.lines(), List.of()), null, List.of());
    }

    /** A list of objects is written below its key, and so is what holds one; other collections are in brackets if they fit. */
    private static Yaml.Value value(Node node, boolean isComplete) {
        if (node instanceof Node.Mapping mapping) {
            List<Yaml.Line> lines = new ArrayList<>();
            for (Node.Entry entry : mapping.entries()) {
                boolean isWhole = isComplete || entry.key().text().equals(GIVEN);
                if (isWhole || !isEmpty(entry.value())) {
                    lines.add(new Yaml.Line(YamlScalar.key(entry.key().text()), value(entry.value(), isWhole)));
                }
            }
            return new Yaml.Group(true, true, "", lines, List.of());
        }
        if (node instanceof Node.Sequence sequence) {
            List<Yaml.Line> lines = sequence.items().stream().map(item -> new Yaml.Line(null, value(item, isComplete))).toList();
            return new Yaml.Group(false, sequence.items().stream().noneMatch(Node.Mapping.class::isInstance), "", lines, List.of());
        }
        return YamlScalar.of((Node.Scalar) node, true);
    }

    private static boolean isEmpty(Node node) {
        return node instanceof Node.Mapping mapping ? mapping.entries().stream().allMatch(entry -> isEmpty(entry.value()))
                : node instanceof Node.Sequence sequence ? sequence.items().isEmpty() : Node.isNull(node);
    }
}
