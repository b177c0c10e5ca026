package dev.sallyport.decide;

import dev.sallyport.compile.Control;
import dev.sallyport.decide.Facts.Action;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.DeviceState;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.DeviceProperties;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether a policy applies to a request, condition by condition, in the words of the specification (sections 3 to 5)
 * and over names and sets. It is the oracle of the fast path, and explains decisions. Lists that most policies leave empty are
 * walked by index: their iterators were a third of what an explanation allocated.
 */
public final class SpecMatcher {

    private static final Instant BASELINE_SCOPES_ENFORCED = Catalogue.builtIn().dateOf("baselineScopesEnforced");
    private static final Instant CREDENTIALS_OF_DEVICES_COVERED = Catalogue.builtIn().dateOf("deviceCredentialsCovered");
    private static final String BASELINE_SCOPES = Catalogue.builtIn().use("baselineScopes").get(0);
    private static final List<String> AGENT_TOKENS = Catalogue.builtIn().use("agentTokens");
    private static final List<String> AGENT_CREATION = Catalogue.builtIn().use("agentCreation");
    private static final String DEVICE_REGISTRATION = Catalogue.builtIn().use("deviceRegistration").get(0);

    private final PolicySet set;
    private final Directory directory;
    private final Map<String, NamedLocation> locations = new HashMap<>();
    private final Map<String, DeviceFilter> filters = new HashMap<>();
    private final Map<String, DeviceFilter> attributeFilters = new HashMap<>();

    SpecMatcher(PolicySet set, Directory directory) {
        this.set = set;
        this.directory = directory;
        for (NamedLocation location : set.namedLocations()) {
            locations.put(WellKnown.fold(location.id()), location);
        }
        for (ConditionalAccessPolicy policy : set.policies()) {
            Conditions conditions = policy.conditions();
            parse(conditions.deviceFilter(), false);
            parse(conditions.applications().filter(), true);
            if (conditions.clientApplications() != null) {
                parse(conditions.clientApplications().filter(), true);
                parse(conditions.clientApplications().agentFilter(), true);
            }
        }
    }

    private void parse(FilterRule filter, boolean attributes) {
        try {
            if (filter != null && attributes) {
                attributeFilters.put(filter.rule(), DeviceFilter.parseAttributes(filter.rule()));
            } else if (filter != null) {
                filters.put(filter.rule(), DeviceFilter.parseStored(filter.rule()));
            }
        } catch (DeviceFilter.SyntaxException e) {
            // CA-DEV-47: a rule that does not parse keeps the policy applicable
        }
    }

    /** Who is signing in, with everything that policies may name them by. */
    static final class Subject {
        final String userId;
        final Set<String> groups;
        /** The roles in the whole tenant, by which policies name users (CA-USR-10). */
        final Set<String> roles;
        /** These, and those in a part of it (SD-MFA-09). */
        final Set<String> rolesInAnyScope;

        Subject(Facts facts, Directory directory) {
            userId = facts.user == null ? null : WellKnown.fold(facts.user.id());
            groups = facts.user == null ? Set.of() : directory.groupIdsOf(facts.user);
            roles = facts.user == null ? Set.of() : Directory.roleIdsOf(facts.user);
            rolesInAnyScope = facts.user == null ? Set.of() : Directory.roleIdsInAnyScopeOf(facts.user);
        }
    }

    Subject subject(Facts facts) {
        return new Subject(facts, directory);
    }

