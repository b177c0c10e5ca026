package dev.sallyport.world;

import dev.sallyport.Directory;
import dev.sallyport.Position;
import dev.sallyport.UnknownSignals;
import dev.sallyport.UserState;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.CloudAppSecurityType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.DeviceState;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.ContinuousAccessEvaluationMode;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.KnownApplications;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PersistentBrowserMode;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.NamedReference;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.TimeCondition;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Makes the policy set of a world, with references as an author writes them: ids and names. */
final class RandomPolicies {

    /** Where the policies of a random world stand. */
    static final Position WHERE = new Position("world.yaml", 1, 1);

    private static final List<String> ATTRIBUTE_RULES = List.of("CustomSecurityAttribute.Engineering_Level -eq \"secret\"",
            "CustomSecurityAttribute.Engineering_Projects -contains \"Baker\"", "CustomSecurityAttribute.engineering_level -contains \"cre\"",
            "CustomSecurityAttribute.Engineering_Projects -notContains \"Cascade\" -and CustomSecurityAttribute.Engineering_Level -ne \"Public\"",
            "CustomSecurityAttribute.Engineering_Level -in [\"Internal\", \"Public\"] -or -not CustomSecurityAttribute.Nowhere_None -eq \"x\"",
            "CustomSecurityAttribute.Engineering_Projects -eq null");

    /** Fields of an export that are not understood. */
    static final String UNKNOWN_TARGET = "includeThings";
    static final String UNKNOWN_CONTROL = "verifiedIdRequirement";

    static final List<String> COUNTRIES = List.of("NL", "FR", "US", "DE", "KP", "NO");
    private static final List<String> USER_ACTIONS = List.of(WellKnown.REGISTER_SECURITY_INFO, WellKnown.REGISTER_SECURITY_INFO, WellKnown.REGISTER_DEVICE,
            WellKnown.CREATE_APP_PASSWORD);
    /** Heads of groupings, and some members of each; requests come from all that are known. */
    private static final List<String> WELL_KNOWN_APPLICATIONS = KnownApplications.NAMES.keySet().stream().sorted()
            .filter(id -> id.startsWith("00000") || id.equals(WellKnown.AZURE_MANAGEMENT) || id.compareTo("c") > 0).toList();
    private static final List<Set<AuthenticationMethodMode>> COMBINATIONS = List.of(
            Set.of(AuthenticationMethodMode.FIDO2), Set.of(AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS),
            Set.of(AuthenticationMethodMode.PASSWORD), Set.of(AuthenticationMethodMode.X509_CERTIFICATE_SINGLE_FACTOR), Set.of(AuthenticationMethodMode.SMS),
            Set.of(AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_ONE_TIME), Set.of(AuthenticationMethodMode.EMAIL),
            Set.of(AuthenticationMethodMode.PASSWORD, AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH),
            Set.of(AuthenticationMethodMode.PASSWORD, AuthenticationMethodMode.HARDWARE_OATH),
            Set.of(AuthenticationMethodMode.PASSWORD, AuthenticationMethodMode.VOICE),
            Set.of(AuthenticationMethodMode.FEDERATED_SINGLE_FACTOR, AuthenticationMethodMode.SOFTWARE_OATH),
            Set.of(AuthenticationMethodMode.X509_CERTIFICATE_MULTI_FACTOR, AuthenticationMethodMode.SMS));

    private final Directory directory;
    private final RandomDirectory people;
    private final int size;
    /** How much of the usual share policies for many people have. */
    private final double wide;
    private final double blockShare;
    private final List<NamedLocation> namedLocations = new ArrayList<>();
    private final List<AuthenticationStrength> strengths = new ArrayList<>();
    private final List<TermsOfUse> termsOfUse = new ArrayList<>();
    private final List<NamedReference> contexts = new ArrayList<>();
    private final List<String> applicationIds = new ArrayList<>(WELL_KNOWN_APPLICATIONS);

