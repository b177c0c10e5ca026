package dev.sallyport.check;

import dev.sallyport.Diagnostic.Severity;
import dev.sallyport.Directory;
import dev.sallyport.Position;
import dev.sallyport.UserState;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.NamedReference;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.Reference;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Places;
import dev.sallyport.read.Suggestions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is odd about a policy set as a whole: what nobody uses, what can never apply, what the licence does not hold. Warnings only. */
final class SetRules {

    /** How many terms of use a tenant holds (GR-CTL-26). */
    private static final int MOST_TERMS = 40;
    /** In how many groups a user may be without being refused because of it (CA-USR-13). */
    private static final int MOST_GROUPS = 2048;
    private static final String INTUNE_ENROLLMENT = "d4ebce55-015a-49b5-a083-c84d1797ae8c";
    /** How many policies and how many named locations a tenant holds (CA-POL-13, CA-LOC-10). */
    private static final int MOST_RESOURCES = 195;

    private final PolicySet set;
    private final Directory directory;
    private final Places places;
    private final Diagnostics out;
    private final Set<String> peopled = new HashSet<>();

    private SetRules(PolicySet set, Directory directory, Places places, Diagnostics out) {
        this.set = set;
        this.directory = directory;
        this.places = places;
        this.out = out;
    }

    /** Reports on a set whose references are resolved. */
    static void check(PolicySet set, Directory directory, Places places, Diagnostics out) {
        SetRules rules = new SetRules(set, directory, places, out);
        rules.findPeople();
        for (ConditionalAccessPolicy policy : set.policies()) {
            rules.neverApplies(policy);
            rules.emptyTargets(policy);
            rules.umbrella(policy);
            rules.deviceTerms(policy);
        }
        rules.trustedLocations();
        rules.unreferenced();
        rules.authenticationContexts();
        rules.limits();
        rules.otherLimits();
        rules.licences();
    }

    // ---- policies that never apply

    private void neverApplies(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        Users users = conditions.users();
        boolean everybody = names(users.includeUsers(), "All");
        boolean usersLeft = left(users.includeUsers(), users.excludeUsers()) + left(users.includeGroups(), users.excludeGroups())
                + left(users.includeRoles(), users.excludeRoles()) > 0 || users.includeGuestsOrExternalUsers() != null;
        if (conditions.clientApplications() == null && users.includesNobody() && !users.includeUsers().isEmpty()) {
            never(users.includeUsers().get(0).position(), "it includes nobody", "name users, groups or roles");
        } else if (!everybody && !usersLeft && !users.includesNobody()) {
            never(places.of(policy.source(), "conditions.users"), "whom it includes it excludes too", "remove one side");
        }
        Applications applications = conditions.applications();
        if (applications.targetsApplications() && applications.filter() == null && !applications.includesUnknown() && !applications.includeApplications().isEmpty()) {
            if (applications.includeApplications().stream().allMatch(each -> each.id().equals("None"))) {
                never(applications.includeApplications().get(0).position(), "it targets nothing", "name applications");
            } else if (applications.includeApplications().stream().allMatch(each -> isExcluded(each, applications))) {
                never(places.of(policy.source(), "conditions.applications"), "what it targets it excludes too", "remove one side");
            }
        }
        if (conditions.platforms() != null && !conditions.platforms().exclude().isEmpty()) {
            Set<DevicePlatform> excluded = conditions.platforms().exclude();
            Set<DevicePlatform> included = conditions.platforms().include();
            if (excluded.contains(DevicePlatform.ALL) || !included.isEmpty() && excluded.containsAll(included)) {
                never(places.of(policy.source(), "conditions.platforms.excludePlatforms"), "every platform that it includes is excluded", "remove one side");
            }
        }
        if (conditions.locations() != null) {
            locations(conditions.locations(), policy);
        }
        sameOnBothSides(users.includeUsers(), users.excludeUsers());
        sameOnBothSides(users.includeGroups(), users.excludeGroups());
        sameOnBothSides(users.includeRoles(), users.excludeRoles());
        sameOnBothSides(applications.includeApplications(), applications.excludeApplications());
        if (conditions.locations() != null) {
            sameOnBothSides(conditions.locations().include(), conditions.locations().exclude());
        }
    }

