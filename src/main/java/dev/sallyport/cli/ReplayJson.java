package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.Summary;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What a replay finds, as JSON: an object a line, told apart by {@code type}. */
final class ReplayJson {

    private static final int MOST_NAMES = 1000;

    private ReplayJson() { }

    private static String line(String type, Json.Fields fields) {
        return Json.object(json -> {
            json.writeStringField("type", type);
            fields.write(json);
        });
    }

    static String change(Change change) {
        return line("change", json -> {
            json.writeStringField("change", camel(change.kind().name()));
            json.writeStringField("place", change.file() + ":" + change.line());
            json.writeStringField("id", change.id());
            json.writeStringField("createdDateTime", change.time().toString());
            json.writeStringField("user", change.user());
            json.writeStringField("application", change.application());
            json.writeStringField("country", change.country());
            json.writeStringField("ipAddress", change.ipAddress());
            json.writeStringField("clientAppType", change.client());
            json.writeStringField("before", change.before().toString());
            json.writeStringField("after", change.after().toString());
            json.writeStringField("reason", change.reason());
            Json.texts(json, "policies", change.policies());
            Json.texts(json, "hangsOn", change.hangsOn());
        });
    }

    static String disagreement(Disagreement disagreement, Decision decision) {
        return line("disagreement", json -> {
            json.writeStringField("place", disagreement.record().file() + ":" + disagreement.record().line());
            json.writeStringField("id", disagreement.record().id());
            Json.texts(json, "differences", disagreement.differences());
            Json.texts(json, "hangsOn", disagreement.hangsOn());
            json.writeFieldName("decision");
            json.writeRawValue(DecisionWriter.toJson(decision));
        });
    }

    /** @param type the type of the object: {@code summary}, or another one where it is not the summary of the output */
    static String summary(String type, Summary summary, boolean hasAgainst) {
        return line(type, json -> {
            json.writeNumberField("records", summary.records());
            json.writeNumberField("malformed", summary.malformed());
            json.writeNumberField("leftOut", summary.leftOut());
            json.writeNumberField("decided", summary.decided());
            json.writeObjectFieldStart("notDecided");
            json.writeNumberField("firstFactorFailed", summary.firstFactor());
            json.writeNumberField("federationServer", summary.federation());
            json.writeNumberField("invalid", summary.undecided());
            json.writeEndObject();
            Json.instant(json, "first", summary.first());
            Json.instant(json, "last", summary.last());
            json.writeObjectFieldStart("outcomes");
            outcomes(json, "log", summary::recorded);
            outcomes(json, "now", summary::now);
            if (hasAgainst) {
                outcomes(json, "against", summary::against);
            }
            json.writeEndObject();
            agreement(json, summary);
            changes(json, summary);
            json.writeObjectFieldStart("unknown");
            json.writeNumberField("decisions", summary.hanging());
            counts(json, "facts", summary.hangsOn());
            json.writeNumberField("usersTheDirectoryLacks", summary.distinctStrangers());
            json.writeNumberField("decisionsAboutThem", summary.strangers());
            json.writeStringField("directory", Summary.TODAY);
            json.writeEndObject();
        });
    }

    private static void outcomes(JsonGenerator json, String name, ToLongFunction<Outcome> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Outcome outcome : Outcome.values()) {
            json.writeNumberField(outcome.toString(), counts.applyAsLong(outcome));
        }
        json.writeEndObject();
    }

    private static void agreement(JsonGenerator json, Summary summary) throws IOException {
        json.writeObjectFieldStart("agreement");
        json.writeNumberField("outcomesCompared", summary.comparable());
        json.writeNumberField("outcomesAgreed", summary.outcomesAgreed());
        json.writeNumberField("statusCompared", summary.statusCompared());
        json.writeNumberField("statusAgreed", summary.statusAgreed());
        json.writeNumberField("disagreements", summary.disagreements());
        json.writeNumberField("disagreementsThatHangOnUnknownFacts", summary.disagreementsHanging());
        json.writeArrayFieldStart("policies");
        for (Summary.Agreement each : summary.agreements()) {
            json.writeStartObject();
            json.writeStringField("id", each.policy());
            json.writeNumberField("compared", each.compared());
            json.writeNumberField("agreed", each.agreed());
            counts(json, "differences", each.differences());
            json.writeEndObject();
        }
        json.writeEndArray();
        counts(json, "policiesTheSetLacks", summary.unknownPolicies());
        json.writeEndObject();
    }

    private static void changes(JsonGenerator json, Summary summary) throws IOException {
        json.writeObjectFieldStart("changes");
        json.writeNumberField("total", summary.changes());
        for (Change.Kind kind : Change.Kind.values()) {
            json.writeNumberField(camel(kind.name()), summary.changes(kind));
        }
        for (Summary.By by : Summary.By.values()) {
            json.writeArrayFieldStart(camel("BY_" + by.name()));
            for (Summary.Counted counted : summary.changesBy(by).stream().limit(MOST_NAMES).toList()) {
                json.writeStartObject();
                json.writeStringField("name", counted.name());
                for (Change.Kind kind : Change.Kind.values()) {
                    json.writeNumberField(camel(kind.name()), counted.changes()[kind.ordinal()]);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    /** {@code NEWLY_BLOCKED} as {@code newlyBlocked}. */
    private static String camel(String constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.toLowerCase(Locale.ROOT).split("_")) {
            name.append(name.length() == 0 ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return name.toString();
    }

    private static void counts(JsonGenerator json, String name, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> entry : counts.entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }
}