    /**
     * @param size how many policies the world has: the more, the narrower each, so that about equally many apply
     */
    RandomPolicies(Dice dice, Directory directory, RandomDirectory people, int size) {
        this.directory = directory;
        this.people = people;
        this.size = size;
        this.wide = Math.min(1, 50.0 / Math.max(1, size));
        this.blockShare = dice.oneOf(0.02, 0.05, 0.1);
        for (int copies = 0; copies < 2; copies++) {
            directory.declaredApplications().forEach(application -> applicationIds.add(application.appId()));
        }
        namedLocations(dice);
        for (int i = dice.between(1, 4); i > 0; i--) {
            strengths.add(new AuthenticationStrength(dice.chance(0.7) ? dice.id() : "strength-" + i, "Strength " + i, dice.some(COMBINATIONS, 1, 3), WHERE));
        }
        for (int i = dice.between(1, 3); i > 0; i--) {
            termsOfUse.add(new TermsOfUse(dice.chance(0.7) ? dice.id() : "terms-" + i, "Terms " + i, dice.chance(0.4), WHERE));
        }
        for (String id : dice.some(List.of("c1", "c2", "c9", "c10", "c37", "c64", "c99"), 1, 4)) {
            contexts.add(new NamedReference(id, "Context " + id, WHERE));
        }
    }

    private void namedLocations(Dice dice) {
        for (int i = dice.chance(0.03) ? 70 : dice.between(1, 5); i > 0; i--) {
            List<IpRange> ranges = new ArrayList<>();
            for (int r = dice.weighted(5, 60, 25, 10); r > 0; r--) {
                ranges.add(Addresses.any(dice));
            }
            namedLocations.add(new NamedLocation.Ip(dice.chance(0.7) ? dice.id() : "network-" + i, "Network " + i, dice.chance(0.5), List.copyOf(ranges), WHERE));
        }
        for (int i = dice.between(1, 4); i > 0; i--) {
            boolean gps = dice.chance(0.12);
            namedLocations.add(new NamedLocation.Country(dice.chance(0.7) ? dice.id() : "countries-" + i, "Countries " + i,
                    new HashSet<>(dice.some(COUNTRIES, 1, 3)), gps, dice.chance(0.3), WHERE));
        }
        if (dice.chance(0.3)) {
            namedLocations.add(new NamedLocation.CompliantNetwork(dice.id(), "Secure Access", WHERE));
        }
    }