    private void locations(ConditionalAccessPolicy.Locations locations, ConditionalAccessPolicy policy) {
        Set<String> excluded = ids(locations.exclude());
        if (excluded.contains("AllTrusted")) {
            set.namedLocations().stream().filter(SetRules::isTrusted).forEach(each -> excluded.add(WellKnown.fold(each.id())));
            excluded.add(WellKnown.MFA_TRUSTED_IPS);
        }
        if (!locations.include().isEmpty() && locations.include().stream().allMatch(each -> excluded.contains(each.id()))) {
            never(places.of(policy.source(), "conditions.locations"), "every location that it includes is excluded", "remove one side");
        }
    }

    private static boolean isTrusted(NamedLocation location) {
        return location instanceof NamedLocation.Ip ip && ip.isTrusted();
    }

    private boolean isExcluded(Reference included, Applications applications) {
        Directory.Application application = directory.application(included.id());
        return applications.excludeApplications().stream().anyMatch(each -> each.id().equals(included.id())
                || application != null && application.memberOf().contains(each.id()));
    }

    /** The same object on both sides: excluding it wins (CA-USR-05). */
    private void sameOnBothSides(List<Reference> included, List<Reference> excluded) {
        for (Reference each : excluded) {
            if (names(included, each.id())) {
                warning("SP1501", each.position(), "`" + each + "` is included and excluded: the exclusion wins", "remove one of them", "CA-USR-05");
            }
        }
    }

    private static int left(List<Reference> included, List<Reference> excluded) {
        Set<String> ids = ids(excluded);
        return (int) included.stream().filter(each -> !each.id().equals("None") && !ids.contains(each.id())).count();
    }

    private static Set<String> ids(List<Reference> references) {
        return references.stream().map(Reference::id).collect(Collectors.toCollection(HashSet::new));
    }

    private static boolean names(List<Reference> references, String id) {
        return references.stream().anyMatch(each -> each.id().equals(id));
    }

    private void never(Position position, String why, String help) {
        warning("SP1502", position, "the policy never applies: " + why, help, "CA-CMB-03");
    }

    // ---- groups and roles in which nobody is

    private void findPeople() {
        for (UserState user : directory.users()) {
            peopled.addAll(directory.groupIdsOf(user));
            peopled.addAll(Directory.roleIdsOf(user));
        }
    }

    private void emptyTargets(ConditionalAccessPolicy policy) {
        Users users = policy.conditions().users();
        List<Reference> targets = Stream.concat(users.includeGroups().stream(), users.includeRoles().stream())
                .filter(each -> WellKnown.isId(each.id()) || !each.id().equals(each.text())).toList();
        boolean othersToo = users.includeGuestsOrExternalUsers() != null || users.includeUsers().stream().anyMatch(each -> !each.id().equals("None"));
        if (!directory.users().isEmpty() && !othersToo && !targets.isEmpty() && targets.stream().noneMatch(each -> peopled.contains(each.id()))) {
            warning("SP1503", targets.get(0).position(), "nobody of the directory is in `" + targets.get(0) + "`"
                    + (targets.size() == 1 ? "" : " or the others that the policy includes") + ": it applies to nobody now", "add members, or remove the policy", "CA-USR-04");
        }
    }

    // ---- what nobody refers to, and what is not there

    private void trustedLocations() {
        if (set.namedLocations().stream().anyMatch(SetRules::isTrusted) || !set.mfaSettings().trustedIps().isEmpty() || set.mfaSettings().skipMfaForFederatedIntranet()) {
            return;
        }
        set.policies().stream().map(policy -> policy.conditions().locations()).filter(Objects::nonNull)
                .flatMap(locations -> Stream.concat(locations.include().stream(), locations.exclude().stream())).filter(each -> each.id().equals("AllTrusted")).findFirst()
                .ifPresent(each -> warning("SP1507", each.position(), "no location is trusted, so `AllTrusted` stands for none, here and wherever it is named",
                        "set `isTrusted: true` on a named location", "CA-LOC-23"));
    }