    /**
     * Whether every configured condition of a policy holds (EV-03, CA-SET-09); its state does not matter here.
     *
     * @param action what is done; not always the request's own (REG-41)
     * @param trace  watches every condition but those that a target or users that miss hide (RES-51); {@code null} to stop at the
     *               first that fails
     */
    boolean applies(ConditionalAccessPolicy policy, Facts facts, Subject subject, Action action, Trace trace) {
        Conditions conditions = policy.conditions();
        boolean applies = note(trace, Condition.APPLICATION, targets(conditions, facts, action, trace));
        if (trace == null && !applies) {
            return false;
        }
        if (facts.principal != null || conditions.clientApplications() != null) {
            applies &= note(trace, Condition.SERVICE_PRINCIPALS, workloadIdentity(conditions, facts, trace));
        } else {
            applies &= note(trace, Condition.USERS, concerns(policy, facts, subject, trace));
        }
        if (!applies && (trace == null || trace.isHidingTheRest())) {
            return false;
        }
        if (conditions.platforms() != null) {
            applies &= note(trace, Condition.DEVICE_PLATFORM, platform(conditions.platforms(), facts, trace));
        }
        if (conditions.locations() != null) {
            applies &= note(trace, Condition.LOCATION, location(conditions.locations(), facts, trace));
        }
        // CA-ACT-04: conditions that policies on this action do not have; those on applications have them (CA-ACT-11)
        boolean withoutClientAndDevice = action == Action.REGISTER_DEVICE
                && (!conditions.applications().includeUserActions().isEmpty() || conditions.applications().includesUnknown());
        if (conditions.limitsClientAppTypes() && !withoutClientAndDevice) {
            applies &= note(trace, Condition.CLIENT_TYPE, clientApp(conditions, facts, trace));
        }
        if (!conditions.signInRiskLevels().isEmpty()) {
            applies &= note(trace, Condition.SIGN_IN_RISK, risk(conditions.signInRiskLevels(), facts.signInRisk, facts, trace,
                    "signInRiskLevel"));
        }
        if (!conditions.userRiskLevels().isEmpty()) {
            applies &= note(trace, Condition.USER_RISK, risk(conditions.userRiskLevels(), facts.userRisk, facts, trace, "userRiskLevel"));
        }
        if (conditions.times() != null) {
            applies &= note(trace, Condition.TIME, conditions.times().contains(facts.now));
        }
        if (!conditions.excludedDeviceStates().isEmpty() && !withoutClientAndDevice) {
            applies &= note(trace, Condition.DEVICE_STATE, !isExcluded(conditions.excludedDeviceStates(), facts, trace));
        }
        if (conditions.deviceFilter() != null && !withoutClientAndDevice) {
            applies &= note(trace, Condition.DEVICE_STATE, deviceFilter(conditions, facts, trace));
        }
        if (!conditions.servicePrincipalRiskLevels().isEmpty()) {
            applies &= note(trace, Condition.SERVICE_PRINCIPAL_RISK, risk(conditions.servicePrincipalRiskLevels(),
                    facts.servicePrincipalRisk, facts, trace, "servicePrincipalRiskLevel"));
        }
        if (conditions.limitsTransferMethods()) {
            applies &= note(trace, Condition.AUTHENTICATION_FLOWS, flow(conditions.transferMethods(), facts, trace));
        }
        if (!conditions.insiderRiskLevels().isEmpty()) {
            applies &= note(trace, Condition.INSIDER_RISK, insiderRisk(conditions.insiderRiskLevels(), facts, trace));
        }
        if (!conditions.agentIdRiskLevels().isEmpty()) {
            applies &= note(trace, Condition.AGENT_ID_RISK, risk(conditions.agentIdRiskLevels(), facts.agentRisk, facts, trace,
                    "agentIdRiskLevel"));
        }
        return applies;
    }

    /** What an absent signal counts for: nothing, or in strict mode a match; either is written down. */
    private static boolean ifUnknown(Facts facts, Trace trace, String signal) {
        if (facts.strict && trace != null) {
            trace.unknown(signal);
        } else if (trace != null) {
            trace.absent(signal);
        }
        return facts.strict;
    }

    /** Writes down that an exclusion, which no absent signal is part of, asks for one. */
    private static void ifAbsent(boolean absent, Trace trace, String signal) {
        if (absent && trace != null) {
            trace.absent(signal);
        }
    }

    private static boolean note(Trace trace, Condition condition, boolean holds) {
        if (trace != null) {
            trace.condition(condition, holds);
        }
        return holds;
    }

    // ---- what (section 4)

    private boolean targets(Conditions conditions, Facts facts, Action action, Trace trace) {
        Applications target = conditions.applications();
        if (target.includesUnknown()) {
            return unknownTarget(target, facts, action, trace);
        }
        if (!target.includeUserActions().isEmpty()) {
            return userAction(target, facts, action, trace);
        }
        if (!target.includeAuthenticationContextClassReferences().isEmpty()) {
            boolean named = action == Action.SIGN_IN && facts.authenticationContext != null
                    && target.includeAuthenticationContextClassReferences().contains(facts.authenticationContext);
            boolean mayBeNamed = action == Action.SIGN_IN && facts.contextUnknown && ifUnknown(facts, trace, "authenticationContext");
            return included(named || mayBeNamed, trace, "acr", facts.authenticationContext);
        }
        if (action == Action.SIGN_IN && facts.authenticationContext != null && facts.applications.isEmpty() && !facts.strict) {
            return false;                                       // CA-ACX-04: a context alone; beside an application it takes nothing away
        }
        if (action == Action.REGISTER_DEVICE) {                 // CA-ACT-11
            return application(target, DEVICE_REGISTRATION, facts, trace);
        }
        if (action != Action.SIGN_IN) {                         // CA-ACT-06
            return included(names(target.includeApplications(), "All"), trace, "allApps", "All");
        }
        boolean broad = names(target.includeApplications(), "All") && target.excludesAny();
        if (facts.lowPrivilege && broad) {
            return !isOidcOfExcluded(target, facts) && lowPrivilege(target, facts, trace);
        }
        if (facts.applications.isEmpty()) {
            return !facts.missingMisses && application(target, null, facts, trace)
                    || facts.lowPrivilege && lowPrivilege(target, facts, trace);
        }
        boolean any = false;
        for (String audience : facts.applications) {            // CA-APP-12
            any |= application(target, audience, facts, trace);
        }
        any = any || services(target, facts, trace);
        if (facts.lowPrivilege) {
            return any | lowPrivilege(target, facts, trace);    // CA-APP-16: a policy may name the audience of baseline scopes
        }
        if (!any && facts.scopesUnknown) {
            return lowPrivilege(target, facts, trace) && ifUnknown(facts, trace, "scopes");
        }
        return any;
    }

