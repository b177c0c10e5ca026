package dev.sallyport.check;

import dev.sallyport.Device;
import dev.sallyport.Diagnostic.Severity;
import dev.sallyport.Directory;
import dev.sallyport.Outcome;
import dev.sallyport.SignIn;
import dev.sallyport.UserState;
import dev.sallyport.decide.Facts;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.decide.NaiveEvaluator;
import dev.sallyport.decide.Ruling;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UserType;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Diagnostics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * reported; when none does, the smallest set found that does so together.
 */
final class LockOut {

    private static final Set<String> ROLES = Set.of(WellKnown.ROLE_IDS.get("Global Administrator"),
            WellKnown.ROLE_IDS.get("Conditional Access Administrator"), WellKnown.ROLE_IDS.get("Security Administrator"));
    private static final List<String> TARGETS = List.of(WellKnown.AZURE_PORTAL, "00000003-0000-0000-c000-000000000000");
    private static final List<String> CLIENTS = List.of("browser", "mobileAppsAndDesktopClients");
    private static final Device UNREGISTERED = new Device(null, null, false, false, null, Map.of(), Map.of());
    private static final int MOST_ADMINISTRATORS = 20;
    private static final int MOST_OTHERS = 1_000;
    private static final int MOST_PLACES = 20;
    /** Eight times that are 21 hours apart fall on each day of a week and on hours three apart. */
    private static final int TIMES = 8;
    private static final String SOMEWHERE = "192.0.2.200";

    private final PolicySet set;
    private final Directory directory;
    private final Instant now;
    private final boolean knowsAdministrators;
    private final List<UserState> people;
    private final List<SignIn> signIns;

    private LockOut(PolicySet set, Directory directory, Instant now) {
        this.set = set;
        this.directory = directory;
        this.now = now;
        List<UserState> enabled = directory.users().stream().filter(UserState::accountEnabled).toList();
        List<UserState> administrators = enabled.stream().filter(user -> Directory.roleIdsOf(user).stream().anyMatch(ROLES::contains)).toList();
        this.knowsAdministrators = !administrators.isEmpty();
        this.people = directory.users().isEmpty() ? first(strangers(), MOST_ADMINISTRATORS)
                : knowsAdministrators ? first(administrators, MOST_ADMINISTRATORS) : first(enabled, MOST_OTHERS);
        this.signIns = signIns();
    }

