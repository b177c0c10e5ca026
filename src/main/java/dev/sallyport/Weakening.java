package dev.sallyport;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.PersistentBrowserMode;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares two policy sets, and finds enabled policies that are missing, apply to less or demand less than before. Policies are compared
 * as they are written; the contents of groups, named locations and strengths are not compared.
 */
public final class Weakening {

    /** The code of the warning about something that is missing. */
    public static final String GONE = "SP1822";
    private static final String WEAKER = "SP1823";

    private Weakening() { }

    /** Whether a code of a diagnostic is from here. */
    public static boolean isOne(String code) {
        return code.equals(GONE) || code.equals(WEAKER);
    }

    /** A warning for each enabled policy and setting that is missing or weaker in the second set. */
    public static List<Diagnostic> of(PolicySet before, PolicySet after) {
        Diagnostics out = new Diagnostics();
        Map<String, ConditionalAccessPolicy> now = new HashMap<>();
        after.policies().forEach(policy -> now.put(policy.id(), policy));
        for (ConditionalAccessPolicy policy : before.policies()) {
            if (policy.state() != PolicyState.ENABLED) {
                continue;
            }
            ConditionalAccessPolicy other = now.get(policy.id());
            if (other == null) {
                gone("the enabled policy `" + policy.id() + "`", policy.source(), out);
                continue;
            }
            List<String> weaker = weaker(policy, other);
            if (!weaker.isEmpty()) {
                weaker("`" + policy.id() + "` asks for less than before: " + String.join(", ", weaker), other.source(), out);
            }
        }
        if (before.securityDefaults().isEnabled() && !after.securityDefaults().isEnabled()) {
            if (after.securityDefaults().source() == null) {
                gone("the document that enabled security defaults", before.securityDefaults().source(), out);
            } else {
                weaker("security defaults are no longer enabled", after.securityDefaults().source(), out);
            }
        }
        if (before.evaluationSettings().unknownSignals() == UnknownSignals.STRICT && after.evaluationSettings()
                .unknownSignals() != UnknownSignals.STRICT) {
            weaker("`unknownSignals` is no longer `strict`", after.evaluationSettings().source(), out);
        }
        return out.toList();
    }

    private static void gone(String what, Position was, Diagnostics out) {
        out.warning(GONE, was, what + " was removed", "restore it, unless you intended this");
    }

    private static void weaker(String what, Position now, Diagnostics out) {
        out.warning(WEAKER, now, what, "undo the change, unless you intended this");
    }

    /** The fields by which a policy asks for less. */
    private static List<String> weaker(ConditionalAccessPolicy before, ConditionalAccessPolicy after) {
        List<String> weaker = new ArrayList<>();
        if (after.state() != PolicyState.ENABLED) {
            weaker.add("state");
            return weaker;
        }
        conditions(before.conditions(), after.conditions(), weaker);
        if (!implies(clauses(after.grantControls()), clauses(before.grantControls()))) {
            weaker.add("grantControls");
        }
        if (isLess(before.sessionControls(), after.sessionControls())) {
            weaker.add("sessionControls");
        }
        return weaker;
    }

    // ---- conditions

