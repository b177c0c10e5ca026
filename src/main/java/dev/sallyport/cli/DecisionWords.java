package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Decision.RegistrationPrompt;
import dev.sallyport.model.Decision.Rule;
import dev.sallyport.model.Directory;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.Roles;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Decisions in words that every form of output shares. */
public final class DecisionWords {

    /** The log names the location condition twice (RES-51). */
    private static final String IP_TWIN = "ipAddressSeenByAzureAD";

    private final PolicyEngine engine;

    /** Words for the decisions of an engine, whose directory and policy set name what they are about. */
    public DecisionWords(PolicyEngine engine) {
        this.engine = engine;
    }

    /** What a gateway does then, such as {@code ask for mfa}. */
    public static String whatToDo(Request request, Decision decision) {
        return switch (decision.outcome()) {
            case ALLOW -> allow(request, decision);
            case CHALLENGE -> decision.requiredControls().isEmpty() ? "ask to sign in again" : "ask for " + String.join(", then ",
                    decision.requiredControls());
            case PROMPT_REGISTER -> "send to registration";
            case BLOCK -> "refuse";
        };
    }

    private static String allow(Request request, Decision decision) {
        List<String> parts = new ArrayList<>();
        parts.add(request instanceof Registration ? "let register" : "let in");
        parts.addAll(sessionControls(decision.sessionControls()));
        if (decision.registration() != null && decision.registration().dueDateTime() != null) {
            parts.add(registration(decision.registration()));
        }
        if (decision.stateChange() != null) {
            parts.add(stateChange(decision.stateChange()));
        }
        return String.join("; ", parts);
    }

    /** The session controls that are set, such as {@code sign-in frequency 4 hours}. */
    public static List<String> sessionControls(Decision.SessionControls controls) {
        List<String> parts = new ArrayList<>();
        SignInFrequency frequency = controls.signInFrequency();
        if (frequency != null) {
            parts.add("sign-in frequency " + (frequency.everyTime() ? "every time"
                    : Terminal.count(frequency.value(), frequency.days() ? "day" : "hour")));
        }
        if (controls.persistentBrowser() != null) {
            parts.add("persistent browser " + controls.persistentBrowser().graphName());
        }
        if (controls.cloudAppSecurity() != null) {
            parts.add("cloud app security " + controls.cloudAppSecurity().graphName());
        }
        if (controls.applicationEnforcedRestrictions()) {
            parts.add("application enforced restrictions");
        }
        if (controls.continuousAccessEvaluation() != null) {
            parts.add("continuous access evaluation " + controls.continuousAccessEvaluation().graphName());
        }
        if (controls.disableResilienceDefaults()) {
            parts.add("no resilience defaults");
        }
        return parts;
    }

    /** What registration asks for, such as {@code register now}. */
    public static String registration(RegistrationPrompt registration) {
        return registration.required() ? "register now" : registration.dueDateTime() == null ? "may add" : "may register until "
                + registration.dueDateTime();
    }

    /** What a registration changes of the user. */
    public static String stateChange(Decision.StateChange change) {
        return "per-user MFA goes from " + change.from().graphName() + " to " + change.to().graphName();
    }

    /**
     * The findings that answer why; without what an explanation says of the request in general, and without absent facts unless they may be
     * why it is refused.
     */
    public static List<String> answers(Decision decision) {
        return decision.findings().stream().filter(finding -> !finding.equals(SpecEvaluator.UNVERIFIED_PLATFORM)
                && (decision.outcome() == Outcome.BLOCK || !finding.contains(SpecEvaluator.IS_ABSENT))).toList();
    }

    /** The code of the reason, the error of Entra if there is one, and the reason in a sentence. */
    public static String reason(Decision decision) {
        String code = decision.errorCode() == null || decision.errorCode() == 0 ? "" : " (AADSTS" + decision.errorCode() + ")";
        return decision.reason().code() + code + ": " + decision.reason().message();
    }

    /** Policies that decided come first, then those that are not satisfied, then the satisfied ones, then report-only. */
    public static Comparator<PolicyResult> first(Decision decision) {
        return Comparator.comparing((PolicyResult policy) -> rank(policy, decision)).thenComparing(PolicyResult::id);
    }

    private static int rank(PolicyResult policy, Decision decision) {
        return decision.reason().policies().contains(policy.id()) ? 0 : switch (policy.result()) {
            case "failure" -> 1;
            case "success" -> 2;
            default -> 3;
        };
    }

    /**
     * A condition of a policy that the request meets.
     *
     * @param name the condition in words
     * @param text what of it matched, in words
     * @param isParticular whether it asks for something in particular, and not for anything
     */
    public record Met(String name, String text, boolean isParticular) { }

