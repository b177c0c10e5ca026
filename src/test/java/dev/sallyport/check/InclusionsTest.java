package dev.sallyport.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Directory;
import dev.sallyport.parse.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random conditions over small worlds, in which the test knows of each name what it stands for: a policy is said to apply to nobody, nowhere
 * or never exactly where nothing that it includes is left (attack 107).
 */
class InclusionsTest {

    private static final String DIRECTORY = """
            kind: directory
            organization: { licences: [AAD_PREMIUM, AAD_PREMIUM_P2, AAD_WRKLDID_P1] }
            groups:
              - { id: g-all, displayName: Outer, members: [Middle, d@contoso.com] }
              - { id: g-mid, displayName: Middle, members: [Inner, c@contoso.com] }
              - { id: g-inn, displayName: Inner, members: [a@contoso.com, b@contoso.com] }
              - { id: g-oth, displayName: Other, members: [e@contoso.com, a@contoso.com] }
              - { id: g-non, displayName: None here, members: [] }
            users:
              - { id: u-a, userPrincipalName: a@contoso.com }
              - { id: u-b, userPrincipalName: b@contoso.com, roles: [Global Administrator] }
              - { id: u-c, userPrincipalName: c@contoso.com }
              - { id: u-d, userPrincipalName: d@contoso.com, roles: [Helpdesk Administrator] }
              - { id: u-e, userPrincipalName: e@contoso.com, userType: Guest, externalUserType: internalGuest }
            servicePrincipals:
              - { id: p-1, appId: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d11, displayName: One, isSingleTenant: true }
              - { id: p-2, appId: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d12, displayName: Two, isSingleTenant: true }
            """;

    private static final String PLACES = """
            ---
            kind: mfaSettings
            trustedIps: [203.0.113.0/28]
            ---
            { kind: ipNamedLocation, displayName: Low, isTrusted: false, ipRanges: [{ cidrAddress: 198.51.100.0/25 }] }
            ---
            { kind: ipNamedLocation, displayName: High, isTrusted: true, ipRanges: [{ cidrAddress: 198.51.100.128/25 }] }
            ---
            { kind: ipNamedLocation, displayName: Both, isTrusted: false, ipRanges: [{ cidrAddress: 198.51.100.0/24 }] }
            ---
            { kind: ipNamedLocation, displayName: Part, isTrusted: false, ipRanges: [{ cidrAddress: 198.51.100.0/28 }, { cidrAddress: 198.51.100.240/28 }] }
            ---
            { kind: ipNamedLocation, displayName: Service, isTrusted: false, ipRanges: [{ cidrAddress: 203.0.113.0/28 }] }
            ---
            { kind: ipNamedLocation, displayName: Six, isTrusted: false, ipRanges: [{ cidrAddress: 2001:db8::/48 }] }
            ---
            { kind: ipNamedLocation, displayName: Six part, isTrusted: false, ipRanges: [{ cidrAddress: 2001:db8:0:1::/64 }] }
            ---
            { kind: countryNamedLocation, displayName: North, countriesAndRegions: [DK, NO] }
            ---
            { kind: countryNamedLocation, displayName: Denmark, countriesAndRegions: [DK] }
            ---
            { kind: countryNamedLocation, displayName: Norway, countriesAndRegions: [NO] }
            ---
            { kind: countryNamedLocation, displayName: Denmark or unknown, countriesAndRegions: [DK], includeUnknownCountriesAndRegions: true }
            """;

