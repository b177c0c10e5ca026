package dev.sallyport.world;

import dev.sallyport.Device;
import dev.sallyport.Directory;
import dev.sallyport.Directory.Application;
import dev.sallyport.Directory.Group;
import dev.sallyport.Directory.Organization;
import dev.sallyport.Directory.ServicePrincipal;
import dev.sallyport.UserState;
import dev.sallyport.UserState.AppPassword;
import dev.sallyport.UserState.AuthenticationMethod;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.KnownApplications;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserType;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.WellKnown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the directory of a world. */
final class RandomDirectory {

    static final List<String> TENANTS = List.of("11111111-aaaa-4aaa-8aaa-000000000001", "22222222-bbbb-4bbb-8bbb-000000000002",
            "33333333-cccc-4ccc-8ccc-000000000003");
    static final List<String> MANUFACTURERS = List.of("Contoso", "Fabrikam", "Dell Inc.", "VMware, Inc.");
    static final List<String> LABELS = List.of("AzureResource", "M365Managed", "MultiUser", "CloudPC");
    static final List<String> EXTENSIONS = List.of("SAW", "kiosk-1", "kiosk-2", "Zürich");

    private static final List<String> ROLE_NAMES = WellKnown.ROLE_IDS.keySet().stream().sorted().toList();
    private static final List<String> APPLICATION_IDS = KnownApplications.NAMES.keySet().stream().sorted().toList();

    private final Dice dice;
    private final Instant clock;
    private final int graceDays;
    private final int maxAppPasswords;

    /** Groups that the directory does not list, though users say that they are in them. */
    final List<String> unlistedGroups = new ArrayList<>();
    final List<String> roles;

    RandomDirectory(Dice dice, Instant clock, int graceDays, int maxAppPasswords) {
        this.dice = dice;
        this.clock = clock;
        this.graceDays = graceDays;
        this.maxAppPasswords = maxAppPasswords;
        this.roles = new ArrayList<>(dice.some(ROLE_NAMES, 4, 7));
        roles.add("Global Administrator");
        if (dice.chance(0.5)) {
            roles.add("Directory Synchronization Accounts");
        }
        for (int i = 0; i < 2; i++) {
            unlistedGroups.add(dice.id());
        }
    }

    Directory make(int userCount, int groupCount, int applicationCount) {
        List<String> userNames = new ArrayList<>();
        List<String> userIds = new ArrayList<>();
        List<Boolean> external = new ArrayList<>();
        for (int i = 0; i < userCount; i++) {
            external.add(dice.chance(0.22));
            userNames.add(external.get(i) ? "guest" + i + "_fabrikam.com#EXT#@contoso.com" : "user" + i + "@contoso.com");
            userIds.add(dice.chance(0.05) ? userNames.get(i) : dice.id());
        }
        List<Group> groups = groups(groupCount, userNames, userIds);
        List<UserState> users = new ArrayList<>();
        for (int i = 0; i < userCount; i++) {
            users.add(user(userIds.get(i), userNames.get(i), external.get(i), groups));
        }
        return new Directory(organization(), users, groups, applications(applicationCount), devices(), servicePrincipals());
    }

    private Organization organization() {
        boolean trusts = dice.chance(0.5);
        return new Organization("Contoso", dice.unless(0.3, "9c1e0000-0000-4000-8000-000000000000"), dice.some(List.of("AAD_PREMIUM", "AAD_PREMIUM_P2"), 0, 2),
                trusts && dice.chance(0.7), trusts && dice.chance(0.5), trusts && dice.chance(0.5));
    }

