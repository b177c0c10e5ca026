package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Parts of policy sets and directories that the comparison of requests does not look at. Where they differ, two sets are not proved equal;
 * where they are the same, nothing of them can differ.
 */
final class NotCompared {

    private static final int MOST_NAMES = 5;

    private NotCompared() { }

    /** What differs and is not compared request by request, a sentence each. */
    static List<String> of(PolicyEngine before, PolicyEngine after) {
        List<String> found = new ArrayList<>(of(before.policySet(), after.policySet()));
        if (before.directory() != after.directory()) {
            directories(found, before.directory(), after.directory(), new World(after.policySet(), after.directory(), after.now()));
        }
        return List.copyOf(found);
    }

    /** What users can prove, and what counts of guests and devices, matters only where it changes what is asked. */
    private static void directories(List<String> found, Directory before, Directory after, World world) {
        Directory.Organization old = before.organization();
        Directory.Organization now = after.organization();
        if (old.isMfaAccepted() != now.isMfaAccepted() || old.isCompliantDeviceAccepted() != now.isCompliantDeviceAccepted()
                || old.isHybridAzureADJoinedDeviceAccepted() != now.isHybridAzureADJoinedDeviceAccepted()) {
            found.add("`inboundTrust` of the organization differs, which is compared only where it changes what is asked");
        }
        if (!Set.copyOf(before.devices()).equals(Set.copyOf(after.devices()))) {
            found.add("the devices of the directories differ, and a request may name one");
        }
        List<String> names = new ArrayList<>();
        for (Kind kind : List.of(Kind.SIGN_IN, Kind.AGENT)) {
            for (Person person : People.persons(after, kind)) {
                UserState earlier = person.state() == null ? null : before.user(person.id());
                if (earlier != null && !Profile.Key.of(Person.of(earlier, List.of(), person.standing(), false), world)
                        .equals(Profile.Key.of(person, world))) {
                    names.add(person.name());
                }
            }
        }
        if (!names.isEmpty()) {
            found.add("the state of users differs, which is compared only where it changes what is asked: " + String.join(", ", names
                    .subList(0, Math.min(MOST_NAMES, names.size()))) + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES)
                    + " others" : ""));
        }
    }

    private static List<String> of(PolicySet before, PolicySet after) {
        List<String> found = new ArrayList<>();
        EvaluationSettings old = before.evaluationSettings();
        EvaluationSettings now = after.evaluationSettings();
        if (old.unknownSignals() != now.unknownSignals()) {
            found.add("`unknownSignals` differs: absent signals are compared as Entra takes them");
        }
        setting(found, "rememberMfaDays", before, after, MfaSettings::rememberMfaDays);
        setting(found, "maxAppPasswords", before, after, MfaSettings::maxAppPasswords);
        setting(found, "registrationGracePeriodDays", before, after, MfaSettings::registrationGracePeriodDays);
        if (!Objects.equals(before.securityDefaults().registrationGracePeriodDays(), after.securityDefaults()
                .registrationGracePeriodDays())) {
            found.add("`securityDefaults.registrationGracePeriodDays` differs, which is compared at the time of the comparison only");
        }
        if (!Objects.equals(old.mandatoryMfaPhase2From(), now.mandatoryMfaPhase2From())) {
            found.add("`mandatoryMfaPhase2From` differs, which is compared at the time of the comparison only");
        }
        if (!Objects.equals(old.approvedClientAppRetired(), now.approvedClientAppRetired())) {
            found.add("`approvedClientAppRetired` differs, which is compared at the time of the comparison only");
        }
        return found;
    }

    private static void setting(List<String> found, String name, PolicySet before, PolicySet after, Function<MfaSettings, Object> value) {
        if (!Objects.equals(value.apply(before.mfaSettings()), value.apply(after.mfaSettings()))) {
            found.add("`mfaSettings." + name + "` differs, which is not compared request by request");
        }
    }

    /** What the comparison approximates, whether or not it differs. */
    static List<String> notes(PolicyEngine one, PolicyEngine other) {
        PolicySet before = one.policySet();
        PolicySet after = other.policySet();
        List<String> notes = new ArrayList<>();
        for (PolicySet set : List.of(before, after)) {
            if (set.evaluationSettings().unknownSignals() == UnknownSignals.STRICT && notes.isEmpty()) {
                notes.add("absent signals count as Entra takes them, and not as strict mode does");
            }
        }
        if (before.securityDefaults().isEnabled() || after.securityDefaults().isEnabled()) {
            notes.add("security defaults count as asking for MFA wherever Microsoft may (SD-MFA-03)");
        }
        if (Stream.of(one, other).anyMatch(engine -> engine.policySet().policies().stream().map(ConditionalAccessPolicy::conditions)
                .anyMatch(conditions -> isForAgentUsers(conditions, engine.directory())))) {
            notes.add("user accounts of agents are asked when they sign in, and not when they register something");
        }
        return notes;
    }

    /** Whether conditions include user accounts of agents, by one of the lists that may name them (AGT-01, AGT-02). */
    private static boolean isForAgentUsers(ConditionalAccessPolicy.Conditions conditions, Directory directory) {
        return conditions.agents() != null || conditions.users().includeUsers().stream().anyMatch(each -> {
            UserState user = directory.user(each.id());
            return each.id().equals(WellKnown.ALL_AGENT_USERS) || user != null && user.isAgentUser();
        });
    }
}
