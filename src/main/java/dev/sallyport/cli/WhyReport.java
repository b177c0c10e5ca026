package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Why.Change;
import dev.sallyport.analyse.Why.Way;
import dev.sallyport.model.UserState;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import dev.sallyport.write.UserWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nearest changes of a request as files and JSON.
 *
 * @param asked  the request
 * @param folder where the changed requests are written; {@code null} if they are not
 */
record WhyReport(PolicyEngine engine, Requests.Placed asked, WhyWays ways, Examples examples, Instant now, @Nullable Path folder) {

    private static String title(Way way) {
        return WhyWays.outcome(way) + " " + WhyWays.text(way);
    }

    // ---- files

    /** The command that decides a changed request again. */
    String command(WhyWays.Entry entry) {
        return "sallyport test " + Shell.quoted(folder.resolve(entry.number() + ".yaml").toString());
    }

    /** For each way a suite with the changed request and the changed user. */
    Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        if (folder != null) {
            ways.entries().forEach(entry -> files.put(entry.number() + ".yaml", examples.suite(title(entry.way()), entry.way().witness(),
                    now, folder, given(entry.way()))));
        }
        return files;
    }

    /** What is different of the user; {@code null} for nothing. */
    private Json.@Nullable Fields given(Way way) {
        UserState user = way.witness().user();
        UserState known = user == null ? null : engine.directory().user(user.id());
        return user == null || known == null || !way.isUserChanged() ? null : json -> {
            json.writeObjectFieldStart("users");
            json.writeFieldName(user.userPrincipalName());
            json.writeRawValue(UserWriter.changes(known, user));
            json.writeEndObject();
        };
    }

    // ---- JSON

    List<String> json() {
        List<String> lines = new ArrayList<>();
        ways.entries().forEach(entry -> lines.add(Json.object(json -> {
            json.writeStringField("type", "way");
            json.writeStringField("request", asked.place());
            json.writeNumberField("number", entry.number());
            json.writeArrayFieldStart("changes");
            for (Change change : entry.way().changes()) {
                json.writeStartObject();
                json.writeStringField("subject", change.subject());
                json.writeBooleanField("isAnyBut", change.isAnyBut());
                Json.texts(json, "values", change.values());
                json.writeStringField("from", change.from().isEmpty() ? null : change.from());
                json.writeStringField("text", change.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("outcome", WhyWays.outcome(entry.way()));
            Json.Fields given = given(entry.way());
            if (given != null) {
                json.writeObjectFieldStart("given");
                given.write(json);
                json.writeEndObject();
            }
            GapsJson.witness(json, entry.way().witness());
        })));
        lines.add(Json.object(json -> {
            json.writeStringField("type", "summary");
            json.writeStringField("request", asked.place());
            json.writeFieldName("decision");
            json.writeRawValue(DecisionWriter.toJson(ways.why().decision().withRequest(asked.place()), false));
            json.writeNumberField("ways", ways.why().ways().size());
            json.writeNumberField("changes", ways.options().changes());
            Json.texts(json, "approximations", ways.why().notes());
            Json.texts(json, "faults", ways.why().faults());
            json.writeStringField("policySetVersion", engine.policySet().version());
            json.writeStringField("directoryVersion", engine.directory().version());
        }));
        return lines;
    }
}
