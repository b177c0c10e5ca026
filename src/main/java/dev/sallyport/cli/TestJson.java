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
import java.util.Locale;

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

    void coverage(Coverage coverage) {
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
            json.writeEndObject();
        }));
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
