package dev.sallyport.check;

import dev.sallyport.Diagnostic.Severity;
import dev.sallyport.Directory;
import dev.sallyport.UserState;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Sources;
import dev.sallyport.read.Suggestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Turns names into ids. A name that an author wrote and that matches nothing, or more than one thing, is an error; in an
 * export, and for placeholders, it stays symbolic and matches nothing (corpora, points 7 and 8). An id that the directory does
 * not know never matches either (CA-USR-16).
 */
public final class References {

    /** Literals of user lists (CA-USR-02). */
    private static final List<String> USER_LITERALS = List.of("All", "None", "GuestsOrExternalUsers");
    /** Literals of application lists (CA-APP-01). */
    private static final List<String> APPLICATION_LITERALS = List.of("All", "None", WellKnown.OFFICE_365, WellKnown.MICROSOFT_ADMIN_PORTALS);
    /** Literals of location lists (CA-LOC-01). */
    private static final List<String> LOCATION_LITERALS = List.of("All", "AllTrusted");
    /** What a policy set declares itself, so that an unknown id is worth a warning without a directory too (CA-LOC-24). */
    private static final Set<String> IN_THE_SET = Set.of("named location", "authentication strength", "terms of use");
    private static final String MFA_TRUSTED_IPS = "MFA Trusted IPs";
    private static final List<String> PRINCIPAL_LITERALS = List.of("ServicePrincipalsInMyTenant");

    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)<[^<>]+>|%\\w+%|\\{[^{}]*}|\\$[\\w(]|^\\[?parameters\\(|^REPLACE[-_]|^([g-z])\\1{7}-\\1{4}|^NAME:|^ENTRAGROUP_");

    private final Directory directory;
    private final PolicySet set;
    private final Diagnostics out;
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
        return new PolicySet(policies, set.namedLocations(), set.strengths(), set.termsOfUse(), set.authenticationContexts(), set.securityDefaults(),
                set.mfaSettings(), set.evaluationSettings(), set.version());
    }

    /** SD-06, SD-07: both are evaluated. */
    private void warnAboutSecurityDefaults() {
        ConditionalAccessPolicy enabled = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED).findFirst().orElse(null);
        if (set.securityDefaults().isEnabled() && enabled != null) {
            out.add(Severity.WARNING, "SP1310", set.securityDefaults().source(), "security defaults are on beside the enabled policy `" + enabled.id() + "`",
                    "Entra allows one or the other; both are evaluated here", "SD-06");
        }
    }

    private ConditionalAccessPolicy policy(ConditionalAccessPolicy policy) {
        Conditions old = policy.conditions();
        checkFilter(old.deviceFilter(), "device filter", DeviceFilter::parse);
        checkFilter(old.applications().filter(), "application filter", DeviceFilter::parseAttributes);
        if (old.clientApplications() != null) {
            checkFilter(old.clientApplications().filter(), "filter of service principals", DeviceFilter::parseAttributes);
        }
        Conditions conditions = new Conditions(users(old.users()), clientApplications(old.clientApplications()), applications(old.applications()),
                old.clientAppTypes(), old.platforms(), locations(old.locations()), old.signInRiskLevels(), old.userRiskLevels(),
                old.servicePrincipalRiskLevels(), old.insiderRiskLevels(), old.deviceFilter(), old.excludedDeviceStates(),
                old.transferMethods(), old.times());
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), policy.state(), conditions, grant(policy.grantControls()),
                policy.sessionControls(), policy.notEvaluated(), policy.annotations(), policy.source());
    }

    private interface FilterParser {
        DeviceFilter parse(String rule) throws DeviceFilter.SyntaxException;
    }

    /** CA-DEV-47: a rule that does not parse is refused here; if one is evaluated all the same, its policy stays applicable. */
    private void checkFilter(FilterRule filter, String what, FilterParser parser) {
        try {
            if (filter != null) {
                parser.parse(filter.rule());
            }
        } catch (DeviceFilter.SyntaxException e) {
            out.add(Severity.ERROR, "SP1305", filter.position(), "the " + what + " is not valid at " + e.line() + ":" + e.column() + ": " + e.getMessage(),
                    e.help(), e.ruleId());
        }
    }

    private Users users(Users users) {
        return new Users(all(users.includeUsers(), this::user), all(users.excludeUsers(), this::user), all(users.includeGroups(), this::group),
                all(users.excludeGroups(), this::group), all(users.includeRoles(), this::role), all(users.excludeRoles(), this::role),
                users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers());
    }

    private ClientApplications clientApplications(ClientApplications old) {
        return old == null ? null : new ClientApplications(all(old.includeServicePrincipals(), this::servicePrincipal),
                all(old.excludeServicePrincipals(), this::servicePrincipal), old.filter(), old.includesAgents());
    }

    private Applications applications(Applications old) {
        return new Applications(all(old.includeApplications(), this::application), all(old.excludeApplications(), this::application),
                old.includeUserActions(), old.includeAuthenticationContextClassReferences(), old.filter(), old.includesUnknown());
    }

    private Locations locations(Locations old) {
        return old == null ? null : new Locations(all(old.include(), this::location), all(old.exclude(), this::location));
    }

    private GrantControls grant(GrantControls old) {
        return old == null ? null : new GrantControls(old.isAnd(), old.builtInControls(),
                old.authenticationStrength() == null ? null : strength(old.authenticationStrength()), all(old.termsOfUse(), this::termsOfUse),
                old.customAuthenticationFactors());
    }

    private static List<Reference> all(List<Reference> references, Function<Reference, Reference> resolve) {
        List<Reference> resolved = new ArrayList<>(references.size());
        references.forEach(reference -> resolved.add(resolve.apply(reference)));
        return List.copyOf(resolved);
    }

    private Reference user(Reference reference) {
        Reference literal = literal(reference, USER_LITERALS);
        if (literal != null) {
            return literal;
        }
        UserState user = directory.user(reference.text());
        return user != null ? reference.resolved(WellKnown.fold(user.id()))
                : unknown(reference, "user", () -> Stream.concat(directory.users().stream().map(UserState::userPrincipalName), USER_LITERALS.stream()).toList());
    }

    private Reference group(Reference reference) {
        List<String> ids = directory.groupIds(reference.text());
        return one(reference, ids, "group", () -> directory.groups().stream().map(Directory.Group::displayName).toList());
    }

    private Reference role(Reference reference) {
        String id = Directory.roleId(reference.text());
        if (WellKnown.ROLE_IDS.containsValue(id)) {
            return reference.resolved(id);
        }
        return WellKnown.isId(id) ? reference.resolved(id) : unknown(reference, "role", () -> WellKnown.ROLE_IDS.keySet());
    }

    private Reference application(Reference reference) {
        Reference literal = literal(reference, APPLICATION_LITERALS);
        if (literal != null) {
            return literal;
        }
        if (WellKnown.isId(WellKnown.fold(reference.text()))) {
            return reference.resolved(WellKnown.fold(reference.text()));
        }
        return one(reference, directory.applicationIds(reference.text()), "application",
                () -> Stream.concat(directory.applications().stream().map(Directory.Application::displayName), APPLICATION_LITERALS.stream()).toList());
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

    private Reference location(Reference reference) {
        if (WellKnown.fold(reference.text().strip()).equals(WellKnown.fold(MFA_TRUSTED_IPS)) || reference.text().equals(WellKnown.MFA_TRUSTED_IPS)) {
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
        List<AuthenticationStrength> known = Stream.concat(AuthenticationStrength.BUILT_IN.stream(), set.strengths().stream()).toList();
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
                    out.warning("SP1108", reference.position(), "`" + reference.text() + "` is not the canonical spelling", "write `" + literal + "`");
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
            out.error("SP1203", reference.position(), "`" + reference.text() + "` is the name of " + ids.size() + " things (" + what + ")",
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
                out.add(Severity.WARNING, "SP1204", reference.position(), "no " + what + " has the id `" + text + "`: " + effect(what),
                        IN_THE_SET.contains(what) ? "add it to the policy set, or remove it" : "add it to the directory, or remove it",
                        what.equals("named location") ? "CA-LOC-24" : "CA-USR-16");
            }
            return reference.resolved(WellKnown.fold(text));
        }
        String near = ++unknowns > Suggestions.MOST ? null : Suggestions.didYouMean(text, candidates.names());
        if (PLACEHOLDER.matcher(text).find() || Sources.isJson(reference.position().file())) {
            out.warning("SP1205", reference.position(), "`" + text + "` stands for no known " + what + ": " + effect(what),
                    near != null ? near : "bind it to an id or a name in a `kind: bindings` document");
        } else {
            out.error("SP1202", reference.position(), "no " + what + " is named `" + text + "`",
                    near != null ? near : what.equals("role") ? "roles have the names that Entra gives them, such as `Global Administrator`"
                            : "add it to the " + (IN_THE_SET.contains(what) ? "policy set" : "directory") + ", or write an id");
        }
        return reference;
    }
}