    /** What each name of a location holds, in pieces that no location divides. */
    private static final Map<String, Set<String>> LOCATIONS = Map.ofEntries(Map.entry("Low", Set.of("0", "16-127")), Map.entry("High",
            Set.of("128-239", "240")),
            Map.entry("Both", Set.of("0", "16-127", "128-239", "240")), Map.entry("Part", Set.of("0", "240")), Map.entry("Service",
            Set.of("service")),
            Map.entry("MFA Trusted IPs", Set.of("service")), Map.entry("AllTrusted", Set.of("128-239", "240", "service")), Map.entry("Six",
            Set.of("six", "six-1")),
            Map.entry("Six part", Set.of("six-1")), Map.entry("North", Set.of("DK", "NO")), Map.entry("Denmark", Set.of("DK")),
            Map.entry("Norway", Set.of("NO")),
            Map.entry("Denmark or unknown", Set.of("DK", "none")));
    private static final Map<String, Set<String>> GROUPS = Map.of("Outer", Set.of("a", "b", "c", "d"), "Middle", Set.of("a", "b", "c"),
            "Inner", Set.of("a", "b"),
            "Other", Set.of("e", "a"), "None here", Set.of());
    private static final Map<String, Set<String>> ROLES = Map.of("Global Administrator", Set.of("b"), "Helpdesk Administrator", Set.of("d"),
            "Security Reader", Set.of());
    private static final List<String> GUESTS = List.of("internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember",
            "b2bDirectConnectUser", "otherExternalUser", "serviceProvider");
    private static final Map<String, Set<String>> APPLICATIONS = Map.of("Office365", Set.of("exchange", "sharepoint", "more"),
            "Office 365 Exchange Online", Set.of("exchange"),
            "Office 365 SharePoint Online", Set.of("sharepoint"), "Windows Azure Active Directory", Set.of("directory"));
    private static final List<String> PLATFORMS = List.of("android", "iOS", "windows", "windowsPhone", "macOS", "linux");

    @TempDir
    private Path folder;
    private final Random random = new Random(107);
    private Directory directory;