    /** IMP-02: whatever is done, unless it is a sign-in to nothing but excluded applications. */
    private boolean unknownTarget(Applications target, Facts facts, Action action, Trace trace) {
        boolean any = action != Action.SIGN_IN || facts.applications.isEmpty() || facts.lowPrivilege || facts.authenticationContext != null
                || facts.scopesUnknown || facts.contextUnknown;
        for (String audience : facts.applications) {
            any |= application(target, audience, facts, trace);
        }
        return any || services(target, facts, trace);
    }

    /** DEC-08, CA-APP-14: the policies on the services that an application needs at once, and on those that these need. */
    private boolean services(Applications target, Facts facts, Trace trace) {
        if (!set.evaluationSettings().evaluateServiceDependencies() || facts.action != Action.SIGN_IN || facts.isWhatIf()) {
            return false;
        }
        boolean any = false;
        for (String audience : facts.applications) {
            Set<String> seen = new HashSet<>(facts.applications);
            Deque<String> open = new ArrayDeque<>(List.of(audience));
            while (!open.isEmpty()) {
                String caller = open.remove();
                for (Catalogue.ServiceDependency row : set.catalogue().serviceDependencies()) {
                    if (row.isEarly() && row.application().equals(caller) && seen.add(row.dependsOn())) {
                        open.add(row.dependsOn());
                        if (trace != null) {
                            trace.through(audience);
                        }
                        any |= application(target, row.dependsOn(), facts, trace);
                    }
                }
            }
        }
        if (trace != null) {
            trace.through(null);
        }
        return any;
    }

    /** DEC-06: what the request opens is exempt from a control, all of it and for all that it asks for. */
    boolean isExempt(Control control, Facts facts) {
        if (control.builtIn() == null || facts.action != Action.SIGN_IN || facts.applications.isEmpty()) {
            return false;
        }
        for (String audience : facts.applications) {
            boolean exempt = false;
            for (Catalogue.ControlExemption row : set.catalogue().controlExemptions()) {
                exempt |= row.control() == control.builtIn() && row.application().equals(audience) && (row.scopes().isEmpty()
                        || !facts.signIn.scopes().isEmpty() && row.scopes().containsAll(facts.signIn.scopes()));
            }
            if (!exempt) {
                return false;
            }
        }
        return true;
    }

    private static boolean included(boolean included, Trace trace, String rule, String id) {
        if (included && trace != null) {
            trace.include(Condition.APPLICATION, rule, id);
        }
        return included;
    }

    /**
     * CA-ACT-01, AP-23: creating an app password is an access to the security information too. DEC-12: registering a credential of a
     * device became one in July 2026.
     */
    private static boolean userAction(Applications target, Facts facts, Action action, Trace trace) {
        boolean isOfDevice = facts.registering == AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS
                || facts.registering == AuthenticationMethodMode.PLATFORM_CREDENTIAL;
        if (isOfDevice && facts.now.isBefore(CREDENTIALS_OF_DEVICES_COVERED)) {
            return false;
        }
        List<String> actions = switch (action) {
            case SIGN_IN -> List.of();
            case REGISTER_SECURITY_INFO -> List.of(WellKnown.REGISTER_SECURITY_INFO);
            case CREATE_APP_PASSWORD -> List.of(WellKnown.REGISTER_SECURITY_INFO, WellKnown.CREATE_APP_PASSWORD);
            case REGISTER_DEVICE -> List.of(WellKnown.REGISTER_DEVICE);
        };
        for (String each : actions) {
            if (target.includeUserActions().contains(each)) {
                return included(true, trace, "acr", each);
            }
        }
        return false;
    }

    /** CA-APP-15, CA-APP-16, AMB-29, DEC-14. */
    private boolean lowPrivilege(Applications target, Facts facts, Trace trace) {
        Reference own = set.evaluationSettings().baselineScopesApplication();
        Boolean exempt = set.evaluationSettings().exemptLowPrivilegeScopes();
        if (exempt != null ? exempt : own == null && facts.now.isBefore(BASELINE_SCOPES_ENFORCED)) {
            return false;
        }
        return application(target, own == null ? BASELINE_SCOPES : own.id(), facts, trace);
    }

