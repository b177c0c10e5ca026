package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.analyse.Invariants.Demand;
import dev.sallyport.analyse.Invariants.Invariant;
import dev.sallyport.analyse.Verdict;
import dev.sallyport.analyse.Verdict.Answer;
import dev.sallyport.analyse.Verdict.Counterexample;
import dev.sallyport.analyse.Verdict.Exclusion;
import dev.sallyport.analyse.Verdicts;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.write.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which invariants hold, in words that every form of output shares.
 *
 * @param policies the files and folders of the policy set
 * @param directories the files and folders of the directory
 * @param now the time of the proof
 * @param folder where the counterexamples are written; {@code null} if they are not
 */
record ProveReport(PolicyEngine engine, Verdicts verdicts, List<Path> policies, List<Path> directories, Instant now,
        @Nullable Path folder) {

    /**
     * A counterexample with its number.
     *
     * @param joining the same of users who could exist; {@code null} if they have none like it
     */
    record Entry(int number, Verdict verdict, boolean isAnybody, Counterexample example, @Nullable Counterexample joining) { }

    /** The counterexamples by invariant; one of users who could exist that is like one of the directory's users is told with that one. */
    Map<Verdict, List<Entry>> entries() {
        Map<Verdict, List<Entry>> entries = new LinkedHashMap<>();
        int number = 0;
        for (Verdict verdict : verdicts.verdicts()) {
            List<Entry> own = new ArrayList<>();
            for (Answer answer : verdict.answers()) {
                for (Counterexample example : answer.counterexamples()) {
                    int like = answer.isAnybody() ? like(own, example) : -1;
                    if (like >= 0) {
                        Entry entry = own.get(like);
                        own.set(like, new Entry(entry.number(), verdict, false, entry.example(), example));
                    } else {
                        own.add(new Entry(++number, verdict, answer.isAnybody(), example, null));
                    }
                }
            }
            entries.put(verdict, own);
        }
        return entries;
    }

    private static int like(List<Entry> entries, Counterexample example) {
        for (int i = 0; i < entries.size(); i++) {
            Counterexample other = entries.get(i).example();
            if (!entries.get(i).isAnybody() && entries.get(i).joining() == null && other.kind() == example.kind()
                    && Objects.equals(other.exclusion(), example.exclusion())) {
                return i;
            }
        }
        return -1;
    }

    int refuted() {
        return (int) verdicts.verdicts().stream().filter(verdict -> !verdict.isProved()).count();
    }

    // ---- words

    /** Such as {@code 1 of 16 people, and 3 kinds of people who could exist}: whose requests an invariant is about. */
    static String people(Verdict verdict) {
        return verdict.answers().stream().map(answer -> answer.isAnybody() ? Terminal.count(answer.people(), "kind")
                + " of users who could exist" : answer.people() == 0 ? "none of today's users" : Terminal.count(answer.people(), "user")
                + " of today").collect(Collectors.joining(", "));
    }

    /** Such as {@code Sign-ins are let in without mfa}: what refutes an invariant. */
    static String title(Entry entry) {
        String what = GapsReport.kind(entry.example().kind());
        boolean isMany = what.startsWith("sign-ins");
        return what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1) + (isMany ? " are " : " is ") + failing(entry
                .verdict().invariant().demand());
    }

    private static String failing(Demand demand) {
        if (demand.requires() != null) {
            return "let in without " + demand.requires();
        }
        boolean isAllow = demand.outcome() == Outcome.ALLOW;
        return demand.isAlways() ? isAllow ? "not open to a password alone" : "let in" : isAllow ? "open to a password alone" : "blocked";
    }

    /** Such as {@code require-mfa excludes Break glass (excludeGroups, mfa.yaml:8:5)}. */
    static String sentence(Exclusion exclusion) {
        return exclusion.policy() + " excludes " + exclusion.value() + " (" + exclusion.condition() + ", " + exclusion.source() + ")";
    }

    /** Who asks for what, what the session proves, and what the evaluator decides. */
    String example(Counterexample example) {
        return examples().text(example.witness()) + (example.isRegistering() ? " once a method is registered" : "");
    }

    /** What the session of a witness proves, beside its device; empty where a session is blocked that proves everything. */
    static String proves(Counterexample example) {
        if (example.witness().decision().outcome() == Outcome.BLOCK) {
            return "";
        }
        SignIn signIn = example.witness().request().signIn();
        List<String> proved = new ArrayList<>(signIn.authentication().methods());
        if (signIn.authentication().mfaDateTime() != null) {
            proved.add("MFA");
        }
        if (signIn.device() != null && signIn.device().isKnownCompliant()) {
            proved.add("a compliant device");
        }
        return String.join(", ", proved);
    }

    private Examples examples() {
        return new Examples(engine, policies, directories);
    }

    /** The whole counterexample in one line. */
    static String sentence(Entry entry) {
        return title(entry) + ": " + entry.example().people().text() + GapsReport.box(entry.example().box()).entrySet().stream()
                .map(each -> "; " + each.getKey() + " " + each.getValue()).collect(Collectors.joining());
    }

    // ---- for other programs

    /** Each counterexample as a finding at the exclusion that has no fallback, or else at the invariant. */
    List<Diagnostic> findings() {
        return entries().values().stream().flatMap(List::stream).map(entry -> {
            Invariant invariant = entry.verdict().invariant();
            Exclusion exclusion = entry.example().exclusion();
            return new Diagnostic(Diagnostic.Severity.ERROR, "SP1414", "the invariant `" + invariant.name() + "` does not hold: "
                    + (exclusion == null ? "" : sentence(exclusion) + "; ") + sentence(entry),
                    exclusion == null ? invariant.position() : exclusion.source(), null, null);
        }).toList();
    }

    /** Each invariant as a case. */
    List<JUnitXml.Case> cases() {
        List<JUnitXml.Case> cases = new ArrayList<>();
        entries().forEach((verdict, entries) -> {
            Invariant invariant = verdict.invariant();
            String file = invariant.position().file();
            int line = invariant.position().line();
            cases.add(entries.isEmpty() ? JUnitXml.Case.passed(invariant.name(), file, line, 0) : new JUnitXml.Case(invariant.name(), file,
                    line, 0, JUnitXml.Ending.FAILURE, sentence(entries.get(0)), "refuted", entries.stream().map(entry -> sentence(entry)
                    + "\n" + example(entry.example())).collect(Collectors.joining("\n"))));
        });
        verdicts.faults().forEach(fault -> cases.add(new JUnitXml.Case("the evaluator confirms every counterexample", "sallyport", 0, 0,
                JUnitXml.Ending.ERROR, fault, "fault", fault)));
        return cases;
    }

    // ---- files

    private String file(Entry entry) {
        return entry.number() + ".yaml";
    }

    /** The command that decides a counterexample again. */
    String command(Entry entry) {
        return "sallyport test " + Shell.quoted(folder.resolve(file(entry)).toString());
    }

    /** For each counterexample a suite; none without a folder. */
    Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        if (folder == null) {
            return files;
        }
        entries().values().stream().flatMap(List::stream).forEach(entry -> files.put(file(entry), "# " + title(entry) + ".\n"
                + suite(entry, folder)));
        return files;
    }

    /** A suite with the request of a counterexample, which passes as long as the invariant does not hold. */
    String suite(Entry entry, Path base) {
        return examples().suite(entry.verdict().invariant().name() + " does not hold", entry.example().witness(), now, base,
                given(entry));
    }

    /**
     * What is different from the files where an example happens; {@code null} for nothing. An invariant about Conditional Access is asked
     * in a tenant that has nothing else, and the user may have to register a method first.
     */
    Json.@Nullable Fields given(Entry entry) {
        Witness witness = entry.example().witness();
        UserState user = witness.user();
        UserState known = user == null || !witness.isInDirectory() ? user : Objects.requireNonNull(engine.directory().user(user.id()));
        boolean isPartial = !entry.verdict().invariant().isOfEverySource();
        boolean hasDefaults = isPartial && engine.policySet().securityDefaults().isEnabled();
        boolean isMandatory = isPartial && engine.policySet().evaluationSettings().mandatoryAdminPortalMfa();
        boolean isOther = user != null && known != null && (user.perUserMfaState() != known.perUserMfaState()
                || !user.authenticationMethods().equals(known.authenticationMethods()));
        return !hasDefaults && !isMandatory && !isOther ? null : json -> {
            if (hasDefaults) {
                json.writeObjectFieldStart("securityDefaults");
                json.writeBooleanField("isEnabled", false);
                json.writeEndObject();
            }
            if (isMandatory) {
                json.writeObjectFieldStart("evaluationSettings");
                json.writeBooleanField("mandatoryAdminPortalMfa", false);
                json.writeEndObject();
            }
            if (isOther) {
                json.writeObjectFieldStart("users");
                json.writeObjectFieldStart(user.userPrincipalName());
                if (user.perUserMfaState() != known.perUserMfaState()) {
                    json.writeStringField("perUserMfaState", user.perUserMfaState().graphName());
                }
                json.writeArrayFieldStart("authenticationMethods");
                for (UserState.AuthenticationMethod each : user.authenticationMethods()) {
                    json.writeStartObject();
                    json.writeStringField("method", each.method().graphName());
                    json.writeBooleanField("isDefault", each.isDefault());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
                json.writeEndObject();
            }
        };
    }
}
