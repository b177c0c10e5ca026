package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.analyse.Comparison;
import dev.sallyport.analyse.Comparison.Affected;
import dev.sallyport.analyse.Comparison.Cause;
import dev.sallyport.analyse.Comparison.Change;
import dev.sallyport.analyse.Comparison.Coverage;
import dev.sallyport.analyse.Comparison.Direction;
import dev.sallyport.analyse.Comparison.Extent;
import dev.sallyport.analyse.Comparison.FieldChange;
import dev.sallyport.diagnose.Position;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import dev.sallyport.write.RequestWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What differs between two policy sets for programs: an object per line, and its {@code type} tells which. */
final class DiffJson {

    private DiffJson() { }

    static String field(FieldChange field) {
        return Json.object(json -> {
            json.writeStringField("type", "field");
            json.writeStringField("kind", field.kind());
            json.writeStringField("id", field.id());
            json.writeStringField("displayName", field.name());
            json.writeStringField("field", field.field().isEmpty() ? null : field.field());
            Json.texts(json, "removed", field.removed());
            Json.texts(json, "added", field.added());
            json.writeStringField("before", text(field.before()));
            json.writeStringField("after", text(field.after()));
        });
    }

    private static @Nullable String text(@Nullable Position position) {
        return position == null ? null : position.toString();
    }

    static String coverage(Coverage coverage) {
        return Json.object(json -> {
            json.writeStringField("type", "coverage");
            json.writeStringField("policy", coverage.policy());
            json.writeNumberField("usersBefore", coverage.usersBefore());
            json.writeNumberField("usersAfter", coverage.usersAfter());
            Json.texts(json, "usersGained", coverage.usersGained());
            Json.texts(json, "usersLost", coverage.usersLost());
            Json.texts(json, "applicationsGained", coverage.applicationsGained());
            Json.texts(json, "applicationsLost", coverage.applicationsLost());
            json.writeStringField("source", coverage.source().toString());
        });
    }

    /** One class of requests of a change. */
    static String change(Change change, Affected affected) {
        return Json.object(json -> {
            json.writeStringField("type", "change");
            json.writeStringField("direction", change.direction().toString());
            Json.texts(json, "added", change.added());
            Json.texts(json, "dropped", change.dropped());
            json.writeStringField("kind", affected.kind().toString());
            GapsJson.people(json, affected.people(), affected.isAnybody());
            json.writeNumberField("share", affected.share());
            GapsJson.box(json, affected.box());
            json.writeArrayFieldStart("because");
            for (Cause cause : affected.because()) {
                json.writeStartObject();
                json.writeStringField("policy", cause.policy());
                json.writeStringField("before", cause.before());
                json.writeStringField("after", cause.after());
                json.writeStringField("source", cause.source());
                json.writeEndObject();
            }
            json.writeEndArray();
            witness(json, affected);
        });
    }

    private static void witness(JsonGenerator json, Affected affected) throws IOException {
        json.writeObjectFieldStart("witness");
        json.writeFieldName("request");
        json.writeRawValue(RequestWriter.toJson(affected.example().after().request()));
        json.writeArrayFieldStart("resources");
        for (String resource : affected.example().after().resources()) {
            json.writeRawValue(resource);
        }
        json.writeEndArray();
        json.writeFieldName("decisionBefore");
        json.writeRawValue(DecisionWriter.toJson(affected.example().before().decision(), false));
        json.writeFieldName("decisionAfter");
        json.writeRawValue(DecisionWriter.toJson(affected.example().after().decision(), false));
        json.writeEndObject();
    }

    static String summary(DiffReport report) {
        Comparison comparison = report.comparison();
        return Json.object(json -> {
            json.writeStringField("type", "summary");
            json.writeBooleanField("equal", comparison.isEqual());
            json.writeBooleanField("complete", comparison.isComplete());
            for (Direction direction : Direction.values()) {
                json.writeNumberField(direction.toString(), comparison.changes().stream().filter(change -> change.direction() == direction)
                        .count());
            }
            json.writeArrayFieldStart("extents");
            for (Extent extent : comparison.extents()) {
                json.writeStartObject();
                json.writeStringField("whose", GapsJson.whose(extent.isAnybody()));
                json.writeStringField("kind", extent.kind().toString());
                json.writeNumberField("people", extent.people());
                json.writeNumberField("requests", extent.requests());
                json.writeNumberField("changed", extent.changed());
                json.writeNumberField("leftOut", extent.leftOut());
                json.writeEndObject();
            }
            json.writeEndArray();
            Json.texts(json, "notCompared", comparison.notCompared());
            Json.texts(json, "approximations", comparison.notes());
            Json.texts(json, "faults", comparison.faults());
            json.writeStringField("policySetVersionBefore", report.before().engine().policySet().version());
            json.writeStringField("policySetVersionAfter", report.after().engine().policySet().version());
        });
    }
}