    /** CA-APP-17: a confidential client that the policy excludes signs its users in and asks for nothing else. */
    private boolean isOidcOfExcluded(Applications target, Facts facts) {
        return facts.client == ClientAppType.BROWSER && Scopes.areOidc(facts.signIn.scopes()) && !facts.applications.isEmpty()
                && facts.applications.stream().noneMatch(app -> application(target, app, facts, null))
                && !services(target, facts, null);
    }

    /** CA-APP-01, 13, 19: {@code null} stands for an unknown application, which only All includes and nothing excludes. */
    private boolean application(Applications target, String audience, Facts facts, Trace trace) {
        boolean included = target.includesUnknown();
        if (target.filter() != null && !target.filter().isExclude()
                && (audience == null ? ifUnknown(facts, trace, "application")
                : filter(target.filter(), directory.attributesOf(audience)))) {
            included = true;
            if (trace != null) {
                trace.include(Condition.APPLICATION, "appFilter", null);
            }
        }
        for (int i = 0; i < target.includeApplications().size(); i++) {
            Reference include = target.includeApplications().get(i);
            boolean unknown = audience == null && !include.id().equals("All") && !include.id().equals("None")
                    && ifUnknown(facts, trace, "application");
            if (include.id().equals("All") || unknown || audience != null && isOrHolds(include.id(), audience)) {
                included = true;
                if (trace != null) {
                    trace.include(Condition.APPLICATION, applicationRule(include.id()), include.id());
                }
            }
        }
        boolean excluded = false;
        for (int i = 0; i < target.excludeApplications().size(); i++) {
            Reference exclude = target.excludeApplications().get(i);
            if (audience != null && isOrHolds(exclude.id(), audience)) {
                excluded = true;
                if (trace != null) {
                    trace.exclude(Condition.APPLICATION, applicationRule(exclude.id()), exclude.id());
                }
            }
        }
        if (audience != null && target.filter() != null && target.filter().isExclude()
                && filter(target.filter(), directory.attributesOf(audience))) {
            excluded = true;
            if (trace != null) {
                trace.exclude(Condition.APPLICATION, "appFilter", null);
            }
        }
        return included && !excluded;
    }

    /** CA-APP-20, CA-APP-21; a rule that does not parse includes everything and excludes nothing (CA-DEV-47). */
    private boolean filter(FilterRule wanted, SecurityAttributes attributes) {
        DeviceFilter filter = attributeFilters.get(wanted.rule());
        return filter == null ? !wanted.isExclude() : filter.matches(attributes);
    }

    /**
     * Whether a list entry is this application, or a grouping that holds it (CA-APP-06..08, AGT-06); the management API and the blueprints
     * of agents are both.
     */
    private boolean isOrHolds(String entry, String audience) {
        Directory.Application application = entry.equals(audience) ? null : directory.application(audience);
        return entry.equals(audience) || application != null && application.memberOf().contains(entry);
    }

    private static String applicationRule(String entry) {
        return switch (entry) {
            case "All" -> "allApps";
            case WellKnown.OFFICE_365 -> "office365";
            case WellKnown.MICROSOFT_ADMIN_PORTALS -> "microsoftAdminPortals";
            case WellKnown.ALL_AGENT_RESOURCES -> "allAgentResources";
            default -> "appId";
        };
    }

    private static boolean names(List<Reference> references, String literal) {
        for (Reference reference : references) {
            if (reference.id().equals(literal)) {
                return true;
            }
        }
        return false;
    }

    // ---- who (section 3)

    /** Whether a policy that is about users is about the user of a request. */
    boolean concerns(ConditionalAccessPolicy policy, Facts facts, Subject subject, Trace trace) {
        return facts.user.isAgentUser() ? agentUser(policy.conditions(), subject, trace)
                : users(policy.conditions().users(), facts, subject, trace);
    }

    /** CA-USR-04, CA-USR-05. */
    private boolean users(Users users, Facts facts, Subject subject, Trace trace) {
        boolean included = userSide(users.includeUsers(), users.includeGroups(), users.includeRoles(), users.includeGuestsOrExternalUsers(),
                facts, subject, true, trace);
        if (!included && trace == null) {
            return false;
        }
        boolean excluded = userSide(users.excludeUsers(), users.excludeGroups(), users.excludeRoles(), users.excludeGuestsOrExternalUsers(),
                facts, subject, false, trace);
        return included && !excluded;
    }

