package dev.sallyport.check;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.SourceMap;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Report-only policies that Microsoft turns on, and those that a rollout in phases leaves behind. Warnings only. */
final class Rollouts {

    /** How the ids of the templates of Microsoft-managed policies begin (CA-POL-16). */
    private static final String MANAGED_TEMPLATE = "4200930c-0da2-4e33-";
    private static final String MANAGED_NAME = "microsoft-managed:";
    private static final int DAYS_IN_REPORT_ONLY = 30;
    private static final String SOME_DAY = "30 days or more after it was created";

    private Rollouts() { }

    /** Reports on a set whose references are resolved. */
    static void check(PolicySet set, SourceMap places, Diagnostics out) {
        Map<List<Object>, String> phases = new HashMap<>();
        for (ConditionalAccessPolicy policy : set.policies()) {
            if (policy.state() == PolicyState.ENABLED && includesGroupsOnly(policy.conditions().users())) {
                phases.putIfAbsent(rest(policy), policy.id());
            }
        }
        for (ConditionalAccessPolicy policy : set.policies()) {
            if (policy.state() != PolicyState.REPORT_ONLY) {
                continue;
            }
            if (isManaged(policy)) {
                out.add(Severity.WARNING, "SP1341", places.of(policy.source(), "state"), "Microsoft manages this policy, and turns it on "
                        + "by itself " + turnedOn(policy), "exclude your break-glass accounts, or turn the policy off in the tenant",
                        "CA-POL-16");
            }
            String phase = phases.get(rest(policy));
            if (phase != null) {
                out.add(Severity.WARNING, "SP1342", places.of(policy.source(), "state"), "`" + phase + "` enforces the same for groups: "
                        + "it looks like a phase of the rollout of this report-only policy",
                        "delete this policy when every phase is complete", "CA-POL-17");
            }
        }
    }

    private static boolean isManaged(ConditionalAccessPolicy policy) {
        String template = policy.annotations().templateId();
        return policy.displayName() != null && policy.displayName().strip().toLowerCase(Locale.ROOT).startsWith(MANAGED_NAME)
                || template != null && template.toLowerCase(Locale.ROOT).startsWith(MANAGED_TEMPLATE);
    }

    private static String turnedOn(ConditionalAccessPolicy policy) {
        try {
            String created = policy.annotations().createdDateTime();
            LocalDate day = created == null ? null : OffsetDateTime.parse(created).withOffsetSameInstant(ZoneOffset.UTC).toLocalDate();
            return day == null ? SOME_DAY : "on or after " + day.plusDays(DAYS_IN_REPORT_ONLY);
        } catch (DateTimeException e) {
            return SOME_DAY;
        }
    }

    private static boolean includesGroupsOnly(Users users) {
        return !users.includeGroups().isEmpty() && users.includeUsers().isEmpty() && users.includeRoles().isEmpty()
                && users.includeGuestsOrExternalUsers() == null;
    }

    /** Everything that a policy decides by, except whom it includes. */
    private static List<Object> rest(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        Users users = conditions.users();
        Applications applications = conditions.applications();
        GrantControls grant = policy.grantControls();
        return Arrays.asList(ids(users.excludeUsers()), ids(users.excludeGroups()), ids(users.excludeRoles()),
                users.excludeGuestsOrExternalUsers(), ids(applications.includeApplications()), ids(applications.excludeApplications()),
                Set.copyOf(applications.includeUserActions()), Set.copyOf(applications.includeAuthenticationContextClassReferences()),
                rule(applications.filter()), applications.includesUnknown(), conditions.clientAppTypes(), conditions.platforms(),
                conditions.locations() == null ? null
                        : List.of(ids(conditions.locations().include()), ids(conditions.locations().exclude())),
                conditions.signInRiskLevels(), conditions.userRiskLevels(), conditions.servicePrincipalRiskLevels(),
                conditions.agentIdRiskLevels(), conditions.insiderRiskLevels(), rule(conditions.deviceFilter()),
                conditions.agents(), conditions.excludedDeviceStates(),
                conditions.transferMethods(), conditions.times(), grant == null || grant.isEmpty() ? null
                        : List.of(grant.isAnd(), grant.builtInControls(), grant.authenticationStrength() == null ? ""
                        : grant.authenticationStrength().id(), ids(grant.termsOfUse()), Set.copyOf(grant.customAuthenticationFactors()),
                        Set.copyOf(grant.notUnderstood())), policy.sessionControls(), Set.copyOf(policy.notEvaluated()));
    }

    private static Set<String> ids(List<Reference> references) {
        return references.stream().map(Reference::id).collect(Collectors.toSet());
    }

    private static List<Object> rule(FilterRule filter) {
        return filter == null ? null : List.of(filter.isExclude(), filter.rule());
    }
}
