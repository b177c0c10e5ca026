package dev.sallyport.check;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.SourceMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a policy includes and excludes at once (CA-CMB-03): the same object on both sides, and what lies within something that is
 * excluded, such as a group in a group, a user in a group, a range in a range. Where nothing else is included, the policy never applies.
 */
final class Inclusions {

    private static final String ALL = "All";
    private static final String ALL_GUESTS = "GuestsOrExternalUsers";
    private static final String ALL_TRUSTED = "AllTrusted";

    private final PolicySet set;
    private final Directory directory;
    private final SourceMap places;
    private final Diagnostics out;
    /** The users of the directory, by their numbers there, in each group and role, and each by its own id. */
    private final Map<String, List<Integer>> people = new HashMap<>();
    /** The groups that list a group, by folded id. */
    private final Map<String, Set<String>> listedIn = new HashMap<>();
    private final Map<String, NamedLocation> locations = new HashMap<>();

    Inclusions(PolicySet set, Directory directory, SourceMap places, Diagnostics out) {
        this.set = set;
        this.directory = directory;
        this.places = places;
        this.out = out;
        for (int i = 0; i < directory.users().size(); i++) {
            int number = i;
            UserState user = directory.users().get(i);
            people.computeIfAbsent(WellKnown.fold(user.id()), any -> new ArrayList<>(1)).add(number);
            if (user.isAgentUser()) {                           // AGT-01
                people.computeIfAbsent(WellKnown.ALL_AGENT_USERS, any -> new ArrayList<>(1)).add(number);
                continue;
            }
            directory.groupIdsOf(user).forEach(group -> people.computeIfAbsent(group, any -> new ArrayList<>(1)).add(number));
            Directory.roleIdsOf(user).forEach(role -> people.computeIfAbsent(role, any -> new ArrayList<>(1)).add(number));
        }
        for (Directory.Group group : directory.groups()) {
            for (String member : group.members()) {
                directory.groupIds(member).forEach(id -> listedIn.computeIfAbsent(id,
                        any -> new HashSet<>()).add(WellKnown.fold(group.id())));
            }
        }
        set.namedLocations().forEach(location -> locations.putIfAbsent(WellKnown.fold(location.id()), location));
    }

    /** Reports on a policy whose references are resolved. */
    void check(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        if (conditions.clientApplications() != null) {
            principals(conditions.clientApplications(), policy);
        } else {
            users(conditions.users(), policy);
        }
        if (conditions.applications().targetsApplications()) {
            applications(conditions.applications(), policy);
        }
        if (conditions.platforms() != null) {
            platforms(conditions.platforms(), policy);
        }
        if (conditions.locations() != null) {
            locations(conditions.locations(), policy);
        }
    }

    // ---- users

    private void users(Users users, ConditionalAccessPolicy policy) {
        if (users.includesNobody()) {
            if (!users.includeUsers().isEmpty() && policy.conditions().agents() == null) {
                never(users.includeUsers().get(0).position(), "it includes no users", "name users, groups or roles");
            }
            return;
        }
        Set<GuestType> guests = guestsLeft(users);
        List<Reference> userNames = users.includeUsers().stream().filter(each -> !each.id().equals("None")).toList();
        Map<Reference, String> within = new LinkedHashMap<>();
        int left = guests.size() + left(userNames, users.excludeUsers(), each -> holder(each, users), within)
                + left(users.includeGroups(), users.excludeGroups(), each -> holder(each, users.excludeGroups()), within)
                + left(users.includeRoles(), users.excludeRoles(), each -> null, within);
        boolean isOpen = !guests.isEmpty() || userNames.stream().anyMatch(each -> !within.containsKey(each)
                && directory.user(each.id()) == null);
        if (!isOpen && !directory.users().isEmpty()) {
            knownUsers(users, left > 0, policy);
        }
        if (left == 0) {
            never(places.of(policy.source(), "conditions.users"), "it excludes every user that it includes",
                    "remove the include or the exclude");
            return;
        }
        lieWithin(within);
        GuestsOrExternalUsers included = users.includeGuestsOrExternalUsers();
        if (included != null && guests.size() < included.types().size()) {
            String gone = String.join("`, `",
                    included.types().stream().filter(type -> !guests.contains(type)).map(GuestType::graphName).toList());
            warning("SP1501", places.of(policy.source(), "conditions.users.includeGuestsOrExternalUsers"), "`" + gone
                    + "` is included and excluded: the exclusion wins",
                    "remove one of them", "CA-USR-05");
        }
    }