    private boolean userSide(List<Reference> names, List<Reference> groups, List<Reference> roles, GuestsOrExternalUsers guests,
            Facts facts, Subject subject, boolean include, Trace trace) {
        boolean matched = false;
        for (int i = 0; i < names.size(); i++) {
            Reference name = names.get(i);
            boolean guest = name.id().equals("GuestsOrExternalUsers") && facts.guestType != null;        // CA-GST-09
            if (name.id().equals("All") || guest || name.id().equals(subject.userId)) {
                matched = true;
                rule(trace, include, name.id().equals("All") ? "allUsers" : guest ? "guest" : "userId", name.id());
            }
        }
        for (int i = 0; i < groups.size(); i++) {
            Reference group = groups.get(i);
            boolean may = include && !subject.groups.contains(group.id()) && facts.possibleGroups.contains(group.id())
                    && ifUnknown(facts, trace, "the members of a group");
            if (may || subject.groups.contains(group.id())) {
                matched = true;
                rule(trace, include, "groupId", group.id());
            }
        }
        for (int i = 0; i < roles.size(); i++) {
            Reference role = roles.get(i);
            if (subject.roles.contains(role.id())) {
                matched = true;
                rule(trace, include, "roleId", role.id());
            }
        }
        GuestType guest = guests == null ? null : guest(guests, facts, include, trace);
        if (guest != null) {
            matched = true;
            rule(trace, include, guest.graphName(), facts.homeTenant);
        }
        return matched;
    }

    private static void rule(Trace trace, boolean include, String rule, String id) {
        if (trace != null && include) {
            trace.include(Condition.USERS, rule, id);
        } else if (trace != null) {
            trace.exclude(Condition.USERS, rule, id);
        }
    }

    /**
     * The kind of guest by which a user is on one side, or {@code null}. CA-GST-11, CA-GST-12: an unknown home tenant is included by a
     * list of tenants and not excluded by one. CA-GST-10: what the user may come as too is included, and not excluded.
     */
    private static GuestType guest(GuestsOrExternalUsers guests, Facts facts, boolean include, Trace trace) {
        GuestType kind = facts.guestType != null && guests.types().contains(facts.guestType) ? facts.guestType
                : include ? guests.types().stream().filter(type -> (facts.alsoGuestTypes & 1 << type.ordinal()) != 0).findFirst()
                .orElse(null) : null;
        boolean isOfTenant = kind == GuestType.INTERNAL_GUEST || guests.tenants() == null
                || (facts.homeTenant == null ? include : guests.tenants().contains(facts.homeTenant));
        if (kind == null || !isOfTenant) {
            return null;
        }
        if (kind != facts.guestType && facts.alsoGuestUnknown) {
            ifUnknown(facts, trace, "session.isDirectConnectEligible");
        }
        return kind;
    }

    /** AGT-01, AGT-02: an agent user is named by its own id or with all others, and by nothing that names people. */
    private static boolean agentUser(Conditions conditions, Subject subject, Trace trace) {
        boolean included = agentUserSide(conditions.users().includeUsers(), WellKnown.ALL_AGENT_USERS, subject, true, trace);
        boolean excluded = agentUserSide(conditions.users().excludeUsers(), WellKnown.ALL_AGENT_USERS, subject, false, trace);
        if (conditions.agents() != null) {
            included |= agentUserSide(conditions.agents().includeAgentUsers(), "All", subject, true, trace);
            excluded |= agentUserSide(conditions.agents().excludeAgentUsers(), "All", subject, false, trace);
        }
        return included && !excluded;
    }

    private static boolean agentUserSide(List<Reference> names, String all, Subject subject, boolean include, Trace trace) {
        boolean matched = false;
        for (Reference name : names) {
            if (name.id().equals(all) || name.id().equals(subject.userId)) {
                matched = true;
                rule(trace, include, name.id().equals(all) ? "allAgentUsers" : "userId", name.id());
            }
        }
        return matched;
    }

    /** CA-WID-09, AGT-03, AGT-05: workload identities and agents have lists of their own. */
    private boolean workloadIdentity(Conditions conditions, Facts facts, Trace trace) {
        ClientApplications target = conditions.clientApplications();
        Directory.ServicePrincipal principal = facts.principal;
        if (principal == null || target == null || isExempt(principal, facts)) {
            return false;
        }
        boolean workload = principal.isSingleTenant() && !principal.isManagedIdentity() && workload(target, principal, trace);
        boolean agent = principal.mayBeAgent() && agentIdentity(target, principal, trace);
        return workload || agent;
    }

    /** AGT-05: what agents and blueprints do on the way to a token of an agent. */
    private static boolean isExempt(Directory.ServicePrincipal principal, Facts facts) {
        for (String audience : facts.applications) {
            boolean exchanges = AGENT_TOKENS.contains(audience) && (principal.isAgent() || principal.isAgentIdentityBlueprint());
            boolean creates = AGENT_CREATION.contains(audience) && principal.isAgentIdentityBlueprint();
            if (!exchanges && !creates) {
                return false;
            }
        }
        return !facts.applications.isEmpty();
    }

