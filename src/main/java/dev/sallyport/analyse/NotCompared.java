package dev.sallyport.analyse;

import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.UnknownSignals;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

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
        setting(found, "registrationGracePeriodDays", before, after, MfaSettings::registrationGracePeriodDays);
        if (!Objects.equals(before.securityDefaults().registrationGracePeriodDays(), after.securityDefaults()
                .registrationGracePeriodDays())) {
            found.add("`securityDefaults.registrationGracePeriodDays` differs, which is compared at the time of the comparison only");
        }
        if (!Objects.equals(old.mandatoryMfaPhase2From(), now.mandatoryMfaPhase2From())) {
            found.add("`mandatoryMfaPhase2From` differs, which is compared at the time of the comparison only");
        }
        return List.copyOf(found);
    }

    private static void setting(List<String> found, String name, PolicySet before, PolicySet after, Function<MfaSettings, Object> value) {
        if (!Objects.equals(value.apply(before.mfaSettings()), value.apply(after.mfaSettings()))) {
            found.add("`mfaSettings." + name + "` differs, which is not compared request by request");
        }
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