    /** The kinds of guests that are included and not excluded, with some of their tenants at least. */
    private static Set<GuestType> guestsLeft(Users users) {
        GuestsOrExternalUsers included = users.includeGuestsOrExternalUsers();
        Set<GuestType> left = included == null ? new HashSet<>() : new HashSet<>(included.types());
        left.removeIf(type -> isExcluded(type, included.tenants(), users));
        return left;
    }

    /** @param tenants the home tenants of these guests, or {@code null} for all */
    private static boolean isExcluded(GuestType type, Set<String> tenants, Users users) {
        GuestsOrExternalUsers excluded = users.excludeGuestsOrExternalUsers();
        return names(users.excludeUsers(), ALL_GUESTS) || excluded != null && excluded.types().contains(type)
                && (excluded.tenants() == null || type == GuestType.INTERNAL_GUEST || tenants != null
                && excluded.tenants().containsAll(tenants));
    }

    /** In which excluded object an included user is, or {@code null}. */
    private String holder(Reference included, Users users) {
        if (included.id().equals(ALL_GUESTS)) {
            return Stream.of(GuestType.values()).allMatch(type -> isExcluded(type, null, users)) ? "the excluded guests" : null;
        }
        UserState user = included.id().equals(ALL) ? null : directory.user(included.id());
        if (user == null || user.isAgentUser()) {
            return user != null && names(users.excludeUsers(), WellKnown.ALL_AGENT_USERS) ? "the excluded agent users" : null;
        }
        Set<String> groups = directory.groupIdsOf(user);
        Set<String> roles = Directory.roleIdsOf(user);
        Reference holder = users.excludeGroups().stream().filter(group -> groups.contains(group.id())).findFirst()
                .orElse(users.excludeRoles().stream().filter(role -> roles.contains(role.id())).findFirst().orElse(null));
        Set<String> tenant = user.homeTenantId() == null ? null : Set.of(WellKnown.fold(user.homeTenantId()));
        return holder != null ? excluded(holder) : user.guestType() != null && isExcluded(user.guestType(), tenant, users)
                ? "the excluded guests" : null;
    }