    /** CA-WID-01, CA-WID-02; an agent is here only where its own id is (AMB-57). */
    private boolean workload(ClientApplications target, Directory.ServicePrincipal principal, Trace trace) {
        String id = WellKnown.fold(principal.id());
        boolean filtered = target.filter() != null && !principal.isAgent() && filter(target.filter(), principal.customSecurityAttributes());
        boolean included = filtered && !target.filter().isExclude();
        boolean excluded = filtered && !included;
        filtered(included, excluded, "appFilter", trace);
        for (Reference include : target.includeServicePrincipals()) {
            if (include.id().equals("ServicePrincipalsInMyTenant") && !principal.isAgent() || include.id().equals(id)) {
                included = true;
                if (trace != null) {
                    trace.include(Condition.SERVICE_PRINCIPALS, "appId", include.id());
                }
            }
        }
        for (Reference exclude : target.excludeServicePrincipals()) {
            if (exclude.id().equals(id)) {
                excluded = true;
                if (trace != null) {
                    trace.exclude(Condition.SERVICE_PRINCIPALS, "appId", exclude.id());
                }
            }
        }
        return included && !excluded;
    }

    /** AGT-03, AGT-04: all agents, or by their own ids, by their blueprints, by their attributes. */
    private boolean agentIdentity(ClientApplications target, Directory.ServicePrincipal principal, Trace trace) {
        String id = WellKnown.fold(principal.id());
        Set<String> blueprint = directory.blueprintIdsOf(principal);
        boolean filtered = target.agentFilter() != null && filter(target.agentFilter(), principal.customSecurityAttributes());
        boolean included = filtered && !target.agentFilter().isExclude();
        boolean excluded = filtered && !included;
        filtered(included, excluded, "agentFilter", trace);
        for (Reference include : target.includeAgentIdServicePrincipals()) {
            boolean ofBlueprint = blueprint.isEmpty() ? directory.mayBeBlueprint(include.id()) : blueprint.contains(include.id());
            boolean all = include.id().equals("All");
            if (all || include.id().equals(id) || ofBlueprint) {
                included = true;
                if (trace != null) {
                    trace.include(Condition.SERVICE_PRINCIPALS, all ? "allAgentIdentities" : "agentIdentity", include.id());
                }
            }
        }
        for (Reference exclude : target.excludeAgentIdServicePrincipals()) {
            if (exclude.id().equals(id) || blueprint.contains(exclude.id())) {
                excluded = true;
                if (trace != null) {
                    trace.exclude(Condition.SERVICE_PRINCIPALS, "agentIdentity", exclude.id());
                }
            }
        }
        return included && !excluded;
    }

    private static void filtered(boolean included, boolean excluded, String rule, Trace trace) {
        if (trace != null && included) {
            trace.include(Condition.SERVICE_PRINCIPALS, rule, null);
        } else if (trace != null && excluded) {
            trace.exclude(Condition.SERVICE_PRINCIPALS, rule, null);
        }
    }

    // ---- conditions (section 5)

    /** CA-PLT-03..06, CA-CMB-05; What If asks whether every platform is covered where it names none (WI-40, AMB-27). */
    private static boolean platform(Platforms platforms, Facts facts, Trace trace) {
        boolean unknown = facts.platform == null;
        boolean included = platforms.include().isEmpty() || platforms.include().contains(DevicePlatform.ALL)
                || (unknown ? ifUnknown(facts, trace, "devicePlatform") : platforms.include().contains(facts.platform));
        boolean excluded = platforms.exclude().contains(DevicePlatform.ALL)
                || (unknown ? facts.missingMisses && !platforms.exclude().isEmpty() : platforms.exclude().contains(facts.platform));
        ifAbsent(unknown && !platforms.exclude().isEmpty(), trace, "devicePlatform");
        if (trace != null && included) {
            boolean all = unknown || !platforms.include().contains(facts.platform);
            trace.include(Condition.DEVICE_PLATFORM, all ? "allDevicePlatforms" : "devicePlatform", all ? "all"
                    : facts.platform.graphName());
        }
        if (trace != null && excluded) {
            trace.exclude(Condition.DEVICE_PLATFORM, "devicePlatform", unknown ? "all" : facts.platform.graphName());
        }
        return included && !excluded;
    }

    /** CA-LOC-05, CA-LOC-07, CA-CMB-05. */
    private boolean location(Locations wanted, Facts facts, Trace trace) {
        boolean included = wanted.include().isEmpty();
        for (Reference include : wanted.include()) {
            if (isAt(include.id(), facts, true, trace)) {
                included = true;
                if (trace != null) {
                    trace.include(Condition.LOCATION, locationRule(include.id(), facts), include.id());
                }
            }
        }
        boolean excluded = false;
        for (Reference exclude : wanted.exclude()) {
            if (isAt(exclude.id(), facts, false, trace)) {
                excluded = true;
                if (trace != null) {
                    trace.exclude(Condition.LOCATION, locationRule(exclude.id(), facts), exclude.id());
                }
            }
        }
        return included && !excluded;
    }

