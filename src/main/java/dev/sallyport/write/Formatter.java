package dev.sallyport.write;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.Shape;
import dev.sallyport.write.Yaml.Document;
import dev.sallyport.write.Yaml.Group;
import dev.sallyport.write.Yaml.Inline;
import dev.sallyport.write.Yaml.Line;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Writes YAML in one order and style: fields as their kind has them, two spaces a level, collections in brackets as far as they fit
 * into {@value Yaml#AUTHORS_WIDTH} columns. What is in brackets, and whether those that follow one another stand in one column, is the
 * author's, and so are comments, empty lines and what is quoted. The meaning never changes: the result is read again and compared.
 */
public final class Formatter {

    private Formatter() { }

    /**
     * The text in canonical form.
     *
     * @param file   names the text in messages
     * @param shapes tells the shape of a kind, or {@code null} for one whose fields stay in their order
     * @param out    takes what is wrong with the text
     * @return {@code null} when the text is no valid YAML, or cannot be written without a change of its meaning
     */
    public static String format(String file, String text, Function<String, Shape> shapes, Diagnostics out) {
        String source = text.replace("\r\n", "\n");
        Diagnostics found = new Diagnostics();
        List<Sources.Document> before = Sources.parseText(file, source, found);
        out.addAll(found);
        if (found.hasErrors() || source.isBlank()) {
            return found.hasErrors() ? null : text;
        }
        try {
            List<Document> documents = YamlLayout.read(source).stream().map(document -> ordered(document, shapes)).toList();
            String formatted = Yaml.print(documents, Yaml.AUTHORS_WIDTH);
            Diagnostics again = new Diagnostics();
            List<Sources.Document> after = Sources.parseText(file, formatted, again);
            if (!again.hasErrors() && meaning(before).equals(meaning(after)) && YamlLayout.comments(source)
                    .equals(YamlLayout.comments(formatted))) {
                return formatted;
            }
        } catch (IllegalArgumentException e) {
            // an unusual way to write YAML, which is left alone
        }
        out.error("SP1704", new dev.sallyport.diagnose.Position(file, 1, 1), "cannot format this layout without changing its content",
                "format the file yourself");
        return null;
    }

    /** What documents say: types, texts and the order of lists, whatever the order of keys. */
    private static List<String> meaning(List<Sources.Document> documents) {
        return documents.stream().map(document -> meaning(document.root())).toList();
    }

    private static String meaning(Node node) {
        if (node instanceof Node.Mapping mapping) {
            return mapping.entries().stream().sorted(Comparator.comparing(entry -> entry.key().text()))
                    .map(entry -> meaning(entry.key()) + "=" + meaning(entry.value())).toList().toString();
        }
        if (node instanceof Node.Sequence sequence) {
            return "list" + sequence.items().stream().map(Formatter::meaning).toList();
        }
        Node.Scalar scalar = (Node.Scalar) node;
        return scalar.type() + "<" + scalar.text().length() + ":" + scalar.text() + ">";
    }

    /** Anchors have to stand before their aliases, so that where there are any the order is the author's. */
    private static Document ordered(Document document, Function<String, Shape> shapes) {
        if (!(document.value() instanceof Group root) || !root.isMapping() || hasAnchors(root)) {
            return document;
        }
        Shape shape = root.lines().stream().filter(line -> line.key().equals("kind") && line.value() instanceof Inline)
                .map(line -> shapes.apply(((Inline) line.value()).text())).filter(found -> found != null).findFirst().orElse(null);
        return shape == null ? document : new Document(document.before(), ordered(root, shape), document.trailing(), document.end());
    }

    private static Group ordered(Group group, Shape shape) {
        List<Line> lines = new ArrayList<>();
        for (Line line : group.lines()) {
            Shape inner = group.isMapping() ? shape.field(name(line.key())) : shape.items();
            lines.add(line.value() instanceof Group value && inner != null
                    ? new Line(line.before(), line.key(), ordered(value, inner), line.trailing(), line.column(), line.isPadded()) : line);
        }
        return new Group(group.isMapping(), group.isFlow(), group.anchor(), group.isMapping()
                ? FieldOrder.sorted(lines, line -> name(line.key()), shape) : lines,
                group.end());
    }

    private static String name(String key) {
        return key.startsWith("\"") && key.endsWith("\"") ? key.substring(1, key.length() - 1) : key;
    }

    private static boolean hasAnchors(Group group) {
        return !group.anchor().isEmpty() || group.lines().stream().anyMatch(line -> line.value() instanceof Group inner ? hasAnchors(inner)
                : line.value() instanceof Inline scalar ? scalar.text().startsWith("&") || scalar.text().startsWith("*")
                : ((Yaml.Block) line.value()).header().startsWith("&"));
    }
}