    private List<Diagnostic> findings(String users, String applications, String condition) throws Exception {
        directory = directory == null ? PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), DIRECTORY)) : directory;
        String policy = "kind: conditionalAccessPolicy\nid: p\ndisplayName: p\nstate: enabled\nconditions:\n  users: { " + users
                + " }\n  applications: { " + applications
                + " }\n  clientAppTypes: [all]\n" + condition + "grantControls: { operator: OR, builtInControls: [block] }\n" + PLACES;
        Diagnostics read = new Diagnostics();
        List<Sources.Document> documents = Sources.read(List.of(Files.writeString(folder.resolve("set.yaml"), policy)), read);
        List<Diagnostic> found = Check.of(documents, directory, Instant.parse("2026-11-22T09:00:00Z"), read).findings();
        assertThat(found).as(policy).noneMatch(Diagnostic::isError);
        return found;
    }

    private void check(boolean isNever, List<Diagnostic> found, String what) {
        assertThat(found.stream().anyMatch(each -> each.code().equals("SP1502") || each.code().equals("SP1503"))).as(what + ": "
                + found).isEqualTo(isNever);
    }

    private List<String> some(List<String> names, int most) {
        Set<String> some = new TreeSet<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            some.add(names.get(random.nextInt(names.size())));
        }
        return List.copyOf(some);
    }

    private List<String> some(Map<String, Set<String>> names, int most) {
        return some(List.copyOf(new TreeSet<>(names.keySet())), most);
    }

    private static Set<String> union(List<String> names, Map<String, Set<String>> meaning) {
        Set<String> all = new HashSet<>();
        names.forEach(name -> all.addAll(meaning.get(name)));
        return all;
    }

    /** Each included name that lies within the excluded locations, though its own name is not there, is a finding too. */
    private static boolean anyWithin(List<String> included, List<String> excluded, Map<String, Set<String>> meaning) {
        return included.stream().anyMatch(name -> excluded.contains(name) || !meaning.get(name).isEmpty() && union(excluded,
                meaning).containsAll(meaning.get(name)));
    }

    private static String list(String name, List<String> values) {
        return values.isEmpty() ? "" : name + ": [" + String.join(", ", values) + "], ";
    }

    private void check(List<String> included, List<String> excluded, Map<String, Set<String>> meaning, List<Diagnostic> found) {
        Set<String> left = union(included, meaning);
        left.removeAll(union(excluded, meaning));
        check(left.isEmpty(), found, included + " without " + excluded);
        boolean within = anyWithin(included, excluded, meaning);
        assertThat(found.stream().anyMatch(each -> Set.of("SP1501", "SP1502").contains(each.code()))).as(included + " without " + excluded
                + ": " + found).isEqualTo(within);
    }

    @Test
    void attack_107_locations_withinExcludedLocations_areFound() throws Exception {
        for (int i = 0; i < 500; i++) {
            List<String> included = some(LOCATIONS, 3);
            List<String> excluded = some(LOCATIONS, 3);
            if (!included.isEmpty()) {
                check(included, excluded, LOCATIONS, findings("includeUsers: [All]", "includeApplications: [All]",
                        "  locations: { " + list("includeLocations", included) + list("excludeLocations", excluded) + "}\n"));
            }
        }
    }

    @Test
    void attack_107_users_groupsRolesAndGuestsWithinExcludedOnes_areFound() throws Exception {
        Map<String, Set<String>> users = new HashMap<>();
        List.of("a", "b", "c", "d", "e").forEach(name -> users.put(name + "@contoso.com", Set.of(name)));
        for (int i = 0; i < 1500; i++) {
            List<List<String>> sides = new ArrayList<>();
            Set<String> left = new HashSet<>();
            String text = "";
            for (String side : List.of("include", "exclude")) {
                boolean includes = side.equals("include");
                List<String> names = some(users, 2);
                List<String> groups = some(GROUPS, 2);
                List<String> roles = some(ROLES, 1);
                List<String> guests = some(GUESTS, 2);
                Set<String> all = union(names, users);
                all.addAll(union(groups, GROUPS));
                all.addAll(union(roles, ROLES));
                guests.forEach(guest -> all.add(guest.equals("internalGuest") ? "e" : guest));
                if (guests.contains("internalGuest")) {
                    all.add("internalGuest");                   // others than the one in the directory
                }
                if (includes) {
                    left.addAll(all);
                } else {
                    left.removeAll(all);
                }
                text += list(side + "Users", names) + list(side + "Groups", groups) + list(side + "Roles", roles)
                        + (guests.isEmpty() ? "" : side + "GuestsOrExternalUsers: { guestOrExternalUserTypes: \"" + String.join(",", guests)
                        + "\" }, ");
                sides.add(names);
                sides.add(groups);
                sides.add(roles);
                sides.add(guests);
            }
            if (!text.contains("include")) {
                continue;
            }
            check(left.isEmpty(), findings(text, "includeApplications: [All]", ""), text);
        }
    }

    @Test
    void attack_107_applications_withinExcludedBundles_areFound() throws Exception {
        for (int i = 0; i < 200; i++) {
            List<String> included = some(APPLICATIONS, 3);
            List<String> excluded = some(APPLICATIONS, 3);
            if (!included.isEmpty()) {
                check(included, excluded, APPLICATIONS, findings("includeUsers: [All]", list("includeApplications", included)
                        + list("excludeApplications", excluded), ""));
            }
        }
    }

    @Test
    void attack_107_platformsAndServicePrincipals_onBothSides_areFound() throws Exception {
        Map<String, Set<String>> platforms = new HashMap<>();
        PLATFORMS.forEach(each -> platforms.put(each, Set.of(each)));
        Map<String, Set<String>> principals = Map.of("One", Set.of("1"), "Two", Set.of("2"));
        for (int i = 0; i < 200; i++) {
            List<String> included = some(platforms, 3);
            List<String> excluded = some(platforms, 4);
            if (!included.isEmpty()) {
                check(included, excluded, platforms, findings("includeUsers: [All]", "includeApplications: [All]",
                        "  platforms: { " + list("includePlatforms", included) + list("excludePlatforms", excluded) + "}\n"));
            }
            List<String> some = some(principals, 2);
            if (!some.isEmpty()) {
                List<String> others = some(principals, 2);
                check(some, others, principals, findings("includeUsers: [None]", "includeApplications: [All]",
                        "  clientApplications: { " + list("includeServicePrincipals", some) + list("excludeServicePrincipals", others) + "}\n"));
            }
        }
    }

    /** Home tenants: those that are included lie within those that are excluded; internal guests have none. */
    @Test
    void attack_107_guestsOfTenants_withinExcludedTenants_areFound() throws Exception {
        List<String> tenants = List.of("0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d21", "0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d22",
                "0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d23");
        for (int i = 0; i < 200; i++) {
            List<String> included = some(tenants, 2);
            List<String> excluded = some(tenants, 3);
            String type = random.nextInt(4) == 0 ? "internalGuest" : "b2bCollaborationGuest";
            String text = "includeGuestsOrExternalUsers: " + guests(type, included) + ", excludeGuestsOrExternalUsers: " + guests(type,
                    excluded);
            boolean isNever = type.equals("internalGuest") || excluded.isEmpty() || !included.isEmpty() && excluded.containsAll(included);
            check(isNever, findings(text, "includeApplications: [All]", ""), text);
        }
    }

    private static String guests(String type, List<String> tenants) {
        return "{ guestOrExternalUserTypes: " + type + (tenants.isEmpty() ? ""
                : ", externalTenants: { membershipKind: enumerated, members: [" + String.join(", ", tenants) + "] }") + " }";
    }
}