    boolean isTrustedLocation(Facts facts) {
        return isAt("AllTrusted", facts, false, null);
    }

    private String locationRule(String entry, Facts facts) {
        boolean corporate = entry.equals(WellKnown.MFA_TRUSTED_IPS) && isInCorporateNetwork(facts);
        return corporate ? "insideCorpnet" : entry.equals("All") ? "allLocations" : entry.equals("AllTrusted") ? "allTrustedLocations"
                : "locationId";
    }

    /** CA-LOC-19, where the address is not known. */
    private boolean mayBeInCorporateNetwork(Facts facts, Trace trace) {
        return set.mfaSettings().skipMfaForFederatedIntranet() && facts.corporateNetworkUnknown
                && ifUnknown(facts, trace, "insideCorporateNetwork");
    }

    /** CA-LOC-18. */
    private boolean isInCorporateNetwork(Facts facts) {
        return set.mfaSettings().skipMfaForFederatedIntranet() && facts.insideCorporateNetwork;
    }

    /** Whether the request comes from a location; where that is unknown, {@code ifUnknown} in strict mode. */
    private boolean isAt(String entry, Facts facts, boolean include, Trace trace) {
        switch (entry) {
            case "All":
                return true;
            case "AllTrusted":                                                              // CA-LOC-04, CA-LOC-23
                if (isAt(WellKnown.MFA_TRUSTED_IPS, facts, include, trace)) {
                    return true;
                }
                for (NamedLocation location : set.namedLocations()) {
                    if (location instanceof NamedLocation.Ip ip && ip.isTrusted() && isIn(ip.ranges(), facts, include, trace)) {
                        return true;
                    }
                }
                return false;
            case WellKnown.MFA_TRUSTED_IPS:                                                 // CA-LOC-06, CA-LOC-18
                ifAbsent(facts.nearnessUnknown && set.mfaSettings().skipMfaForFederatedIntranet(), trace, "ipAddress");
                return isInCorporateNetwork(facts) || include && mayBeInCorporateNetwork(facts, trace)
                        || !set.mfaSettings().trustedIps().isEmpty() && isIn(set.mfaSettings().trustedIps(), facts, include, trace);
            default:
                NamedLocation location = locations.get(entry);
                if (location instanceof NamedLocation.Ip ip) {
                    return isIn(ip.ranges(), facts, include, trace);
                }
                if (location instanceof NamedLocation.CompliantNetwork) {                   // CA-LOC-21
                    ifAbsent(facts.compliantNetwork == null && !include, trace, "compliantNetwork");
                    return facts.compliantNetwork != null ? facts.compliantNetwork : include && ifUnknown(facts, trace, "compliantNetwork");
                }
                return location instanceof NamedLocation.Country country && isIn(country, facts, include, trace);   // CA-LOC-24
        }
    }

    /** CA-LOC-08, CA-LOC-22. */
    private static boolean isIn(List<IpRange> ranges, Facts facts, boolean include, Trace trace) {
        if (facts.ip == null) {
            ifAbsent(!include, trace, "ipAddress");
            return include && ifUnknown(facts, trace, "ipAddress");
        }
        if (!facts.ip.isPublic()) {
            return false;
        }
        for (IpRange range : ranges) {
            if (range.contains(facts.ip)) {
                return true;
            }
        }
        return false;
    }

    /** CA-LOC-13, 14, 16, 17: a position that cannot be had lies where the policy blocks. */
    private static boolean isIn(NamedLocation.Country location, Facts facts, boolean include, Trace trace) {
        if (location.byGps()) {
            if (facts.gpsCountry() == null && trace != null) {
                trace.unknown("gps.country");
            }
            return facts.gpsCountry() == null ? include : location.countries().contains(facts.gpsCountry());
        }
        if (facts.country == null) {
            ifAbsent(!facts.strict || !include, trace, "country");
            return facts.strict ? include && ifUnknown(facts, trace, "country") : location.includeUnknown();
        }
        return location.countries().contains(facts.country);
    }

    /** Whether a policy asks where Authenticator is, and that cannot be told: the sign-in is blocked (CA-LOC-17). */
    boolean lacksGps(ConditionalAccessPolicy policy, Facts facts) {
        Locations wanted = policy.conditions().locations();
        if (wanted == null || facts.gpsCountry() != null) {
            return false;
        }
        List<Reference> all = new ArrayList<>(wanted.include());
        all.addAll(wanted.exclude());
        return all.stream().anyMatch(entry -> locations.get(entry.id()) instanceof NamedLocation.Country country && country.byGps());
    }

