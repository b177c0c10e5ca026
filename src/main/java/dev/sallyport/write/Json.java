package dev.sallyport.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;

/** Writes JSON on one line, and the fields that many objects have. */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Separators SEPARATORS = DefaultPrettyPrinter.DEFAULT_SEPARATORS.withObjectFieldValueSpacing(
            Separators.Spacing.AFTER);

    private Json() { }

    /** Writes the fields of an object. */
    public interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** An object as text on one line, without a line end. */
    public static String object(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The same JSON with a line for each field. */
    public static String lines(String json) {
        StringWriter text = new StringWriter();
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter(SEPARATORS).withObjectIndenter(new DefaultIndenter("  ", "\n"));
        try (JsonParser tokens = FACTORY.createParser(json); JsonGenerator out = FACTORY.createGenerator(text).setPrettyPrinter(lines)) {
            while (tokens.nextToken() != null) {
                out.copyCurrentEvent(tokens);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** A field with a list of texts. */
    public static void texts(JsonGenerator json, String name, Collection<String> texts) throws IOException {
        json.writeFieldName(name);
        json.writeArray(texts.toArray(String[]::new), 0, texts.size());
    }

    /** A field with a time, such as {@code 2026-11-22T10:15:00Z}, or {@code null}. */
    public static void instant(JsonGenerator json, String name, Instant instant) throws IOException {
        json.writeStringField(name, instant == null ? null : instant.toString());
    }
}
