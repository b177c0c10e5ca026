package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.diagnose.Position;
import dev.sallyport.suite.Coverage;
import dev.sallyport.suite.Expectation.Difference;
import dev.sallyport.suite.Mutant;
import dev.sallyport.suite.Mutants;
import dev.sallyport.suite.TestRun.Failure;
import dev.sallyport.suite.TestRun.Result;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import dev.sallyport.write.RequestWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Results of policy tests for programs, one object a line. */
final class TestJson {

    private final PrintWriter out;

    TestJson(PrintWriter out) {
        this.out = out;
    }

    void result(Result result) {
        out.println(Json.object(json -> {
            json.writeStringField("suite", result.test().file());
            json.writeStringField("name", result.test().name());
            json.writeStringField("cell", result.test().cell().isEmpty() ? null : result.test().cell());
            json.writeStringField("position", result.test().position().toString());
            json.writeStringField("status", result.status().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("milliseconds", Math.round(result.nanoseconds() / 1e4) / 100.0);
            if (result.test().skip() != null) {
                json.writeStringField("skip", result.test().skip());
            }
            if (result.unusable() != null) {
                json.writeStringField("error", result.unusable().message());
                json.writeStringField("errorPosition", result.unusable().position().toString());
            }
            json.writeArrayFieldStart("failures");
            for (Failure failure : result.failures()) {
                failure(failure, json);
            }
            json.writeEndArray();
        }));
    }

    private static void failure(Failure failure, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("at", failure.step().at().toString());
        json.writeArrayFieldStart("differences");
        for (Difference difference : failure.differences()) {
            json.writeStartObject();
            json.writeStringField("field", difference.path());
            json.writeStringField("expected", difference.expected());
            json.writeStringField("actual", difference.actual());
            position(difference.position(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeFieldName("decision");
        json.writeRawValue(DecisionWriter.toJson(failure.decision()));
        json.writeEndObject();
    }

    /** @param classes the classes of requests; {@code null} if they are not asked for */
    void coverage(Coverage coverage, @Nullable ClassReport classes) {
        out.println(Json.object(json -> {
            json.writeObjectFieldStart("coverage");
            json.writeNumberField("percent", coverage.percent());
            json.writeNumberField("seen", coverage.seen());
            json.writeNumberField("total", coverage.total());
            json.writeArrayFieldStart("missed");
            for (Coverage.PolicyCoverage policy : coverage.policies()) {
                for (Coverage.Item item : policy.items()) {
                    if (item.count() == 0) {
                        json.writeStartObject();
                        json.writeStringField("policy", policy.policy().id());
                        json.writeStringField("what", TestText.words(item));
                        position(item.position(), json);
                        json.writeEndObject();
                    }
                }
            }
            json.writeEndArray();
            if (classes != null) {
                classes(classes, json);
            }
            json.writeEndObject();
        }));
    }

    private static void classes(ClassReport report, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("classes");
        json.writeNumberField("total", report.total());
        json.writeNumberField("entered", report.entered());
        json.writeBooleanField("complete", report.isComplete());
        json.writeArrayFieldStart("missed");
        for (ClassReport.Entry entry : report.entries()) {
            json.writeStartObject();
            json.writeStringField("kind", entry.missed().kind().toString());
            Json.texts(json, "requires", entry.missed().requires());
            GapsJson.people(json, entry.missed().people(), false);
            json.writeNumberField("share", entry.missed().share());
            GapsJson.box(json, entry.missed().box());
            GapsJson.witness(json, entry.missed().witness());
            json.writeStringField("test", report.suite(entry, Path.of("")));
            json.writeEndObject();
        }
        json.writeEndArray();
        Json.texts(json, "approximations", report.notes());
        Json.texts(json, "faults", report.faults());
        json.writeEndObject();
    }

    void mutants(Mutants.Report report) {
        out.println(Json.object(json -> {
            json.writeObjectFieldStart("mutants");
            json.writeNumberField("tried", report.tried());
            json.writeArrayFieldStart("unnoticed");
            for (Mutants.Unnoticed unnoticed : report.unnoticed()) {
                json.writeStartObject();
                change(unnoticed.mutant(), json);
                if (unnoticed.example() != null) {
                    json.writeFieldName("request");
                    json.writeRawValue(RequestWriter.toJson(unnoticed.example().before().request()));
                    json.writeStringField("outcome", unnoticed.example().before().decision().outcome().toString());
                    json.writeStringField("changedOutcome", unnoticed.example().after().decision().outcome().toString());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("equal");
            for (Mutant mutant : report.equal()) {
                json.writeStartObject();
                change(mutant, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }

    private static void change(Mutant mutant, JsonGenerator json) throws IOException {
        json.writeStringField("policy", mutant.policy().id());
        json.writeStringField("change", mutant.change());
        position(mutant.position(), json);
    }

    private static void position(Position position, JsonGenerator json) throws IOException {
        json.writeStringField("position", position.toString());
    }
}