    /** CA-CLI-01, CA-CLI-07, CA-UNK-03. */
    private static boolean clientApp(Conditions conditions, Facts facts, Trace trace) {
        Set<ClientAppType> types = conditions.clientAppTypes();
        if (facts.client == null && facts.missingMisses) {
            return false;                                       // WI-41
        }
        if (facts.client == null) {
            ifAbsent(!facts.strict, trace, "clientAppType");
            return types.contains(ClientAppType.OTHER) && !facts.strict || ifUnknown(facts, trace, "clientAppType");
        }
        if (types.contains(facts.client) || facts.client != ClientAppType.EXCHANGE_ACTIVE_SYNC
                || !types.contains(ClientAppType.EAS_SUPPORTED)) {
            return types.contains(facts.client);
        }
        return facts.platform == DevicePlatform.IOS || facts.platform == DevicePlatform.ANDROID || facts.platform == DevicePlatform.WINDOWS
                || facts.platform == null && ifUnknown(facts, trace, "devicePlatform");
    }

    /** CA-RSK-02, CA-RSK-07, CA-UNK-08. */
    private static boolean risk(Set<RiskLevel> levels, RiskLevel level, Facts facts, Trace trace, String signal) {
        boolean unknown = level == null || level == RiskLevel.HIDDEN;
        return unknown ? ifUnknown(facts, trace, signal) || levels.contains(RiskLevel.NONE) : levels.contains(level);
    }

    private static boolean insiderRisk(Set<InsiderRiskLevel> levels, Facts facts, Trace trace) {
        boolean holds = facts.insiderRisk == null ? ifUnknown(facts, trace, "insiderRiskLevel") || levels.contains(InsiderRiskLevel.NONE)
                : levels.contains(facts.insiderRisk);
        if (holds && trace != null) {
            trace.include(Condition.INSIDER_RISK, "insiderRisk", facts.insiderRisk == null ? null : facts.insiderRisk.graphName());
        }
        return holds;
    }

    /** CA-FLW-02, CA-FLW-03. */
    private static boolean flow(Set<TransferMethod> methods, Facts facts, Trace trace) {
        if (!facts.flowKnown) {
            return ifUnknown(facts, trace, "authenticationFlow") || methods.contains(TransferMethod.NONE);
        }
        boolean code = facts.deviceCodeFlow && methods.contains(TransferMethod.DEVICE_CODE_FLOW);
        boolean transfer = facts.authenticationTransfer && methods.contains(TransferMethod.AUTHENTICATION_TRANSFER);
        if (trace != null && (code || transfer)) {
            String name = code ? TransferMethod.DEVICE_CODE_FLOW.graphName() : TransferMethod.AUTHENTICATION_TRANSFER.graphName();
            trace.include(Condition.AUTHENTICATION_FLOWS, name, null);
        }
        boolean none = !facts.deviceCodeFlow && !facts.authenticationTransfer && methods.contains(TransferMethod.NONE);
        return code || transfer || none;
    }

    /** CA-DST-02. */
    private static boolean isExcluded(Set<DeviceState> states, Facts facts, Trace trace) {
        ifAbsent(!facts.deviceKnown, trace, "device");
        boolean excluded = facts.device != null && (states.contains(DeviceState.COMPLIANT) && facts.device.isKnownCompliant()
                || states.contains(DeviceState.DOMAIN_JOINED) && facts.device.isDomainJoined());
        if (excluded && trace != null) {
            trace.exclude(Condition.DEVICE_STATE, "deviceState", null);
        }
        if (trace != null) {
            trace.include(Condition.DEVICE_STATE, "allDeviceStates", "All");                      // CA-DST-01
        }
        return excluded;
    }

    /** CA-DEV-01, 03, 07, 47. */
    private boolean deviceFilter(Conditions conditions, Facts facts, Trace trace) {
        boolean exclude = conditions.deviceFilter().isExclude();
        DeviceFilter filter = filters.get(conditions.deviceFilter().rule());
        if (filter == null || (!facts.deviceKnown || facts.lacksDeviceProperty(filter)) && ifUnknown(facts, trace, "device")) {
            return true;
        }
        DeviceFilter.Verdict verdict = filter.test(DeviceProperties.of(facts.device));
        boolean matches = verdict == DeviceFilter.Verdict.MATCH
                || verdict == DeviceFilter.Verdict.UNAVAILABLE && !set.evaluationSettings().literalExtensionAttributes() && !exclude;
        if (trace != null && matches && exclude) {
            trace.exclude(Condition.DEVICE_STATE, "deviceFilter", null);
        } else if (trace != null && !exclude) {
            trace.include(Condition.DEVICE_STATE, matches ? "deviceFilter" : "deviceFilterIncludeRuleNotMatched", null);
        }
        boolean notHonoured = verdict == DeviceFilter.Verdict.UNAVAILABLE && set.evaluationSettings().literalExtensionAttributes();
        return notHonoured ? exclude : matches != exclude;
    }
}
