package dev.sallyport.world;

import dev.sallyport.Directory;
import dev.sallyport.Registration;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import dev.sallyport.UserState;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes requests. Most are aimed at a policy, so that a narrow one applies now and then, and most of those miss it by one field:
 * a condition that no request ever decides alone is a condition that no comparison tests.
 */
final class RandomRequests {

    /** What a request can miss its policy by. */
    private enum Aspect { NOTHING, TARGET, SUBJECT, CLIENT, PLATFORM, PLACE, SIGN_IN_RISK, USER_RISK, PRINCIPAL_RISK, INSIDER_RISK, DEVICE, FLOW }

    /** Clients by name and by id, and other names of resources. */
    private static final List<String> CLIENTS = List.of("Microsoft Teams", "Outlook Mobile", "Microsoft Office", "Microsoft Azure CLI", "Azure Resource Manager",
            "1fec8e78-bce4-4aaf-ab1b-5451cc387264", "d3590ed6-52b3-4102-aeff-aad2292ab01c", "04b07795-8ddb-461a-bbee-02f9e1bf7b46");

    private final PolicySet set;
    private final Directory directory;
    private final Instant clock;
    private final List<String> applicationIds = new ArrayList<>();
    private final List<String> bundled = new ArrayList<>();
    private final List<NamedLocation> namedLocations;
    private final List<IpRange> ranges = new ArrayList<>();
    private final Map<String, NamedLocation> locationsById = new HashMap<>();
    private final Map<String, List<UserState>> usersByGroup = new HashMap<>();
    private final Map<String, List<UserState>> usersByRole = new HashMap<>();
    private final List<UserState> guests = new ArrayList<>();
    /** Who registers nothing here (DEC-01). */
    private final List<UserState> ofSharedChannels = new ArrayList<>();

    /** @param set with references resolved */
    RandomRequests(PolicySet set, Directory directory, Instant clock) {
        this.set = set;
        this.directory = directory;
        this.clock = clock;
        this.namedLocations = set.namedLocations();
        directory.applications().stream().map(Directory.Application::appId).sorted().forEach(id -> {
            applicationIds.add(id);
            if (!directory.application(id).memberOf().isEmpty()) {
                bundled.add(id);
            }
        });
        for (NamedLocation location : namedLocations) {
            locationsById.put(WellKnown.fold(location.id()), location);
            if (location instanceof NamedLocation.Ip ip) {
                ranges.addAll(ip.ranges());
            }
        }
        ranges.addAll(set.mfaSettings().trustedIps());
        for (UserState user : directory.users()) {
            directory.groupIdsOf(user).forEach(group -> usersByGroup.computeIfAbsent(group, any -> new ArrayList<>()).add(user));
            Directory.roleIdsOf(user).forEach(role -> usersByRole.computeIfAbsent(role, any -> new ArrayList<>()).add(user));
            if (user.guestType() != null) {
                guests.add(user);
            }
            if (user.guestType() == GuestType.B2B_DIRECT_CONNECT_USER) {
                ofSharedChannels.add(user);
            }
        }
    }

    Request request(Dice dice) {
        ConditionalAccessPolicy aim = set.policies().isEmpty() || dice.chance(0.3) ? null : aim(dice);
        Aspect missed = dice.chance(0.45) ? Aspect.NOTHING : dice.oneOf(Aspect.values());
        double absent = dice.chance(0.35) ? 0 : dice.oneOf(0.1, 0.35, 0.6);
        Shot shot = new Shot(dice, aim == null ? null : aim.conditions(), missed, absent);
        Request request = shot.make();
        return dice.chance(0.012) ? new Spoiler(dice).spoil(request) : request;
    }

    /** The state of the request's user, as a gateway brings it that knows better than the directory; {@code null} for the directory's. */
    UserState state(Dice dice, Request request) {
        String name = request.signIn().user();
        UserState known = name == null || !dice.chance(0.12) ? null : directory.user(name);
        if (known == null) {
            return null;
        }
        UserState other = dice.pick(directory.users());
        return new UserState(known.id(), known.userPrincipalName(), known.displayName(), known.accountEnabled(), other.userType(),
                dice.chance(0.5) ? known.externalUserType() : other.externalUserType(), other.homeTenantId(),
                dice.chance(0.5) ? known.memberOf() : other.memberOf(), dice.chance(0.5) ? known.roles() : other.roles(),
                dice.oneOf(PerUserMfaState.values()), other.perUserMfaEnabledDateTime(), known.firstSignInDateTime(), other.authenticationMethods(),
                dice.chance(0.5) ? known.appPasswords() : other.appPasswords(), other.signInSessionsValidFromDateTime());
    }

