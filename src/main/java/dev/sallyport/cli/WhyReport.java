package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Why;
import dev.sallyport.analyse.Why.Change;
import dev.sallyport.analyse.Why.Way;
import dev.sallyport.analyse.WhyOptions;
import dev.sallyport.model.Outcome;
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
 * The nearest changes of a request, in words that every form of output shares.
 *
 * @param asked  the request
 * @param first  the number of the first way
 * @param most   how many ways are told
 * @param folder where the changed requests are written; {@code null} if they are not
 */
record WhyReport(PolicyEngine engine, Requests.Placed asked, Why why, WhyOptions options, int first, int most, Examples examples,
        Instant now, @Nullable Path folder) {

    /** A way with its number. */
    record Entry(int number, Way way) { }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        why.ways().stream().limit(most).forEach(way -> entries.add(new Entry(first + entries.size(), way)));
        return entries;
    }

    /** The number after that of the last way. */
    int next() {
        return first + Math.min(most, why.ways().size());
    }

    /** The ways under titles: what the user does to meet what is asked comes before what avoids it. */
    Map<String, List<Entry>> groups() {
        Outcome outcome = why.decision().outcome();
        boolean isAsked = outcome == Outcome.CHALLENGE || outcome == Outcome.PROMPT_REGISTER;
        boolean isToAllow = isToAllow();
        Map<String, List<Entry>> groups = new LinkedHashMap<>();
        List<Entry> rest = new ArrayList<>();
        for (Entry entry : entries()) {
            boolean isMet = isAsked && isToAllow && entry.way().changes().stream().allMatch(change -> change.subject().equals("proof"));
            (isMet ? groups.computeIfAbsent("What satisfies it", any -> new ArrayList<>()) : rest).add(entry);
        }
        if (!rest.isEmpty()) {
            groups.put(!isToAllow ? options.to() == null ? "What would stop them" : "What would lead to " + options.to()
                    : isAsked ? groups.isEmpty() ? "What would avoid it" : "What else would avoid it" : "What would let them in", rest);
        }
        return groups;
    }

    /** Whether every way lets the user in. */
    boolean isToAllow() {
        return options.to() == Outcome.ALLOW || options.to() == null && why.decision().outcome() != Outcome.ALLOW;
    }

    // ---- words

    /** The changes as one sentence without a full stop. */
    static String text(Way way) {
        return String.join(", and ", way.changes().stream().map(Change::text).toList());
    }

    /** What a way leads to, and whether that was confirmed. */
    static String outcome(Way way) {
        return way.witness().decision().outcome().toString();
    }

    /** How many ways there are, and that there are no others. */
    String sum() {
        int left = why.ways().size() - Math.min(most, why.ways().size());
        String changes = Terminal.count(options.changes(), "change");
        return why.ways().isEmpty() ? "no way with at most " + changes + " (proved)" : Terminal.count(why.ways().size(), "way")
                + " with at most " + changes + ", and no other (proved)" + (left == 0 ? "" : "; " + left + " not shown, see --max");
    }

    private static String title(Way way) {
        return outcome(way) + " " + text(way);
    }

    // ---- files

    /** The command that decides a changed request again. */
    String command(Entry entry) {
        return "sallyport test " + InitCommand.quoted(folder.resolve(entry.number() + ".yaml").toString());
    }

    /** For each way a suite with the changed request and the changed user. */
    Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        if (folder != null) {
            entries().forEach(entry -> files.put(entry.number() + ".yaml", examples.suite(title(entry.way()), entry.way().witness(), now,
                    folder, given(entry.way()))));
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
        entries().forEach(entry -> lines.add(Json.object(json -> {
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
            json.writeStringField("outcome", outcome(entry.way()));
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
            json.writeRawValue(DecisionWriter.toJson(why.decision().withRequest(asked.place()), false));
            json.writeNumberField("ways", why.ways().size());
            json.writeNumberField("changes", options.changes());
            Json.texts(json, "approximations", why.notes());
            Json.texts(json, "faults", why.faults());
            json.writeStringField("policySetVersion", engine.policySet().version());
            json.writeStringField("directoryVersion", engine.directory().version());
        }));
        return lines;
    }
}
