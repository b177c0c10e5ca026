package dev.sallyport.benchmark;

import dev.sallyport.PolicyEngine;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.Roles;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * A company to measure with: 5,000 users in 30 of 400 groups each, 20 roles, 30 applications, 20 named locations, and as many
 * policies as wanted, of which about eight in 240 apply to a request. The same seed makes the same company.
 */
public final class Company {

    private static final Position NOWHERE = Position.of("company");
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");

    private final Random random;
    private final List<String> groups = ids(400);
    private final List<String> roles = List.copyOf(Roles.IDS.values()).subList(0, 20);
    private final List<String> applications = ids(30);
    private final List<String> locations = ids(20);
    private final List<UserState> users = new ArrayList<>();
    private final Directory directory;
    private final PolicySet set;

    /** A company with this many enabled policies. */
    public Company(int policies, long seed) {
        this(policies, 5_000, seed);
    }

    /** A company with this many enabled policies and users. */
    Company(int policies, int people, long seed) {
        random = new Random(seed);
        for (int i = 0; i < people; i++) {
            users.add(user(i));
        }
        directory = new Directory(Directory.Organization.DEFAULT, users,
                groups.stream().map(id -> new Directory.Group(id, "Group " + id, List.of())).toList(),
                applications.stream().map(id -> new Directory.Application(id, "Application " + id, Set.of(), SecurityAttributes.NONE)).toList(), List.of(), List.of());
        List<NamedLocation> named = new ArrayList<>();
        for (int i = 0; i < locations.size(); i++) {
            List<IpRange> ranges = new ArrayList<>();
            for (int r = 0; r < 4; r++) {
                ranges.add(IpRange.parseCidr("198." + (18 + i / 10) + "." + (i % 10 * 20 + r) + ".0/24"));
            }
            named.add(new NamedLocation.Ip(locations.get(i), "Location " + i, i < 6, ranges, NOWHERE));
        }
        List<ConditionalAccessPolicy> made = new ArrayList<>();
        for (int i = 0; i < policies; i++) {
            made.add(policy(i));
        }
        set = new PolicySet(made, named, List.of(), List.of(), List.of(), SecurityDefaults.OFF, MfaSettings.DEFAULT, EvaluationSettings.DEFAULT, "sha256:-");
    }

