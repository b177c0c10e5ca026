package dev.sallyport.workbench;

import dev.sallyport.analyse.Comparison;
import dev.sallyport.analyse.Comparison.Change;
import dev.sallyport.analyse.Kind;
import dev.sallyport.cli.DecisionWords;
import dev.sallyport.workbench.PolicyViews.Sentence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a comparison means for people, a sentence per change and people. */
final class ChangeSentences {

    private static final int MOST_NAMES = 200;
    private static final String BLOCK = "block";
    private static final Map<String, String> CONTROLS = Map.of("mfa", "MFA", "compliantDevice", "a compliant device", "domainJoinedDevice",
            "a hybrid joined device", "approvedApplication", "an approved app", "compliantApplication", "a protected app", "passwordChange",
            "a password change");

    private ChangeSentences() { }

    /** The sentences of a change: one for people whom it concerns in the same requests. */
    static List<Sentence> of(Change change) {
        Map<List<String>, Set<Kind>> alike = new LinkedHashMap<>();
        change.people().forEach((kind, names) -> alike.computeIfAbsent(names, any -> EnumSet.noneOf(Kind.class)).add(kind));
        List<Sentence> sentences = new ArrayList<>();
        alike.forEach((names, kinds) -> {
            boolean isOfPeople = kinds.stream().noneMatch(kind -> kind == Kind.WORKLOAD || kind == Kind.AGENT);
            sentences.add(sentence(change, Links.number(names.size()) + " " + (isOfPeople ? names.size() == 1 ? "person" : "people"
                    : names.size() == 1 ? "workload identity" : "workload identities"), names.size() == 1, kinds, names));
        });
        if (sentences.isEmpty()) {
            Set<Kind> kinds = EnumSet.noneOf(Kind.class);
            change.classes().forEach(each -> kinds.add(each.kind()));
            sentences.add(sentence(change, "None of today's users. Users who could exist, such as "
                    + change.classes().get(0).people().text() + ",", false, kinds, List.of()));
        }
        return sentences;
    }

    private static Sentence sentence(Change change, String who, boolean isOne, Set<Kind> kinds, List<String> names) {
        return new Sentence(ChangeWords.chip(change), ChangeWords.direction(change), who + " " + what(change, isOne, verbs(kinds)) + ".",
                names.stream().limit(MOST_NAMES).toList(), Math.max(0, names.size() - MOST_NAMES));
    }

    /** What they may do now, or have to. */
    private static String what(Change change, boolean isOne, String verbs) {
        String need = isOne ? "needs" : "need";
        String added = controls(change.added());
        String dropped = controls(change.dropped());
        if (change.added().contains(BLOCK)) {
            return "can no longer " + verbs + " in some cases";
        }
        if (change.dropped().contains(BLOCK)) {
            return "can now " + verbs + (added.isEmpty() ? "" : " with " + added) + " in cases that were blocked";
        }
        return added.isEmpty() ? "can now " + verbs + " without " + dropped + " in some cases" : "now " + need + " " + added
                + (dropped.isEmpty() ? "" : " instead of " + dropped) + " to " + verbs + " in some cases";
    }

    /** What is added and dropped, such as {@code No longer MFA}. */
    static String title(Change change) {
        String added = change.added().isEmpty() ? "" : change.added().equals(List.of(BLOCK)) ? "Now blocked" : "Now " + controls(
                change.added());
        String dropped = change.dropped().isEmpty() ? "" : change.dropped().equals(List.of(BLOCK)) ? "no longer blocked" : "no longer "
                + controls(change.dropped());
        return added.isEmpty() ? dropped.replaceFirst("^n", "N") : added + (dropped.isEmpty() ? "" : ", " + dropped);
    }

    /** Controls in words; those of a clause are alternatives. */
    static String controls(List<String> clauses) {
        return clauses.stream().map(clause -> Arrays.stream(clause.split(" or ")).map(ChangeSentences::control)
                .collect(Collectors.joining(" or "))).collect(Collectors.joining(" and "));
    }

    /** A control with a name is called by its name alone. */
    static String control(String text) {
        int begin = text.indexOf('`');
        int end = text.lastIndexOf('`');
        String name = begin < 0 || end <= begin ? CONTROLS.getOrDefault(text, text.matches("[a-z]+([A-Z][a-z]+)+")
                ? DecisionWords.words(text) : text) : text.substring(begin + 1, end);
        return text.startsWith("termsOfUse ") ? "the terms of use " + name : name;
    }

    private static String verbs(Set<Kind> kinds) {
        Set<String> verbs = kinds.stream().sorted().filter(kind -> !kinds.contains(Kind.SIGN_IN) || kind != Kind.LEGACY
                && kind != Kind.AUTHENTICATION_CONTEXT).map(ChangeSentences::verb).collect(Collectors.toCollection(
                LinkedHashSet::new));
        List<String> all = List.copyOf(verbs);
        return all.size() < 2 ? String.join("", all) : String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.get(all.size()
                - 1);
    }

    private static String verb(Kind kind) {
        return switch (kind) {
            case SIGN_IN, WORKLOAD, AGENT -> "sign in";
            case LEGACY -> "sign in with legacy clients";
            case AUTHENTICATION_CONTEXT -> "step up to an authentication context";
            case REGISTRATION -> "register security information";
            case DEVICE -> "register devices";
            case APP_PASSWORD -> "create app passwords";
        };
    }

    /** What is said of all other requests. */
    static String proof(Comparison comparison) {
        String rest = comparison.changes().isEmpty() ? "Every request has the same outcome as before" : "All other requests have the same "
                + "outcome as before";
        return !comparison.isComplete() ? "More requests change than are shown here." : !comparison.faults().isEmpty()
                ? "The evaluator does not confirm everything: the notes below say what." : comparison.notCompared().isEmpty() ? rest
                + " (proved for all requests, not for samples)." : rest + " (proved), apart from what the notes below name.";
    }
}
