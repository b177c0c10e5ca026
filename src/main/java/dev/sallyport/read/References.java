package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Roles;
import dev.sallyport.model.TrafficProfile;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Turns names into ids. A name that an author wrote and that matches nothing, or more than one thing, is an error; a placeholder
 * matches nothing. In an export neither is understood: the list that includes it includes everything, one that
 * excludes it does not exclude anybody for it (IMP-02). An id that the directory does not know never matches (CA-USR-16).
 */
public final class References {

    /** Literals of user lists (CA-USR-02). */
    private static final List<String> USER_LITERALS = List.of("All", "None", "GuestsOrExternalUsers", WellKnown.ALL_AGENT_USERS);
    /** Literals of application lists (CA-APP-01). */
    private static final List<String> APPLICATION_LITERALS = List.of("All", "None", WellKnown.OFFICE_365, WellKnown.MICROSOFT_ADMIN_PORTALS,
            WellKnown.ALL_AGENT_RESOURCES, TrafficProfile.ALL_INTERNET_RESOURCES);
    /** Literals of location lists (CA-LOC-01). */
    private static final List<String> LOCATION_LITERALS = List.of("All", "AllTrusted");
    /** What a policy set declares itself, so that an unknown id is worth a warning without a directory too (CA-LOC-24). */
    private static final Set<String> IN_THE_SET = Set.of("named location", "authentication strength", "terms of use");
    private static final String MFA_TRUSTED_IPS = "MFA Trusted IPs";
    private static final List<String> PRINCIPAL_LITERALS = List.of("ServicePrincipalsInMyTenant");
    /** Literals of lists of agents (AGT-02, AGT-03). */
    private static final List<String> AGENT_LITERALS = List.of("All");

    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)<[^<>]+>|%\\w+%|\\{[^{}]*}|\\$[\\w(]|^\\[?parameters\\(|^REPLACE[-_]|^([g-z])\\1{7}-\\1{4}|^NAME:|^ENTRAGROUP_");

    private final Directory directory;
    private final PolicySet set;
    private final Diagnostics out;
    /** The fields of the policy at hand in which a name of an export stands for nothing. */
    private final Set<String> unresolved = new LinkedHashSet<>();
    /** The field at hand. */
    private String field;
    private int unknowns;

    private References(PolicySet set, Directory directory, Diagnostics out) {
        this.set = set;
        this.directory = directory;
        this.out = out;
    }

    /** The same policy set with every reference resolved; what cannot be resolved is reported. */
    public static PolicySet resolve(PolicySet set, Directory directory, Diagnostics out) {
        return new References(set, directory, out).resolve();
    }

    private PolicySet resolve() {
        List<ConditionalAccessPolicy> policies = set.policies().stream().map(this::policy).toList();
        warnAboutSecurityDefaults();
        return set.withPolicies(policies).with(set.securityDefaults(), set.mfaSettings(), settings(set.evaluationSettings()));
    }

    private EvaluationSettings settings(EvaluationSettings settings) {
        Reference baseline = settings.baselineScopesApplication();
        return baseline == null ? settings : settings.toBuilder().baselineScopesApplication(listed(baseline, List.of())).build();
    }

    /** SD-06, SD-07: both are evaluated. */
    private void warnAboutSecurityDefaults() {
        ConditionalAccessPolicy enabled = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED).findFirst()
                .orElse(null);
        if (set.securityDefaults().isEnabled() && enabled != null) {
            out.add(Severity.WARNING, "SP1310", set.securityDefaults().source(), "security defaults are enabled together with the policy `"
                    + enabled.id() + "`",
                    "disable one of them: Entra allows one or the other, and here both are evaluated", "SD-06");
        }
    }

    private ConditionalAccessPolicy policy(ConditionalAccessPolicy policy) {
        unresolved.clear();
        Conditions old = policy.conditions();
        Conditions conditions = new Conditions(users(old.users()), clientApplications(old.clientApplications()), agents(old.agents()),
                applications(old.applications()), old.clientAppTypes(), old.platforms(), locations(old.locations()),
                old.signInRiskLevels(), old.userRiskLevels(), old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(),
                old.insiderRiskLevels(), old.deviceFilter(), old.excludedDeviceStates(), old.transferMethods(), old.times());
        GrantControls grant = grant(policy.grantControls());
        List<String> notEvaluated = unresolved.isEmpty() ? policy.notEvaluated()
                : Stream.concat(policy.notEvaluated().stream(), unresolved.stream()).distinct().toList();
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), policy.state(), conditions, grant,
                policy.sessionControls(), notEvaluated, policy.annotations(), policy.source());
    }

    private Users users(Users users) {
        List<Reference> groups = all(users.includeGroups(), this::group, "includeGroups");
        List<Reference> roles = all(users.includeRoles(), this::role, "includeRoles");
        List<Reference> included = all(users.includeUsers(), this::user, "includeUsers");
        boolean isOpen = Stream.of("includeUsers", "includeGroups", "includeRoles").anyMatch(unresolved::contains);
        return new Users(isOpen ? with(with(included, "All"), WellKnown.ALL_AGENT_USERS) : included,
                all(users.excludeUsers(), this::user, "excludeUsers"), groups,
                all(users.excludeGroups(), this::group, "excludeGroups"), roles, all(users.excludeRoles(), this::role, "excludeRoles"),
                users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers());
    }

    private static List<Reference> with(List<Reference> references, String literal) {
        return Stream.concat(references.stream(), Stream.of(new Reference(literal, literal, null))).toList();
    }

    private ClientApplications clientApplications(ClientApplications old) {
        if (old == null) {
            return null;
        }
        List<Reference> included = all(old.includeServicePrincipals(), this::servicePrincipal, "includeServicePrincipals");
        List<Reference> agents = all(old.includeAgentIdServicePrincipals(), this::agentIdentity, "includeAgentIdServicePrincipals");
        boolean isOpen = unresolved.contains("includeServicePrincipals");
        boolean isOpenToAgents = isOpen || unresolved.contains("includeAgentIdServicePrincipals");
        return new ClientApplications(isOpen ? with(included, PRINCIPAL_LITERALS.get(0)) : included,
                all(old.excludeServicePrincipals(), this::servicePrincipal, "excludeServicePrincipals"), old.filter(),
                isOpenToAgents ? with(agents, "All") : agents,
                all(old.excludeAgentIdServicePrincipals(), this::agentIdentity, "excludeAgentIdServicePrincipals"), old.agentFilter());
    }

    private Agents agents(Agents old) {
        if (old == null) {
            return null;
        }
        List<Reference> included = all(old.includeAgentUsers(), this::agentUser, "includeAgentUsers");
        return new Agents(unresolved.contains("includeAgentUsers") ? with(included, "All") : included,
                all(old.excludeAgentUsers(), this::agentUser, "excludeAgentUsers"));
    }

    private Applications applications(Applications old) {
        List<Reference> included = all(old.includeApplications(), this::application, "includeApplications");
        return new Applications(included, all(old.excludeApplications(), this::application, "excludeApplications"),
                old.includeUserActions(),
                old.includeAuthenticationContextClassReferences(), old.filter(), old.includesUnknown()
                || unresolved.contains("includeApplications"));
    }

    private Locations locations(Locations old) {
        if (old == null) {
            return null;
        }
        List<Reference> included = all(old.include(), this::location, "includeLocations");
        return new Locations(unresolved.contains("includeLocations") ? with(included, "All") : included, all(old.exclude(), this::location,
                "excludeLocations"));
    }

    private GrantControls grant(GrantControls old) {
        return old == null ? null : new GrantControls(old.isAnd(), old.builtInControls(),
                old.authenticationStrength() == null ? null : all(List.of(old.authenticationStrength()), this::strength,
                "authenticationStrength").get(0),
                all(old.termsOfUse(), this::termsOfUse, "termsOfUse"), old.customAuthenticationFactors(), old.notUnderstood());
    }

    /** @param field takes the name of the field where one of them stands for nothing in an export */
    private List<Reference> all(List<Reference> references, Function<Reference, Reference> resolve, String field) {
        List<Reference> resolved = new ArrayList<>(references.size());
        for (Reference reference : references) {
            this.field = field;
            resolved.add(resolve.apply(reference));
        }
        return List.copyOf(resolved);
    }

    private Reference user(Reference reference) {
        Reference literal = literal(reference, USER_LITERALS);
        if (literal != null) {
            return literal;
        }
        UserState user = directory.user(reference.text());
        return user != null ? reference.resolved(WellKnown.fold(user.id()))
                : unknown(reference, "user", () -> Stream.concat(directory.users().stream().map(UserState::userPrincipalName),
                USER_LITERALS.stream()).toList());
    }

    private Reference group(Reference reference) {
        List<String> ids = directory.groupIds(reference.text());
        return one(reference, ids, "group", () -> directory.groups().stream().map(Directory.Group::displayName).toList());
    }

    private Reference role(Reference reference) {
        String id = Directory.roleId(reference.text());
        if (Roles.IDS.containsValue(id)) {
            return reference.resolved(id);
        }
        return WellKnown.isId(id) ? reference.resolved(id) : unknown(reference, "role", () -> Roles.IDS.keySet());
    }

    private Reference application(Reference reference) {
        Reference literal = literal(reference, APPLICATION_LITERALS);
        if (literal != null) {
            return literal.id().equals(TrafficProfile.ALL_INTERNET_RESOURCES) ? literal.resolved(TrafficProfile.INTERNET.appId()) : literal;
        }
        return listed(reference, APPLICATION_LITERALS);
    }

    /** An application by id or name; the literals are suggested beside the names. */
    private Reference listed(Reference reference, List<String> literals) {
        if (WellKnown.isId(WellKnown.fold(reference.text()))) {
            return reference.resolved(WellKnown.fold(reference.text()));
        }
        return one(reference, directory.applicationIds(reference.text()), "application",
                () -> Stream.concat(directory.applications().stream().map(Directory.Application::displayName), literals.stream()).toList());
    }

    private Reference servicePrincipal(Reference reference) {
        Reference literal = literal(reference, PRINCIPAL_LITERALS);
        if (literal != null) {
            return literal;
        }
        Directory.ServicePrincipal principal = directory.servicePrincipal(reference.text());
        return principal != null ? reference.resolved(WellKnown.fold(principal.id())) : unknown(reference, "service principal",
                () -> directory.servicePrincipals().stream().map(Directory.ServicePrincipal::displayName).toList());
    }

    /** AGT-03: an agent identity, or a blueprint, which stands for the agents that are made from it. */
    private Reference agentIdentity(Reference reference) {
        Reference literal = literal(reference, AGENT_LITERALS);
        if (literal != null) {
            return literal;
        }
        Directory.ServicePrincipal principal = directory.servicePrincipal(reference.text());
        boolean isId = WellKnown.isId(WellKnown.fold(reference.text()));
        if (principal != null && (isId || principal.mayBeAgent() || principal.isAgentIdentityBlueprint())) {
            return reference.resolved(WellKnown.fold(principal.id()));
        }
        List<String> blueprints = directory.applicationIds(reference.text()).stream().filter(id -> directory.application(id).memberOf()
                .contains(WellKnown.ALL_AGENT_RESOURCES)).toList();
        return blueprints.size() == 1 ? reference.resolved(blueprints.get(0)) : unknown(reference, "agent identity or blueprint",
                () -> Stream.concat(directory.servicePrincipals().stream().filter(each -> each.mayBeAgent()
                || each.isAgentIdentityBlueprint()).map(Directory.ServicePrincipal::displayName), AGENT_LITERALS.stream()).toList());
    }

    private Reference agentUser(Reference reference) {
        Reference literal = literal(reference, AGENT_LITERALS);
        if (literal != null) {
            return literal;
        }
        UserState user = directory.user(reference.text());
        return user != null && (user.isAgentUser() || WellKnown.isId(WellKnown.fold(reference.text())))
                ? reference.resolved(WellKnown.fold(user.id())) : unknown(reference, "agent user",
                () -> Stream.concat(directory.users().stream().filter(UserState::isAgentUser).map(UserState::userPrincipalName),
                AGENT_LITERALS.stream()).toList());
    }

    private Reference location(Reference reference) {
        if (WellKnown.fold(reference.text().strip()).equals(WellKnown.fold(MFA_TRUSTED_IPS)) || reference.text()
                .equals(WellKnown.MFA_TRUSTED_IPS)) {
            return reference.resolved(WellKnown.MFA_TRUSTED_IPS);
        }
        Reference literal = literal(reference, LOCATION_LITERALS);
        if (literal != null) {
            return literal;
        }
        List<String> ids = matching(set.namedLocations(), reference.text(), NamedLocation::id, NamedLocation::displayName);
        return one(reference, ids, "named location", () -> Stream.concat(set.namedLocations().stream().map(NamedLocation::displayName),
                Stream.concat(LOCATION_LITERALS.stream(), Stream.of(MFA_TRUSTED_IPS))).toList());
    }

    private Reference strength(Reference reference) {
        List<AuthenticationStrength> known = Stream.concat(AuthenticationStrength.builtIn().stream(), set.strengths().stream()).toList();
        List<String> ids = matching(known, reference.text(), AuthenticationStrength::id, AuthenticationStrength::displayName);
        return one(reference, ids, "authentication strength", () -> known.stream().map(AuthenticationStrength::displayName).toList());
    }

    private Reference termsOfUse(Reference reference) {
        List<String> ids = matching(set.termsOfUse(), reference.text(), TermsOfUse::id, TermsOfUse::displayName);
        return one(reference, ids, "terms of use", () -> set.termsOfUse().stream().map(TermsOfUse::displayName).toList());
    }

    private static <T> List<String> matching(List<T> resources, String text, Function<T, String> id, Function<T, String> name) {
        String folded = WellKnown.fold(text);
        Set<String> ids = new LinkedHashSet<>();
        for (T resource : resources) {
            String key = WellKnown.fold(id.apply(resource));
            if (folded.equals(key)) {
                return List.of(key);
            }
            if (name.apply(resource) != null && folded.equals(WellKnown.fold(name.apply(resource)))) {
                ids.add(key);
            }
        }
        return List.copyOf(ids);
    }

    private Reference literal(Reference reference, List<String> literals) {
        for (String literal : literals) {
            if (WellKnown.fold(reference.text()).equals(WellKnown.fold(literal))) {
                if (!reference.text().equals(literal)) {
                    out.warning("SP1108", reference.position(), "`" + reference.text() + "` is not the canonical spelling",
                            "write `" + literal + "`");
                }
                return reference.resolved(literal);
            }
        }
        return null;
    }

    private interface Candidates {
        Collection<String> names();
    }

    private Reference one(Reference reference, List<String> ids, String what, Candidates candidates) {
        if (ids.size() == 1) {
            return reference.resolved(ids.get(0));
        }
        if (ids.size() > 1) {
            mistake("SP1203", reference, "`" + reference.text() + "` is the name of " + ids.size() + " things (" + what + ")",
                    "write the id instead: " + String.join(" or ", ids));
            return reference;
        }
        return unknown(reference, what, candidates);
    }

    /** What comes of something that is not known: nobody meets an unknown strength. */
    private static String effect(String what) {
        return what.equals("authentication strength") ? "nothing meets it, so the policy blocks" : "it never matches";
    }

    private Reference unknown(Reference reference, String what, Candidates candidates) {
        String text = reference.text();
        if (WellKnown.isId(WellKnown.fold(text))) {
            if (!directory.users().isEmpty() || IN_THE_SET.contains(what)) {
                out.add(Severity.WARNING, "SP1204", reference.position(), "unknown " + what + " id `" + text + "`: " + effect(what),
                        IN_THE_SET.contains(what) ? "add it to the policy set, or remove it" : "add it to the directory, or remove it",
                        what.equals("named location") ? "CA-LOC-24" : "CA-USR-16");
            }
            return reference.resolved(WellKnown.fold(text));
        }
        String near = ++unknowns > Suggestions.MOST ? null : Suggestions.didYouMean(text, candidates.names());
        if (PLACEHOLDER.matcher(text).find()) {
            out.warning("SP1205", reference.position(), "unbound placeholder `" + text + "` (" + what + "): " + effect(what),
                    near != null ? near : "bind it to an id or a name in a `kind: bindings` document");
        } else {
            mistake("SP1202", reference, "unknown " + what + " `" + text + "`",
                    near != null ? near : what.equals("role") ? "use the name that Entra gives the role, such as `Global Administrator`"
                            : "add it to the " + (IN_THE_SET.contains(what) ? "policy set" : "directory") + ", or write an id");
        }
        return reference;
    }

    /** An error in what an author wrote; in an export the name is not understood (IMP-02). */
    private void mistake(String code, Reference reference, String message, String help) {
        if (reference.isExport()) {
            unresolved.add(field);
            out.notUnderstood(code, reference.position(), message, help, "IMP-02");
        } else {
            out.error(code, reference.position(), message, help);
        }
    }
}