    /** The conditions of a policy that the request meets, with what of them matched. */
    public List<Met> conditions(PolicyResult policy) {
        List<Met> all = new ArrayList<>();
        for (String condition : policy.conditionsSatisfied()) {
            if (!condition.equals(IP_TWIN)) {
                List<Rule> matched = policy.includeRulesSatisfied().stream().filter(rule -> rule.condition().equals(condition)).toList();
                boolean matchesAnything = !matched.isEmpty() && matched.stream().allMatch(DecisionWords::matchesAnything);
                all.add(new Met(words(condition), matched.isEmpty() ? "matches" : String.join(", ", matched.stream().map(this::rule)
                        .toList()), !matchesAnything));
            }
        }
        return all;
    }

    private static boolean matchesAnything(Rule rule) {
        return switch (rule.rule()) {
            case "allApps", "allUsers", "allLocations", "allDevicePlatforms" -> true;
            default -> false;
        };
    }

    /** Why a policy does not apply: the first condition that is not met, with what excluded the request. */
    public String whyNot(PolicyResult policy) {
        List<String> excluded = policy.excludeRulesSatisfied().stream().filter(rule -> policy.conditionsNotSatisfied()
                .contains(rule.condition()))
                .map(this::rule).toList();
        return switch (policy.analysisReasons()) {
            case "policyNotEnabled" -> "disabled";
            case "notSet" -> "not evaluated";
            default -> words(policy.analysisReasons()) + (excluded.isEmpty() ? "" : ", excluded: " + String.join(", ", excluded));
        };
    }

    /** A rule that matched, such as {@code group Staff}; ids are names where the directory has them. */
    public String rule(Rule rule) {
        return matched(rule) + (rule.through() == null ? "" : " through " + application(rule.through()));
    }

    private String matched(Rule rule) {
        Directory directory = engine.directory();
        return switch (rule.rule()) {
            case "allApps", "allUsers", "allLocations", "allDevicePlatforms" -> "all";
            case "allAgentUsers" -> "all agent users";
            case "allAgentIdentities" -> "all agent identities";
            case "allAgentResources" -> "all agent resources";
            case "allTrustedLocations" -> "all trusted locations";
            case "groupId" -> "group " + directory.groups().stream().filter(group -> group.id().equalsIgnoreCase(rule.id()))
                    .map(Directory.Group::displayName).findFirst().orElse(rule.id());
            case "roleId" -> "role " + Roles.IDS.entrySet().stream().filter(role -> role.getValue().equalsIgnoreCase(rule.id()))
                    .map(Map.Entry::getKey).findFirst().orElse(rule.id());
            case "userId" -> "user " + (directory.user(rule.id()) == null ? rule.id() : directory.user(rule.id()).userPrincipalName());
            case "appId" -> "application " + application(rule.id());
            case "agentIdentity" -> agent(rule.id());
            case "locationId" -> "location " + location(rule.id());
            case "acr", "devicePlatform", "insiderRisk" -> rule.id() == null ? words(rule.rule()) : rule.id();
            default -> rule.rule().equalsIgnoreCase(rule.id()) ? rule.id()
                    : words(rule.rule()) + (rule.id() == null ? "" : " " + rule.id());
        };
    }

    private String agent(String id) {
        Directory.ServicePrincipal principal = engine.directory().servicePrincipal(id);
        return (principal != null && principal.isAgentIdentityBlueprint() ? "blueprint " : "agent ") + application(id);
    }

    private String application(String id) {
        Directory.Application application = engine.directory().application(id);
        Directory.ServicePrincipal principal = application == null ? engine.directory().servicePrincipal(id) : null;
        return application != null ? application.displayName() : principal != null ? principal.displayName() : id;
    }

    private String location(String id) {
        return id.equals(WellKnown.MFA_TRUSTED_IPS) ? "MFA Trusted IPs" : engine.policySet().namedLocations().stream()
                .filter(location -> location.id().equalsIgnoreCase(id)).map(NamedLocation::displayName).findFirst().orElse(id);
    }

    /** {@code blockedByConditionalAccess} as {@code blocked by Conditional Access}. */
    public static String words(String code) {
        StringBuilder words = new StringBuilder();
        for (char c : code.toCharArray()) {
            words.append(Character.isUpperCase(c) ? " " + Character.toLowerCase(c) : c);
        }
        return words.toString().replace("conditional access", "Conditional Access").replace("mfa", "MFA").replace("sign in", "sign-in");
    }
}
