package dev.sallyport.check;

import dev.sallyport.decide.Facts;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.decide.Ruling;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Roles;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether anybody is left who can undo a policy (VAL-25), decided by evaluating sign-ins.
 *
 * <p><b>Who</b>: the enabled accounts with one of the roles that may change policies; where there are none, all enabled accounts; where
 * the directory knows nobody, Global Administrators who are in no group, in the groups that policies exclude, or the excluded users
 * themselves. <b>To where</b>: the Azure and Entra portals, and Microsoft
 * Graph. <b>How</b>: with password and, if asked, MFA; in a browser and in an app; on a device that is not registered, as a new one
 * is; without risk; on every platform, where policies ask for it; from an address in each named location, from each country that is
 * named, and from elsewhere; at eight times of a week, where policies ask for it. <b>Decided</b>: the first sign-in that is not
 * refused ends the search, and nothing is reported. When all are refused, each policy that refuses all of them on its own is
 * reported; when none does, a few that do so together.
 */
final class LockOut {

    private static final Set<String> ROLES = Set.of(Roles.IDS.get("Global Administrator"),
            Roles.IDS.get("Conditional Access Administrator"), Roles.IDS.get("Security Administrator"));
    private static final List<String> TARGETS = Catalogue.builtIn().use("policyAdministration");
    private static final List<String> PORTALS = TARGETS.subList(0, 1);
    private static final List<String> CLIENTS = List.of("browser", "mobileAppsAndDesktopClients");
    private static final Device UNREGISTERED = new Device(null, null, false, false, null, Map.of(), Map.of());
    private static final int MOST_ADMINISTRATORS = 10;
    private static final int MOST_OTHERS = 100;
    /** How many sign-ins are tried; places beyond that are left out. */
    private static final int MOST_TRIES = 6_000;
    /** Eight times that are 21 hours apart fall on each day of a week and on hours three apart. */
    private static final int TIMES = 8;
    private static final String EVERYWHERE = "SP1332";
    private static final String AT_PORTALS = "SP1337";
    private static final String BREAK_GLASS = "SP1351";
    private static final String SOMEWHERE = "192.0.2.200";

    private final PolicySet set;
    private final Directory directory;
    private final Instant now;
    private final List<String> targets;
    /** Whom the sign-ins are of, in words. */
    private final String who;
    private final List<UserState> people;
    /** Each sign-in of each person. */
    private final List<Facts> tries = new ArrayList<>();

    private LockOut(PolicySet set, Directory directory, Instant now, List<String> targets, String who, List<UserState> people) {
        this.targets = targets;
        this.set = set;
        this.directory = directory;
        this.now = now;
        this.who = who;
        this.people = people;
        List<SignIn> signIns = people.isEmpty() ? List.of() : signIns();
        people.forEach(person -> signIns.forEach(signIn -> tries.add(facts(signIn, person))));
    }

    /** A search among those who may change policies. */
    private static LockOut ofAdministrators(PolicySet set, Directory directory, Instant now, List<String> targets) {
        if (directory.users().isEmpty()) {
            return new LockOut(set, directory, now, targets, "every user", first(strangers(set), MOST_ADMINISTRATORS));
        }
        List<UserState> enabled = directory.users().stream().filter(user -> user.accountEnabled() && !user.isAgentUser())
                .toList();
        List<UserState> administrators = enabled.stream().filter(user -> Directory.roleIdsOf(user).stream().anyMatch(ROLES::contains))
                .toList();
        return administrators.isEmpty() ? new LockOut(set, directory, now, targets, "every user", first(enabled, MOST_OTHERS))
                : new LockOut(set, directory, now, targets, "every administrator", first(administrators, MOST_ADMINISTRATORS));
    }