    /** Reports the policies that leave nobody to undo them; the references of the set are resolved. */
    static void check(PolicySet set, Directory directory, Instant now, Diagnostics out) {
        List<ConditionalAccessPolicy> enabled = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED).toList();
        if (enabled.isEmpty()) {
            return;
        }
        LockOut lockOut = new LockOut(set, directory, now);
        Set<String> refusing = new TreeSet<>();
        if (lockOut.people.isEmpty() || lockOut.letsSomebodyIn(enabled, refusing) || !lockOut.letsSomebodyIn(List.of(), new TreeSet<>())) {
            return;
        }
        List<ConditionalAccessPolicy> suspects = enabled.stream().filter(policy -> refusing.contains(policy.id())).toList();
        List<ConditionalAccessPolicy> alone = suspects.stream().filter(policy -> !lockOut.letsSomebodyIn(List.of(policy), new TreeSet<>())).toList();
        for (ConditionalAccessPolicy policy : alone) {
            lockOut.report(List.of(policy), out);
        }
        if (alone.isEmpty()) {
            List<ConditionalAccessPolicy> together = new ArrayList<>(suspects);
            for (ConditionalAccessPolicy policy : suspects) {
                List<ConditionalAccessPolicy> others = together.stream().filter(each -> each != policy).toList();
                if (!lockOut.letsSomebodyIn(others, new TreeSet<>())) {
                    together.remove(policy);
                }
            }
            lockOut.report(together, out);
        }
    }

    private void report(List<ConditionalAccessPolicy> policies, Diagnostics out) {
        if (policies.isEmpty()) {
            return;
        }
        String who = directory.users().isEmpty() ? "everybody" : knowsAdministrators ? "every administrator" : "every user";
        String others = policies.size() == 1 ? "" : " together with `" + String.join("`, `", policies.stream().skip(1).map(ConditionalAccessPolicy::id).toList()) + "`";
        List<Reference> included = policies.get(0).conditions().users().includeUsers();
        out.add(Severity.WARNING, "SP1332", included.isEmpty() ? policies.get(0).source() : included.get(0).position(),
                "`" + policies.get(0).id() + "`" + others + " locks out " + who + ", so that nobody could undo it: of " + people.size() * signIns.size()
                + " sign-ins that were tried all are refused", "exclude a group of emergency accounts with `excludeGroups`", "VAL-25");
    }

    /** Whether one of the sign-ins is not refused under these policies; {@code refusing} takes the ids of those that refuse. */
    private boolean letsSomebodyIn(List<ConditionalAccessPolicy> policies, Set<String> refusing) {
        PolicySet some = new PolicySet(policies, set.namedLocations(), set.strengths(), set.termsOfUse(), set.authenticationContexts(), set.securityDefaults(),
                set.mfaSettings(), set.evaluationSettings(), set.version());
        NaiveEvaluator evaluator = new NaiveEvaluator(some, directory);
        for (UserState person : people) {
            for (SignIn signIn : signIns) {
                Ruling ruling = evaluator.decide(facts(signIn, person));
                if (ruling.outcome() != Outcome.BLOCK) {
                    return true;
                }
                refusing.addAll(ruling.policies());
            }
        }
        return false;
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
        for (String address : addresses()) {
            for (String country : countries()) {
                for (String platform : platforms) {
                    for (String client : CLIENTS) {
                        for (String target : TARGETS) {
                            for (int time = 0; time < times; time++) {
                                all.add(SignIn.builder().user("tried").application(target).clientAppType(client).devicePlatform(platform).ipAddress(address)
                                        .country(country).gps(new SignIn.Gps(country)).device(UNREGISTERED).signInRiskLevel("none").userRiskLevel("none")
                                        .insiderRiskLevel("none").authenticationFlow("none").createdDateTime(now.plus(Duration.ofHours(21L * time))).build());
                            }
                        }
                    }
                }
            }
        }
        return all;
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
        return first(addresses, MOST_PLACES);
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
        return first(countries, MOST_PLACES);
    }

    /** Global Administrators whom the directory does not know: one in no group, one in each excluded group, one in all of them, and each excluded user. */
    private List<UserState> strangers() {
        Set<String> groups = new TreeSet<>();
        Set<String> users = new TreeSet<>();
        for (ConditionalAccessPolicy policy : set.policies()) {
            policy.conditions().users().excludeGroups().forEach(group -> groups.add(group.id()));
            policy.conditions().users().excludeUsers().stream().filter(user -> !user.id().equals("GuestsOrExternalUsers")).forEach(user -> users.add(user.id()));
        }
        List<UserState> strangers = new ArrayList<>(List.of(stranger("tried", List.of()), stranger("tried", List.copyOf(groups))));
        groups.forEach(group -> strangers.add(stranger("tried", List.of(group))));
        users.forEach(user -> strangers.add(stranger(user, List.of())));
        return strangers;
    }

    private static UserState stranger(String id, List<String> groups) {
        return new UserState(id, id, id, true, UserType.MEMBER, null, null, groups, List.of("Global Administrator"), PerUserMfaState.DISABLED,
                null, null, List.of(new UserState.AuthenticationMethod(AuthenticationMethodMode.FIDO2, null, true, null, true)), List.of(), null);
    }

    private static <T> List<T> first(List<T> list, int most) {
        return list.size() <= most ? list : list.subList(0, most);
    }
}