    private void unreferenced() {
        Set<String> used = new HashSet<>();
        for (ConditionalAccessPolicy policy : set.policies()) {
            if (policy.conditions().locations() != null) {
                used.addAll(ids(policy.conditions().locations().include()));
                used.addAll(ids(policy.conditions().locations().exclude()));
            }
            if (policy.grantControls() != null) {
                used.addAll(ids(policy.grantControls().termsOfUse()));
                if (policy.grantControls().authenticationStrength() != null) {
                    used.add(policy.grantControls().authenticationStrength().id());
                }
            }
            used.addAll(policy.conditions().applications().includeAuthenticationContextClassReferences());
        }
        for (NamedLocation location : set.namedLocations()) {
            boolean trusted = isTrusted(location) && used.contains("AllTrusted");
            unreferenced(!trusted && !used.contains(WellKnown.fold(location.id())), "named location", location.displayName(), location.source());
        }
        Set<String> builtIn = AuthenticationStrength.BUILT_IN.stream().map(AuthenticationStrength::id).collect(Collectors.toSet());
        for (AuthenticationStrength strength : set.strengths()) {
            boolean known = builtIn.contains(WellKnown.fold(strength.id()));
            unreferenced(!known && !used.contains(WellKnown.fold(strength.id())), "authentication strength", strength.displayName(), strength.source());
        }
        for (TermsOfUse terms : set.termsOfUse()) {
            unreferenced(!used.contains(WellKnown.fold(terms.id())), "terms of use", terms.displayName(), terms.source());
        }
        for (NamedReference context : set.authenticationContexts()) {
            unreferenced(!used.contains(WellKnown.fold(context.id())), "authentication context", context.id(), context.source());
        }
    }

    private void unreferenced(boolean isUnused, String what, String name, Position position) {
        if (isUnused) {
            warning("SP1505", position, "no policy uses the " + what + " `" + name + "`", "use it, or remove it", null);
        }
    }

    /** CA-ACX-02: a set that declares contexts declares those that its policies ask for, and publishes them. */
    private void authenticationContexts() {
        List<String> declared = set.authenticationContexts().stream().map(context -> WellKnown.fold(context.id())).toList();
        Set<String> unpublished = set.authenticationContexts().stream().filter(context -> "false".equals(places.text(context.source(), "isAvailable")))
                .map(context -> WellKnown.fold(context.id())).collect(Collectors.toSet());
        for (ConditionalAccessPolicy policy : set.policies()) {
            for (String context : policy.conditions().applications().includeAuthenticationContextClassReferences()) {
                Position position = places.item(policy.source(), "conditions.applications.includeAuthenticationContextClassReferences", context);
                if (!declared.isEmpty() && !declared.contains(context)) {
                    String near = Suggestions.didYouMean(context, declared);
                    warning("SP1506", position, "the authentication context `" + context + "` is not declared", near != null ? near : "declare it", "CA-ACX-02");
                } else if (unpublished.contains(context)) {
                    warning("SP1506", position, "the authentication context `" + context + "` is not published", "set `isAvailable: true`", "CA-ACX-02");
                }
            }
        }
    }

    /** CA-APP-09. */
    private void umbrella(ConditionalAccessPolicy policy) {
        Applications applications = policy.conditions().applications();
        Stream.concat(applications.includeApplications().stream(), applications.excludeApplications().stream())
                .filter(each -> each.id().equals(WellKnown.MICROSOFT_GRAPH)).forEach(each -> warning("SP1750", each.position(),
                        "Microsoft Graph is no target of policies: it stands for the resources beneath it", "name those, or All", "CA-APP-09"));
    }