    private ConditionalAccessPolicy aim(Dice dice) {
        ConditionalAccessPolicy aim = dice.pick(set.policies());
        return aim.state() == PolicyState.DISABLED ? dice.pick(set.policies()) : aim;
    }

    /** One request on its way. */
    private final class Shot {
        private final Dice dice;
        private final Conditions aim;
        private final Aspect missed;
        private final double absent;
        private final SignIn.Builder builder = SignIn.builder();
        private final Instant now;
        /** When the user's sessions were revoked, or {@code null}. */
        private Instant revoked;

        Shot(Dice dice, Conditions aim, Aspect missed, double absent) {
            this.dice = dice;
            this.aim = aim;
            this.missed = missed;
            this.absent = absent;
            this.now = switch (dice.weighted(30, 15, 55)) {
                case 0 -> clock;
                case 1 -> clock.plusSeconds(dice.between(-2, 2));
                default -> clock.plusSeconds(dice.between(-20_000L, 200_000L));
            };
        }

        private boolean aims(Aspect aspect) {
            return aim != null && aspect != missed;
        }

        private <T> T optional(T value) {
            return dice.unless(absent, value);
        }

        Request make() {
            boolean principal = aim != null && aim.clientApplications() != null ? aims(Aspect.SUBJECT) : dice.chance(0.015);
            String action = principal ? null : action();
            boolean legacy = action == null && !principal && client();
            if (!principal && action != null) {
                builder.clientAppType(optional(dice.oneOf("browser", "browser", "mobileAppsAndDesktopClients")));
            }
            if (principal) {
                Directory.ServicePrincipal daemon = principal();
                builder.servicePrincipal(dice.anyCase(dice.oneOf(daemon.id(), daemon.appId(), daemon.displayName())));
            } else {
                UserState user = action != null && !ofSharedChannels.isEmpty() && dice.chance(0.1) ? dice.pick(ofSharedChannels) : user();
                revoked = user.signInSessionsValidFromDateTime();
                builder.user(dice.chance(0.5) ? user.userPrincipalName() : dice.anyCase(user.id()));
                builder.externalTenantId(dice.chance(0.04) ? dice.pick(RandomDirectory.TENANTS) : null);
                builder.externalUserType(dice.chance(0.04) ? dice.oneOf(GuestType.values()).graphName() : null);
            }
            builder.name(dice.chance(0.1) ? "Somebody signs in: \"again\"" : null);
            builder.createdDateTime(now.equals(clock) ? null : now);
            applications();
            signals();
            place();
            device();
            builder.authentication(authentication(legacy, principal));
            builder.session(session());
            builder.clientApplication(new SignIn.ClientApplication(optional(dice.chance(0.65)), optional(dice.chance(0.65))));
            builder.scopes(scopes());
            builder.securityDefaultsPrompt(optional(dice.oneOf("required", "notRequired", "notRequired")));
            builder.satisfied(satisfied());
            SignIn signIn = builder.build();
            return action == null ? signIn : new Registration(signIn, method(action), dice.chance(0.5) ? "Pixel 9" : null);
        }

        // ---- what

        /** The user action of a registration, or {@code null} for a sign-in. */
        private String action() {
            if (aims(Aspect.TARGET) && !aim.applications().includeUserActions().isEmpty()) {
                return dice.pick(aim.applications().includeUserActions());
            }
            return dice.chance(0.12) ? dice.oneOf(WellKnown.REGISTER_SECURITY_INFO, WellKnown.REGISTER_DEVICE, WellKnown.CREATE_APP_PASSWORD) : null;
        }

        private String method(String action) {
            return switch (action) {
                case WellKnown.REGISTER_DEVICE -> "device";
                case WellKnown.CREATE_APP_PASSWORD -> "appPassword";
                default -> dice.chance(0.25) ? dice.oneOf(null, "none", "none") : dice.oneOf("fido2", "microsoftAuthenticatorPush", dice.oneOf(AuthenticationMethodMode.values()).graphName());
            };
        }