    private static void conditions(Conditions before, Conditions after, List<String> weaker) {
        Users users = before.users();
        Users now = after.users();
        boolean all = now.includeUsers().stream().anyMatch(user -> user.id().equalsIgnoreCase("All"));
        Set<String> included = ids(users.includeUsers());
        lost(all && !included.contains(WellKnown.ALL_AGENT_USERS), "includeUsers", included, ids(now.includeUsers()), weaker);
        lost(all, "includeGroups", ids(users.includeGroups()), ids(now.includeGroups()), weaker);
        lost(all, "includeRoles", ids(users.includeRoles()), ids(now.includeRoles()), weaker);
        gained("excludeUsers", ids(users.excludeUsers()), ids(now.excludeUsers()), weaker);
        gained("excludeGroups", ids(users.excludeGroups()), ids(now.excludeGroups()), weaker);
        gained("excludeRoles", ids(users.excludeRoles()), ids(now.excludeRoles()), weaker);
        if (!all && !covers(now.includeGuestsOrExternalUsers(), users.includeGuestsOrExternalUsers())) {
            weaker.add("includeGuestsOrExternalUsers");
        }
        if (!covers(users.excludeGuestsOrExternalUsers(), now.excludeGuestsOrExternalUsers())) {
            weaker.add("excludeGuestsOrExternalUsers");
        }
        if (before.clientApplications() != null && after.clientApplications() != null) {
            lost(false, "includeServicePrincipals", ids(before.clientApplications().includeServicePrincipals()),
                    ids(after.clientApplications().includeServicePrincipals()), weaker);
            gained("excludeServicePrincipals", ids(before.clientApplications().excludeServicePrincipals()),
                    ids(after.clientApplications().excludeServicePrincipals()), weaker);
            changed("servicePrincipalFilter", before.clientApplications().filter(), after.clientApplications().filter(), weaker);
            Set<String> agents = ids(after.clientApplications().includeAgentIdServicePrincipals());
            lost(agents.contains("All"), "includeAgentIdServicePrincipals",
                    ids(before.clientApplications().includeAgentIdServicePrincipals()), agents, weaker);
            gained("excludeAgentIdServicePrincipals", ids(before.clientApplications().excludeAgentIdServicePrincipals()),
                    ids(after.clientApplications().excludeAgentIdServicePrincipals()), weaker);
            changed("agentIdServicePrincipalFilter", before.clientApplications().agentFilter(), after.clientApplications().agentFilter(),
                    weaker);
        } else if (before.clientApplications() != null) {
            weaker.add("clientApplications");
        }
        if (before.agents() != null && after.agents() != null) {
            Set<String> agents = ids(after.agents().includeAgentUsers());
            lost(agents.contains("All"), "includeAgentUsers", ids(before.agents().includeAgentUsers()), agents, weaker);
            gained("excludeAgentUsers", ids(before.agents().excludeAgentUsers()), ids(after.agents().excludeAgentUsers()), weaker);
        } else if (before.agents() != null) {
            weaker.add("agents");
        }
        Set<String> applications = ids(after.applications().includeApplications());
        lost(applications.contains("All"), "includeApplications", ids(before.applications().includeApplications()), applications, weaker);
        gained("excludeApplications", ids(before.applications().excludeApplications()), ids(after.applications().excludeApplications()),
                weaker);
        lost(false, "includeUserActions", before.applications().includeUserActions(), after.applications().includeUserActions(), weaker);
        lost(false, "includeAuthenticationContextClassReferences", before.applications().includeAuthenticationContextClassReferences(),
                after.applications().includeAuthenticationContextClassReferences(), weaker);
        changed("applicationFilter", before.applications().filter(), after.applications().filter(), weaker);
        narrowed("clientAppTypes", before.limitsClientAppTypes() ? before.clientAppTypes() : Set.of(), after.limitsClientAppTypes()
                ? after.clientAppTypes() : Set.of(),
                weaker);
        if (after.platforms() != null) {
            narrowed("includePlatforms", before.platforms() == null ? Set.of() : before.platforms().include(), after.platforms().include(),
                    weaker);
            gained("excludePlatforms", before.platforms() == null ? Set.of() : before.platforms().exclude(), after.platforms().exclude(),
                    weaker);
        }
        if (after.locations() != null) {
            Set<String> include = ids(after.locations().include());
            narrowed("includeLocations", before.locations() == null ? Set.of() : ids(before.locations().include()),
                    include.contains("All") ? Set.of() : include, weaker);
            gained("excludeLocations", before.locations() == null ? Set.of() : ids(before.locations().exclude()),
                    ids(after.locations().exclude()), weaker);
        }
        narrowed("signInRiskLevels", before.signInRiskLevels(), after.signInRiskLevels(), weaker);
        narrowed("userRiskLevels", before.userRiskLevels(), after.userRiskLevels(), weaker);
        narrowed("servicePrincipalRiskLevels", before.servicePrincipalRiskLevels(), after.servicePrincipalRiskLevels(), weaker);
        narrowed("agentIdRiskLevels", before.agentIdRiskLevels(), after.agentIdRiskLevels(), weaker);
        narrowed("insiderRiskLevels", before.insiderRiskLevels(), after.insiderRiskLevels(), weaker);
        narrowed("transferMethods", before.transferMethods(), after.transferMethods(), weaker);
        gained("excludeDeviceStates", before.excludedDeviceStates(), after.excludedDeviceStates(), weaker);
        changed("deviceFilter", before.deviceFilter(), after.deviceFilter(), weaker);
        if (after.times() != null && !after.times().equals(before.times())) {
            weaker.add("times");
        }
    }