    /** GR-CTL-26: a device that enrols is not registered yet, and cannot accept. */
    private void deviceTerms(ConditionalAccessPolicy policy) {
        Set<String> perDevice = set.termsOfUse().stream().filter(TermsOfUse::isPerDevice).map(each -> WellKnown.fold(each.id())).collect(Collectors.toSet());
        Applications applications = policy.conditions().applications();
        boolean asks = policy.grantControls() != null && policy.grantControls().termsOfUse().stream().anyMatch(each -> perDevice.contains(each.id()));
        if (asks && names(applications.includeApplications(), "All") && !names(applications.excludeApplications(), INTUNE_ENROLLMENT)) {
            warning("SP1751", places.of(policy.source(), "grantControls.termsOfUse"),
                    "devices that enrol in Intune cannot accept terms of use that every device accepts for itself",
                    "exclude `Microsoft Intune Enrollment`", "GR-CTL-26");
        }
    }

    // ---- limits and licences

    private void limits() {
        if (set.policies().size() > MOST_RESOURCES) {
            warning("SP1509", set.policies().get(MOST_RESOURCES).source(), "a tenant holds " + MOST_RESOURCES + " policies, this set " + set.policies().size(),
                    "remove or merge some", "CA-POL-13");
        }
        if (set.namedLocations().size() > MOST_RESOURCES) {
            warning("SP1509", set.namedLocations().get(MOST_RESOURCES).source(), "a tenant holds " + MOST_RESOURCES + " named locations, this set "
                    + set.namedLocations().size(), "remove or merge some", "CA-LOC-10");
        }
    }

    /** What is more than a tenant or a token holds, beside policies and locations. */
    private void otherLimits() {
        if (set.termsOfUse().size() > MOST_TERMS) {
            warning("SP1509", set.termsOfUse().get(MOST_TERMS).source(), "a tenant holds " + MOST_TERMS + " terms of use, this set " + set.termsOfUse().size(),
                    "remove or merge some", "GR-CTL-26");
        }
        if (directory.groups().size() > MOST_GROUPS && !set.policies().isEmpty()) {
            directory.users().stream().filter(user -> directory.groupIdsOf(user).size() > MOST_GROUPS).findFirst().ifPresent(user -> warning("SP1509",
                    set.policies().get(0).source(), "`" + user.userPrincipalName() + "` is in more than " + MOST_GROUPS + " groups, and may be refused because of it",
                    "take the user out of some", "CA-USR-13"));
        }
    }

    /** Where the directory says which licences there are (section 15). */
    private void licences() {
        Directory.Organization tenant = directory.organization();
        if (Licences.lacksP1(tenant) && !set.policies().isEmpty()) {
            warning("SP1333", set.policies().get(0).source(), "Conditional Access needs a P1 licence, which the directory does not list",
                    "add `AAD_PREMIUM` to `licences`, or use security defaults", "LIC-03");
        }
        if (Licences.lacksP1(tenant) && !set.mfaSettings().trustedIps().isEmpty()) {
            warning("SP1333", places.of(set.mfaSettings().source(), "trustedIps"), "MFA trusted IPs need a P1 licence, which the directory does not list",
                    "add `AAD_PREMIUM` to `licences`, or remove them", "LIC-05");
        }
        for (ConditionalAccessPolicy policy : set.policies()) {
            if (Licences.lacksP2(tenant) && Licences.needsP2(policy)) {
                String path = !policy.conditions().userRiskLevels().isEmpty() ? "conditions.userRiskLevels"
                        : !policy.conditions().signInRiskLevels().isEmpty() ? "conditions.signInRiskLevels" : "grantControls.builtInControls";
                warning("SP1333", places.of(policy.source(), path), "risk needs a P2 licence, which the directory does not list: without it every risk is `hidden`",
                        "add `AAD_PREMIUM_P2` to `licences`, or remove the policy", "VAL-28");
            }
            if (Licences.lacksWorkloadIdentities(tenant) && Licences.needsWorkloadIdentities(policy)) {
                warning("SP1333", places.of(policy.source(), "conditions.clientApplications"),
                        "a policy for workload identities needs Workload Identities Premium, which the directory does not list",
                        "add `AAD_WRKLDID_P1` or `AAD_WRKLDID_P2` to `licences`, or remove the policy", "LIC-07");
            }
        }
    }

    private void warning(String code, Position position, String message, String help, String rule) {
        out.add(Severity.WARNING, code, position, message, help, rule);
    }
}
