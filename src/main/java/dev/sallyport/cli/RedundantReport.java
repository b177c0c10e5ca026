package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Redundancies;
import dev.sallyport.analyse.Redundancies.Conflict;
import dev.sallyport.analyse.Redundancies.Idle;
import dev.sallyport.analyse.Redundancies.Needed;
import dev.sallyport.analyse.Redundancies.Reason;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.write.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which policies decide nothing, in words that every form of output shares.
 *
 * @param policies the files and folders of the policy set
 * @param directories the files and folders of the directory
 * @param now the time of the analysis
 * @param folder where the examples are written; {@code null} if they are not
 */
record RedundantReport(PolicyEngine engine, Redundancies found, List<Path> policies, List<Path> directories, Instant now,
        @Nullable Path folder) {

    private static final int MOST_SHADOWS = 4;

    /** Policies of one kind under a title. */
    record Group(String title, List<Idle> idle) { }

    List<Group> groups() {
        Predicate<Idle> applies = idle -> !idle.by().isEmpty() || idle.reason() == Reason.SHADOWED || idle.reason() == Reason.BLOCKED;
        return List.of(group("Never apply", idle -> idle.reason() != Reason.DISABLED && !applies.test(idle)),
                group("Change nothing, and can be removed together", applies.and(Idle::isRemovable)),
                group("Change nothing, and can be removed one at a time", applies.and(idle -> !idle.isRemovable())),
                group("Are disabled", idle -> idle.reason() == Reason.DISABLED)).stream().filter(group -> !group.idle().isEmpty()).toList();
    }

    private Group group(String title, Predicate<Idle> belongs) {
        return new Group(title, found.idle().stream().filter(belongs).toList());
    }

    /** The enabled policies that no decision depends on. */
    List<Idle> superfluous() {
        return found.idle().stream().filter(idle -> idle.reason() != Reason.DISABLED).toList();
    }

    /** The policies that change something for users who could exist, and nothing for those of today. */
    List<Needed> ofTomorrow() {
        return engine.directory().users().isEmpty() ? List.of() : found.needed().stream().filter(each -> !each.witness().isInDirectory())
                .toList();
    }

    boolean isFine() {
        return superfluous().isEmpty() && found.conflicts().isEmpty();
    }

    // ---- words

    /** Why a policy decides nothing, such as {@code require-mfa asks at least as much wherever it applies}. */
    static String why(Idle idle) {
        List<String> names = idle.by().stream().map(Redundancies.By::rule).toList();
        String by = names.size() <= MOST_SHADOWS ? and(names) : String.join(", ", names.subList(0, MOST_SHADOWS)) + " and "
                + (names.size() - MOST_SHADOWS) + " others";
        return switch (idle.reason()) {
            case DISABLED -> "it is disabled";
            case NO_USER -> "it is about no user, not even one who could exist";
            case NO_APPLICATION -> "it is about no application, action or authentication context";
            case CONTRADICTORY_CONDITIONS -> "no request meets its conditions (" + String.join(", ", idle.conditions()) + ")";
            case ASKS_NOTHING -> "it asks for nothing that a request could lack";
            case BLOCKED -> by + (names.size() == 1 ? " blocks" : " block") + " wherever it applies";
            case SHADOWED -> names.isEmpty() ? "what it asks for is met wherever it applies" : by + (names.size() == 1 ? " asks" : " ask")
                    + (idle.hasSessionControlsOnly() ? " for the same session controls or stricter ones" : " at least as much")
                    + " wherever it applies";
        };
    }

    private static String and(List<String> names) {
        return names.size() < 2 ? String.join("", names) : String.join(", ", names.subList(0, names.size() - 1)) + " and "
                + names.get(names.size() - 1);
    }

    static String why(Conflict conflict) {
        return conflict.control() + (conflict.other() == null ? ": no request that it is about can meet it" : " is overruled by "
                + conflict.other() + " where both apply");
    }

    static String place(@Nullable Position source) {
        return source == null ? "" : source.toString();
    }

    /** What a policy changes, such as {@code serviceProvider: block instead of allow}. */
    static String change(Needed needed) {
        Decision with = needed.witness().decision();
        return needed.who() + ": " + (with.outcome() == needed.without().outcome() ? "other session controls" : with.outcome()
                + " instead of " + needed.without().outcome());
    }

    /** How many policies are needed, and how many are not. */
    String sum() {
        int all = found.needed().size() + superfluous().size();
        return found.needed().size() + " of " + all + (all == 1 ? " enabled policy is needed" : " enabled policies are needed")
                + (superfluous().isEmpty() ? "" : ", " + superfluous().size() + " superfluous (proved)")
                + (found.conflicts().isEmpty() ? "" : ", " + Terminal.count(found.conflicts().size(), "contradiction"));
    }

    private Examples examples() {
        return new Examples(engine, policies, directories);
    }

    // ---- for other programs

    /** Each superfluous policy and each contradiction as a finding at the policy. */
    List<Diagnostic> findings() {
        List<Diagnostic> findings = new ArrayList<>();
        superfluous().forEach(idle -> findings.add(new Diagnostic(Diagnostic.Severity.WARNING, "SP1450", "no decision depends on `"
                + idle.policy() + "`: " + why(idle), idle.source(), "remove the policy, or correct it", null)));
        found.conflicts().forEach(conflict -> findings.add(new Diagnostic(Diagnostic.Severity.WARNING, "SP1451", "`" + conflict.policy()
                + "` contradicts other policies or itself: " + why(conflict), conflict.source(), "change one of the policies", null)));
        return findings;
    }

    /** Each policy as a case, which fails if it is superfluous, and each contradiction as one that fails. */
    List<JUnitXml.Case> cases() {
        List<JUnitXml.Case> cases = new ArrayList<>();
        String suite = String.join(", ", policies.stream().map(Path::toString).toList());
        found.needed().forEach(needed -> cases.add(JUnitXml.Case.passed(needed.policy() + " is needed", suite, 0, 0)));
        for (Idle idle : found.idle()) {
            boolean isDisabled = idle.reason() == Reason.DISABLED;
            cases.add(new JUnitXml.Case(idle.policy() + " is needed", file(idle.source(), suite), line(idle.source()), 0, isDisabled
                    ? JUnitXml.Ending.SKIPPED : JUnitXml.Ending.FAILURE, why(idle), isDisabled ? null : idle.reason().toString(), null));
        }
        found.conflicts().forEach(conflict -> cases.add(new JUnitXml.Case(conflict.policy() + " contradicts nothing", file(conflict
                .source(), suite), line(conflict.source()), 0, JUnitXml.Ending.FAILURE, why(conflict), "contradiction", null)));
        found.faults().forEach(fault -> cases.add(new JUnitXml.Case("the evaluator confirms every policy that is needed", suite, 0, 0,
                JUnitXml.Ending.ERROR, fault, "fault", fault)));
        return cases;
    }

    private static String file(@Nullable Position source, String otherwise) {
        return source == null ? otherwise : source.file();
    }

    private static int line(@Nullable Position source) {
        return source == null ? 0 : source.line();
    }

    // ---- files

    /** For each needed policy a suite, which passes as long as the policy is there. */
    Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; folder != null && i < found.needed().size(); i++) {
            Needed needed = found.needed().get(i);
            String title = needed.policy() + " is needed";
            files.put(i + 1 + ".yaml", "# " + title + ": without it, the outcome is " + needed.without().outcome() + ".\n"
                    + examples().suite(title, needed.witness(), now, folder, null));
        }
        return files;
    }

    // ---- JSON

    String json(Idle idle) {
        return Json.object(json -> {
            json.writeStringField("type", "superfluous");
            json.writeStringField("policy", idle.policy());
            json.writeStringField("reason", idle.reason().toString());
            Json.texts(json, "conditions", idle.conditions());
            json.writeArrayFieldStart("by");
            for (Redundancies.By by : idle.by()) {
                json.writeStartObject();
                json.writeStringField(by.source() == null ? "rule" : "policy", by.rule());
                json.writeStringField("source", by.source() == null ? null : by.source().toString());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeBooleanField("removableTogether", idle.isRemovable());
            json.writeBooleanField("sessionControlsOnly", idle.hasSessionControlsOnly());
            json.writeStringField("source", idle.source() == null ? null : idle.source().toString());
        });
    }

    String json(Conflict conflict) {
        return Json.object(json -> {
            json.writeStringField("type", "contradiction");
            json.writeStringField("policy", conflict.policy());
            json.writeStringField("other", conflict.other());
            json.writeStringField("control", conflict.control());
            json.writeStringField("source", conflict.source() == null ? null : conflict.source().toString());
        });
    }

    String json(Needed needed) {
        return Json.object(json -> {
            json.writeStringField("type", "needed");
            json.writeStringField("policy", needed.policy());
            json.writeStringField("who", needed.who());
            json.writeStringField("whose", GapsJson.whose(!needed.witness().isInDirectory()));
            GapsJson.witness(json, needed.witness());
            json.writeStringField("outcomeWithout", needed.without().outcome().toString());
        });
    }

    String summary() {
        return Json.object(json -> {
            json.writeStringField("type", "summary");
            json.writeNumberField("needed", found.needed().size());
            json.writeNumberField("superfluous", superfluous().size());
            json.writeNumberField("contradictions", found.conflicts().size());
            Json.texts(json, "approximations", found.notes());
            Json.texts(json, "faults", found.faults());
            json.writeStringField("policySetVersion", engine.policySet().version());
            json.writeStringField("directoryVersion", engine.directory().version());
        });
    }
}