    /** Reports the policies that leave nobody to undo them; the references of the set are resolved. */
    static void check(PolicySet set, Directory directory, Instant now, Diagnostics out) {
        List<ConditionalAccessPolicy> enabled = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED).toList();
        if (enabled.isEmpty() || ofAdministrators(set, directory, now, TARGETS).report(enabled, EVERYWHERE, out)) {
            return;
        }
        ofAdministrators(set, directory, now, PORTALS).report(enabled, AT_PORTALS, out);
        directory.users().stream().filter(directory::isBreakGlass).limit(MOST_ADMINISTRATORS).forEach(account -> {
            String who = "the break-glass account `" + account.userPrincipalName() + "`";
            if (account.accountEnabled()) {
                new LockOut(set, directory, now, TARGETS, who, List.of(account)).report(enabled, BREAK_GLASS, out);
            } else {
                out.add(Severity.WARNING, BREAK_GLASS, enabled.get(0).source(), who + " is disabled, so that it cannot undo a policy",
                        "enable it", "VAL-25");
            }
        });
    }

    /**
     * Finds administrators whom Microsoft's own MFA keeps from the portals: it asks emergency accounts too, and they have no method for it
     * (DEC-10). Where no user of the directory has one, methods are not in it, and nothing is reported.
     */
    static void checkMethods(PolicySet set, Directory directory, Instant now, Diagnostics out) {
        boolean asks = set.evaluationSettings().mandatoryAdminPortalMfa() && Catalogue.builtIn().mandatoryMfa().stream()
                .anyMatch(row -> PORTALS.contains(row.application()) && !now.isBefore(row.since()));
        if (!asks || directory.users().stream().noneMatch(UserState::isMfaRegistered)) {
            return;
        }
        List<String> lacking = directory.users().stream().filter(user -> user.accountEnabled() && !user.isMfaRegistered()
                && Directory.roleIdsOf(user).stream().anyMatch(ROLES::contains)).map(UserState::userPrincipalName).toList();
        if (!lacking.isEmpty()) {
            String who = String.join("`, `", lacking.subList(0, Math.min(3, lacking.size())))
                    + (lacking.size() > 3 ? "` and " + (lacking.size() - 3) + " more" : "`");
            out.add(Severity.WARNING, "SP1350", set.policies().isEmpty() ? set.securityDefaults().source() : set.policies().get(0).source(),
                    "`" + who + (lacking.size() == 1 ? " administers" : " administer") + " the tenant and cannot do MFA: Microsoft's own "
                    + "MFA asks every account at the portals", "register a passkey or a certificate: `sallyport users register`", "DEC-10");
        }
    }

    /** @return whether all sign-ins are refused */
    private boolean report(List<ConditionalAccessPolicy> enabled, String code, Diagnostics out) {
        Set<String> refusing = new TreeSet<>();
        int all = tries.size();
        if (all == 0 || refused(enabled, refusing).cardinality() < all || refused(List.of(), new TreeSet<>()).cardinality() == all) {
            return false;
        }
        Map<ConditionalAccessPolicy, BitSet> refused = new LinkedHashMap<>();
        for (ConditionalAccessPolicy policy : enabled) {
            if (refusing.contains(policy.id())) {
                refused.put(policy, refused(List.of(policy), new TreeSet<>()));
            }
        }
        List<ConditionalAccessPolicy> alone = refused.keySet().stream().filter(policy -> refused.get(policy).cardinality() == all).toList();
        alone.forEach(policy -> tell(List.of(policy), code, out));
        if (alone.isEmpty()) {
            tell(together(refused), code, out);
        }
        return true;
    }

    /** The policy that refuses most, then the one that refuses most of what is left, and so on. */
    private static List<ConditionalAccessPolicy> together(Map<ConditionalAccessPolicy, BitSet> refused) {
        List<ConditionalAccessPolicy> chosen = new ArrayList<>();
        BitSet covered = new BitSet();
        while (true) {
            ConditionalAccessPolicy best = null;
            int most = 0;
            for (Map.Entry<ConditionalAccessPolicy, BitSet> each : refused.entrySet()) {
                BitSet more = (BitSet) each.getValue().clone();
                more.andNot(covered);
                if (more.cardinality() > most) {
                    most = more.cardinality();
                    best = each.getKey();
                }
            }
            if (best == null) {
                return chosen;
            }
            chosen.add(best);
            covered.or(refused.get(best));
        }
    }

    private void tell(List<ConditionalAccessPolicy> policies, String code, Diagnostics out) {
        if (policies.isEmpty()) {
            return;                         // what refuses is no policy on its own
        }
        String others = policies.size() == 1 ? "" : " together with `" + String.join("`, `", policies.stream().skip(1)
                .map(ConditionalAccessPolicy::id).toList()) + "`";
        List<Reference> included = policies.get(0).conditions().users().includeUsers();
        String so = switch (code) {
            case EVERYWHERE -> ", so that they cannot undo it";
            case AT_PORTALS -> " of the admin portals, so that only Microsoft Graph remains to undo it";
            default -> "";
        };
        out.add(Severity.WARNING, code, included.isEmpty() ? policies.get(0).source() : included.get(0).position(),
                "`" + policies.get(0).id() + "`" + others + " locks " + who + " out" + so + ": all " + tries.size()
                + " tested sign-ins are refused", code.equals(BREAK_GLASS) ? "exclude it with `excludeUsers`, or its group with"
                + " `excludeGroups`" : "exclude a group of emergency accounts with `excludeGroups`", "VAL-25");
    }

    /**
     * The sign-ins that are refused under these policies, up to the first that is not when that settles the matter.
     *
     * @param refusing takes the ids of the policies that refuse
     */
    private BitSet refused(List<ConditionalAccessPolicy> policies, Set<String> refusing) {
        PolicySet some = set.withPolicies(policies);
        SpecEvaluator evaluator = new SpecEvaluator(some, directory);
        BitSet refused = new BitSet();
        for (int i = 0; i < tries.size(); i++) {
            Ruling ruling = evaluator.decide(tries.get(i));
            if (ruling.outcome() == Outcome.BLOCK) {
                refused.set(i);
                refusing.addAll(ruling.policies());
            } else if (policies.size() != 1) {
                return refused;
            }
        }
        return refused;
    }

    private Facts facts(SignIn signIn, UserState person) {
        try {
            return new Facts(signIn, person, directory, set.evaluationSettings(), now);
        } catch (InvalidRequestException e) {
            throw new IllegalStateException("a sign-in that is tried makes sense", e);
        }
    }

    private List<SignIn> signIns() {
        List<ConditionalAccessPolicy> policies = set.policies();
        List<String> platforms = new ArrayList<>(List.of("windows"));
        if (policies.stream().anyMatch(policy -> policy.conditions().platforms() != null)) {
            for (DevicePlatform platform : DevicePlatform.values()) {
                if (platform != DevicePlatform.ALL && platform != DevicePlatform.WINDOWS) {
                    platforms.add(platform.graphName());
                }
            }
        }
        int times = policies.stream().anyMatch(policy -> policy.conditions().times() != null) ? TIMES : 1;
        List<SignIn> all = new ArrayList<>();
        for (Place place : first(places(), Math.max(1,
                MOST_TRIES / (people.size() * platforms.size() * CLIENTS.size() * targets.size() * times)))) {
            for (String platform : platforms) {
                for (String client : CLIENTS) {
                    for (String target : targets) {
                        for (int time = 0; time < times; time++) {
                            all.add(SignIn.builder().user("tried").application(target).clientAppType(client).devicePlatform(platform)
                                    .ipAddress(place.address())
                                    .country(place.country()).gps(new SignIn.Gps(place.country())).device(UNREGISTERED)
                                    .signInRiskLevel("none").userRiskLevel("none")
                                    .insiderRiskLevel("none").authenticationFlow("none")
                                    .createdDateTime(now.plus(Duration.ofHours(21L * time))).build());
                        }
                    }
                }
            }
        }
        return all;
    }

    private record Place(String address, String country) { }

    /** Elsewhere, each address, each country, and then each of one with each of the other. */
    private List<Place> places() {
        Set<Place> places = new LinkedHashSet<>();
        List<String> addresses = addresses();
        List<String> countries = countries();
        addresses.forEach(address -> places.add(new Place(address, countries.get(0))));
        countries.forEach(country -> places.add(new Place(addresses.get(0), country)));
        addresses.forEach(address -> countries.forEach(country -> places.add(new Place(address, country))));
        return List.copyOf(places);
    }

    /** One in each range of each named location, and one that is in none of them unless somebody names a documentation range. */
    private List<String> addresses() {
        List<String> addresses = new ArrayList<>(List.of(SOMEWHERE));
        for (NamedLocation location : set.namedLocations()) {
            if (location instanceof NamedLocation.Ip ip) {
                ip.ranges().stream().limit(1).forEach(range -> addresses.add(firstAddress(range)));
            }
        }
        set.mfaSettings().trustedIps().stream().limit(1).forEach(range -> addresses.add(firstAddress(range)));
        return addresses;
    }

    private static String firstAddress(IpRange range) {
        return range.text().substring(0, range.text().indexOf(range.prefixLength() < 0 ? '-' : '/'));
    }

    private List<String> countries() {
        Set<String> named = new TreeSet<>();
        for (NamedLocation location : set.namedLocations()) {
            if (location instanceof NamedLocation.Country country) {
                named.addAll(country.countries());
            }
        }
        named.retainAll(Set.of(Locale.getISOCountries()));
        List<String> countries = new ArrayList<>();
        for (String country : Locale.getISOCountries()) {
            if (!named.contains(country)) {
                countries.add(country);
                break;
            }
        }
        countries.addAll(named);
        return countries;
    }

    /**
     * Global Administrators whom the directory does not know: one in no group, one in each excluded group, one in all of them, and each
     * excluded user.
     */
    private static List<UserState> strangers(PolicySet set) {
        Set<String> groups = new TreeSet<>();
        Set<String> users = new TreeSet<>();
        for (ConditionalAccessPolicy policy : set.policies()) {
            policy.conditions().users().excludeGroups().forEach(group -> groups.add(group.id()));
            policy.conditions().users().excludeUsers().stream().filter(user -> !user.id().equals("GuestsOrExternalUsers"))
                    .forEach(user -> users.add(user.id()));
        }
        List<UserState> strangers = new ArrayList<>(List.of(stranger("tried", List.of()), stranger("tried", List.copyOf(groups))));
        groups.forEach(group -> strangers.add(stranger("tried", List.of(group))));
        users.forEach(user -> strangers.add(stranger(user, List.of())));
        return strangers;
    }

    private static UserState stranger(String id, List<String> groups) {
        return UserState.builder().id(id).userPrincipalName(id).displayName(id).memberOf(groups).roles(List.of("Global Administrator"))
                .authenticationMethods(List.of(new UserState.AuthenticationMethod(AuthenticationMethodMode.FIDO2, null, true, null, true)))
                .build();
    }

    private static <T> List<T> first(List<T> list, int most) {
        return list.size() <= most ? list : list.subList(0, most);
    }
}