        private void applications() {
            Applications target = aim == null ? null : aim.applications();
            if (aims(Aspect.TARGET) && !target.includeAuthenticationContextClassReferences().isEmpty()) {
                builder.authenticationContext(dice.pick(target.includeAuthenticationContextClassReferences()));
            } else if (dice.chance(0.04)) {
                builder.authenticationContext(dice.oneOf("c1", "c9", "c10", "c37", "c42", "c64", "c99"));
            } else if (dice.chance(0.6)) {
                builder.authenticationContext("none");
            }
            List<String> names = new ArrayList<>();
            for (int i = dice.weighted(absent > 0 ? 16 : 3, 70, 14, 4); i > 0; i--) {
                boolean one = aims(Aspect.TARGET) && !target.includeApplications().isEmpty();
                String id = one ? application(dice.pick(target.includeApplications())) : dice.pick(applicationIds);
                Directory.Application application = directory.application(id);
                boolean named = application != null && directory.applicationIds(application.displayName()).size() == 1 && dice.chance(0.4);
                names.add(dice.anyCase(dice.chance(0.04) ? dice.pick(CLIENTS) : named ? application.displayName() : id));
            }
            if (dice.chance(0.04)) {
                names.add(dice.id());
            }
            builder.applications(names);
        }

        private String application(Reference entry) {
            return switch (entry.id()) {
                case "All", "None" -> dice.pick(applicationIds);
                case "Office365", "MicrosoftAdminPortals", WellKnown.AZURE_MANAGEMENT -> dice.pick(bundled);
                default -> entry.id();
            };
        }

        private List<String> scopes() {
            return switch (dice.weighted(62, 20, 12, 6)) {
                case 1 -> dice.some(List.of("openid", "profile", "email", "offline_access"), 1, 3);
                case 2 -> dice.some(List.of("openid", "User.Read", "People.Read", "GroupMember.Read.All"), 1, 3);
                case 3 -> dice.some(List.of("openid", "Mail.Read", "Files.Read"), 1, 3);
                default -> List.of();
            };
        }

        // ---- who

        private UserState user() {
            if (!aims(Aspect.SUBJECT)) {
                return dice.pick(directory.users());
            }
            Users users = aim.users();
            List<UserState> found = List.of();
            if (users.includeGuestsOrExternalUsers() != null) {
                found = guests.stream().filter(guest -> users.includeGuestsOrExternalUsers().types().contains(guest.guestType())).toList();
            } else if (!users.includeGroups().isEmpty()) {
                found = usersByGroup.getOrDefault(dice.pick(users.includeGroups()).id(), List.of());
            } else if (!users.includeRoles().isEmpty()) {
                found = usersByRole.getOrDefault(dice.pick(users.includeRoles()).id(), List.of());
            } else if (!users.includeUsers().isEmpty()) {
                String id = dice.pick(users.includeUsers()).id();
                UserState user = directory.user(id);
                found = user != null ? List.of(user) : id.equals("GuestsOrExternalUsers") ? guests : List.of();
            }
            return dice.pick(found.isEmpty() ? directory.users() : found);
        }

        private Directory.ServicePrincipal principal() {
            if (aims(Aspect.SUBJECT) && aim.clientApplications() != null && !aim.clientApplications().includeServicePrincipals().isEmpty()) {
                Directory.ServicePrincipal named = directory.servicePrincipal(dice.pick(aim.clientApplications().includeServicePrincipals()).id());
                if (named != null) {
                    return named;
                }
            }
            return dice.pick(directory.servicePrincipals());
        }

        // ---- signals

        /** Chooses a client; tells whether it is a legacy one. */
        private boolean client() {
            ClientAppType type = aims(Aspect.CLIENT) && aim.limitsClientAppTypes() ? pick(aim.clientAppTypes())
                    : dice.oneOf(ClientAppType.BROWSER, ClientAppType.BROWSER, ClientAppType.BROWSER, ClientAppType.BROWSER,
                            ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS,
                            ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS, ClientAppType.OTHER);
            if (dice.chance(absent * 0.25)) {
                return true;
            }
            ClientAppType shown = type == ClientAppType.EAS_SUPPORTED ? ClientAppType.EXCHANGE_ACTIVE_SYNC : type;
            builder.clientAppType(shown.graphName());
            return shown == ClientAppType.OTHER || shown == ClientAppType.EXCHANGE_ACTIVE_SYNC;
        }

