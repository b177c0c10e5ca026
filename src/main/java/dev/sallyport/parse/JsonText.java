package dev.sallyport.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes a parsed value as JSON: keys in their order, texts and numbers as they were written. */
public final class JsonText {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String NUMBER = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?";

    private JsonText() { }

    public static String of(Node node) {
        return of(node, null);
    }

    /** The value over many lines, two spaces a level. */
    public static String indented(Node node) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        return of(node, new DefaultPrettyPrinter(DefaultPrettyPrinter.DEFAULT_SEPARATORS.withObjectFieldValueSpacing(
                Separators.Spacing.AFTER)
                .withObjectEmptySeparator("").withArrayEmptySeparator("")).withObjectIndenter(lines).withArrayIndenter(lines));
    }

    private static String of(Node node, PrettyPrinter printer) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text).setPrettyPrinter(printer)) {
            write(node, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(Node node, JsonGenerator json) throws IOException {
        if (node instanceof Node.Mapping mapping) {
            json.writeStartObject();
            for (Node.Entry entry : mapping.entries()) {
                json.writeFieldName(entry.key().text());
                write(entry.value(), json);
            }
            json.writeEndObject();
        } else if (node instanceof Node.Sequence sequence) {
            json.writeStartArray();
            for (Node item : sequence.items()) {
                write(item, json);
            }
            json.writeEndArray();
        } else {
            scalar((Node.Scalar) node, json);
        }
    }

    private static void scalar(Node.Scalar scalar, JsonGenerator json) throws IOException {
        switch (scalar.type()) {
            case NULL -> json.writeNull();
            case BOOLEAN -> json.writeBoolean(Boolean.parseBoolean(scalar.text()));
            case NUMBER -> {
                if (scalar.text().matches(NUMBER)) {
                    json.writeNumber(scalar.text());
                } else {
                    json.writeString(scalar.text());            // a number of YAML that JSON cannot write, such as 0x1F
                }
            }
            case TEXT -> json.writeString(scalar.text());
        }
    }
}
