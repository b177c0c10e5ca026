package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.sallyport.analyse.InvariantShapes;
import dev.sallyport.read.ExportRemainder;
import dev.sallyport.read.Shape;
import dev.sallyport.read.Shapes;
import dev.sallyport.suite.SuiteShapes;
import dev.sallyport.write.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * JSON Schemas of the documents that people write, for editors and for checks elsewhere. Draft 7, which editors of YAML know best.
 * A schema is stricter than the reader where that helps an author: values in another case, which are read with a warning, are refused.
 */
public final class Schemas {

    private static final String ANNOTATIONS = "@odata\\.|@microsoft\\.graph\\.|^#microsoft\\.graph\\.";
    private static final String DATE_TIME =
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?)$";

    private record Kind(String name, String title, boolean isKindNeeded, Map<String, Shape> shapes) { }

    private static final List<Kind> KINDS = List.of(
            new Kind("policy-set", "Sallyport: policies, locations and settings", true, Shapes.POLICY_SET),
            new Kind("directory", "Sallyport: users, groups, applications and devices", true, Shapes.DIRECTORIES),
            new Kind("request", "Sallyport: sign-ins and registrations", false, Shapes.REQUESTS),
            new Kind("tests", "Sallyport: policy tests", true, SuiteShapes.TESTS),
            new Kind("invariants", "Sallyport: invariants and accepted gaps", true, InvariantShapes.INVARIANTS));

    private final JsonGenerator json;

    private Schemas(JsonGenerator json) {
        this.json = json;
    }

    /** The names of all schemas. */
    public static List<String> names() {
        return KINDS.stream().map(Kind::name).toList();
    }

    /** The shape of documents of a kind; {@code null} for an unknown kind. */
    public static Shape shapeOf(String kind) {
        return KINDS.stream().map(each -> each.shapes.get(kind)).filter(Objects::nonNull).findFirst().orElse(null);
    }

    /** The schema of one of the {@link #names()} as JSON, which ends with a line break. */
    public static String of(String name) {
        Kind kind = KINDS.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
        StringWriter text = new StringWriter();
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        try (JsonGenerator json = new JsonFactory().createGenerator(text).setPrettyPrinter(new DefaultPrettyPrinter()
                .withObjectIndenter(lines))) {
            new Schemas(json).schema(kind);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    private void schema(Kind kind) throws IOException {
        json.writeStartObject();
        json.writeStringField("$schema", "http://json-schema.org/draft-07/schema#");
        json.writeStringField("title", kind.title);
        if (kind.isKindNeeded) {
            json.writeStringField("type", "object");
            Json.texts(json, "required", List.of("kind"));
            kinds(kind.shapes);
        } else {
            json.writeObjectFieldStart("if");
            json.writeStringField("type", "array");
            json.writeEndObject();
            json.writeObjectFieldStart("then");
            json.writeObjectFieldStart("items");
            json.writeStringField("$ref", "#/definitions/signIn");
            json.writeEndObject();
            json.writeEndObject();
            json.writeObjectFieldStart("else");
            json.writeStringField("$ref", "#/definitions/signIn");
            json.writeEndObject();
        }
        json.writeObjectFieldStart("definitions");
        for (Map.Entry<String, Shape> each : kind.shapes.entrySet()) {
            json.writeFieldName(each.getKey());
            object(each.getValue(), kind.isKindNeeded ? List.of(each.getKey()) : List.copyOf(kind.shapes.keySet()),
                    kind.shapes != Shapes.REQUESTS);
            if (!kind.isKindNeeded) {
                break;
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** The kind chooses the definition. */
    private void kinds(Map<String, Shape> shapes) throws IOException {
        json.writeObjectFieldStart("properties");
        json.writeObjectFieldStart("kind");
        Json.texts(json, "enum", List.copyOf(shapes.keySet()));
        json.writeEndObject();
        json.writeEndObject();
        json.writeArrayFieldStart("allOf");
        for (String kind : shapes.keySet()) {
            json.writeStartObject();
            json.writeObjectFieldStart("if");
            json.writeObjectFieldStart("properties");
            json.writeObjectFieldStart("kind");
            json.writeStringField("const", kind);
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
            json.writeObjectFieldStart("then");
            json.writeStringField("$ref", "#/definitions/" + kind);
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** @param kinds the values of the field {@code kind}, or none where there is no such field */
    private void object(Shape shape, List<String> kinds, boolean mayKeep) throws IOException {
        json.writeStartObject();
        description(shape);
        types(shape.orText() ? List.of("object", "string", "null") : List.of("object", "null"));
        if (!shape.values().isEmpty()) {
            json.writeObjectFieldStart("if");
            json.writeStringField("type", "string");
            json.writeEndObject();
            json.writeObjectFieldStart("then");
            Json.texts(json, "enum", shape.values());
            json.writeEndObject();
        }
        if (!shape.required().isEmpty()) {
            Json.texts(json, "required", shape.fields().keySet().stream().filter(shape.required()::contains).toList());
        }
        json.writeObjectFieldStart("properties");
        if (!kinds.isEmpty()) {
            json.writeObjectFieldStart("kind");
            Json.texts(json, "enum", kinds);
            json.writeEndObject();
        }
        for (Map.Entry<String, Shape> field : shape.fields().entrySet()) {
            json.writeFieldName(field.getKey());
            value(field.getValue());
        }
        if (mayKeep) {
            json.writeObjectFieldStart(ExportRemainder.KEY);
            json.writeStringField("description", "The rest of the export that a converted resource keeps.");
            types(List.of("object"));
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("patternProperties");
        json.writeObjectFieldStart(ANNOTATIONS);
        json.writeEndObject();
        json.writeEndObject();
        json.writeBooleanField("additionalProperties", false);
        json.writeEndObject();
    }

    private void value(Shape shape) throws IOException {
        if (shape.type() == Shape.Type.OBJECT || !shape.fields().isEmpty()) {
            object(shape, List.of(), shape.required().contains("userPrincipalName") || shape.fields().containsKey("members")
                    || shape.fields().containsKey("appId")
                    || shape.fields().containsKey("deviceId") && !shape.orText());
            return;
        }
        json.writeStartObject();
        description(shape);
        switch (shape.type()) {
            case TEXT -> {
                if (shape.values().isEmpty()) {
                    types(List.of("string", "number", "boolean", "null"));
                } else {
                    json.writeArrayFieldStart("enum");
                    for (String value : shape.values()) {
                        json.writeString(value);
                    }
                    json.writeNull();
                    json.writeEndArray();
                }
            }
            case BOOLEAN -> types(List.of("boolean", "null"));
            case INTEGER -> {
                types(List.of("integer", "null"));
                json.writeNumberField("minimum", shape.min());
                json.writeNumberField("maximum", shape.max());
            }
            case DATE_TIME -> {
                types(List.of("string", "null"));
                json.writeStringField("pattern", DATE_TIME);
            }
            case LIST -> {
                boolean orObject = shape.orText() && shape.items().type() == Shape.Type.OBJECT;
                types(orObject ? List.of("array", "object", "null") : shape.orText() ? List.of("array", "string", "null")
                        : List.of("array", "null"));
                json.writeFieldName("items");
                value(shape.items());
                if (orObject) {
                    json.writeObjectFieldStart("if");
                    json.writeStringField("type", "object");
                    json.writeEndObject();
                    json.writeFieldName("then");
                    value(shape.items());
                }
            }
            case OPEN -> {
                types(List.of("object", "null"));
                json.writeFieldName("additionalProperties");
                value(shape.items());
            }
            default -> { }
        }
        json.writeEndObject();
    }

    private void description(Shape shape) throws IOException {
        if (shape.description() != null) {
            json.writeStringField("description", shape.description());
        }
    }

    private void types(List<String> types) throws IOException {
        if (types.size() == 1) {
            json.writeStringField("type", types.get(0));
        } else {
            Json.texts(json, "type", types);
        }
    }
}