        private void signals() {
            DevicePlatform platform = aims(Aspect.PLATFORM) && aim.platforms() != null ? pick(aim.platforms().include()) : null;
            platform = platform == null || platform == DevicePlatform.ALL ? DevicePlatform.values()[dice.between(1, 6)] : platform;
            builder.devicePlatform(optional(platform.graphName()));
            builder.signInRiskLevel(optional(risk(aims(Aspect.SIGN_IN_RISK) ? aim.signInRiskLevels() : List.of())));
            builder.userRiskLevel(optional(risk(aims(Aspect.USER_RISK) ? aim.userRiskLevels() : List.of())));
            builder.servicePrincipalRiskLevel(optional(risk(aims(Aspect.PRINCIPAL_RISK) ? aim.servicePrincipalRiskLevels() : List.of())));
            InsiderRiskLevel insider = aims(Aspect.INSIDER_RISK) ? pick(aim.insiderRiskLevels()) : null;
            builder.insiderRiskLevel(optional((insider != null ? insider : dice.oneOf(InsiderRiskLevel.values())).graphName()));
            TransferMethod flow = aims(Aspect.FLOW) ? pick(aim.transferMethods()) : null;
            flow = flow != null ? flow : dice.chance(0.8) ? TransferMethod.NONE : dice.oneOf(TransferMethod.values());
            builder.authenticationFlow(optional(flow.graphName()));
        }

        private String risk(Collection<RiskLevel> wanted) {
            RiskLevel level = pick(wanted);
            return (level != null ? level : dice.chance(0.6) ? RiskLevel.NONE : dice.oneOf(RiskLevel.values())).graphName();
        }

        private <T> T pick(Collection<T> wanted) {
            return wanted.isEmpty() ? null : dice.pick(List.copyOf(wanted));
        }

        private void place() {
            NamedLocation location = null;
            if (aims(Aspect.PLACE) && aim.locations() != null) {
                List<Reference> wanted = aim.locations().include().isEmpty() || dice.chance(0.2) ? aim.locations().exclude() : aim.locations().include();
                location = wanted.isEmpty() ? null : locationsById.get(dice.pick(wanted).id());
            }
            if (location == null && dice.chance(0.5)) {
                location = dice.pick(namedLocations);
            }
            IpRange range = location instanceof NamedLocation.Ip ip && !ip.ranges().isEmpty() ? dice.pick(ip.ranges())
                    : ranges.isEmpty() ? null : dice.pick(ranges);
            builder.ipAddress(optional(range == null || dice.chance(0.2) ? Addresses.elsewhere(dice) : Addresses.near(range, dice)));
            String country = location instanceof NamedLocation.Country named ? dice.pick(named.countries().stream().sorted().toList())
                    : dice.pick(RandomPolicies.COUNTRIES);
            builder.country(optional(dice.chance(0.04) ? dice.oneOf("XX", "eu", "UK", "99") : dice.anyCase(country)));
            builder.gps(switch (dice.weighted(absent > 0 ? 45 : 10, 5, 50)) {
                case 0 -> null;
                case 1 -> new SignIn.Gps(null);
                default -> new SignIn.Gps(dice.chance(0.04) ? "XX" : dice.anyCase(country));
            });
            builder.insideCorporateNetwork(optional(dice.chance(0.15))).compliantNetwork(dice.unless(0.5, dice.chance(0.5)));
        }

        private void device() {
            switch (dice.weighted(absent > 0 ? 30 : 6, 55, 20)) {
                case 1 -> {
                    dev.sallyport.Device device = dice.pick(directory.devices());
                    builder.deviceName(dice.anyCase(device.deviceId() != null && dice.chance(0.5) ? device.deviceId() : device.displayName()));
                }
                case 2 -> builder.device(RandomDirectory.device(dice, dice.oneOf("device-7", "a laptop")));
                default -> { }
            }
        }

        // ---- what the session has proved

        private SignIn.Authentication authentication(boolean legacy, boolean principal) {
            String credential = switch (dice.weighted(principal ? 60 : 85, legacy ? 35 : 2, principal ? 40 : 2)) {
                case 1 -> "appPassword";
                case 2 -> "none";
                default -> dice.unless(absent / 5, "password");
            };
            String firstFactor = dice.chance(0.97) ? dice.unless(absent / 5, "passed") : dice.oneOf("wrongPassword", "lockedOut", "passwordExpired");
            return new SignIn.Authentication(credential, methods(), dice.chance(0.55) ? past() : null, dice.chance(0.6) ? past() : null, firstFactor,
                    optional(dice.chance(0.3)), dice.chance(0.1) ? "de1e552d-db1d-4423-a619-566b625cdc84" : null, dice.chance(0.05) ? "9A4248C6AC8C2931AB2A86537818E92E7B6C97B6" : null,
                    dice.chance(0.05) ? List.of("1.3.6.1.4.1.311.21.8") : List.of());
        }

