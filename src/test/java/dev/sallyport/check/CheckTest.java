package dev.sallyport.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Directory;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the checker says, and what it keeps quiet about; the pages in docs/errors show one example of each code. */
class CheckTest {

    private static final String ADMINISTRATORS = """
            kind: directory
            organization: { licences: [%s] }
            groups:
              - { id: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d01, displayName: Break glass, members: [bg@contoso.com] }
              - { id: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d02, displayName: Empty }
            users:
              - { userPrincipalName: bg@contoso.com, roles: [Global Administrator], accountEnabled: %s, authenticationMethods: [{ method: fido2 }] }
              - { userPrincipalName: ga@contoso.com, roles: [Global Administrator], authenticationMethods: [{ method: fido2 }] }
              - { userPrincipalName: ann@contoso.com, memberOf: [] }
            """;

    private static final String PLACES = """
            kind: mfaSettings
            trustedIps: [203.0.113.0/24]
            ---
            kind: countryNamedLocation
            displayName: Netherlands
            countriesAndRegions: [NL]
            ---
            kind: ipNamedLocation
            displayName: Office
            isTrusted: true
            ipRanges: [{ cidrAddress: 198.51.100.0/24 }]
            ---
            """;

    @TempDir
    private Path folder;

    private Directory directory(String licences, boolean emergencyAccountEnabled) throws Exception {
        return PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), ADMINISTRATORS.formatted(licences, emergencyAccountEnabled)));
    }

    private List<Diagnostic> findings(String yaml, Directory directory) throws IOException {
        Diagnostics read = new Diagnostics();
        List<Sources.Document> documents = Sources.read(List.of(Files.writeString(folder.resolve("set.yaml"), yaml)), read);
        return Check.of(documents, directory, Instant.parse("2026-11-22T09:00:00Z"), read).findings();
    }

    private List<String> codes(String yaml) throws Exception {
        return findings(yaml, directory("AAD_PREMIUM, AAD_PREMIUM_P2", true)).stream().map(Diagnostic::code).toList();
    }

    private static String policy(String id, String users, String others, String grant) {
        return """
                kind: conditionalAccessPolicy
                displayName: %s
                state: enabled
                conditions:
                  users: { %s }
                  applications: { includeApplications: [All] }
                  %s
                grantControls: { %s }
                ---
                """.formatted(id, users, others.isEmpty() ? "clientAppTypes: [all]" : others, grant);
    }

    private static final String ALL = "includeUsers: [All]";
    private static final String BLOCK = "operator: OR, builtInControls: [block]";

    // ---- VAL-25: is anybody left?

    @ParameterizedTest
    @ValueSource(strings = {"block", "compliantDevice", "domainJoinedDevice", "compliantApplication", "approvedApplication"})
    void policy_thatNoAdministratorCanMeetFromANewDevice_locksOut(String control) throws Exception {
        assertThat(codes(policy("p", ALL, "", "operator: AND, builtInControls: [" + control + "]"))).contains("SP1332");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "includeUsers: [All]; operator: OR, builtInControls: [mfa]",
        "includeUsers: [All]; operator: OR, builtInControls: [mfa, compliantDevice]",
        "'includeUsers: [All], excludeGroups: [Break glass]'; operator: OR, builtInControls: [block]",
        "'includeUsers: [All], excludeUsers: [ga@contoso.com]'; operator: OR, builtInControls: [compliantDevice]",
        "includeUsers: [ann@contoso.com]; operator: OR, builtInControls: [block]"})
    void policy_thatAnAdministratorCanPass_isNoLockOut(String users, String grant) throws Exception {
        assertThat(codes(policy("p", users, "", grant))).doesNotContain("SP1332");
    }

    /** DEC-13: a policy that excludes a role does not exclude who holds it in a part of the tenant, and such a holder cannot undo it. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"/; false", "/administrativeUnits/12121212-0000-4000-8000-000000000001; true"})
    void policy_thatExcludesARole_locksOutWhoHoldsItInAPartOfTheTenant(String scope, boolean locksOut) throws Exception {
        Directory people = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                organization: { licences: [AAD_PREMIUM] }
                users:
                  - { userPrincipalName: ga@contoso.com, roles: [{ role: Global Administrator, directoryScopeId: %s }] }
                """.formatted(scope)));
        List<String> codes = findings(policy("p", ALL + ", excludeRoles: [Global Administrator]", "", BLOCK), people).stream().map(Diagnostic::code).toList();
        assertThat(codes.contains("SP1332")).isEqualTo(locksOut);
    }

    @Test
    void place_fromWhichAnAdministratorGetsIn_isEnough() throws Exception {
        String office = """
                kind: ipNamedLocation
                displayName: Office
                ipRanges: [{ cidrAddress: 198.51.100.0/24 }]
                ---
                """;
        String outside = "clientAppTypes: [all]\n  locations: { includeLocations: [All], excludeLocations: [Office] }";
        assertThat(codes(office + policy("p", ALL, outside, BLOCK))).doesNotContain("SP1332");
        assertThat(codes(office + policy("p", ALL, outside, BLOCK) + policy("q", ALL, "clientAppTypes: [all]\n  locations: { includeLocations: [Office] }", BLOCK)))
                .contains("SP1332");
    }

    /** Wherever, whenever and with whatever an administrator gets in, nobody is locked out. */
    @ParameterizedTest
    @ValueSource(strings = {
        "platforms: { includePlatforms: [all], excludePlatforms: [macOS] }",
        "platforms: { includePlatforms: [windows] }",
        "clientAppTypes: [browser]",
        "locations: { includeLocations: [All], excludeLocations: [Netherlands] }",
        "locations: { includeLocations: [All], excludeLocations: [MFA Trusted IPs] }",
        "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }",
        "signInRiskLevels: [low, medium, high]",
        "insiderRiskLevels: minor",
        "authenticationFlows: { transferMethods: deviceCodeFlow }"})
    void wayIn_thatAPolicyLeaves_isFound(String condition) throws Exception {
        String conditions = condition.startsWith("clientAppTypes") ? condition : "clientAppTypes: [all]\n  " + condition;
        assertThat(codes(PLACES + policy("p", ALL, conditions, BLOCK))).doesNotContain("SP1332");
        assertThat(codes(PLACES + policy("p", ALL, "clientAppTypes: [all]", BLOCK))).contains("SP1332");
    }

    @Test
    void wayIn_atOneAddressInOneCountry_isFound() throws Exception {
        assertThat(codes(PLACES + policy("p", ALL, "clientAppTypes: [all]\n  locations: { includeLocations: [All], excludeLocations: [Netherlands] }", BLOCK)
                + policy("q", ALL, "clientAppTypes: [all]\n  locations: { includeLocations: [All], excludeLocations: [Office] }", BLOCK))).doesNotContain("SP1332");
    }

    @Test
    void lockOut_ofSomeUsers_namesThem() throws Exception {
        String all = policy("p", ALL, "", BLOCK);
        assertThat(lockOut(all, directory("AAD_PREMIUM", true))).contains("every administrator");
        assertThat(lockOut(all, PolicyEngine.loadDirectory(Files.writeString(folder.resolve("d.yaml"), "kind: directory\nusers: [{ userPrincipalName: ann@contoso.com }]\n")))).contains("every user");
        assertThat(lockOut(all, Directory.empty())).contains("every user");
        assertThat(lockOut(policy("p", "includeUsers: [All], excludeUsers: [ann@contoso.com]", "", BLOCK), directory("AAD_PREMIUM", true))).contains("every administrator");
        assertThat(lockOut(policy("p", "includeUsers: [All], excludeUsers: [0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d77]", "", BLOCK), Directory.empty())).isEqualTo("nobody");
    }

    private String lockOut(String yaml, Directory directory) throws IOException {
        return findings(yaml, directory).stream().filter(each -> each.code().equals("SP1332")).map(Diagnostic::message).findFirst().orElse("nobody");
    }

    @Test
    void breakGlassAccount_thatCannotGetIn_isAFinding() throws Exception {
        Directory directory = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("d.yaml"), "kind: directory\nbreakGlass: [Emergency]\n"
                + "groups: [{ displayName: Emergency, members: [eve@contoso.com, abe@contoso.com, old@contoso.com] }]\n"
                + "users: [{ userPrincipalName: ann@contoso.com, roles: [Global Administrator] }, { userPrincipalName: eve@contoso.com }, { userPrincipalName: abe@contoso.com },"
                + " { userPrincipalName: old@contoso.com, accountEnabled: false }]\n"));
        List<Diagnostic> found = findings(policy("p", "includeUsers: [eve@contoso.com]", "", BLOCK) + policy("q", "includeUsers: [All]", "", "operator: OR, builtInControls: [mfa]"), directory);
        assertThat(found).filteredOn(each -> each.code().equals("SP1351")).extracting(Diagnostic::message).satisfiesExactlyInAnyOrder(
                message -> assertThat(message).contains("`p` locks the break-glass account `eve@contoso.com` out"),
                message -> assertThat(message).contains("`old@contoso.com` is disabled"));
        assertThat(found).noneMatch(each -> each.code().equals("SP1332"));
        assertThat(found.stream().filter(each -> each.code().equals("SP1351"))).allMatch(each -> each.position() != null);
    }

    @Test
    void policies_thatLockOutTogether_areNamedTogether() throws Exception {
        String phones = "clientAppTypes: [all]\n  platforms: { includePlatforms: [android, iOS, windowsPhone] }";
        String others = "clientAppTypes: [all]\n  platforms: { includePlatforms: [all], excludePlatforms: [android, iOS, windowsPhone] }";
        List<Diagnostic> found = findings(policy("phones", ALL, phones, BLOCK) + policy("others", ALL, others, BLOCK) + policy("mfa", ALL, "", "operator: OR, builtInControls: [mfa]"),
                directory("AAD_PREMIUM", true));
        assertThat(found).filteredOn(each -> each.code().equals("SP1332")).singleElement()
                .satisfies(each -> assertThat(each.message()).contains("`phones`", "together with", "`others`").doesNotContain("`mfa`"));
    }

    /** However many policies refuse, the search ends soon: it took hours once. */
    @Tag("slow")
    @Test
    @Timeout(60)
    void lockOut_byManyPoliciesInManyPlaces_isFoundInTime() throws Exception {
        StringBuilder set = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            String platform = List.of("android", "iOS", "windows", "macOS", "linux", "windowsPhone").get(i % 6);
            set.append(policy("p" + i, ALL, "clientAppTypes: [all]\n  platforms: { includePlatforms: [" + platform + "] }\n  locations: { includeLocations: [All, L" + i + "] }",
                    "builtInControls: [compliantDevice]"));
            set.append("kind: ipNamedLocation\ndisplayName: L").append(i).append("\nipRanges: [{ cidrAddress: 198.51.").append(i).append(".0/24 }]\n---\n");
        }
        assertThat(codes(set.toString())).containsExactly("SP1332");
    }

    /** However many administrators are refused, one who is not is enough: only ten of them were looked at once. */
    @Test
    void lastOfManyAdministrators_whoGetsIn_isEnough() throws Exception {
        StringBuilder people = new StringBuilder("kind: directory\nusers:\n");
        for (int i = 0; i < 30; i++) {
            people.append("  - { userPrincipalName: admin-").append(i).append("@contoso.com, roles: [Global Administrator] }\n");
        }
        Directory directory = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("many.yaml"), people));
        assertThat(lockOut(policy("p", ALL + ", excludeUsers: [admin-29@contoso.com]", "", BLOCK), directory)).isEqualTo("nobody");
        assertThat(lockOut(policy("p", ALL, "", BLOCK), directory)).contains("every administrator");
    }

    /** Only the first 25 places were tried once with so many platforms. */
    @Test
    void wayIn_atTheLastOfManyPlaces_isFound() throws Exception {
        StringBuilder set = new StringBuilder(policy("p", ALL, "clientAppTypes: [browser, mobileAppsAndDesktopClients]\n  platforms: { includePlatforms: [all] }\n"
                + "  locations: { includeLocations: [All], excludeLocations: [L199] }", BLOCK));
        for (int i = 0; i < 200; i++) {
            set.append("kind: ipNamedLocation\ndisplayName: L").append(i).append("\nipRanges: [{ cidrAddress: 198.51.").append(i).append(".0/24 }]\n---\n");
        }
        assertThat(codes(set.toString())).doesNotContain("SP1332", "SP1352");
        assertThat(codes(set.toString().replace(", excludeLocations: [L199]", ""))).contains("SP1332");
    }

    @Test
    void lockOut_tellsASignInAndWhereEachPolicyIs() throws Exception {
        String phones = "clientAppTypes: [all]\n  platforms: { includePlatforms: [android, iOS, windowsPhone] }";
        String others = "clientAppTypes: [all]\n  platforms: { includePlatforms: [all], excludePlatforms: [android, iOS, windowsPhone] }";
        assertThat(lockOut(policy("phones", ALL, phones, BLOCK) + policy("others", ALL, others, BLOCK), directory("AAD_PREMIUM", true)))
                .containsPattern("`others` together with `phones` \\(\\S+set.yaml:1:1\\) locks every administrator out")
                .contains("every sign-in to Azure Portal and Microsoft Graph", "for example bg@contoso.com, Azure Portal, browser, windows, ");
    }

    /** MFA is asked for, and registering is refused: neither policy locks out alone. */
    @Test
    void administratorsWhoCannotRegisterAnywhere_areLockedOut() throws Exception {
        Directory unregistered = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("d.yaml"), "kind: directory\nusers: [{ userPrincipalName: ann@contoso.com, roles: [Global Administrator] }]\n"));
        String mfa = policy("mfa", ALL, "", "operator: OR, builtInControls: [mfa]");
        String register = policy("register", ALL, "", BLOCK).replace("includeApplications: [All]", "includeUserActions: ['urn:user:registersecurityinfo']");
        assertThat(lockOut(mfa + register, unregistered)).contains("`mfa`", "`register`", "together");
        assertThat(lockOut(mfa, unregistered)).isEqualTo("nobody");
        // Microsoft's own MFA asks at the portal, and not at Microsoft Graph
        List<Diagnostic> alone = findings(register, unregistered);
        assertThat(alone).extracting(Diagnostic::code).contains("SP1337").doesNotContain("SP1332");
    }

    @Test
    void administratorWithAnotherExcludedRole_isAWayBack() throws Exception {
        assertThat(lockOut(policy("p", ALL + ", excludeRoles: [Security Administrator]", "", BLOCK), Directory.empty())).isEqualTo("nobody");
        assertThat(lockOut(policy("p", ALL + ", excludeRoles: [Helpdesk Administrator]", "", BLOCK), Directory.empty())).contains("every user");
    }

    /** Where there is too much to look at, the lint says so, and only if it did not find a way in at once. */
    @Test
    void lockOut_amongTooManyAddresses_isToldAsUnknown() throws Exception {
        StringBuilder places = new StringBuilder();
        for (int i = 0; i < 2; i++) {
            places.append("kind: ipNamedLocation\ndisplayName: L").append(i).append("\nipRanges:\n");
            for (int range = 0; range < 1_200; range++) {
                places.append("  - { cidrAddress: ").append(50 + i).append('.').append(range / 250).append('.').append(range % 250).append(".0/24 }\n");
            }
            places.append("---\n");
        }
        assertThat(codes(places + policy("p", ALL, "", BLOCK))).contains("SP1352").doesNotContain("SP1332");
        assertThat(codes(places + policy("p", ALL, "", "operator: OR, builtInControls: [mfa]"))).doesNotContain("SP1352");
    }

    @Test
    void excludedAccount_thatIsDisabled_preventsNoLockOut() throws Exception {
        String blockOthers = policy("p", "includeUsers: [All], excludeGroups: [Break glass]", "", BLOCK);
        assertThat(findings(blockOthers, directory("AAD_PREMIUM", false))).extracting(Diagnostic::code).contains("SP1332");
    }

    @Test
    void exclusion_withoutADirectory_preventsALockOut() throws Exception {
        assertThat(findings(policy("p", ALL, "", BLOCK), Directory.empty())).extracting(Diagnostic::code).contains("SP1332");
        String excluding = "includeUsers: [All], excludeGroups: [0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d99]";
        assertThat(findings(policy("p", excluding, "", BLOCK), Directory.empty())).extracting(Diagnostic::code).doesNotContain("SP1332");
    }

    @Test
    void reportOnlyPolicy_ofALockOut_isNoLockOut() throws Exception {
        assertThat(codes(policy("p", ALL, "", BLOCK).replace("state: enabled", "state: enabledForReportingButNotEnforced"))).doesNotContain("SP1332");
    }

    // ---- policies and sets

    @Test
    void placeholder_inManyPolicies_isReportedOnceWithTheirNumber() throws Exception {
        String users = "includeUsers: [All], excludeGroups: [<RING>-Exclude]";
        List<Diagnostic> found = findings(policy("a", users, "", "builtInControls: [mfa]") + policy("b", users, "", "builtInControls: [mfa]"), directory("AAD_PREMIUM", true));
        assertThat(found).filteredOn(each -> each.code().equals("SP1205")).singleElement().satisfies(each -> assertThat(each.message()).contains("(in 2 policies)"));
    }

    @Test
    void group_withoutMembers_isAnEmptyTargetUnlessAUserIsBesideIt() throws Exception {
        assertThat(codes(policy("p", "includeGroups: [Empty]", "", BLOCK))).contains("SP1503");
        assertThat(codes(policy("p", "includeGroups: [Empty], includeUsers: [ann@contoso.com]", "", BLOCK))).doesNotContain("SP1503");
    }

    @Test
    void risk_withoutP2_isAHintIfTheDirectoryListsLicences() throws Exception {
        String risky = policy("p", ALL, "clientAppTypes: [all]\n  signInRiskLevels: [high]", "builtInControls: [mfa]");
        assertThat(findings(risky, directory("AAD_PREMIUM", true))).filteredOn(each -> each.code().equals("SP1333")).extracting(Diagnostic::rule).containsExactly("VAL-28");
        assertThat(findings(risky, directory("none", true))).filteredOn(each -> each.code().equals("SP1333")).extracting(Diagnostic::rule)
                .containsExactlyInAnyOrder("LIC-03", "VAL-28");
        assertThat(findings(risky, directory("", true))).extracting(Diagnostic::code).doesNotContain("SP1333");
        assertThat(codes(risky)).doesNotContain("SP1333");
    }

    /** LIC-07: the other licences do not hold it. */
    @Test
    void policy_forWorkloadIdentitiesWithoutLicence_isAHint() throws Exception {
        String workload = policy("p", "includeUsers: [None]", "clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }", BLOCK);
        assertThat(findings(workload, directory("AAD_PREMIUM, AAD_PREMIUM_P2", true))).filteredOn(each -> each.code().equals("SP1333"))
                .singleElement().satisfies(hint -> {
                    assertThat(hint.rule()).isEqualTo("LIC-07");
                    assertThat(hint.position().line()).isEqualTo(7);
                });
        for (String licences : List.of("AAD_PREMIUM, AAD_WRKLDID_P1", "AAD_PREMIUM, aad_wrkldid_p2", "")) {
            assertThat(findings(workload, directory(licences, true))).as(licences).extracting(Diagnostic::code).doesNotContain("SP1333");
        }
        assertThat(codes(policy("p", ALL, "clientAppTypes: [all]", BLOCK))).doesNotContain("SP1333");
    }

    /** AGT-12. */
    @Test
    void policy_forAgents_needsP1_andP2ForTheirRisk() throws Exception {
        String agents = "clientApplications: { includeAgentIdServicePrincipals: [All] }";
        String plain = policy("p", "includeUsers: [None]", agents, BLOCK);
        String risky = policy("p", "includeUsers: [None]", agents + "\n  agentIdRiskLevels: [high]", BLOCK);
        assertThat(findings(plain, directory("AAD_PREMIUM", true))).extracting(Diagnostic::code).doesNotContain("SP1333");
        assertThat(findings(risky, directory("AAD_PREMIUM, AAD_PREMIUM_P2", true))).extracting(Diagnostic::code).doesNotContain("SP1333");
        assertThat(findings(risky, directory("AAD_PREMIUM", true))).filteredOn(each -> each.code().equals("SP1333")).extracting(Diagnostic::rule).containsExactly("VAL-28");
        assertThat(findings(plain, directory("none", true))).filteredOn(each -> each.code().equals("SP1333")).extracting(Diagnostic::rule).containsExactly("LIC-03");
    }

    /** AGT-01: policies for all users do not reach an agent user, so it undoes no lock-out. */
    @Test
    void administratorWhoIsAnAgentUser_isNotAWayBack() throws Exception {
        String block = policy("p", "includeUsers: [All], excludeUsers: [bot@contoso.com]", "clientAppTypes: [all]", BLOCK);
        String people = "kind: directory\norganization: { licences: [AAD_PREMIUM] }\nservicePrincipals: [{ id: bot, isAgentIdentity: true }]\nusers:\n"
                + "  - { userPrincipalName: ann@contoso.com, roles: [Global Administrator] }\n  - { userPrincipalName: bot@contoso.com, roles: [Global Administrator]";
        for (boolean isAgent : new boolean[] {true, false}) {
            Path file = Files.writeString(folder.resolve("people.yaml"), people + (isAgent ? ", identityParentId: bot }\n" : " }\n"));
            assertThat(findings(block, PolicyEngine.loadDirectory(file)).stream().anyMatch(each -> each.code().equals("SP1332"))).isEqualTo(isAgent);
        }
    }

    /** VAL-22: legacy authentication is blocked with ActiveSync among it, everywhere. */
    @Test
    void activeSync_besideOtherClients_mayTargetEverything() throws Exception {
        assertThat(codes(policy("p", ALL, "clientAppTypes: [exchangeActiveSync, other]", BLOCK))).isEmpty();
    }

    @Test
    void termsOfUse_moreThanATenantHolds_areAWarning() throws Exception {                        // GR-CTL-26
        StringBuilder set = new StringBuilder(policy("p", ALL, "", "builtInControls: [mfa]"));
        for (int i = 0; i < 41; i++) {
            set.append("---\n{ kind: termsOfUse, displayName: Terms ").append(i).append(" }\n");
        }
        assertThat(findings(set.toString(), Directory.empty())).filteredOn(each -> each.code().equals("SP1509")).extracting(Diagnostic::rule)
                .containsExactly("GR-CTL-26");
    }

    @Test
    void user_inMoreGroupsThanATokenHolds_isAWarning() throws Exception {                        // CA-USR-13, AMB-41
        List<Directory.Group> groups = IntStream.range(0, 2049).mapToObj(i -> new Directory.Group("g" + i, "Group " + i, List.of("ann@contoso.com"))).toList();
        UserState ann = UserState.builder().id("ann").userPrincipalName("ann@contoso.com").build();
        Directory crowded = new Directory(Directory.Organization.DEFAULT, List.of(ann), groups, List.of(), List.of(), List.of());
        assertThat(findings(policy("p", ALL, "", "builtInControls: [mfa]"), crowded)).filteredOn(each -> each.code().equals("SP1509"))
                .extracting(Diagnostic::rule).containsExactly("CA-USR-13");
    }

    @Test
    void policies_moreThanATenantHolds_areAWarning() throws Exception {
        StringBuilder set = new StringBuilder();
        for (int i = 0; i < 241; i++) {
            set.append(policy("p" + i, ALL, "", "builtInControls: [mfa]"));
        }
        assertThat(codes(set.toString())).containsExactly("SP1509");
    }

    @ParameterizedTest
    @CsvSource({"Break\\u200bglass, true", "\\u202egla\\u202c, true", "a\\u0007b, true", "Zo\\u00eb, false", "\\ud83d\\udc69\\u200d\\ud83d\\ude80, false",
        "\\u0645\\u06cc\\u200c\\u062e, false", "a\\u200db, true", "two\\nlines, false", "\\ufeffx, true", "soft\\u00adhyphen, true",
        "Pay\\udb40\\udc61roll, true", "\\ud83c\\udff4\\udb40\\udc67\\udb40\\udc62\\udb40\\udc65\\udb40\\udc6e\\udb40\\udc67\\udb40\\udc7f, false", "\\ud83c\\udff4\\udb40\\udc67\\udb40\\udc62\\udb40\\udc65\\udb40\\udc6e\\udb40\\udc67\\udb40\\udc7f\\u200b, true", "\\ud83c\\udff4\\udb40\\udc67\\udb40\\udc62\\udb40\\udc65\\udb40\\udc6e\\udb40\\udc67\\udb40\\udc7fx\\udb40\\udc61, true", "\\u0645\\u200d, true", "del\\u007fete, true",
        "line\\u2028line, true"})
    void character_thatIsHidden_isFoundUnlessItsScriptNeedsIt(String text, boolean hidden) throws Exception {
        Path file = Files.writeString(folder.resolve("set.json"), "{ \"kind\": \"securityDefaults\", \"isEnabled\": true, \"displayName\": \"" + text + "\" }");
        Diagnostics read = new Diagnostics();
        List<Diagnostic> found = Check.of(Sources.read(List.of(file), read), Directory.empty(), Instant.EPOCH, read).findings();
        assertThat(found.stream().anyMatch(each -> each.code().equals("SP1508"))).isEqualTo(hidden);
    }

    @Test
    void character_thatIsHidden_isFoundInKeysAndListsToo() throws Exception {
        assertThat(codes("kind: ipNamedLocation\ndisplayName: Office\nipRanges: [{ cidrAddress: \"198.51.100.0/24\" }]\nx\u200by: 1\n---\n" + policy("p", ALL, "", BLOCK)))
                .contains("SP1508");
        assertThat(codes(policy("p", "includeUsers: [All], excludeGroups: [\"Break\u200b glass\"]", "", BLOCK))).contains("SP1508");
    }

    /** An invalid policy never weakens a decision: what only the checker finds does not keep a gateway from its policies. */
    @Test
    void policy_thatEntraWouldReject_loadsAllTheSame() throws Exception {
        String yaml = policy("p", ALL, "clientAppTypes: [browser]", "operator: OR, builtInControls: [passwordChange, compliantDevice]");
        assertThat(findings(yaml, Directory.empty())).extracting(Diagnostic::rule).contains("VAL-01", "VAL-02", "VAL-04", "VAL-08");
        assertThat(PolicyEngine.load(folder.resolve("set.yaml"), Directory.empty()).warnings()).isEmpty();
    }

    @Test
    void findings_ofTheChecker_holdThoseOfLoading() throws Exception {
        String yaml = policy("p", "includeGroups: [Nobody]", "", BLOCK) + policy("p", ALL, "", BLOCK);
        List<Diagnostic> found = findings(yaml, Directory.empty());
        try {
            PolicyEngine.load(folder.resolve("set.yaml"), Directory.empty());
            throw new AssertionError("it loads");
        } catch (PolicyLoadException e) {
            assertThat(found).containsAll(e.diagnostics());
        }
    }
}