    /** In which excluded group an included group lies, or {@code null}. */
    private String holder(Reference included, List<Reference> excluded) {
        Set<String> above = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(included.id()));
        while (!open.isEmpty()) {
            for (String group : listedIn.getOrDefault(open.pop(), Set.of())) {
                if (above.add(group)) {
                    open.add(group);
                }
            }
        }
        return excluded.stream().filter(group -> above.contains(group.id())).findFirst().map(Inclusions::excluded).orElse(null);
    }

    private static String excluded(Reference holder) {
        return "`" + holder + "`, which is excluded";
    }

    /**
     * Which users of the directory a policy includes, where it includes no others (CA-USR-04): there should be some, and some that are not
     * excluded.
     */
    private void knownUsers(Users users, boolean mayApply, ConditionalAccessPolicy policy) {
        List<Reference> targets = Stream.concat(users.includeGroups().stream().filter(group -> WellKnown.isId(group.id())
                || !directory.groupIds(group.id()).isEmpty()),
                users.includeRoles().stream().filter(role -> WellKnown.isId(role.id()))).toList();
        BitSet included = people(users.includeUsers(), users.includeGroups(), users.includeRoles(), null);
        if (included.isEmpty() && !targets.isEmpty()) {
            warning("SP1503", targets.get(0).position(), "no user of the directory is in `" + targets.get(0) + "`"
                    + (targets.size() == 1 ? "" : " or the others that the policy includes") + ": it applies to no user now",
                    "add members, or remove the policy", "CA-USR-04");
        } else if (!included.isEmpty() && mayApply) {
            included.andNot(people(users.excludeUsers(), users.excludeGroups(), users.excludeRoles(), users));
            if (included.isEmpty()) {
                warning("SP1503", places.of(policy.source(), "conditions.users"),
                        "the policy excludes every user of the directory that it includes: it applies to no user now",
                        "remove the include or the exclude, or remove the policy", "CA-USR-05");
            }
        }
    }

    /** @param guests excludes guests too, or {@code null} */
    private BitSet people(List<Reference> names, List<Reference> groups, List<Reference> roles, Users guests) {
        BitSet all = new BitSet();
        Stream.of(names, groups, roles).flatMap(List::stream).forEach(each -> people.getOrDefault(each.id(), List.of()).forEach(all::set));
        for (int i = 0; guests != null && i < directory.users().size(); i++) {
            UserState user = directory.users().get(i);
            if (user.guestType() != null && !user.isAgentUser() && isExcluded(user.guestType(), user.homeTenantId() == null ? null
                    : Set.of(WellKnown.fold(user.homeTenantId())), guests)) {
                all.set(i);
            }
        }
        return all;
    }

    // ---- workload identities, applications, platforms

    /** Workload identities and agents: those of one list do not take any away from the other (AGT-03). */
    private void principals(ClientApplications principals, ConditionalAccessPolicy policy) {
        Map<Reference, String> within = new LinkedHashMap<>();
        int left = left(principals.includeServicePrincipals(), principals.excludeServicePrincipals(), each -> null, within)
                + left(principals.includeAgentIdServicePrincipals(), principals.excludeAgentIdServicePrincipals(),
                each -> blueprint(each, principals.excludeAgentIdServicePrincipals()), within);
        boolean isFiltered = principals.filter() != null && !principals.filter().isExclude()
                || principals.agentFilter() != null && !principals.agentFilter().isExclude();
        if (left > 0 || isFiltered) {
            lieWithin(within);
        } else if (principals.includesWorkloads() || principals.includesAgents()) {
            never(places.of(policy.source(), "conditions.clientApplications"), principals.includesAgents()
                    ? "it excludes every agent that it includes" : "it excludes every service principal that it includes",
                    "remove the include or the exclude");
        }
    }

    /** The excluded blueprint of an agent, or {@code null} (AGT-03). */
    private String blueprint(Reference included, List<Reference> excluded) {
        Directory.ServicePrincipal agent = directory.servicePrincipal(included.id());
        Set<String> blueprint = agent == null ? Set.of() : directory.blueprintIdsOf(agent);
        return excluded.stream().filter(each -> blueprint.contains(each.id())).findFirst().map(Inclusions::excluded).orElse(null);
    }

    private void applications(Applications applications, ConditionalAccessPolicy policy) {
        List<Reference> included = applications.includeApplications().stream().filter(each -> !each.id().equals("None")).toList();
        boolean others = applications.filter() != null && !applications.filter().isExclude() || applications.includesUnknown()
                || applications.includeApplications().isEmpty();
        if (!others && included.isEmpty()) {
            never(applications.includeApplications().get(0).position(), "it targets nothing", "name applications");
            return;
        }
        Map<Reference, String> within = new LinkedHashMap<>();
        int left = left(included, applications.excludeApplications(), each -> bundle(each, applications.excludeApplications()), within);
        if (left == 0 && !others) {
            never(places.of(policy.source(), "conditions.applications"), "it excludes every application that it targets",
                    "remove the include or the exclude");
        } else {
            lieWithin(within);
        }
    }

    /** The excluded bundle that holds an application, or {@code null} (CA-APP-06, CA-APP-07). */
    private String bundle(Reference included, List<Reference> excluded) {
        Directory.Application application = directory.application(included.id());
        return application == null ? null
                : excluded.stream().filter(each -> application.memberOf().contains(each.id())).findFirst().map(Inclusions::excluded)
                .orElse(null);
    }

    private void platforms(Platforms platforms, ConditionalAccessPolicy policy) {
        Set<DevicePlatform> excluded = platforms.exclude();
        if (excluded.contains(DevicePlatform.ALL) || !platforms.include().isEmpty() && excluded.containsAll(platforms.include())) {
            never(places.of(policy.source(), "conditions.platforms.excludePlatforms"), "it excludes every platform that it includes",
                    "remove the include or the exclude");
            return;
        }
        for (DevicePlatform platform : platforms.include()) {
            if (excluded.contains(platform)) {
                warning("SP1501", places.item(policy.source(), "conditions.platforms.excludePlatforms", platform.graphName()),
                        "`" + platform.graphName() + "` is included and excluded: the exclusion wins", "remove one of them", "CA-CMB-03");
            }
        }
    }

    // ---- locations

    private void locations(Locations wanted, ConditionalAccessPolicy policy) {
        List<Reference> excluded = wanted.exclude();
        if (excluded.isEmpty() || wanted.include().isEmpty()) {
            return;
        }
        Ranges addresses = new Ranges(excluded.stream().flatMap(each -> ranges(each).stream()).toList());
        List<NamedLocation.Country> countries = new ArrayList<>();
        excluded.forEach(each -> {
            if (locations.get(each.id()) instanceof NamedLocation.Country country && !country.byGps()) {
                countries.add(country);
            }
        });
        Map<Reference, String> within = new LinkedHashMap<>();
        int left = left(wanted.include(), excluded, each -> isCovered(each, excluded, addresses, countries) ? "the excluded locations"
                : null,
                within);
        if (left == 0) {
            never(places.of(policy.source(), "conditions.locations"), "it excludes every location that it includes",
                    "remove the include or the exclude");
        } else {
            lieWithin(within);
        }
    }

    /** Whether excluded locations hold all of an included one; where Authenticator says no position, the policy applies (CA-LOC-17). */
    private boolean isCovered(Reference included, List<Reference> excluded, Ranges addresses, List<NamedLocation.Country> countries) {
        NamedLocation location = locations.get(included.id());
        if (location instanceof NamedLocation.Country country) {
            return !country.byGps() && !countries.isEmpty() && (!country.includeUnknown()
                    || countries.stream().anyMatch(NamedLocation.Country::includeUnknown))
                    && country.countries().stream().allMatch(code -> countries.stream().anyMatch(each -> each.countries().contains(code)));
        }
        boolean isTrusted = included.id().equals(ALL_TRUSTED) || included.id().equals(WellKnown.MFA_TRUSTED_IPS);
        if (isTrusted && names(excluded, ALL_TRUSTED)) {
            return true;
        }
        boolean elsewhere = isTrusted && set.mfaSettings().skipMfaForFederatedIntranet()                 // CA-LOC-18
                && !names(excluded, WellKnown.MFA_TRUSTED_IPS);
        return !elsewhere && !ranges(included).isEmpty() && ranges(included).stream().allMatch(addresses::cover);
    }

    /** The ranges that an entry of a location list stands for; none for countries and networks. */
    private List<IpRange> ranges(Reference entry) {
        if (entry.id().equals(WellKnown.MFA_TRUSTED_IPS)) {
            return set.mfaSettings().trustedIps();
        }
        if (entry.id().equals(ALL_TRUSTED)) {
            List<IpRange> trusted = new ArrayList<>(set.mfaSettings().trustedIps());
            set.namedLocations().stream().filter(SetRules::isTrusted).forEach(location -> trusted.addAll(((NamedLocation.Ip) location)
                    .ranges()));
            return trusted;
        }
        return locations.get(entry.id()) instanceof NamedLocation.Ip ip ? ip.ranges() : List.of();
    }

    // ---- both sides

    /**
     * How many included entries are not excluded as a whole; reports those that are named on both sides (CA-USR-05).
     *
     * @param holder tells what excluded object an entry lies within, or {@code null}
     * @param within takes the entries that lie within another, and what that is as their text
     */
    private int left(List<Reference> included, List<Reference> excluded, Function<Reference, String> holder,
            Map<Reference, String> within) {
        int left = 0;
        for (Reference each : included) {
            boolean same = names(excluded, each.id());
            String held = same ? null : holder.apply(each);
            if (held != null) {
                within.put(each, held);
            }
            left += same || held != null ? 0 : 1;
        }
        excluded.stream().filter(each -> names(included, each.id())).forEach(each ->
                warning("SP1501", each.position(), "`" + each + "` is included and excluded: the exclusion wins", "remove one of them",
                "CA-USR-05"));
        return left;
    }

    private void lieWithin(Map<Reference, String> within) {
        within.forEach((included, holder) -> warning("SP1501", included.position(), "`" + included + "` is included, but is part of "
                + holder + ": the exclusion wins",
                "remove one of them", "CA-CMB-03"));
    }

    private static boolean names(List<Reference> references, String id) {
        return references.stream().anyMatch(each -> each.id().equals(id));
    }

    private void never(Position position, String why, String help) {
        warning("SP1502", position, "the policy never applies: " + why, help, "CA-CMB-03");
    }

    private void warning(String code, Position position, String message, String help, String rule) {
        out.add(Severity.WARNING, code, position, message, help, rule);
    }
}
