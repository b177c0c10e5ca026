package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.check.Check;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Directory;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policy sets that are wrong in ways that are easy to overlook: {@code check} tells each. */
class CheckAttacksTest {

    private static final String DIRECTORY = """
            kind: directory
            organization: { licences: [AAD_PREMIUM, AAD_PREMIUM_P2] }
            users:
              - { id: u-ann, userPrincipalName: ann@contoso.com }
              - { id: u-bob, userPrincipalName: bob@contoso.com }
              - { id: u-eve, userPrincipalName: eve@contoso.com, roles: [Global Administrator] }
            groups:
              - { id: g-1, displayName: Staff, members: [ann@contoso.com, Branch] }
              - { id: g-2, displayName: Branch, members: [bob@contoso.com] }
              - { id: g-3, displayName: Break glass, members: [eve@contoso.com] }
              - { id: g-4, displayName: Vacant, members: [] }
            """;
    private static final String PLACES = """
            ---
            { kind: ipNamedLocation, displayName: Desk, isTrusted: false, ipRanges: [{ cidrAddress: 192.0.2.0/28 }, { cidrAddress: 192.0.2.64/26 }] }
            ---
            { kind: ipNamedLocation, displayName: Floor, isTrusted: false, ipRanges: [{ cidrAddress: 192.0.2.0/25 }] }
            ---
            { kind: countryNamedLocation, displayName: Denmark, countriesAndRegions: [DK] }
            ---
            { kind: countryNamedLocation, displayName: Nordics, countriesAndRegions: [DK, SE] }
            ---
            { kind: termsOfUse, displayName: House rules }
            """;

    @TempDir
    private Path folder;

    private List<Diagnostic> findings(String yaml) throws IOException {
        return findings("set.yaml", yaml);
    }