        private List<String> methods() {
            return switch (dice.weighted(15, 15, 30, 20, 20)) {
                case 0 -> List.of();
                case 1 -> List.of("password");
                case 2 -> List.of("password", dice.oneOf("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice", "x509CertificateSingleFactor"));
                case 3 -> List.of(dice.oneOf("fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor", "deviceBasedPush", "temporaryAccessPassOneTime",
                        "temporaryAccessPassMultiUse"));
                default -> dice.some(List.of(AuthenticationMethodMode.values()), 1, 3).stream().map(GraphEnum::graphName).toList();
            };
        }

        /** A time at or around a limit, at times to the nanosecond: five minutes, hours, days, a revocation; now and then one in the future. */
        private Instant past() {
            if (revoked != null && dice.chance(0.2)) {
                return revoked.plusNanos(dice.between(-1, 1));
            }
            Duration age = switch (dice.weighted(25, 20, 20, 20, 15)) {
                case 0 -> Duration.ofMinutes(dice.between(0, 10));
                case 1 -> Duration.ofMinutes(5);
                case 2 -> Duration.ofHours(dice.oneOf(1, 4, 24));
                case 3 -> Duration.ofDays(dice.oneOf(1, 7, 14, 30, 90));
                default -> Duration.ofMinutes(dice.oneOf(-1, -5, -60));
            };
            return dice.chance(0.2) ? now.minus(age).plusNanos(dice.between(-1, 1)) : now.minus(age).plusSeconds(dice.between(-1, 1));
        }

        private SignIn.Session session() {
            String original = dice.chance(0.07) ? dice.oneOf(TransferMethod.values()).graphName() : dice.chance(0.6) ? "none" : null;
            return new SignIn.Session(optional(!dice.chance(0.22)), optional(dice.chance(0.2)), optional(dice.chance(0.07)), dice.chance(0.55) ? past() : null,
                    optional(dice.chance(0.75)), dice.chance(0.25) ? past() : null, original,
                    dice.chance(0.2) && !ranges.isEmpty() ? Addresses.near(dice.pick(ranges), dice) : null,
                    dice.chance(0.2) ? past() : null, dice.unless(0.5, dice.chance(0.5)));
        }

        private SignIn.Satisfied satisfied() {
            List<String> terms = new ArrayList<>();
            for (TermsOfUse each : set.termsOfUse()) {
                if (dice.chance(0.6)) {
                    terms.add(dice.anyCase(dice.chance(0.5) ? each.id() : each.displayName()));
                }
            }
            return new SignIn.Satisfied(terms, optional(dice.chance(0.5)), optional(dice.chance(0.5)), dice.some(List.of("Duo", "Ping", "RSA", "duo"), 0, 4));
        }
    }

    /** Makes nonsense of one field of a request. */
    private record Spoiler(Dice dice) {

        Request spoil(Request request) {
            SignIn.Builder builder = Requests.builder(request.signIn());
            String method = request instanceof Registration registration ? registration.method() : null;
            switch (dice.below(16)) {
                case 0 -> builder.user(null);
                case 1 -> builder.user("nobody@contoso.com");
                case 2 -> builder.user("user0@contoso.com").servicePrincipal("Daemon 1");
                case 3 -> builder.clientAppType(dice.oneOf("Browser", "all", "easSupported"));
                case 4 -> builder.devicePlatform(dice.oneOf("all", "Windows", "chromeOS"));
                case 5 -> builder.ipAddress(dice.oneOf("198.51.100", "198.51.100.256", "::1%eth0", "localhost"));
                case 6 -> builder.country(dice.oneOf("NLD", "N", "ÑL"));
                case 7 -> builder.deviceName("No such device").device(null);
                case 8 -> builder.signInRiskLevel("severe");
                case 9 -> builder.authenticationContext(dice.oneOf("c0", "c100", "C1"));
                case 10 -> builder.application(dice.oneOf("App 0 ", "No such app", " "));
                case 11 -> builder.authenticationFlow("ropc");
                case 12 -> builder.externalUserType("alien");
                case 13 -> builder.securityDefaultsPrompt("maybe");
                case 14 -> builder.gps(new SignIn.Gps("Holland"));
                default -> method = "carrierPigeon";
            }
            return request instanceof Registration registration ? new Registration(builder.build(), method, registration.displayName()) : builder.build();
        }
    }
}