    PolicySet make(Dice dice, MfaSettings mfaSettings) {
        List<ConditionalAccessPolicy> policies = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String name = dice.oneOf("Policy-", "policy-", "policy-", "Block \"ünsafe\" : # clients\\", "{p} - ");
            policies.add(policy(dice, name + String.format("%05d", i)));
        }
        policies.sort(Comparator.comparing(ConditionalAccessPolicy::id));
        SecurityDefaults defaults = new SecurityDefaults(dice.chance(0.18), dice.unless(0.5, dice.oneOf(0, 7, 14)), WHERE);
        EvaluationSettings settings = new EvaluationSettings(dice.chance(0.25) ? UnknownSignals.STRICT : UnknownSignals.ENTRA,
                dice.unless(0.5, dice.chance(0.5)), dice.chance(0.3), dice.chance(0.3), dice.chance(0.3),
                dice.chance(0.5) ? EvaluationSettings.APPROVED_CLIENT_APP_RETIRED : Instant.parse("2040-01-01T00:00:00Z"), WHERE);
        return new PolicySet(List.copyOf(policies), List.copyOf(namedLocations), List.copyOf(strengths), List.copyOf(termsOfUse), List.copyOf(contexts), defaults,
                mfaSettings, settings, "sha256:world");
    }

    static MfaSettings mfaSettings(Dice dice) {
        List<IpRange> trusted = new ArrayList<>();
        for (int i = dice.weighted(35, 40, 25); i > 0; i--) {
            trusted.add(Addresses.ipv4(dice));
        }
        return new MfaSettings(dice.chance(0.65), List.copyOf(trusted), dice.chance(0.35), dice.oneOf(0, 0, 1, 14, 90), dice.oneOf(0, 3, 14),
                dice.oneOf(1, 2, 3, 40), WHERE);
    }

    ConditionalAccessPolicy policy(Dice dice, String id) {
        PolicyState state = dice.chance(0.76) ? PolicyState.ENABLED : dice.oneOf(PolicyState.DISABLED, PolicyState.REPORT_ONLY);
        boolean workload = dice.chance(Math.max(0.01, 0.07 * wide));
        List<String> notEvaluated = new ArrayList<>();
        ClientApplications principals = workload ? principals(dice) : null;
        if (workload && principals.includesAgents()) {
            notEvaluated.add("includeAgentIdServicePrincipals");
        }
        Applications target = workload && dice.chance(0.7) ? new Applications(List.of(written("All")), List.of(), List.of(), List.of(), null, false)
                : target(dice);
        if (dice.chance(0.04)) {
            notEvaluated.add(UNKNOWN_TARGET);
            target = new Applications(target.includeApplications(), target.excludeApplications(), target.includeUserActions(),
                    target.includeAuthenticationContextClassReferences(), target.filter(), true);
        }
        if (dice.chance(0.03)) {
            notEvaluated.add(dice.oneOf("clients", "agentIdRiskLevels"));
        }
        Conditions conditions = new Conditions(workload && dice.chance(0.9) ? nobody() : users(dice), principals, target,
                clientAppTypes(dice), dice.chance(0.2) ? platforms(dice) : null, dice.chance(0.3) ? locations(dice) : null,
                dice.chance(0.1) ? dice.someOf(RiskLevel.class, 1, 3) : Set.of(), dice.chance(0.1) ? dice.someOf(RiskLevel.class, 1, 3) : Set.of(),
                dice.chance(workload ? 0.4 : 0.01) ? dice.someOf(RiskLevel.class, 1, 3) : Set.of(),
                dice.chance(0.07) ? dice.someOf(InsiderRiskLevel.class, 1, 3) : Set.of(), dice.chance(0.14) ? deviceFilter(dice) : null,
                dice.chance(0.05) ? dice.someOf(DeviceState.class, 1, 2) : Set.of(), dice.chance(0.1) ? dice.someOf(TransferMethod.class, 1, 2) : Set.of(),
                dice.chance(0.08) ? times(dice) : null);
        GrantControls grant = workload && dice.chance(0.6) ? block() : grantControls(dice);
        SessionControls session = grant == null || dice.chance(0.22) ? sessionControls(dice) : SessionControls.NONE;
        if (grant == null && session.equals(SessionControls.NONE)) {
            grant = block();                                    // a policy asks for something (CA-POL-11)
        }
        if (grant != null && dice.chance(0.05)) {
            notEvaluated.add(UNKNOWN_CONTROL);
            grant = new GrantControls(grant.isAnd(), grant.builtInControls(), grant.authenticationStrength(), grant.termsOfUse(), grant.customAuthenticationFactors(),
                    List.of(UNKNOWN_CONTROL));
        }
        return new ConditionalAccessPolicy(id, dice.chance(0.2) ? id : "Policy " + id, state, conditions, grant, session,
                List.copyOf(notEvaluated), WHERE);
    }

    static Reference written(String text) {
        return new Reference(text, text, WHERE);
    }

    static GrantControls block() {
        return new GrantControls(false, EnumSet.of(GrantControl.BLOCK), null, List.of(), List.of());
    }

    private static List<Reference> written(Dice dice, int min, int max, Supplier<String> text) {
        List<Reference> references = new ArrayList<>();
        for (int i = dice.between(min, max); i > 0; i--) {
            references.add(written(dice.chance(0.03) ? dice.id() : dice.anyCase(text.get())));
        }
        return List.copyOf(references);
    }

    // ---- what

    private Applications target(Dice dice) {
        switch (dice.weighted(76, 17, 7)) {
            case 1:
                return new Applications(List.of(), List.of(), dice.some(USER_ACTIONS, 1, 2).stream().distinct().toList(), List.of(), null, false);
            case 2:
                List<String> named = dice.chance(0.04) ? List.of("c100", "urn:contoso:step-up") : dice.some(contexts.stream().map(NamedReference::id).toList(), 1, 2);
                boolean mixed = dice.chance(0.05);
                return new Applications(mixed ? applications(dice) : List.of(), List.of(),
                        !mixed && dice.chance(0.05) ? List.of(dice.pick(USER_ACTIONS)) : List.of(), named, null, false);
            default:
                List<Reference> included = switch (dice.weighted(45, 12, 8, 30, 2, 3)) {
                    case 0 -> List.of(written(dice.anyCase("All")));
                    case 1 -> List.of(written(dice.anyCase("Office365")));
                    case 2 -> List.of(written(dice.anyCase("MicrosoftAdminPortals")));
                    case 3 -> applications(dice);
                    case 4 -> List.of(written(dice.anyCase("None")));
                    default -> List.of(written("Office365"), written("MicrosoftAdminPortals"), applications(dice).get(0));
                };
                List<Reference> excluded = switch (dice.weighted(70, 18, 5, 5, 2)) {
                    case 1 -> applications(dice);
                    case 2 -> List.of(written("Office365"));
                    case 3 -> List.of(written("MicrosoftAdminPortals"));
                    case 4 -> List.of(written("Office365"));
                    default -> List.of();
                };
                FilterRule filter = dice.chance(0.1) ? attributeFilter(dice) : null;
                boolean byFilter = filter != null && !filter.isExclude();
                return new Applications(byFilter && dice.chance(0.5) ? List.of() : included, excluded, List.of(), List.of(), filter, false);
        }
    }

    private static FilterRule attributeFilter(Dice dice) {
        return new FilterRule(dice.chance(0.4), dice.pick(ATTRIBUTE_RULES), WHERE);
    }

    private List<Reference> applications(Dice dice) {
        return written(dice, 1, 3, () -> {
            String id = dice.pick(applicationIds);
            Directory.Application application = directory.application(id);
            boolean named = directory.applicationIds(application.displayName()).size() == 1 && dice.chance(0.5);
            return named ? application.displayName() : id;
        });
    }

    // ---- who

    private static Users nobody() {
        return new Users(List.of(written("None")), List.of(), List.of(), List.of(), List.of(), List.of(), null, null);
    }

    private Users users(Dice dice) {
        List<Reference> users = List.of();
        List<Reference> groups = List.of();
        List<Reference> roles = List.of();
        GuestsOrExternalUsers guests = null;
        for (int kinds = dice.chance(0.12) ? 2 : 1; kinds > 0; kinds--) {
            switch (dice.weighted(share(320), 300, share(140), 130, share(90), share(30), 10)) {
                case 0 -> users = List.of(written(dice.anyCase("All")));
                case 1 -> groups = groups(dice, 1, 3);
                case 2 -> roles = roles(dice);
                case 3 -> users = persons(dice);
                case 4 -> guests = guests(dice);
                case 5 -> users = List.of(written(dice.anyCase("GuestsOrExternalUsers")));
                default -> users = List.of(written("None"));
            }
        }
        List<Reference> notUsers = List.of();
        List<Reference> notGroups = List.of();
        List<Reference> notRoles = List.of();
        GuestsOrExternalUsers notGuests = null;
        if (dice.chance(0.35)) {
            switch (dice.weighted(25, 35, 15, 15, 9, 1)) {
                case 0 -> notUsers = persons(dice);
                case 1 -> notGroups = groups(dice, 1, 2);
                case 2 -> notRoles = roles(dice);
                case 3 -> notGuests = guests(dice);
                case 4 -> notUsers = List.of(written("GuestsOrExternalUsers"));
                default -> notUsers = persons(dice);
            }
        }
        return new Users(users, notUsers, groups, notGroups, roles, notRoles, guests, notGuests);
    }

    private int share(int weight) {
        return (int) Math.max(1, weight * wide);
    }

    private List<Reference> persons(Dice dice) {
        return written(dice, 1, 4, () -> {
            UserState user = dice.pick(directory.users());
            return dice.chance(0.5) ? user.userPrincipalName() : user.id();
        });
    }

    private List<Reference> groups(Dice dice, int min, int max) {
        return written(dice, min, max, () -> {
            if (dice.chance(0.08)) {
                return dice.pick(people.unlistedGroups);
            }
            Directory.Group group = dice.pick(directory.groups());
            return dice.chance(0.5) && directory.groupIds(group.displayName()).size() == 1 ? group.displayName() : group.id();
        });
    }

    private List<Reference> roles(Dice dice) {
        return written(dice, 1, 3, () -> {
            String role = dice.pick(people.roles);
            return dice.chance(0.5) ? role : WellKnown.ROLE_IDS.get(role);
        });
    }

    private static GuestsOrExternalUsers guests(Dice dice) {
        Set<String> tenants = null;
        if (dice.chance(0.4)) {
            tenants = new HashSet<>(dice.some(RandomDirectory.TENANTS, 1, 2));
        }
        return new GuestsOrExternalUsers(dice.someOf(GuestType.class, 1, 4), tenants);
    }

    private ClientApplications principals(Dice dice) {
        Supplier<String> principal = () -> {
            Directory.ServicePrincipal each = dice.pick(directory.servicePrincipals());
            return dice.oneOf(each.id(), each.appId(), each.displayName());
        };
        List<Reference> included = dice.chance(0.5) ? List.of(written("ServicePrincipalsInMyTenant")) : written(dice, 1, 2, principal);
        FilterRule filter = dice.chance(0.25) ? attributeFilter(dice) : null;
        return new ClientApplications(included, dice.chance(0.25) ? written(dice, 1, 1, principal) : List.of(), filter, dice.chance(0.3));
    }

    // ---- conditions

    private static Set<ClientAppType> clientAppTypes(Dice dice) {
        return switch (dice.weighted(62, 6, 4, 28)) {
            case 0 -> EnumSet.of(ClientAppType.ALL);
            case 1 -> Set.of();
            case 2 -> EnumSet.of(ClientAppType.ALL, ClientAppType.BROWSER);
            default -> {
                EnumSet<ClientAppType> types = EnumSet.noneOf(ClientAppType.class);
                types.addAll(dice.some(List.of(ClientAppType.BROWSER, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS, ClientAppType.EXCHANGE_ACTIVE_SYNC,
                        ClientAppType.EAS_SUPPORTED, ClientAppType.OTHER), 1, 3));
                yield types;
            }
        };
    }

    private static Platforms platforms(Dice dice) {
        List<DevicePlatform> real = List.of(DevicePlatform.values()).subList(1, DevicePlatform.values().length);
        Set<DevicePlatform> include = EnumSet.noneOf(DevicePlatform.class);
        Set<DevicePlatform> exclude = EnumSet.noneOf(DevicePlatform.class);
        int shape = dice.weighted(35, 45, 20);
        if (shape == 0) {
            include.add(DevicePlatform.ALL);
        } else if (shape == 1) {
            include.addAll(dice.some(real, 1, 3));
        }
        if (shape == 2 || dice.chance(0.4)) {
            exclude.addAll(dice.chance(0.05) ? List.of(DevicePlatform.ALL) : dice.some(real, 1, 3));
        }
        return new Platforms(Collections.unmodifiableSet(include), Collections.unmodifiableSet(exclude));
    }

    private Locations locations(Dice dice) {
        int shape = dice.weighted(42, 10, 36, 12);
        List<Reference> include = switch (shape) {
            case 0 -> List.of(written(dice.anyCase("All")));
            case 1 -> List.of(written(dice.anyCase("AllTrusted")));
            case 2 -> places(dice);
            default -> List.of();
        };
        List<Reference> exclude = !include.isEmpty() && dice.chance(0.4) ? List.of() : switch (dice.weighted(35, 60, 5)) {
            case 0 -> List.of(written(dice.anyCase("AllTrusted")));
            case 1 -> places(dice);
            default -> List.of(written("AllTrusted"));
        };
        return new Locations(include, exclude);
    }

    private List<Reference> places(Dice dice) {
        return written(dice, 1, 2, () -> {
            if (dice.chance(0.2)) {
                return dice.oneOf("MFA Trusted IPs", WellKnown.MFA_TRUSTED_IPS);
            }
            NamedLocation location = dice.pick(namedLocations);
            return dice.chance(0.5) ? location.id() : location.displayName();
        });
    }

    private static TimeCondition times(Dice dice) {
        TimeCondition.Days include = dice.unless(0.3, days(dice));
        TimeCondition.Range range = dice.unless(0.6, range(dice));
        return new TimeCondition(dice.chance(0.05), include, dice.unless(0.7, days(dice)), range, dice.unless(0.7, range(dice)));
    }

    private static TimeCondition.Days days(Dice dice) {
        LocalTime start = dice.oneOf(LocalTime.MIN, LocalTime.of(8, 0), LocalTime.of(9, 0), LocalTime.of(22, 0));
        return new TimeCondition.Days(dice.someOf(DayOfWeek.class, 0, 5), zone(dice), start, dice.unless(0.3, dice.oneOf(LocalTime.of(6, 30), LocalTime.of(18, 0), start)));
    }

    private static TimeCondition.Range range(Dice dice) {
        LocalDateTime from = LocalDateTime.of(dice.oneOf(2024, 2026), dice.between(1, 12), dice.between(1, 28), 9, 0);
        return new TimeCondition.Range(zone(dice), dice.unless(0.3, from), dice.unless(0.3, from.plusDays(dice.between(1, 700))));
    }

    private static ZoneId zone(Dice dice) {
        return dice.oneOf(ZoneOffset.UTC, ZoneOffset.ofHours(1), ZoneId.of("Europe/Amsterdam"), ZoneId.of("America/New_York"));
    }

    private static FilterRule deviceFilter(Dice dice) {
        String rule = dice.chance(0.06) ? dice.oneOf("device.isCompliant -eq", "device.owner -eq \"x\"", "(device.model -eq \"x\"") : comparison(dice);
        for (int more = dice.weighted(60, 30, 10); more > 0; more--) {
            rule = switch (dice.weighted(40, 40, 20)) {
                case 0 -> rule + dice.oneOf(" -and ", " and ") + comparison(dice);
                case 1 -> rule + dice.oneOf(" -or ", " or ") + comparison(dice);
                default -> "-not (" + rule + ") -or " + comparison(dice);
            };
        }
        return new FilterRule(dice.chance(0.5), rule, WHERE);
    }

    private static String comparison(Dice dice) {
        String not = dice.chance(0.5) ? "not" : "";
        String equals = not.isEmpty() ? "-eq" : "-ne";
        return switch (dice.below(11)) {
            case 0 -> "device.isCompliant " + equals + dice.oneOf(" True", " False");
            case 1 -> "device.trustType " + equals + dice.oneOf(" \"ServerAD\"", " \"AzureAD\"", " \"Workplace\"");
            case 2 -> "device.deviceOwnership " + equals + dice.oneOf(" \"Company\"", " \"Personal\"");
            case 3 -> "device.manufacturer -" + not + "startsWith \"" + dice.oneOf("Con", "VM", "d") + '"';
            case 4 -> "device.model -" + not + "In [\"Virtual Machine\", \"iPhone 15\"]";
            case 5 -> "device.systemLabels -" + not + "contains \"" + dice.pick(RandomDirectory.LABELS) + '"';
            case 6 -> "device.operatingSystemVersion -" + not + "startsWith \"10.0.2\"";
            case 7 -> "device.extensionAttribute1 " + equals + " \"" + dice.pick(RandomDirectory.EXTENSIONS) + '"';
            case 8 -> "device.extensionAttribute15 -" + not + "contains \"" + dice.oneOf("kiosk", "s", "ü") + '"';
            case 9 -> "device." + dice.oneOf("mdmAppId", "enrollmentProfileName", "deviceId") + ' ' + equals + " null";
            default -> "device.displayName -" + not + "endsWith '-" + dice.between(1, 9) + '\'';
        };
    }

    // ---- controls

    private GrantControls grantControls(Dice dice) {
        if (dice.chance(blockShare)) {
            return block();
        }
        if (dice.chance(0.14)) {
            return null;
        }
        EnumSet<GrantControl> builtIn = EnumSet.noneOf(GrantControl.class);
        Reference strength = null;
        List<Reference> terms = List.of();
        List<String> custom = List.of();
        for (int operands = 1 + dice.weighted(60, 30, 10); operands > 0; operands--) {
            switch (dice.weighted(30, 15, 7, 4, 4, 4, 8, 4, 9, 8, 3)) {
                case 0 -> builtIn.add(GrantControl.MFA);
                case 1 -> strength = strength(dice);
                case 2 -> builtIn.add(GrantControl.COMPLIANT_DEVICE);
                case 3 -> builtIn.add(GrantControl.DOMAIN_JOINED_DEVICE);
                case 4 -> builtIn.add(GrantControl.APPROVED_APPLICATION);
                case 5 -> builtIn.add(GrantControl.COMPLIANT_APPLICATION);
                case 6 -> builtIn.add(GrantControl.PASSWORD_CHANGE);
                case 7 -> builtIn.add(GrantControl.RISK_REMEDIATION);
                case 8 -> terms = terms(dice);
                case 9 -> custom = dice.some(List.of("Duo", "Ping", "RSA"), 1, 2);
                default -> builtIn.add(GrantControl.ENFORCED_MFA);
            }
        }
        if (dice.chance(0.01)) {
            builtIn.add(GrantControl.BLOCK);
        }
        return new GrantControls(dice.chance(0.45), Collections.unmodifiableSet(builtIn), strength, terms, custom);
    }

    private Reference strength(Dice dice) {
        if (dice.chance(0.04)) {
            return written(dice.id());
        }
        AuthenticationStrength strength = dice.pick(dice.chance(0.6) ? AuthenticationStrength.BUILT_IN : strengths);
        return written(dice.anyCase(dice.chance(0.5) ? strength.id() : strength.displayName()));
    }

    private List<Reference> terms(Dice dice) {
        return written(dice, 1, 2, () -> {
            TermsOfUse terms = dice.pick(termsOfUse);
            return dice.chance(0.5) ? terms.id() : terms.displayName();
        });
    }

    private static SessionControls sessionControls(Dice dice) {
        SignInFrequency frequency = null;
        if (dice.chance(0.45)) {
            boolean secondary = dice.chance(0.25);
            frequency = switch (dice.weighted(15, 35, 50)) {
                case 0 -> new SignInFrequency(true, false, 0, secondary);
                case 1 -> new SignInFrequency(false, false, dice.oneOf(1, 4, 24), secondary);
                default -> new SignInFrequency(false, true, dice.oneOf(1, 7, 30, 90), secondary);
            };
        }
        return new SessionControls(frequency, dice.unless(0.65, dice.oneOf(PersistentBrowserMode.values())),
                dice.unless(0.65, dice.oneOf(CloudAppSecurityType.values())), dice.chance(0.3), dice.chance(0.06),
                dice.unless(0.85, dice.oneOf(ContinuousAccessEvaluationMode.values())), dice.chance(0.05));
    }
}
