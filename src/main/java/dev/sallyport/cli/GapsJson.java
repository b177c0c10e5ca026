package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Gaps.Extent;
import dev.sallyport.cli.GapsReport.Part;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import dev.sallyport.write.RequestWriter;
import java.io.IOException;
import java.util.List;

/** Gaps for programs: an object per line, and its {@code type} tells which. */
final class GapsJson {

    private GapsJson() { }

    static String gap(Gap gap) {
        return Json.object(json -> {
            json.writeStringField("type", "gap");
            json.writeStringField("kind", gap.kind().toString());
            json.writeStringField("requirement", gap.opening().toString());
            people(json, gap.people(), !gap.witness().isInDirectory());
            json.writeNumberField("share", gap.share());
            box(json, gap.box());
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
            witness(json, gap.witness());
            json.writeStringField("accepted", gap.accepted());
        });
    }

    /** Ranges of dimensions; a dimension that is not listed may have any value. */
    static void box(JsonGenerator json, List<Gap.Range> ranges) throws IOException {
        json.writeObjectFieldStart("box");
        for (Gap.Range range : ranges) {
            if (range.isAnyBut()) {
                json.writeObjectFieldStart(range.dimension());
                Json.texts(json, "anyBut", range.values());
                json.writeEndObject();
            } else {
                Json.texts(json, range.dimension(), range.values());
            }
        }
        json.writeEndObject();
    }

    /** A request with what the policy set lacks for it, and its decision. */
    static void witness(JsonGenerator json, Gap.Witness witness) throws IOException {
        json.writeObjectFieldStart("witness");
        json.writeFieldName("request");
        json.writeRawValue(RequestWriter.toJson(witness.request()));
        json.writeArrayFieldStart("resources");
        for (String resource : witness.resources()) {
            json.writeRawValue(resource);
        }
        json.writeEndArray();
        json.writeFieldName("decision");
        json.writeRawValue(DecisionWriter.toJson(witness.decision(), false));
        json.writeEndObject();
    }

    /** Some people, of the directory or who could exist. */
    static void people(JsonGenerator json, Gap.Crowd people, boolean isAnybody) throws IOException {
        json.writeObjectFieldStart("people");
        json.writeStringField("whose", whose(isAnybody));
        json.writeNumberField("count", people.count());
        json.writeNumberField("of", people.of());
        json.writeNumberField("share", (double) people.count() / people.of());
        json.writeStringField("text", people.text());
        Json.texts(json, "groups", people.groups());
        Json.texts(json, "sample", people.names());
        json.writeEndObject();
    }

    static String whose(boolean isAnybody) {
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
                    json.writeNumberField("accepted", extent.accepted());
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