    private List<Diagnostic> findings(String name, String text) throws IOException {
        Directory directory;
        try {
            directory = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), DIRECTORY));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        Diagnostics read = new Diagnostics();
        List<Sources.Document> documents = Sources.read(List.of(Files.writeString(folder.resolve(name), text)), read);
        return Check.of(documents, directory, Instant.parse("2026-11-28T09:00:00Z"),
                read).findings().stream().filter(each -> !each.code().equals("SP1505")).toList();
    }

    private List<String> codes(String yaml) throws IOException {
        return findings(yaml).stream().map(Diagnostic::code).toList();
    }

    private static String policy(String users, String applications, String conditions, String controls) {
        return "kind: conditionalAccessPolicy\nid: p\ndisplayName: P\nstate: enabled\nconditions:\n  users: { " + users
                + " }\n  applications: { " + applications + " }\n"
                + "  clientAppTypes: [all]\n" + (conditions.isEmpty() ? "" : "  " + conditions + "\n") + controls + "\n" + PLACES;
    }

    private static final String MFA = "grantControls: { operator: OR, builtInControls: [mfa] }";

    // ---- 107: inclusions within exclusions, and what goes beside remediation

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest }, excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'internalGuest,otherExternalUser' } | SP1502",
        "includeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'internalGuest,serviceProvider' }, excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest } | SP1501",
        "includeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest }, excludeUsers: [GuestsOrExternalUsers] | SP1502",
        "includeUsers: [GuestsOrExternalUsers], excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest } | ",
        "includeGroups: [Branch], excludeGroups: [Staff] | SP1502",
        "includeGroups: [Branch, Break glass], excludeGroups: [Staff] | SP1501",
        "includeGroups: [Staff], excludeGroups: [Branch] | ",
        "includeUsers: [bob@contoso.com], excludeGroups: [Staff] | SP1502",
        "includeUsers: [eve@contoso.com], excludeRoles: [Global Administrator] | SP1502",
        "includeRoles: [Global Administrator], excludeGroups: [Break glass] | SP1503",
        "includeGroups: [Vacant] | SP1503",
        "includeGroups: [g-4] | SP1503",
        "includeGroups: [g-2] | "})
    void attack_107_users_withinWhatIsExcluded_areFound(String users, String expected) throws IOException {
        assertThat(codes(policy(users, "includeApplications: [All]", "", MFA))).containsExactlyElementsOf(expected == null ? List.of()
                : List.of(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeLocations: [Desk], excludeLocations: [Floor] | SP1502",
        "includeLocations: [Denmark], excludeLocations: [Nordics] | SP1502",
        "includeLocations: [Desk, Denmark], excludeLocations: [Floor] | SP1501",
        "includeLocations: [Floor], excludeLocations: [Desk] | ",
        "includeLocations: [Nordics], excludeLocations: [Denmark] | "})
    void attack_107_location_withinWhatIsExcluded_isFound(String locations, String expected) throws IOException {
        assertThat(codes(policy("includeUsers: [All], excludeGroups: [Break glass]", "includeApplications: [All]", "locations: { "
                + locations + " }", MFA)))
                .containsExactlyElementsOf(expected == null ? List.of() : List.of(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "builtInControls: [mfa, passwordChange], termsOfUse: [House rules] | SP1318",
        "builtInControls: [mfa, passwordChange], customAuthenticationFactors: [Duo] | SP1318, SP1340",
        "builtInControls: [mfa, passwordChange, compliantDevice] | SP1318",
        "builtInControls: [mfa, passwordChange] | "})
    void attack_107_controls_besidePasswordChange_areFound(String controls, String expected) throws IOException {
        String everyTime = "\nsessionControls: { signInFrequency: { isEnabled: true, frequencyInterval: everyTime } }";
        assertThat(codes(policy("includeUsers: [All], excludeGroups: [Break glass]", "includeApplications: [All]", "userRiskLevels: [high]",
                "grantControls: { operator: AND, " + controls + " }" + everyTime))).containsExactlyElementsOf(expected == null ? List.of() : List.of(expected.split(", ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeApplications: [All], excludeApplications: [Office365] | SP1321",
        "includeApplications: [Office365] | SP1321",
        "includeApplications: [All] | "})
    void attack_107_persistentBrowser_withoutSomeApplications_isFound(String applications, String expected) throws IOException {
        assertThat(codes(policy("includeUsers: [All], excludeGroups: [Break glass]", applications, "",
                "sessionControls: { persistentBrowser: { isEnabled: true, mode: never } }")))
                .containsExactlyElementsOf(expected == null ? List.of() : List.of(expected));
    }

    /** The portals are closed, Microsoft Graph is open. */
    @Test
    void attack_107_portals_blockedForEveryAdministrator_areFound() throws IOException {
        String block = "grantControls: { operator: OR, builtInControls: [block] }";
        assertThat(codes(policy("includeUsers: [All]", "includeApplications: [MicrosoftAdminPortals]", "",
                block))).containsExactly("SP1337");
        assertThat(codes(policy("includeUsers: [All], excludeGroups: [Break glass]", "includeApplications: [MicrosoftAdminPortals]", "",
                block))).isEmpty();
        assertThat(codes(policy("includeUsers: [All]", "includeApplications: [All]", "", block))).containsExactly("SP1332");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00A0", "\u2007", "\u202F", "\u3000", "\u2003"})
    void attack_107_blank_thatIsNoSpace_isFound(String blank) throws IOException {
        String name = "Break" + blank + "glass";
        assertThat(findings(policy("includeUsers: [All], excludeGroups: [Break glass]", "includeApplications: [All]", "",
                MFA).replace("displayName: P", "displayName: \"" + name + "\"")))
                .extracting(Diagnostic::code).contains("SP1508");
    }

    // ---- 100: neighbouring ranges

    private static String ranges(int from, int to) {
        StringBuilder ranges = new StringBuilder();
        for (int i = from; i < to; i++) {
            ranges.append(i == from ? "" : ", ").append("{ cidrAddress: ").append(i / 2).append(i % 2 == 0 ? ".0"
                    : ".128").append(".0.0/9 }");
        }
        return ranges.toString();
    }

    private static String location(String name, boolean trusted, String ranges) {
        return "---\n{ kind: ipNamedLocation, displayName: " + name + ", isTrusted: " + trusted + ", ipRanges: [" + ranges + "] }\n";
    }

    @Test
    void attack_100_trustedRanges_thatAreTheInternetTogether_areFound() throws IOException {
        String policy = policy("includeUsers: [All], excludeGroups: [Break glass]", "includeApplications: [All]",
                "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }", MFA);
        assertThat(findings(policy + location("World", true, ranges(0, 512)))).anySatisfy(each -> {
            assertThat(each.code()).isEqualTo("SP1511");
            assertThat(each.message()).contains("World", "100 % of all IPv4 addresses");
        });
        assertThat(codes(policy + location("Two", true, ranges(400, 402)))).contains("SP1511");
        assertThat(codes(policy + location("One", true, ranges(401, 402)))).doesNotContain("SP1511");
        assertThat(findings(policy + location("Left", true, ranges(401, 402)) + location("Right", true, ranges(402,
                403)))).filteredOn(each -> each.code().equals("SP1511"))
                .singleElement().satisfies(each -> assertThat(each.message()).contains("together"));
        assertThat(codes(policy + location("Left", true, ranges(401, 402)) + location("Right", true,
                "{ cidrAddress: 200.128.0.0/9 }"))).doesNotContain("SP1511");
        assertThat(codes(policy + location("Six", true, "{ cidrAddress: '2000::/9' }, { cidrAddress: '2080::/9' }"))).contains("SP1511");
    }

    /** What is not trusted may be wide, but not most of the internet. */
    @Test
    void attack_100_location_thatHoldsMostOfTheInternet_isFound() throws IOException {
        String policy = policy("includeUsers: [All], excludeGroups: [Break glass]", "includeApplications: [All]",
                "locations: { includeLocations: [All], excludeLocations: [Much] }", MFA);
        assertThat(codes(policy + location("Much", false, ranges(0, 300)))).contains("SP1511");
        assertThat(codes(policy + location("Much", false, ranges(4, 40)))).doesNotContain("SP1511");
    }
}
