package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.analyse.Verdict;
import dev.sallyport.analyse.Verdict.Answer;
import dev.sallyport.analyse.Verdict.Counterexample;
import dev.sallyport.analyse.Verdict.Exclusion;
import dev.sallyport.write.Json;
import java.io.IOException;

/** Proved and refuted invariants for programs: an object per line, and its {@code type} tells which. */
final class ProveJson {

    private ProveJson() { }

    static String invariant(Verdict verdict) {
        return Json.object(json -> {
            json.writeStringField("type", "invariant");
            json.writeStringField("name", verdict.invariant().name());
            json.writeBooleanField("proved", verdict.isProved());
            json.writeStringField("source", verdict.invariant().position().toString());
            Json.texts(json, "references", verdict.invariant().references());
            json.writeArrayFieldStart("answers");
            for (Answer answer : verdict.answers()) {
                json.writeStartObject();
                json.writeStringField("whose", GapsJson.whose(answer.isAnybody()));
                json.writeNumberField("people", answer.people());
                json.writeArrayFieldStart("counterexamples");
                for (Counterexample example : answer.counterexamples()) {
                    counterexample(json, example, answer.isAnybody());
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void counterexample(JsonGenerator json, Counterexample example, boolean isAnybody) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", example.kind().toString());
        GapsJson.people(json, example.people(), isAnybody);
        GapsJson.box(json, example.box());
        Exclusion exclusion = example.exclusion();
        if (exclusion != null) {
            json.writeObjectFieldStart("exclusion");
            json.writeStringField("policy", exclusion.policy());
            json.writeStringField("condition", exclusion.condition());
            json.writeStringField("value", exclusion.value());
            json.writeStringField("source", exclusion.source().toString());
            json.writeEndObject();
        }
        json.writeBooleanField("isRegistering", example.isRegistering());
        GapsJson.witness(json, example.witness());
        json.writeEndObject();
    }

    static String summary(ProveReport report) {
        return Json.object(json -> {
            json.writeStringField("type", "summary");
            json.writeNumberField("invariants", report.verdicts().verdicts().size());
            json.writeNumberField("refuted", report.refuted());
            Json.texts(json, "approximations", report.verdicts().notes());
            Json.texts(json, "faults", report.verdicts().faults());
            json.writeStringField("policySetVersion", report.engine().policySet().version());
            json.writeStringField("directoryVersion", report.engine().directory().version());
        });
    }
}
