package dev.sallyport.analyse;

import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.UnknownSignals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Parts of policy sets that the comparison of requests does not look at. Where they differ, two sets are not proved equal; where they are
 * the same, nothing of them can differ.
 */
final class NotCompared {

    private NotCompared() { }

    /** What differs and is not compared request by request, a sentence each. */
    static List<String> of(PolicySet before, PolicySet after) {
        List<String> found = new ArrayList<>();
        EvaluationSettings old = before.evaluationSettings();
        EvaluationSettings now = after.evaluationSettings();
        if (old.unknownSignals() != now.unknownSignals()) {
            found.add("`unknownSignals` differs: absent signals are compared as Entra takes them");
        }
        setting(found, "rememberMfaDays", before, after, MfaSettings::rememberMfaDays);
        setting(found, "maxAppPasswords", before, after, MfaSettings::maxAppPasswords);
        setting(found, "allowAppPasswords", before, after, MfaSettings::allowAppPasswords);
        PARTS.forEach(part -> policies(found, part.name(), before, after, part.test()));
        return List.copyOf(found);
    }

    private static void setting(List<String> found, String name, PolicySet before, PolicySet after, Function<MfaSettings, Object> value) {
        if (!Objects.equals(value.apply(before.mfaSettings()), value.apply(after.mfaSettings()))) {
            found.add("`mfaSettings." + name + "` differs, which is not compared request by request");
        }
    }

    /** A part that policies have or not. */
    private record Part(String name, Predicate<ConditionalAccessPolicy> test) { }

    private static final List<Part> PARTS = List.of(
            new Part("workload identities and agents", policy -> policy.conditions().clientApplications() != null
                    || policy.conditions().agents() != null),
            new Part("authentication contexts", policy -> !policy.conditions().applications().includeAuthenticationContextClassReferences()
                    .isEmpty()),
            new Part("times", policy -> policy.conditions().times() != null));

    /** Whether a policy has a part that is not compared request by request. */
    static boolean hasAny(ConditionalAccessPolicy policy) {
        return PARTS.stream().anyMatch(part -> part.test().test(policy));
    }

    private static void policies(List<String> found, String what, PolicySet before, PolicySet after,
            Predicate<ConditionalAccessPolicy> test) {
        if (!contents(before, test).equals(contents(after, test))) {
            found.add("policies about " + what + " differ, and are not compared request by request");
        }
    }

    /** What policies say, in any order; one that is repeated changes nothing. */
    private static Set<Map<String, Set<String>>> contents(PolicySet set, Predicate<ConditionalAccessPolicy> test) {
        return set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED && test.test(policy))
                .map(FieldChanges::content).collect(Collectors.toSet());
    }

    /** What the comparison approximates, whether or not it differs. */
    static List<String> notes(PolicySet before, PolicySet after) {
        List<String> notes = new ArrayList<>();
        for (PolicySet set : List.of(before, after)) {
            if (set.evaluationSettings().unknownSignals() == UnknownSignals.STRICT && notes.isEmpty()) {
                notes.add("absent signals count as Entra takes them, and not as strict mode does");
            }
        }
        if (before.securityDefaults().isEnabled() || after.securityDefaults().isEnabled()) {
            notes.add("security defaults count as asking for MFA wherever Microsoft may (SD-MFA-03)");
        }
        return notes;
    }
}