    /** Every group may hold another, itself included, so chains and cycles come about. */
    private List<Group> groups(int count, List<String> userNames, List<String> userIds) {
        List<String> ids = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(i == count - 1 && dice.chance(0.15) ? "Group 0" : "Group " + i);
            ids.add(dice.chance(0.08) && !names.subList(0, i).contains(names.get(i)) ? names.get(i) : dice.id());
        }
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> members = new ArrayList<>();
            for (int m = dice.below(4); m > 0; m--) {
                int user = dice.below(userNames.size());
                members.add(dice.anyCase(dice.chance(0.5) ? userNames.get(user) : userIds.get(user)));
            }
            if (dice.chance(0.3)) {
                int inner = dice.below(count);
                members.add(dice.anyCase(dice.chance(0.5) ? names.get(inner) : ids.get(inner)));
            }
            if (dice.chance(0.05)) {
                members.add(dice.id());
            }
            groups.add(new Group(ids.get(i), names.get(i), members));
        }
        return groups;
    }

    private UserState user(String id, String name, boolean external, List<Group> groups) {
        List<String> memberOf = new ArrayList<>();
        for (int m = dice.weighted(30, 40, 20, 10); m > 0; m--) {
            Group group = dice.pick(groups);
            memberOf.add(dice.anyCase(dice.chance(0.5) ? group.id() : group.displayName()));
        }
        if (dice.chance(0.1)) {
            memberOf.add(dice.anyCase(dice.pick(unlistedGroups)));
        }
        if (dice.chance(0.03)) {
            memberOf.add("9c0e1d2f-0000-4000-8000-00000000dead");        // an id that the directory does not know
        }
        List<String> held = new ArrayList<>();
        for (int r = dice.weighted(68, 26, 6); r > 0; r--) {
            String role = dice.pick(roles);
            held.add(dice.chance(0.08) ? "9c0e1d2f-0000-4000-8000-0000000c0570" : dice.anyCase(dice.chance(0.5) ? role : WellKnown.ROLE_IDS.get(role)));
        }
        UserType type = dice.chance(external ? 0.7 : 0.06) ? UserType.GUEST : UserType.MEMBER;
        GuestType guest = external && dice.chance(0.6) ? dice.oneOf(GuestType.values()) : null;
        String tenant = external && dice.chance(0.75) ? dice.anyCase(dice.pick(TENANTS)) : null;
        PerUserMfaState state = dice.oneOf(PerUserMfaState.DISABLED, PerUserMfaState.DISABLED, PerUserMfaState.ENABLED, PerUserMfaState.ENFORCED);
        Instant revoked = dice.chance(0.18) ? clock.minusSeconds(dice.between(0L, 40_000L)) : null;
        return new UserState(id, name, dice.unless(0.2, "User " + name.charAt(0)), !dice.chance(0.02), type, guest, tenant, memberOf, held, state,
                dice.chance(0.12) ? null : beginning(graceDays), dice.chance(0.2) ? null : beginning(14), methods(), appPasswords(state), revoked, null,
                dice.chance(0.2) ? List.of(new UserState.PerUserMfaChange(clock.minusSeconds(9), PerUserMfaState.DISABLED, state, "users enable")) : List.of());
    }

    /** A date after which a period of days ends around the clock's time, at times to the second; now and then one that has not come. */
    private Instant beginning(int days) {
        if (dice.chance(0.08)) {
            return clock.plus(Duration.ofMinutes(dice.oneOf(4, 5, 5, 6, 60, 600_000))).plusNanos(dice.between(-1, 1));
        }
        Instant due = dice.chance(0.2) ? clock.plusSeconds(dice.between(-1, 1)) : clock.plus(Duration.ofHours(dice.between(-200, 400)));
        return due.minus(Duration.ofDays(days));
    }

    private List<AuthenticationMethod> methods() {
        List<AuthenticationMethodMode> strong = new ArrayList<>();
        List<AuthenticationMethodMode> weak = new ArrayList<>();
        for (AuthenticationMethodMode mode : AuthenticationMethodMode.values()) {
            (UserState.isStrong(mode) ? strong : weak).add(mode);
        }
        List<AuthenticationMethodMode> modes = new ArrayList<>(dice.chance(0.62) ? dice.some(strong, 1, 3) : List.of());
        if (dice.chance(0.25)) {
            modes.addAll(dice.some(weak, 1, 2));
        }
        if (dice.chance(0.06)) {
            modes.add(AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_MULTI_USE);
        }
        List<AuthenticationMethod> methods = new ArrayList<>();
        for (AuthenticationMethodMode mode : modes) {
            methods.add(new AuthenticationMethod(mode, dice.unless(0.5, "Pixel 9"), dice.chance(0.3), dice.unless(0.5, clock.minus(Duration.ofDays(90))),
                    !dice.chance(0.1)));
        }
        return methods;
    }

    private List<AppPassword> appPasswords(PerUserMfaState state) {
        List<AppPassword> appPasswords = new ArrayList<>();
        if (dice.chance(state == PerUserMfaState.ENFORCED ? 0.6 : 0.15)) {
            int count = dice.chance(0.5) ? Math.min(maxAppPasswords, 5) + dice.between(-1, 1) : dice.between(1, 3);
            for (int i = 0; i < count; i++) {
                appPasswords.add(new AppPassword(dice.unless(0.2, "ap" + i), "Function " + i, dice.unless(0.3, clock.minus(Duration.ofDays(i + 1))),
                        dice.unless(0.2, "pbkdf2:0")));
            }
        }
        return appPasswords;
    }

    private List<Application> applications(int count) {
        List<Application> applications = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = i == count - 1 && dice.chance(0.15) ? "App 0" : "App " + i;
            Set<String> bundles = switch (dice.weighted(70, 15, 8, 5, 2)) {
                case 1 -> Set.of(WellKnown.OFFICE_365);
                case 2 -> Set.of(WellKnown.MICROSOFT_ADMIN_PORTALS);
                case 3 -> Set.of(WellKnown.OFFICE_365, WellKnown.MICROSOFT_ADMIN_PORTALS);
                case 4 -> Set.of(WellKnown.AZURE_MANAGEMENT);
                default -> Set.of();
            };
            applications.add(new Application(dice.chance(0.08) ? "app-id-" + i : dice.id(), name, bundles, attributes()));
        }
        if (dice.chance(0.15)) {
            applications.add(new Application(dice.pick(APPLICATION_IDS), "Renamed by the tenant", dice.chance(0.5) ? Set.of(WellKnown.OFFICE_365) : Set.of(), attributes()));
        }
        return applications;
    }

    private List<Device> devices() {
        List<Device> devices = new ArrayList<>();
        for (int i = dice.between(3, 9); i > 0; i--) {
            devices.add(device(dice, "device-" + i));
        }
        return devices;
    }

    /** A device, registered or not, with some of the properties that filters ask for. */
    static Device device(Dice dice, String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, List<String>> collections = new LinkedHashMap<>();
        boolean unregistered = dice.chance(0.1);
        String id = unregistered || dice.chance(0.2) ? null : dice.id();
        String trust = unregistered || dice.chance(0.1) ? null : dice.anyCase(dice.oneOf("AzureAD", "ServerAD", "ServerAD", "Workplace"));
        Boolean compliant = dice.chance(0.6) ? Boolean.TRUE : dice.chance(0.6) ? Boolean.FALSE : null;
        put(texts, "deviceId", id);
        put(texts, "displayName", name);
        put(texts, "trustType", trust);
        put(texts, "isCompliant", compliant == null ? null : compliant ? "True" : "False");
        put(texts, "deviceOwnership", dice.unless(0.5, dice.oneOf("Personal", "Company")));
        put(texts, "manufacturer", dice.unless(0.4, dice.pick(MANUFACTURERS)));
        put(texts, "model", dice.unless(0.5, dice.oneOf("Surface Laptop", "Virtual Machine", "iPhone 15")));
        put(texts, "operatingSystem", dice.unless(0.4, dice.oneOf("Windows", "iOS", "Android")));
        put(texts, "operatingSystemVersion", dice.unless(0.6, dice.oneOf("10.0.19045", "10.0.22631", "17.5")));
        put(texts, "profileType", dice.unless(0.6, dice.oneOf("RegisteredDevice", "SecureVM", "Shared")));
        put(texts, "enrollmentProfileName", dice.unless(0.7, "Kiosks"));
        put(texts, "mdmAppId", dice.unless(0.7, "0000000a-0000-0000-c000-000000000000"));
        put(texts, "extensionAttribute1", dice.unless(0.5, dice.pick(EXTENSIONS)));
        put(texts, "extensionAttribute15", dice.unless(0.7, dice.pick(EXTENSIONS)));
        if (dice.chance(0.4)) {
            collections.put("systemLabels", dice.some(LABELS, 1, 2));
        }
        if (dice.chance(0.3)) {
            collections.put("physicalIds", List.of("[ZTDId]:12345", "[GID]:g:6825"));
        }
        return new Device(id, name, compliant, dice.unless(0.2, dice.chance(0.3)), trust, texts, collections);
    }

    private static void put(Map<String, String> texts, String name, String value) {
        if (value != null) {
            texts.put(name, value);
        }
    }

    /** Custom security attributes of a few names, as text or as a list. */
    private SecurityAttributes attributes() {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, List<String>> collections = new LinkedHashMap<>();
        if (dice.chance(0.3)) {
            texts.put("engineering_level", dice.oneOf("Secret", "Public", "Internal"));
        }
        if (dice.chance(0.3)) {
            collections.put("engineering_projects", dice.some(List.of("Baker", "Cascade", "Delta"), 1, 2));
        }
        return texts.isEmpty() && collections.isEmpty() ? SecurityAttributes.NONE : new SecurityAttributes(texts, collections);
    }

    private List<ServicePrincipal> servicePrincipals() {
        List<ServicePrincipal> principals = new ArrayList<>();
        for (int i = dice.between(2, 5); i > 0; i--) {
            principals.add(new ServicePrincipal(dice.id(), dice.id(), "Daemon " + i, !dice.chance(0.2), dice.chance(0.15), attributes(), dice.unless(0.5, dice.chance(0.3))));
        }
        return principals;
    }
}
