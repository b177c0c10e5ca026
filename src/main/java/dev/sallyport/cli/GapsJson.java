package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Gaps;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.RequestWriter;
import dev.sallyport.write.UserWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Gaps for programs: an object a line, which its {@code type} tells apart. */
final class GapsJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    private GapsJson() { }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static String line(String type, Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("type", type);
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    static String gap(Gap gap) {
        return line("gap", json -> {
            json.writeStringField("kind", gap.kind().toString());
            json.writeStringField("opening", gap.opening().toString());
            json.writeObjectFieldStart("people");
            json.writeNumberField("count", gap.people().count());
            json.writeNumberField("of", gap.people().of());
            json.writeStringField("text", gap.people().text());
            texts(json, "names", gap.people().names());
            json.writeEndObject();
            json.writeNumberField("share", gap.share());
            json.writeObjectFieldStart("box");
            for (Gap.Range range : gap.box()) {
                if (range.isAnyBut()) {
                    json.writeObjectFieldStart(range.dimension());
                    texts(json, "anyBut", range.values());
                    json.writeEndObject();
                } else {
                    texts(json, range.dimension(), range.values());
                }
            }
            json.writeEndObject();
            json.writeArrayFieldStart("because");
            for (Gap.Because because : gap.because()) {
                json.writeStartObject();
                json.writeStringField("rule", because.rule());
                json.writeStringField("condition", because.condition());
                texts(json, "values", because.values());
                json.writeStringField("source", because.source() == null ? null : because.source().toString());
                json.writeEndObject();
            }
            json.writeEndArray();
            texts(json, "mayProtect", gap.mayProtect());
            json.writeObjectFieldStart("witness");
            json.writeFieldName("request");
            json.writeRawValue(RequestWriter.json(gap.witness().request()));
            json.writeFieldName("user");
            json.writeRawValue(gap.witness().isInDirectory() || gap.witness().user() == null ? "null" : UserWriter.json(gap.witness().user()));
            json.writeFieldName("decision");
            json.writeRawValue(DecisionWriter.toJson(gap.witness().decision(), false));
            json.writeEndObject();
        });
    }

    static String summary(Gaps gaps, PolicyEngine engine) {
        return line("summary", json -> {
            json.writeNumberField("gaps", gaps.gaps().size());
            json.writeBooleanField("complete", gaps.isComplete());
            json.writeArrayFieldStart("extents");
            for (Gaps.Extent extent : gaps.extents()) {
                json.writeStartObject();
                json.writeStringField("kind", extent.kind().toString());
                json.writeNumberField("requests", extent.requests());
                json.writeNumberField("classes", extent.classes());
                json.writeNumberField("passwordAlone", extent.passwordAlone());
                json.writeNumberField("registeringFirst", extent.registeringFirst());
                json.writeNumberField("leftOut", extent.leftOut());
                json.writeEndObject();
            }
            json.writeEndArray();
            texts(json, "notes", gaps.notes());
            texts(json, "faults", gaps.faults());
            json.writeStringField("policySetVersion", engine.policySet().version());
            json.writeStringField("directoryVersion", engine.directory().version());
        });
    }

    private static void texts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
