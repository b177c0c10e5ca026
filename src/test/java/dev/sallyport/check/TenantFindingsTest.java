package dev.sallyport.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.SignIn;
import dev.sallyport.parse.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant stores although it does not do what its author meant (IMP-12, IMP-13). */
class TenantFindingsTest {

    private static final String POLICY = """
            kind: conditionalAccessPolicy
            id: p%1$s
            displayName: Policy %1$s
            state: enabled
            conditions:
              users: { includeUsers: [All], excludeUsers: [bg@contoso.com] }
              applications: { includeApplications: [All] }
              clientAppTypes: [all]
            %2$s
            %3$s
            ---
            """;
    private static final String MFA = "grantControls: { operator: OR, builtInControls: [mfa] }";

    @TempDir
    private Path folder;

    private List<Diagnostic> findings(String yaml, String organization) throws Exception {
        Directory directory = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"),
                "kind: directory\n" + organization + "users: [{ userPrincipalName: bg@contoso.com, roles: [Global Administrator] }]\n"));
        Diagnostics read = new Diagnostics();
        List<Sources.Document> documents = Sources.read(List.of(Files.writeString(folder.resolve("set.yaml"), yaml)), read);
        return Check.of(documents, directory, Instant.parse("2026-11-28T09:00:00Z"),
                read).findings().stream().filter(each -> !each.code().equals("SP1505")).toList();
    }

    private List<String> found(String yaml) throws Exception {
        return findings(yaml, "").stream().map(each -> each.severity() + " " + each.code() + (each.rule() == null ? "" : " " + each.rule())
                + ": " + each.message()).toList();
    }

    private static String policy(String condition, String controls) {
        return POLICY.formatted("", condition.isEmpty() ? "" : "  " + condition, controls);
    }

    // ---- controls and names

    @Test
    void sessionControl_besideBlock_isAWarning_VAL_10() throws Exception {
        String block = "grantControls: { operator: OR, builtInControls: [block] }\nsessionControls: { signInFrequency: { isEnabled: true, type: hours, value: 1 } }";
        assertThat(found(policy("", block))).containsExactly("warning SP1320 VAL-10: a session control has no effect together with `block`: no session begins");
        assertThat(found(policy("", block.replace("[block]", "[block, mfa]")))).singleElement().asString().startsWith("error SP1320");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "displayName: ''", "displayName: '  '"})
    void policy_withoutAName_isAFinding_CA_POL_10(String name) throws Exception {
        assertThat(found(policy("", MFA).replace("displayName: Policy ",
                name))).containsExactly("warning SP1338 CA-POL-10: the policy has no `displayName`");
    }

    /** Neither that the policy asks for nothing. */
    @Test
    void frequency_withoutAValue_breaksVAL_16_andNothingElse() throws Exception {
        for (String frequency : List.of("isEnabled: true, type: hours", "isEnabled: true, frequencyInterval: timeBased",
                "frequencyInterval: timeBased, value: 4")) {
            for (String grant : List.of("", MFA)) {
                assertThat(found(policy("", grant + "\nsessionControls: { signInFrequency: { " + frequency
                        + " } }"))).singleElement().asString().startsWith("error SP1105 VAL-16: ");
            }
        }
    }

    @Test
    void strength_thatIsUnknown_blocksAndTheFindingSaysSo() throws Exception {
        assertThat(found(policy("", "grantControls: { operator: OR, authenticationStrength: { id: 7b0c4e3a-52d1-4c8e-9f63-000000000000 } }"))).singleElement().asString()
                .isEqualTo("warning SP1204 CA-USR-16: unknown authentication strength id `7b0c4e3a-52d1-4c8e-9f63-000000000000`: nothing meets it, so the policy blocks");
    }

    // ---- conditions

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "device.deviceOwnership -eq \"Corporate\" | CA-DEV-22: no device has the `deviceOwnership` `Corporate`",
        "device.trustType -eq \"Hybrid\" | CA-DEV-31: no device has the `trustType` `Hybrid`",
        "device.trustType -ne \"azureADJoined\" | CA-DEV-31: no device has the `trustType` `azureADJoined`",
        "device.isCompliant -eq \"compliant\" | CA-DEV-24: no device has the `isCompliant` `compliant`",
        "device.profileType -eq \"Kiosk\" | CA-DEV-29: no device has the `profileType` `Kiosk`",
        "device.deviceId -in [\"0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d01\", \"laptop\"] | CA-DEV-20: no device has the `deviceId` `laptop`",
        "device.model -eq \"x\" -or -not (device.displayName -eq \"y\" -and device.trustType -eq \"Joined\") | CA-DEV-31: no device has the `trustType` `Joined`",
        "device.trustType -eq \"serverad\" -or device.trustType -eq \"EntraID\" -or device.isCompliant -eq true -or device.deviceOwnership -eq null | ",
        "device.model -eq \"Corporate\" -or device.extensionAttribute1 -eq \"Hybrid\" | "})
    void filterValue_thatNoDeviceHas_isAFinding(String rule, String expected) throws Exception {
        List<String> found = found(policy("devices: { deviceFilter: { mode: include, rule: '" + rule + "' } }", MFA));
        assertThat(found).containsExactlyElementsOf(expected == null ? List.of() : List.of("warning SP1339 " + expected));
    }

    @Test
    void platforms_thatIncludeNothing_areAFinding_CA_CMB_05() throws Exception {
        assertThat(found(policy("platforms: { includePlatforms: [], excludePlatforms: [iOS] }", MFA)))
                .containsExactly("warning SP1113 CA-CMB-05: `platforms` includes nothing: it counts as all platforms");
        assertThat(found(policy("platforms: { includePlatforms: [all], excludePlatforms: [iOS] }", MFA))).isEmpty();
    }

    // ---- addresses

    @ParameterizedTest
    @CsvSource({"10.0.0.0/9, private", "172.16.0.0/12, private", "192.168.7.0/24, private", "100.64.0.0/10, shared",
            "127.0.0.0/16, loopback", "169.254.0.0/16, link-local",
        "fd00::/9, private", "fe80::/10, link-local", "::1/128, loopback", "224.0.0.0/9, multicast", "198.51.100.0/24,", "100.128.0.0/16,", "172.32.0.0/16,", "2001:db8::/32,", "192.128.0.0/9,"})
    void range_ofAddressesThatNeverReachEntra_isAFinding_CA_LOC_08_TI_02(String range, String kind) throws Exception {
        String location = "{ kind: ipNamedLocation, displayName: Office, isTrusted: false, ipRanges: [{ cidrAddress: '" + range
                + "' }] }\n";
        assertThat(found(location)).filteredOn(each -> each.contains("SP1510")).hasSize(kind == null ? 0 : 1)
                .allSatisfy(each -> assertThat(each).isEqualTo("warning SP1510 CA-LOC-08: `" + range + "` contains " + kind
                + " addresses, which never reach Entra: no sign-in comes from this range"));
        if (!range.contains(":")) {
            assertThat(found("{ kind: mfaSettings, trustedIps: [" + range
                    + "] }\n")).filteredOn(each -> each.startsWith("warning SP1510 TI-02")).hasSize(kind == null ? 0 : 1);
        }
    }

    /** {@code --explain} names the location that an author takes for the place of the request. */
    @ParameterizedTest
    @CsvSource({"10.20.1.4, private, true", "100.64.9.9, shared, true", "198.51.100.7, , false", "192.168.0.1, , false"})
    void privateAddress_ofARequest_isExplainedWhereARangeWouldHoldIt(String address, String kind, boolean isTold) throws Exception {
        String office = "{ kind: ipNamedLocation, displayName: Office, isTrusted: true, ipRanges: [{ cidrAddress: 10.20.0.0/16 }, { cidrAddress: 100.64.0.0/10 }, { cidrAddress: 198.51.100.0/24 }] }\n";
        PolicyEngine engine = PolicyEngine.load(Files.writeString(folder.resolve("p.yaml"),
                policy("locations: { includeLocations: [All], excludeLocations: [AllTrusted] }", MFA) + office),
                PolicyEngine.loadDirectory(Files.writeString(folder.resolve("d.yaml"),
                "kind: directory\nusers: [{ userPrincipalName: ann@contoso.com }, { userPrincipalName: bg@contoso.com }]\n")));
        Decision decision = engine.explain(SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").clientAppType("browser").ipAddress(address).build());
        assertThat(decision.findings().stream().filter(each -> each.contains("CA-LOC-08")).toList()).hasSize(isTold ? 1 : 0)
                .allSatisfy(each -> assertThat(each).startsWith("`" + address + "` is a " + kind
                + " address, which never reaches Entra: `Office` does not contain it"));
    }

    // ---- limits

    private static String policies(int number) {
        StringBuilder set = new StringBuilder();
        for (int i = 0; i < number; i++) {
            set.append(POLICY.formatted(i, "", MFA));
        }
        return set.toString();
    }

    @Test
    void policies_beyondTheTenantsLimit_areAFinding_CA_POL_13() throws Exception {
        assertThat(found(policies(240))).isEmpty();
        assertThat(found(policies(241))).containsExactly("warning SP1509 CA-POL-13: a tenant can hold 240 policies, but this set has 241");
        assertThat(found(policies(241) + "{ kind: evaluationSettings, maxPolicies: 300 }\n")).isEmpty();
        assertThat(found(policies(2) + "{ kind: evaluationSettings, maxPolicies: 1 }\n")).containsExactly("warning SP1509 CA-POL-13: a tenant can hold 1 policies, but this set has 2");
        assertThat(found("{ kind: evaluationSettings, maxPolicies: 0 }\n")).anyMatch(each -> each.startsWith("error"));
    }

    @Test
    void locationsAndStrengths_beyondTheTenantsLimits_areFindings() throws Exception {
        StringBuilder set = new StringBuilder();
        for (int i = 0; i <= 195; i++) {
            set.append("{ kind: ipNamedLocation, displayName: L").append(i).append(", isTrusted: false, ipRanges: [{ cidrAddress: 198.51.100.").append(i).append("/32 }] }\n---\n");
            set.append("{ kind: countryNamedLocation, displayName: C").append(i).append(", countriesAndRegions: [NL] }\n---\n");
        }
        for (int i = 0; i <= 15; i++) {
            set.append("{ kind: authenticationStrengthPolicy, displayName: S").append(i).append(", allowedCombinations: [fido2] }\n---\n");
        }
        assertThat(found(set.toString())).filteredOn(each -> each.contains("SP1509")).containsExactly("warning SP1509 CA-LOC-10: a tenant can hold 195 IP named locations, but this set has 196",
                "warning SP1509 CA-POL-13: a tenant can hold 15 custom authentication strengths, but this set has 16");
        assertThat(found(set + "{ kind: evaluationSettings, maxIpNamedLocations: 196, maxAuthenticationStrengths: 16 }\n")).noneMatch(each -> each.contains("SP1509"));
    }

    // ---- licences

    /** Nothing is known of the licences of a tenant that lists none, in either form. */
    @ParameterizedTest
    @ValueSource(strings = {"", "organization: { licences: [] }\n", "organization: { displayName: Contoso }\n"})
    void licences_thatAreNotListed_areNotKnown(String organization) throws Exception {
        String risk = policy("signInRiskLevels: [high]", MFA);
        assertThat(findings(risk, organization)).isEmpty();
        assertThat(findings(risk, "organization: { licences: [none] }\n")).hasSize(2).allSatisfy(each -> {
            assertThat(each.code()).isEqualTo("SP1333");
            assertThat(each.severity()).isEqualTo(Severity.WARNING);
        });
    }

    // ---- policies that begin in report-only

    private static final String REPORT_ONLY = "state: enabledForReportingButNotEnforced";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "'Microsoft-managed: MFA' | createdDateTime: 2026-11-02T08:00:00Z | on or after 2026-12-02",
        "' microsoft-Managed: MFA' | createdDateTime: '2026-11-02T23:30:00.1234567-05:00' | on or after 2026-12-03",
        "MFA | templateId: 4200930C-0da2-4e33-ca01-000000000005 | 30 days or more after it was created",
        "'Microsoft-managed: MFA' | createdDateTime: yesterday | 30 days or more after it was created",
        "MFA | templateId: c7503427-338e-4c5e-902d-abe252abfb43 | ", "'No Microsoft-managed: MFA' | createdDateTime: 2026-11-02T08:00:00Z | "})
    void managedPolicy_inReportOnly_namesTheDayWhenMicrosoftTurnsItOn_CA_POL_16(String name, String field, String when) throws Exception {
        String managed = policy("", MFA).replace("displayName: Policy ", "displayName: " + name + "\n" + field);
        assertThat(found(managed.replace("state: enabled", REPORT_ONLY))).containsExactlyElementsOf(when == null ? List.of()
                : List.of("warning SP1341 CA-POL-16: Microsoft manages this policy, and turns it on by itself " + when));
        assertThat(found(managed)).as("it is on").isEmpty();
        assertThat(found(managed.replace("state: enabled", "state: disabled"))).as("an administrator turned it off").isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "state: enabled | state: enabled | true",
        "includeGroups: [g1] | includeGroups: [Pilot, Next] | true",
        "clientAppTypes: [all] | clientAppTypes: [browser] | false",
        "includeApplications: [All] | includeApplications: [Office365] | false",
        "includeApplications: [All] | includeApplications: [00000002-0000-0ff1-ce00-000000000000] | false",
        "excludeUsers: [bg@contoso.com] | excludeGroups: [Next] | false",
        "clientAppTypes: [all] | 'clientAppTypes: [all], signInRiskLevels: [high]' | false",
        "clientAppTypes: [all] | 'clientAppTypes: [all], agentIdRiskLevels: high' | false",
        "clientAppTypes: [all] | 'clientAppTypes: [all], platforms: { includePlatforms: [iOS] }' | false",
        "clientAppTypes: [all] | 'clientAppTypes: [all], locations: { includeLocations: [All], excludeLocations: [AllTrusted] }' | false",
        "clientAppTypes: [all] | 'clientAppTypes: [all], devices: { deviceFilter: { mode: exclude, rule: ''device.isCompliant -eq True'' } }' | false",
        "builtInControls: [mfa] | builtInControls: [compliantDevice] | false",
        "builtInControls: [mfa] } | 'builtInControls: [mfa] }, sessionControls: { persistentBrowser: { isEnabled: true, mode: never } }' | false",
        "includeGroups: [g1] | 'includeGroups: [g1], includeRoles: [Global Administrator]' | false",
        "state: enabled | state: disabled | false",
        "state: enabled | state: enabledForReportingButNotEnforced | false"})
    void reportOnlyPolicy_besideAnEnabledOneForGroups_isFoundIfTheRestIsTheSame_CA_POL_17(String what, String other, boolean told) throws Exception {
        String shape = "{ kind: conditionalAccessPolicy, id: %s, displayName: %s, state: %s, conditions: { users: { %s, excludeUsers: [bg@contoso.com] }, "
                + "applications: { includeApplications: [All] }, clientAppTypes: [all] }, grantControls: { operator: OR, builtInControls: [mfa] } }\n---\n";
        String phase = shape.formatted("phase", "Phase", "enabled", "includeGroups: [g1]");
        assertThat(phase).contains(what);
        String all = shape.formatted("all", "All", REPORT_ONLY.substring("state: ".length()), "includeUsers: [All]");
        List<String> found = findings(phase.replace(what, other) + all, "groups: [{ id: g1, displayName: Pilot }, { id: g2, displayName: Next }]\n").stream()
                .filter(each -> each.code().equals("SP1342")).map(each -> each.position().line() + " " + each.message()).toList();
        assertThat(found).containsExactlyElementsOf(told ? List.of("3 `phase` enforces the same for groups: it looks like a phase of the rollout of "
                + "this report-only policy") : List.of());
    }
}