    private static List<String> ids(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(new UUID(count, 0x8000_0000_0000_0000L | i).toString());
        }
        return ids;
    }

    /** The engine that is measured. */
    public PolicyEngine engine() throws PolicyLoadException {
        return PolicyEngine.of(set, directory, Clock.systemUTC(), new Diagnostics());
    }

    /** As many locations as wanted with as many ranges each, and a policy that looks at them. */
    static Snapshot ofLocations(int count, int ranges) {
        List<NamedLocation> named = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<IpRange> own = new ArrayList<>();
            for (int r = 0; r < ranges; r++) {
                int first = (r * count + i) * 64;
                own.add(IpRange.between(text(first), text(first + 31)));
            }
            named.add(new NamedLocation.Ip("location-" + i, "Location " + i, i % 2 == 0, own, NOWHERE));
        }
        Company company = new Company(1, 7);
        ConditionalAccessPolicy policy = new ConditionalAccessPolicy("policy", "Policy", PolicyState.ENABLED, new Conditions(new Users(literal("All"), List.of(), List.of(),
                List.of(), List.of(), List.of(), null, null), null, null, new Applications(literal("All"), List.of(), List.of(), List.of(), null, false), Set.of(ClientAppType.ALL),
                null, new Locations(literal("All"), literal("AllTrusted")), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null),
                grant(false, GrantControl.BLOCK), SessionControls.NONE, List.of(), NOWHERE);
        return new Snapshot(new PolicySet(List.of(policy), named, List.of(), List.of(), List.of(), SecurityDefaults.OFF, MfaSettings.DEFAULT, EvaluationSettings.DEFAULT, "-"),
                company.directory, false);
    }

    /** One of the addresses around the ranges of {@link #ofLocations}. */
    static IpAddress address(int n) {
        return IpAddress.parse(text(n & (1 << 24) - 1));
    }

    private static String text(int n) {
        return 20 + (n >>> 24) + "." + (n >>> 16 & 255) + "." + (n >>> 8 & 255) + "." + (n & 255);
    }

    /** The policy set. */
    public PolicySet policySet() {
        return set;
    }

    /** The directory. */
    public Directory directory() {
        return directory;
    }

    private UserState user(int i) {
        Set<String> memberOf = new HashSet<>();
        while (memberOf.size() < 30) {
            memberOf.add(any(groups));
        }
        List<String> held = random.nextInt(20) == 0 ? List.of(any(roles)) : List.of();
        return UserState.builder().id(new UUID(7, i).toString()).userPrincipalName("user" + i + "@contoso.com").displayName("User " + i)
                .memberOf(List.copyOf(memberOf)).roles(held)
                .authenticationMethods(List.of(new UserState.AuthenticationMethod(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, "Phone", true, NOW, true)))
                .build();
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private List<Reference> some(List<String> ids, int most) {
        Set<String> chosen = new HashSet<>();
        for (int n = 1 + random.nextInt(most); chosen.size() < n;) {
            chosen.add(any(ids));
        }
        return chosen.stream().map(id -> new Reference(id, id, NOWHERE)).toList();
    }

    private static List<Reference> literal(String literal) {
        return List.of(new Reference(literal, literal, NOWHERE));
    }

    /** The first policies of a tenant concern most people, the next some, and those that a large tenant has besides few. */
    private ConditionalAccessPolicy policy(int i) {
        boolean everybody = chance(i < 10 ? 80 : i < 240 ? 8 : 0);
        int most = i < 240 ? 4 : 1;
        List<Reference> included = everybody ? literal("All") : List.of();
        Users assigned = new Users(included, List.of(), everybody ? List.of() : some(groups, most), some(groups, 2),
                everybody || chance(80) ? List.of() : some(roles, most), List.of(), null, null);
        Applications target = new Applications(chance(i < 10 ? 80 : i < 240 ? 8 : 0) ? literal("All") : some(applications, most), List.of(), List.of(), List.of(), null, false);
        Set<ClientAppType> clients = chance(i < 10 ? 90 : 70) ? Set.of(ClientAppType.ALL) : chance(60) ? Set.of(ClientAppType.BROWSER, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS)
                : Set.of(ClientAppType.EXCHANGE_ACTIVE_SYNC, ClientAppType.OTHER);
        Platforms platforms = chance(i < 10 ? 90 : 75) ? null : new Platforms(Set.of(DevicePlatform.WINDOWS, DevicePlatform.MAC_OS), Set.of());
        Locations where = chance(i < 10 ? 80 : 65) ? null : chance(50) ? new Locations(literal("All"), literal("AllTrusted")) : new Locations(some(locations, 3), List.of());
        Set<RiskLevel> risks = chance(92) ? Set.of() : Set.of(RiskLevel.MEDIUM, RiskLevel.HIGH);
        Conditions conditions = new Conditions(assigned, null, null, target, clients, platforms, where, risks, Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null);
        int kind = random.nextInt(100);
        GrantControls grant = kind < 60 ? grant(false, GrantControl.MFA) : kind < 80 ? grant(false, GrantControl.MFA, GrantControl.COMPLIANT_DEVICE)
                : kind < 90 ? new GrantControls(false, Set.of(), literal(AuthenticationStrength.builtIn().get(0).id()).get(0), List.of(), List.of())
                : kind < 97 ? null : grant(false, GrantControl.BLOCK);
        SessionControls session = kind >= 90 && kind < 97 || chance(8) ? new SessionControls(new SignInFrequency(false, false, 1 + random.nextInt(24), false), null, null, false, false,
                null, false)
                : SessionControls.NONE;
        return new ConditionalAccessPolicy("policy-" + String.format("%05d", i), "Policy " + i, PolicyState.ENABLED, conditions, grant, session, List.of(), NOWHERE);
    }

    private static GrantControls grant(boolean and, GrantControl... controls) {
        return new GrantControls(and, Set.of(controls), null, List.of(), List.of());
    }

    /** Sign-ins of this company: text, as a gateway has it. */
    public SignIn[] signIns(int count) {
        SignIn[] made = new SignIn[count];
        for (int i = 0; i < count; i++) {
            Instant time = NOW.plusSeconds(i);
            boolean legacy = chance(3);
            made[i] = SignIn.builder().user(any(users).userPrincipalName()).application(any(applications))
                    .clientAppType(legacy ? "other" : chance(60) ? "browser" : "mobileAppsAndDesktopClients")
                    .devicePlatform(any(List.of("windows", "macOS", "iOS", "android"))).ipAddress("198." + (18 + random.nextInt(3)) + "." + random.nextInt(250) + ".7")
                    .country(any(List.of("NL", "BE", "US", "DE"))).signInRiskLevel(chance(95) ? "none" : "medium").createdDateTime(time)
                    .device(chance(50) ? new Device("d" + i, "PC", chance(80), true, "AzureAD", Map.of(), Map.of()) : null)
                    .authentication(SignIn.Authentication.builder().credential("password")
                            .methods(List.of("password", "microsoftAuthenticatorPush"))
                            .mfaDateTime(chance(85) ? time.minusSeconds(600) : null).signInDateTime(time.minusSeconds(900))
                            .homeTenantMfa(false).build()).build();
        }
        return made;
    }
}
