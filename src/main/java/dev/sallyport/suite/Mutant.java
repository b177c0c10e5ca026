package dev.sallyport.suite;

import dev.sallyport.decide.Condition;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.SourceMap;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A policy changed by one step, as by a slip of its author.
 *
 * @param change    such as {@code drop the exclusion of Break glass}
 * @param condition the condition that was changed, or {@code null} for the state and the controls
 * @param position  the part that was changed
 */
public record Mutant(ConditionalAccessPolicy policy, String change, Condition condition, Position position) {

    private static final String REPORT_ONLY = "enabled → report-only";

    /** Whether the state was changed. */
    public boolean isOfState() {
        return change.equals(REPORT_ONLY);
    }

    /** Every change of a policy by one step, in the order of its conditions; none of a disabled policy. */
    static List<Mutant> of(ConditionalAccessPolicy policy, SourceMap places) {
        return policy.state() == PolicyState.DISABLED ? List.of() : new Maker(policy, places).all();
    }

    private static final class Maker {

        private final ConditionalAccessPolicy policy;
        private final Conditions conditions;
        private final SourceMap places;
        private final List<Mutant> made = new ArrayList<>();

        Maker(ConditionalAccessPolicy policy, SourceMap places) {
            this.policy = policy;
            this.conditions = policy.conditions();
            this.places = places;
        }

        List<Mutant> all() {
            if (policy.state() == PolicyState.ENABLED) {
                add(with(PolicyState.REPORT_ONLY, conditions, policy.grantControls(), policy.sessionControls()), REPORT_ONLY, null,
                        "state");
            }
            if (conditions.clientApplications() != null) {
                workloadIdentities(conditions.clientApplications());
            } else {
                users(conditions.users());
            }
            agents(conditions.agents());
            applications(conditions.applications());
            platforms(conditions.platforms());
            locations(conditions.locations());
            otherConditions();
            grant(policy.grantControls());
            session(policy.sessionControls());
            return made;
        }

        // ---- who

        private void users(Users old) {
            dropEach(old.excludeUsers(), Condition.USERS, left -> with(new Users(old.includeUsers(), left, old.includeGroups(),
                    old.excludeGroups(),
                    old.includeRoles(), old.excludeRoles(), old.includeGuestsOrExternalUsers(), old.excludeGuestsOrExternalUsers())));
            dropEach(old.excludeGroups(), Condition.USERS, left -> with(new Users(old.includeUsers(), old.excludeUsers(),
                    old.includeGroups(), left,
                    old.includeRoles(), old.excludeRoles(), old.includeGuestsOrExternalUsers(), old.excludeGuestsOrExternalUsers())));
            dropEach(old.excludeRoles(), Condition.USERS, left -> with(new Users(old.includeUsers(), old.excludeUsers(),
                    old.includeGroups(), old.excludeGroups(),
                    old.includeRoles(), left, old.includeGuestsOrExternalUsers(), old.excludeGuestsOrExternalUsers())));
            if (old.excludeGuestsOrExternalUsers() != null) {
                add(with(new Users(old.includeUsers(), old.excludeUsers(), old.includeGroups(), old.excludeGroups(), old.includeRoles(),
                        old.excludeRoles(),
                        old.includeGuestsOrExternalUsers(), null)), "drop the exclusion of guests", Condition.USERS,
                        "conditions.users.excludeGuestsOrExternalUsers");
            }
            if (!isAll(old.includeUsers()) && (conditions.agents() == null || !old.includesNobody())) {
                add(with(new Users(all("All"), old.excludeUsers(), old.includeGroups(), old.excludeGroups(), old.includeRoles(),
                        old.excludeRoles(),
                        old.includeGuestsOrExternalUsers(), old.excludeGuestsOrExternalUsers())), "include all users", Condition.USERS,
                        "conditions.users");
            }
        }

