package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Gaps.Extent;
import dev.sallyport.cli.GapsReport.Part;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import dev.sallyport.write.RequestWriter;
import java.io.IOException;

/** Gaps for programs: an object per line, and its {@code type} tells which. */
final class GapsJson {

    private GapsJson() { }

    static String gap(Gap gap) {
        return Json.object(json -> {
            json.writeStringField("type", "gap");
            json.writeStringField("kind", gap.kind().toString());
            json.writeStringField("requirement", gap.opening().toString());
            people(json, gap);
            json.writeNumberField("share", gap.share());
            json.writeObjectFieldStart("box");
            for (Gap.Range range : gap.box()) {
                if (range.isAnyBut()) {
                    json.writeObjectFieldStart(range.dimension());
                    Json.texts(json, "anyBut", range.values());
                    json.writeEndObject();
                } else {
                    Json.texts(json, range.dimension(), range.values());
                }
            }
            json.writeEndObject();
            json.writeArrayFieldStart("because");
            for (Gap.Because because : gap.because()) {
                json.writeStartObject();
                json.writeStringField(because.source() == null ? "rule" : "policy", because.rule());
                json.writeStringField("condition", because.condition());
                Json.texts(json, "values", because.values());
                json.writeStringField("source", because.source() == null ? null : because.source().toString());
                json.writeEndObject();
            }
            json.writeEndArray();
            Json.texts(json, "mayProtect", gap.mayProtect());
            json.writeObjectFieldStart("witness");
            json.writeFieldName("request");
            json.writeRawValue(RequestWriter.json(gap.witness().request()));
            json.writeArrayFieldStart("resources");
            for (String resource : gap.witness().resources()) {
                json.writeRawValue(resource);
            }
            json.writeEndArray();
            json.writeFieldName("decision");
            json.writeRawValue(DecisionWriter.toJson(gap.witness().decision(), false));
            json.writeEndObject();
            json.writeStringField("accepted", gap.accepted());
        });
    }

    private static void people(JsonGenerator json, Gap gap) throws IOException {
        Gap.Crowd people = gap.people();
        json.writeObjectFieldStart("people");
        json.writeStringField("whose", whose(!gap.witness().isInDirectory()));
        json.writeNumberField("count", people.count());
        json.writeNumberField("of", people.of());
        json.writeNumberField("share", (double) people.count() / people.of());
        json.writeStringField("text", people.text());
        Json.texts(json, "groups", people.groups());
        Json.texts(json, "sample", people.names());
        json.writeEndObject();
    }

    private static String whose(boolean isAnybody) {
        return isAnybody ? "anybody" : "directory";
    }

    static String summary(GapsReport report) {
        return Json.object(json -> {
            json.writeStringField("type", "summary");
            json.writeNumberField("gaps", report.parts().stream().flatMap(part -> part.gaps().gaps().stream())
                    .filter(gap -> gap.accepted() == null).count());
            json.writeNumberField("accepted", report.parts().stream().flatMap(part -> part.gaps().gaps().stream())
                    .filter(gap -> gap.accepted() != null).count());
            json.writeBooleanField("complete", report.isComplete());
            json.writeArrayFieldStart("extents");
            for (Part part : report.parts()) {
                for (Extent extent : part.gaps().extents()) {
                    json.writeStartObject();
                    json.writeStringField("whose", whose(part.isAnybody()));
                    json.writeStringField("kind", extent.kind().toString());
                    json.writeNumberField("requests", extent.requests());
                    json.writeNumberField("classes", extent.classes());
                    json.writeNumberField("passwordAlone", extent.passwordAlone());
                    json.writeNumberField("registeringFirst", extent.registeringFirst());
                    json.writeNumberField("leftOut", extent.leftOut());
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            Json.texts(json, "approximations", report.notes());
            Json.texts(json, "faults", report.faults());
            json.writeStringField("policySetVersion", report.engine().policySet().version());
            json.writeStringField("directoryVersion", report.engine().directory().version());
        });
    }
}