    private static Set<String> ids(List<Reference> references) {
        Set<String> ids = new HashSet<>();
        references.forEach(reference -> ids.add(reference.id()));
        return ids;
    }

    private static void lost(boolean all, String field, Collection<?> before, Collection<?> after, List<String> weaker) {
        if (!all && !after.containsAll(before)) {
            weaker.add(field);
        }
    }

    private static void gained(String field, Collection<?> before, Collection<?> after, List<String> weaker) {
        lost(false, field, after, before, weaker);
    }

    /** A condition that is empty is not configured, and holds for everything. */
    private static void narrowed(String field, Collection<?> before, Collection<?> after, List<String> weaker) {
        if (!after.isEmpty() && (before.isEmpty() || !after.containsAll(before))) {
            weaker.add(field);
        }
    }

    /** What a filter lets through cannot be compared. */
    private static void changed(String field, ConditionalAccessPolicy.FilterRule before, ConditionalAccessPolicy.FilterRule after,
            List<String> weaker) {
        // it included others beside a list
        boolean isLost = before != null && after == null && !before.isExclude() && !field.equals("deviceFilter");
        if (isLost || after != null && (before == null || before.isExclude() != after.isExclude() || !before.rule().equals(after.rule()))) {
            weaker.add(field);
        }
    }

    /** Whether guests of {@code some} are among those of {@code all}; {@code null} is none. */
    private static boolean covers(@Nullable GuestsOrExternalUsers all, @Nullable GuestsOrExternalUsers some) {
        return some == null || all != null && all.types().containsAll(some.types())
                && (all.tenants() == null || some.tenants() != null && all.tenants().containsAll(some.tenants()));
    }

    // ---- controls

    /** Each clause is met by any of its controls, and all have to be. */
    private static List<Set<String>> clauses(@Nullable GrantControls controls) {
        if (controls == null) {
            return List.of();
        }
        Set<String> operands = new HashSet<>();
        controls.builtInControls().forEach(control -> operands.add(control.graphName()));
        if (controls.authenticationStrength() != null) {
            operands.add("strength " + controls.authenticationStrength().id());
        }
        controls.termsOfUse().forEach(terms -> operands.add("terms " + terms.id()));
        controls.customAuthenticationFactors().forEach(factor -> operands.add("factor " + factor));
        return operands.isEmpty() ? List.of() : controls.isAnd() ? operands.stream().map(Set::of).toList() : List.of(operands);
    }

    /** Whether who meets the first meets the second. */
    private static boolean implies(List<Set<String>> strong, List<Set<String>> weak) {
        Set<String> never = Set.of(GrantControl.BLOCK.graphName());
        return weak.stream().allMatch(clause -> strong.stream().anyMatch(each -> each.equals(never) || clause.containsAll(each)));
    }

    private static boolean isLess(SessionControls before, SessionControls after) {
        SignInFrequency frequency = before.signInFrequency();
        SignInFrequency now = after.signInFrequency();
        return frequency != null && (now == null || now.seconds() > frequency.seconds() || now.secondaryOnly()
                && !frequency.secondaryOnly())
                || before.persistentBrowser() == PersistentBrowserMode.NEVER && after.persistentBrowser() != PersistentBrowserMode.NEVER
                || before.cloudAppSecurity() != null && !Objects.equals(before.cloudAppSecurity(), after.cloudAppSecurity())
                || before.applicationEnforcedRestrictions() && !after.applicationEnforcedRestrictions()
                || before.secureSignInSession() && !after.secureSignInSession()
                || before.continuousAccessEvaluation() != null && !Objects.equals(before.continuousAccessEvaluation(),
                after.continuousAccessEvaluation())
                || before.disableResilienceDefaults() && !after.disableResilienceDefaults();
    }
}