        private void workloadIdentities(ClientApplications old) {
            dropEach(old.excludeServicePrincipals(), Condition.SERVICE_PRINCIPALS,
                    left -> with(workloads(old, old.includeServicePrincipals(), left, old.filter())));
            if (old.includesWorkloads() && old.includeServicePrincipals().stream()
                    .noneMatch(each -> each.id().equals("ServicePrincipalsInMyTenant"))) {
                add(with(workloads(old, all("ServicePrincipalsInMyTenant"), old.excludeServicePrincipals(), old.filter())),
                        "include all service principals", Condition.SERVICE_PRINCIPALS,
                        "conditions.clientApplications.includeServicePrincipals");
            }
            if (old.filter() != null) {
                add(with(workloads(old, old.includeServicePrincipals(), old.excludeServicePrincipals(), null)),
                        "drop the filter of service principals",
                        Condition.SERVICE_PRINCIPALS, "conditions.clientApplications.servicePrincipalFilter");
            }
            dropEach(old.excludeAgentIdServicePrincipals(), Condition.SERVICE_PRINCIPALS,
                    left -> with(agentIdentities(old, old.includeAgentIdServicePrincipals(), left, old.agentFilter())));
            if (old.includesAgents() && !isAll(old.includeAgentIdServicePrincipals())) {
                add(with(agentIdentities(old, all("All"), old.excludeAgentIdServicePrincipals(), old.agentFilter())),
                        "include all agent identities", Condition.SERVICE_PRINCIPALS,
                        "conditions.clientApplications.includeAgentIdServicePrincipals");
            }
            if (old.agentFilter() != null) {
                add(with(agentIdentities(old, old.includeAgentIdServicePrincipals(), old.excludeAgentIdServicePrincipals(), null)),
                        "drop the filter of agent identities",
                        Condition.SERVICE_PRINCIPALS, "conditions.clientApplications.agentIdServicePrincipalFilter");
            }
        }

        private static ClientApplications workloads(ClientApplications old, List<Reference> include, List<Reference> exclude,
                FilterRule filter) {
            return new ClientApplications(include, exclude, filter, old.includeAgentIdServicePrincipals(),
                    old.excludeAgentIdServicePrincipals(), old.agentFilter());
        }

        private static ClientApplications agentIdentities(ClientApplications old, List<Reference> include, List<Reference> exclude,
                FilterRule filter) {
            return new ClientApplications(old.includeServicePrincipals(), old.excludeServicePrincipals(), old.filter(), include, exclude,
                    filter);
        }

        private void agents(Agents old) {
            if (old == null) {
                return;
            }
            dropEach(old.excludeAgentUsers(), Condition.USERS, left -> with(new Agents(old.includeAgentUsers(), left)));
            if (!isAll(old.includeAgentUsers())) {
                add(with(new Agents(all("All"), old.excludeAgentUsers())), "include all agent users", Condition.USERS,
                        "conditions.agents.includeAgentUsers");
            }
        }

        // ---- what

        private void applications(Applications old) {
            dropEach(old.excludeApplications(), Condition.APPLICATION, left -> with(new Applications(old.includeApplications(), left,
                    old.includeUserActions(),
                    old.includeAuthenticationContextClassReferences(), old.filter(), old.includesUnknown())));
            if (old.targetsApplications() && !isAll(old.includeApplications())) {
                add(with(new Applications(all("All"), old.excludeApplications(), List.of(), List.of(), old.filter(),
                        old.includesUnknown())),
                        "include all applications", Condition.APPLICATION, "conditions.applications.includeApplications");
            }
            if (old.filter() != null) {
                add(with(new Applications(old.includeApplications(), old.excludeApplications(), old.includeUserActions(),
                        old.includeAuthenticationContextClassReferences(), null, old.includesUnknown())), "drop the application filter",
                        Condition.APPLICATION,
                        "conditions.applications.applicationFilter");
            }
        }

        // ---- conditions

        private void platforms(Platforms old) {
            if (old == null) {
                return;
            }
            for (DevicePlatform platform : sorted(old.exclude())) {
                Set<DevicePlatform> left = EnumSet.copyOf(old.exclude());
                left.remove(platform);
                made.add(new Mutant(with(new Platforms(old.include(), left)), "drop the exclusion of " + platform.graphName(),
                        Condition.DEVICE_PLATFORM,
                        places.item(policy.source(), "conditions.platforms.excludePlatforms", platform.graphName())));
            }
            if (!old.include().isEmpty() && !old.include().contains(DevicePlatform.ALL)) {
                add(with(new Platforms(Set.of(DevicePlatform.ALL), old.exclude())), "include all platforms", Condition.DEVICE_PLATFORM,
                        "conditions.platforms.includePlatforms");
            }
        }

        private void locations(Locations old) {
            if (old == null) {
                return;
            }
            dropEach(old.exclude(), Condition.LOCATION, left -> with(new Locations(old.include(), left)));
            if (!old.include().isEmpty() && !isAll(old.include())) {
                add(with(new Locations(all("All"), old.exclude())), "include all locations", Condition.LOCATION,
                        "conditions.locations.includeLocations");
            }
        }

        private void otherConditions() {
            Conditions c = conditions;
            drop(c.limitsClientAppTypes(), "clientAppTypes", Condition.CLIENT_TYPE,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), Set.of(), c.platforms(), c.locations(),
                    c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                    c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(), c.times()));
            drop(!c.signInRiskLevels().isEmpty(), "signInRiskLevels", Condition.SIGN_IN_RISK,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), Set.of(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                    c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(), c.times()));
            drop(!c.userRiskLevels().isEmpty(), "userRiskLevels", Condition.USER_RISK,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), c.signInRiskLevels(), Set.of(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                    c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(), c.times()));
            drop(!c.servicePrincipalRiskLevels().isEmpty(), "servicePrincipalRiskLevels", Condition.SERVICE_PRINCIPAL_RISK,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), c.signInRiskLevels(), c.userRiskLevels(), Set.of(), c.agentIdRiskLevels(),
                    c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(), c.times()));
            drop(!c.agentIdRiskLevels().isEmpty(), "agentIdRiskLevels", Condition.AGENT_ID_RISK,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), Set.of(),
                    c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(), c.times()));
            drop(!c.insiderRiskLevels().isEmpty(), "insiderRiskLevels", Condition.INSIDER_RISK,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                    Set.of(), c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(), c.times()));
            drop(c.deviceFilter() != null, "devices.deviceFilter", Condition.DEVICE_STATE,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                    c.insiderRiskLevels(), null, c.excludedDeviceStates(), c.transferMethods(), c.times()));
            drop(!c.excludedDeviceStates().isEmpty(), "devices.excludeDeviceStates", Condition.DEVICE_STATE,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                    c.insiderRiskLevels(), c.deviceFilter(), Set.of(), c.transferMethods(), c.times()));
            drop(c.limitsTransferMethods(), "authenticationFlows", Condition.AUTHENTICATION_FLOWS,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                    c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(), Set.of(), c.times()));
            drop(c.times() != null, "times", Condition.TIME,
                    new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(),
                    c.locations(), c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                    c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(), null));
        }

        private void drop(boolean isThere, String name, Condition condition, Conditions changed) {
            if (isThere) {
                add(with(changed), "drop the condition " + name.substring(name.indexOf('.') + 1), condition, "conditions." + name);
            }
        }

        // ---- controls

        private void grant(GrantControls old) {
            if (old == null || old.isEmpty()) {
                return;
            }
            int operands = old.builtInControls().size() + old.termsOfUse().size() + old.customAuthenticationFactors().size()
                    + (old.authenticationStrength() == null ? 0 : 1);
            if (operands > 1) {
                add(with(new GrantControls(!old.isAnd(), old.builtInControls(), old.authenticationStrength(), old.termsOfUse(),
                        old.customAuthenticationFactors(), old.notUnderstood())),
                        old.isAnd() ? "AND → OR" : "OR → AND", null, "grantControls.operator");
            } else if (policy.sessionControls().equals(SessionControls.NONE)) {
                return;                         // a policy that asks for nothing is what report-only is
            }
            for (GrantControl control : sorted(old.builtInControls())) {
                Set<GrantControl> left = EnumSet.copyOf(old.builtInControls());
                left.remove(control);
                made.add(new Mutant(with(new GrantControls(old.isAnd(), left, old.authenticationStrength(), old.termsOfUse(),
                        old.customAuthenticationFactors(), old.notUnderstood())),
                        "drop the control " + control.graphName(), null, places.item(policy.source(), "grantControls.builtInControls",
                                control.graphName())));
            }
            if (old.authenticationStrength() != null) {
                add(with(new GrantControls(old.isAnd(), old.builtInControls(), null, old.termsOfUse(), old.customAuthenticationFactors(),
                        old.notUnderstood())),
                        "drop the control authenticationStrength", null, "grantControls.authenticationStrength");
            }
            for (Reference terms : old.termsOfUse()) {
                made.add(new Mutant(with(new GrantControls(old.isAnd(), old.builtInControls(), old.authenticationStrength(),
                        without(old.termsOfUse(), terms),
                        old.customAuthenticationFactors(), old.notUnderstood())), "drop the control termsOfUse " + terms, null,
                        terms.position()));
            }
            for (String factor : old.customAuthenticationFactors()) {
                made.add(new Mutant(with(new GrantControls(old.isAnd(), old.builtInControls(), old.authenticationStrength(),
                        old.termsOfUse(),
                        without(old.customAuthenticationFactors(), factor), old.notUnderstood())), "drop the control " + factor, null,
                        places.item(policy.source(), "grantControls.customAuthenticationFactors", factor)));
            }
        }

        private void session(SessionControls s) {
            drop(s.signInFrequency() != null, "signInFrequency", new SessionControls(null, s.persistentBrowser(), s.cloudAppSecurity(),
                    s.applicationEnforcedRestrictions(), s.secureSignInSession(), s.continuousAccessEvaluation(),
                    s.disableResilienceDefaults()));
            drop(s.persistentBrowser() != null, "persistentBrowser", new SessionControls(s.signInFrequency(), null, s.cloudAppSecurity(),
                    s.applicationEnforcedRestrictions(), s.secureSignInSession(), s.continuousAccessEvaluation(),
                    s.disableResilienceDefaults()));
            drop(s.cloudAppSecurity() != null, "cloudAppSecurity", new SessionControls(s.signInFrequency(), s.persistentBrowser(), null,
                    s.applicationEnforcedRestrictions(), s.secureSignInSession(), s.continuousAccessEvaluation(),
                    s.disableResilienceDefaults()));
            drop(s.applicationEnforcedRestrictions(), "applicationEnforcedRestrictions", new SessionControls(s.signInFrequency(),
                    s.persistentBrowser(),
                    s.cloudAppSecurity(), false, s.secureSignInSession(), s.continuousAccessEvaluation(), s.disableResilienceDefaults()));
            drop(s.secureSignInSession(), "secureSignInSession", new SessionControls(s.signInFrequency(), s.persistentBrowser(),
                    s.cloudAppSecurity(),
                    s.applicationEnforcedRestrictions(), false, s.continuousAccessEvaluation(), s.disableResilienceDefaults()));
            drop(s.continuousAccessEvaluation() != null, "continuousAccessEvaluation", new SessionControls(s.signInFrequency(),
                    s.persistentBrowser(),
                    s.cloudAppSecurity(), s.applicationEnforcedRestrictions(), s.secureSignInSession(), null,
                    s.disableResilienceDefaults()));
            drop(s.disableResilienceDefaults(), "disableResilienceDefaults", new SessionControls(s.signInFrequency(), s.persistentBrowser(),
                    s.cloudAppSecurity(), s.applicationEnforcedRestrictions(), s.secureSignInSession(), s.continuousAccessEvaluation(),
                    false));
        }

        private void drop(boolean isThere, String name, SessionControls changed) {
            boolean isLast = changed.equals(SessionControls.NONE) && (policy.grantControls() == null || policy.grantControls().isEmpty());
            if (isThere && !isLast) {
                add(with(policy.state(), conditions, policy.grantControls(), changed), "drop the control " + name, null, "sessionControls."
                        + name);
            }
        }

        // ---- changed copies

        private void dropEach(List<Reference> exclusions, Condition condition, Function<List<Reference>, ConditionalAccessPolicy> without) {
            for (Reference exclusion : exclusions) {
                made.add(new Mutant(without.apply(without(exclusions, exclusion)), "drop the exclusion of " + exclusion, condition,
                        exclusion.position()));
            }
        }

        private void add(ConditionalAccessPolicy changed, String change, Condition condition, String path) {
            made.add(new Mutant(changed, change, condition, places.of(policy.source(), path)));
        }

        private ConditionalAccessPolicy with(Users users) {
            return with(users, conditions.clientApplications(), conditions.agents(), conditions.applications(), conditions.platforms(),
                    conditions.locations());
        }

        private ConditionalAccessPolicy with(ClientApplications clientApplications) {
            return with(conditions.users(), clientApplications, conditions.agents(), conditions.applications(), conditions.platforms(),
                    conditions.locations());
        }

        private ConditionalAccessPolicy with(Agents agents) {
            return with(conditions.users(), conditions.clientApplications(), agents, conditions.applications(), conditions.platforms(),
                    conditions.locations());
        }

        private ConditionalAccessPolicy with(Applications applications) {
            return with(conditions.users(), conditions.clientApplications(), conditions.agents(), applications, conditions.platforms(),
                    conditions.locations());
        }

        private ConditionalAccessPolicy with(Platforms platforms) {
            return with(conditions.users(), conditions.clientApplications(), conditions.agents(), conditions.applications(), platforms,
                    conditions.locations());
        }

        private ConditionalAccessPolicy with(Locations locations) {
            return with(conditions.users(), conditions.clientApplications(), conditions.agents(), conditions.applications(),
                    conditions.platforms(), locations);
        }

        private ConditionalAccessPolicy with(Users users, ClientApplications principals, Agents agents, Applications applications,
                Platforms platforms, Locations locations) {
            Conditions c = conditions;
            return with(new Conditions(users, principals, agents, applications, c.clientAppTypes(), platforms, locations,
                    c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(), c.insiderRiskLevels(),
                    c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(), c.times()));
        }

        private ConditionalAccessPolicy with(Conditions changed) {
            return with(policy.state(), changed, policy.grantControls(), policy.sessionControls());
        }

        private ConditionalAccessPolicy with(GrantControls changed) {
            return with(policy.state(), conditions, changed, policy.sessionControls());
        }

        private ConditionalAccessPolicy with(PolicyState state, Conditions changed, GrantControls grant, SessionControls session) {
            return new ConditionalAccessPolicy(policy.id(), policy.displayName(), state, changed, grant, session, policy.notEvaluated(),
                    policy.annotations(),
                    policy.source());
        }

        private static boolean isAll(List<Reference> references) {
            return references.stream().anyMatch(reference -> reference.id().equals("All"));
        }

        private List<Reference> all(String literal) {
            return List.of(new Reference(literal, literal, policy.source()));
        }

        private static <T> List<T> without(List<T> list, T one) {
            return list.stream().filter(each -> each != one).toList();
        }

        private static <E extends Enum<E>> Iterable<E> sorted(Set<E> set) {
            return new TreeSet<>(set);
        }
    }
}
