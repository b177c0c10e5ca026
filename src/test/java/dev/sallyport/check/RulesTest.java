package dev.sallyport.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Directory;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rule by rule, on both sides of each limit: all that the checker says about a policy and what lies beside it. A code stands with its
 * rule and with the line of the policy that it points at.
 */
class RulesTest {

    private static final String PEOPLE = """
            kind: directory
            organization: { licences: [AAD_PREMIUM, AAD_PREMIUM_P2, AAD_WRKLDID_P1] }
            groups:
              - { id: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d01, displayName: Staff, members: [ann@contoso.com] }
              - { id: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d02, displayName: Empty }
              - { id: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d03, displayName: Nobody }
            users:
              - { userPrincipalName: ann@contoso.com }
              - { userPrincipalName: bg@contoso.com }
            """;

    @TempDir
    private Path folder;

    private String findings(String yaml) throws Exception {
        Directory directory = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), PEOPLE));
        return findings(yaml, directory);
    }

    private String findings(String yaml, Directory directory) throws IOException {
        Diagnostics read = new Diagnostics();
        List<Sources.Document> documents = Sources.read(List.of(Files.writeString(folder.resolve("set.yaml"), yaml)), read);
        return String.join(", ", Check.of(documents, directory, Instant.parse("2026-11-22T09:00:00Z"), read).findings().stream()
                .map(each -> each.code() + (each.rule() == null ? "" : " " + each.rule()) + " :" + each.position().line()).toList());
    }

    /** In lines: 4 users, 5 applications, 6 a condition, 8 grant controls, 9 session controls; one less where the condition is on client apps. */
    private static String policy(String users, String applications, String condition, String grant, String session) {
        boolean clients = condition != null && condition.contains("clientAppTypes");
        return "kind: conditionalAccessPolicy\ndisplayName: p\nconditions:\n  users: { " + users + " }\n  applications: { " + applications
                + " }\n  "
                + (condition == null ? "" : condition) + "\n" + (clients ? "" : "  clientAppTypes: [all]\n") + (grant == null ? "" : "grantControls: { operator: " + grant + " }") + "\n"
                + (session == null ? "" : "sessionControls: { " + session + " }") + "\nstate: enabled\n";
    }

    private static final String ALL = "includeUsers: [ann@contoso.com]";
    private static final String EVERYTHING = "includeApplications: [All]";

    // ---- remediation of risk

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "AND, builtInControls: [mfa, passwordChange] | includeApplications: [All] | userRiskLevels: [high] | everyTime | ",
        "OR, builtInControls: [mfa, passwordChange] | includeApplications: [All] | userRiskLevels: [high] | everyTime | SP1311 VAL-01 :8",
        "AND, builtInControls: [passwordChange] | includeApplications: [All] | userRiskLevels: [high] | everyTime | SP1311 VAL-01 :8",
        "AND, builtInControls: [passwordChange], authenticationStrength: { id: Multifactor authentication } | includeApplications: [All] | userRiskLevels: [high] | everyTime | ",
        "AND, builtInControls: [mfa, passwordChange] | includeApplications: [All] | signInRiskLevels: [high] | everyTime | SP1314 VAL-04 :6, SP1312 VAL-02 :8",
        "AND, builtInControls: [mfa, passwordChange] | includeApplications: [Office365] | userRiskLevels: [high] | everyTime | SP1313 VAL-03 :5",
        "AND, builtInControls: [mfa, passwordChange] | includeApplications: [All], excludeApplications: [Office365] | userRiskLevels: [high] | everyTime | SP1313 VAL-03 :5",
        "AND, builtInControls: [mfa, passwordChange] | includeApplications: [All] | userRiskLevels: [high] | timeBased, type: hours, value: 1 | SP1317 VAL-07 :8",
        "AND, builtInControls: [mfa, passwordChange, compliantDevice] | includeApplications: [All] | userRiskLevels: [high] | everyTime | SP1318 VAL-08 :8",
        "AND, builtInControls: [mfa, passwordChange, riskRemediation] | includeApplications: [All] | userRiskLevels: [high] | everyTime | SP1315 VAL-05 :8, SP1316 VAL-06 :8",
        "AND, builtInControls: [riskRemediation], authenticationStrength: { id: Multifactor authentication } | includeApplications: [All] | userRiskLevels: [high] | everyTime | ",
        "OR, builtInControls: [riskRemediation], authenticationStrength: { id: Multifactor authentication } | includeApplications: [All] | userRiskLevels: [high] | everyTime | SP1316 VAL-06 :8",
        "AND, builtInControls: [riskRemediation] | includeApplications: [Office365] | clientAppTypes: [browser] | everyTime | SP1313 VAL-03 :5, SP1314 VAL-04 :6, SP1312 VAL-02 :7, SP1316 VAL-06 :7"})
    void remediation(String grant, String applications, String condition, String frequency, String expected) throws Exception {
        assertThat(findings(policy(ALL, applications, condition, grant, "signInFrequency: { isEnabled: true, frequencyInterval: " + frequency + " }")))
                .isEqualTo(expected == null ? "" : expected);
    }

    /** VAL-04, VAL-14, VAL-18: each condition in its turn. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "clientAppTypes: [all] | SP1312 VAL-02 :7 /  / ",
        "clientAppTypes: [browser] | SP1314 VAL-04 :6, SP1312 VAL-02 :7 / SP1322 VAL-14 :8 / SP1326 VAL-18 :6",
        "platforms: { includePlatforms: [windows] } | SP1314 VAL-04 :6, SP1312 VAL-02 :8 / SP1322 VAL-14 :9 / ",
        "locations: { includeLocations: [AllTrusted] } | SP1314 VAL-04 :6, SP1507 CA-LOC-23 :6, SP1312 VAL-02 :8 / SP1507 CA-LOC-23 :6, SP1322 VAL-14 :9 / SP1507 CA-LOC-23 :6",
        "signInRiskLevels: [low] | SP1314 VAL-04 :6, SP1312 VAL-02 :8 / SP1322 VAL-14 :9 / ",
        "servicePrincipalRiskLevels: [low] | SP1314 VAL-04 :6, SP1334 CA-RSK-09 :6, SP1312 VAL-02 :8 / SP1334 CA-RSK-09 :6, SP1322 VAL-14 :9 / SP1334 CA-RSK-09 :6",
        "insiderRiskLevels: [minor] | SP1314 VAL-04 :6, SP1312 VAL-02 :8 / SP1322 VAL-14 :9 / ",
        "insiderRiskLevels: minor | SP1314 VAL-04 :6, SP1312 VAL-02 :8 / SP1322 VAL-14 :9 / ",
        "userRiskLevels: [high] |  / SP1322 VAL-14 :9 / ",
        "devices: { deviceFilter: { mode: exclude, rule: 'device.isCompliant -eq True' } } | SP1314 VAL-04 :6, SP1312 VAL-02 :8 / SP1322 VAL-14 :9 / SP1326 VAL-18 :6",
        "devices: { includeDevices: [All], excludeDevices: [Compliant] } | SP1314 VAL-04 :6, SP1312 VAL-02 :8 / SP1322 VAL-14 :9 / SP1326 VAL-18 :6",
        "authenticationFlows: { transferMethods: deviceCodeFlow } | SP1314 VAL-04 :6, SP1312 VAL-02 :8 / SP1322 VAL-14 :9 / ",
        "times: { includedRanges: [{ startDateTime: 2026-01-01T00:00:00Z, endDateTime: 2026-12-31T00:00:00Z }] } | SP1314 VAL-04 :6, SP1102 :6, SP1312 VAL-02 :8 / SP1102 :6, SP1322 VAL-14 :9 / SP1102 :6"})
    void condition_besideRemediationOrRegistration_isAFinding(String condition, String expected) throws Exception {
        String change = findings(policy(ALL, EVERYTHING, condition, "AND, builtInControls: [mfa, passwordChange]", "signInFrequency: { isEnabled: true, frequencyInterval: everyTime }"));
        String evaluation = findings(policy(ALL, EVERYTHING, condition, null, "continuousAccessEvaluation: { mode: disabled }"));
        String registration = findings(policy(ALL, "includeUserActions: ['urn:user:registerdevice']", condition, "OR, builtInControls: [mfa]", null));
        assertThat((change + " / " + evaluation + " / " + registration).strip()).isEqualTo(expected);
    }

    // ---- controls

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeApplications: [All] | OR, builtInControls: [mfa], authenticationStrength: { id: Multifactor authentication } | | SP1319 VAL-09 :8",
        "includeApplications: [All] | OR, builtInControls: [block] | | ",
        "includeApplications: [All] | OR, builtInControls: [block, mfa] | | SP1320 VAL-10 :8",
        "includeApplications: [All] | OR, builtInControls: [block], authenticationStrength: { id: Multifactor authentication } | | SP1320 VAL-10 :8",
        "includeApplications: [All] | OR, builtInControls: [block], termsOfUse: [0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d07] | | SP1320 VAL-10 :8, SP1204 CA-USR-16 :8",
        "includeApplications: [All] | OR, builtInControls: [block], customAuthenticationFactors: [Duo] | | SP1320 VAL-10 :8, SP1340 DEC-12 :8",
        "includeApplications: [All] | OR, builtInControls: [block] | persistentBrowser: { isEnabled: true, mode: never } | SP1320 VAL-10 :9",
        "includeApplications: [Office365] | OR, builtInControls: [mfa] | persistentBrowser: { isEnabled: true, mode: never } | SP1321 VAL-13 :9",
        "includeApplications: [Office365] | OR, builtInControls: [mfa] | continuousAccessEvaluation: { mode: disabled } | SP1322 VAL-14 :9",
        "includeApplications: [All], excludeApplications: [Office365] | OR, builtInControls: [mfa] | continuousAccessEvaluation: { mode: disabled } | SP1322 VAL-14 :9",
        "includeApplications: [Office365] | OR, builtInControls: [mfa] | continuousAccessEvaluation: { mode: strictEnforcement } | ",
        "includeApplications: [Office365] | OR, builtInControls: [mfa] | applicationEnforcedRestrictions: { isEnabled: true } | ",
        "includeApplications: [Office 365 Exchange Online, Office 365 SharePoint Online] | OR, builtInControls: [mfa] | applicationEnforcedRestrictions: { isEnabled: true } | ",
        "includeApplications: [All] | OR, builtInControls: [mfa] | applicationEnforcedRestrictions: { isEnabled: true } | SP1323 VAL-15 :5",
        "includeApplications: [All] | OR, builtInControls: [approvedApplication, mfa] | | SP1335 GR-APP-03 :8",
        "includeApplications: [All] | OR, builtInControls: [mfa], customAuthenticationFactors: [RequireDuoMfa] | | SP1340 DEC-12 :8",
        "includeApplications: [All] | OR, builtInControls: [mfa], customAuthenticationFactors: [] | | ",
        "includeApplications: [All] |  | signInFrequency: { isEnabled: false } | SP1504 CA-POL-11 :9",
        "includeApplications: [All] |  | signInFrequency: { isEnabled: true, frequencyInterval: everyTime, type: hours } | SP1324 VAL-16 :9",
        "includeApplications: [All] |  | signInFrequency: { isEnabled: true, frequencyInterval: everyTime, type: hours, value: 1 } | SP1324 VAL-16 :9",
        "includeApplications: [All] |  | signInFrequency: { isEnabled: true, type: hours, value: 1 } | ",
        "includeApplications: [All] |  | signInFrequency: { isEnabled: true, type: hours, value: 23 } | ",
        "includeApplications: [All] |  | signInFrequency: { isEnabled: true, type: hours, value: 24 } | SP1325 VAL-17 :9",
        "includeApplications: [All] |  | signInFrequency: { isEnabled: true, type: days, value: 365 } | ",
        "includeApplications: [All] |  | signInFrequency: { isEnabled: true, type: days, value: 366 } | SP1325 VAL-17 :9",
        "includeApplications: [Office 365 Exchange Online] |  | secureSignInSession: { isEnabled: true } | SP1331 VAL-23 :7, SP1331 VAL-23 :9",
        "includeApplications: [All] |  | secureSignInSession: { isEnabled: true } | SP1331 VAL-23 :5, SP1331 VAL-23 :7, SP1331 VAL-23 :9"})
    void controls(String applications, String grant, String session, String expected) throws Exception {
        assertThat(findings(policy(ALL, applications, null, grant, session))).isEqualTo(expected == null ? "" : expected);
    }

    /** VAL-20: what an app control asks for does not exist on these. VAL-23. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "macOS | OR, builtInControls: [compliantApplication] | | SP1328 VAL-20 :6",
        "linux | OR, builtInControls: [compliantApplication] | | SP1328 VAL-20 :6",
        "android | OR, builtInControls: [compliantApplication] | | ",
        "macOS | OR, builtInControls: [compliantApplication, mfa] | | ",
        "macOS | AND, builtInControls: [compliantApplication, mfa] | | SP1328 VAL-20 :6",
        "macOS | AND, builtInControls: [mfa] | | ",
        "macOS | OR, builtInControls: [compliantApplication], authenticationStrength: { id: Multifactor authentication } | | ",
        "macOS | OR, builtInControls: [compliantApplication], customAuthenticationFactors: [Duo] | | SP1340 DEC-12 :8",
        "macOS | OR, builtInControls: [compliantApplication], termsOfUse: [0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d07] | | SP1204 CA-USR-16 :8",
        "windows | OR, builtInControls: [mfa] | secureSignInSession: { isEnabled: true } | ",
        "iOS, macOS | OR, builtInControls: [mfa] | secureSignInSession: { isEnabled: true } | ",
        "windows, iOS, macOS | OR, builtInControls: [mfa] | secureSignInSession: { isEnabled: true } | ",
        "windows, android | OR, builtInControls: [mfa] | secureSignInSession: { isEnabled: true } | SP1331 VAL-23 :6",
        "linux | OR, builtInControls: [mfa] | secureSignInSession: { isEnabled: true } | SP1331 VAL-23 :6"})
    void platform_and_controls(String platform, String grant, String session, String expected) throws Exception {
        assertThat(findings(policy(ALL, "includeApplications: [Office 365 Exchange Online]",
                "platforms: { includePlatforms: [" + platform + "] }, clientAppTypes: [mobileAppsAndDesktopClients]".replace(", c", "\n  c"), grant, session)))
                .isEqualTo(expected == null ? "" : expected);
    }

    // ---- user actions, workload identities, clients

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "enabled | includeUserActions: ['urn:user:registerdevice'] | OR, builtInControls: [compliantDevice] | clientAppTypes: [all] | SP1326 VAL-18 :7",
        "enabled | includeUserActions: ['urn:user:registersecurityinfo'] | OR, builtInControls: [compliantDevice] | clientAppTypes: [all] | ",
        "enabledForReportingButNotEnforced | includeUserActions: ['urn:user:registersecurityinfo'] | OR, builtInControls: [mfa] | clientAppTypes: [all] | SP1336 CA-ACT-10 :5",
        "enabledForReportingButNotEnforced | includeApplications: [All] | OR, builtInControls: [mfa] | clientAppTypes: [all] | ",
        "enabled | includeApplications: [All] | OR, builtInControls: [block] | clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] } | ",
        "enabled | includeApplications: [All] | OR, builtInControls: [mfa] | clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] } | SP1329 VAL-21 :8",
        "enabled | includeApplications: [All] | AND, builtInControls: [block, mfa] | clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] } | SP1320 VAL-10 :8, SP1329 VAL-21 :8",
        "enabled | includeApplications: [All] | OR, builtInControls: [block] | clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }$  signInRiskLevels: [high] | SP1334 CA-RSK-09 :7",
        "enabled | includeApplications: [All] | OR, builtInControls: [block] | clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }$  userRiskLevels: [high] | SP1334 CA-RSK-09 :7",
        "enabled | includeApplications: [All] | OR, builtInControls: [block] | clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }$  servicePrincipalRiskLevels: [high] | ",
        "enabled | includeApplications: [All] | OR, builtInControls: [mfa] | servicePrincipalRiskLevels: [high] | SP1334 CA-RSK-09 :6",
        "enabled | includeApplications: [All] | OR, builtInControls: [mfa] | devices: { deviceFilter: { mode: exclude, rule: 'device.isCompliant -eq True' } }$  deviceStates: { includeStates: [All], excludeStates: [Compliant] } | SP1327 VAL-19 :6",
        "enabled | includeApplications: [Office365] | OR, builtInControls: [block] | clientAppTypes: [exchangeActiveSync] | SP1330 VAL-22 :5",
        "enabled | includeApplications: [Office 365 Exchange Online] | OR, builtInControls: [block] | clientAppTypes: [exchangeActiveSync] | "})
    void userActionsAndWorkloads_withOtherConditions_areFindings(String state, String applications, String grant, String condition, String expected) throws Exception {
        String users = condition.contains("ServicePrincipals") ? "includeUsers: [None]" : ALL;
        assertThat(findings(policy(users, applications, condition.replace("$", "\n"), grant, null).replace("state: enabled", "state: " + state)))
                .isEqualTo(expected == null ? "" : expected);
    }

    /** In lines: 4 users, 5 applications, 6 a condition, 8 grant controls. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "None | clientApplications: { includeAgentIdServicePrincipals: [All] } | block | ",
        "None | clientApplications: { includeAgentIdServicePrincipals: [All] }$  agentIdRiskLevels: [high] | block | ",
        "None | clientApplications: { includeAgentIdServicePrincipals: [Bot] } | mfa | SP1329 AGT-08 :8",
        "None | clientApplications: { includeAgentIdServicePrincipals: [All] }$  platforms: { includePlatforms: [linux] } | block | SP1343 AGT-08 :7",
        "None | clientApplications: { includeAgentIdServicePrincipals: [All] }$  servicePrincipalRiskLevels: [high] | block | SP1343 AGT-08 :7",
        "None | clientApplications: { includeAgentIdServicePrincipals: [All], includeServicePrincipals: [ServicePrincipalsInMyTenant] } | block | SP1343 AGT-09 :6",
        "AllAgentIdUsers | clientApplications: { includeAgentIdServicePrincipals: [All] } | block | SP1301 CA-SET-02 :6, SP1343 AGT-09 :6",
        "AllAgentIdUsers | agentIdRiskLevels: [low, medium, high] | block | ",
        "AllAgentIdUsers | platforms: { includePlatforms: [linux] } | compliantDevice | ",
        "AllAgentIdUsers | signInRiskLevels: [high] | block | SP1343 AGT-08 :6",
        "AllAgentIdUsers | agentIdRiskLevels: [high] | mfa | SP1329 AGT-08 :8",
        "AllAgentIdUsers, ann@contoso.com | agentIdRiskLevels: [high] | mfa | SP1343 AGT-09 :4",
        "AllAgentIdUsers, bot@contoso.com | agentIdRiskLevels: [high] | block | ",
        "bot@contoso.com | agentIdRiskLevels: [high] | block | ",
        "None | agents: { includeAgentUsers: [All] }$  agentIdRiskLevels: [high] | block | ",
        "All | agents: { includeAgentUsers: [All] } | block | SP1343 AGT-09 :6",
        "ann@contoso.com | agentIdRiskLevels: [high] | block | SP1334 AGT-07 :6",
        "None | clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }$  agentIdRiskLevels: [high] | block | SP1334 AGT-07 :7"})
    void policiesForAgents_thatEntraDoesNotOffer_areFindings(String users, String condition, String control, String expected) throws Exception {
        Directory agents = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("agents.yaml"), PEOPLE
                + "  - { userPrincipalName: bot@contoso.com, identityParentId: Bot }\nservicePrincipals: [{ id: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d09, displayName: Bot }]\n"));
        assertThat(findings(policy("includeUsers: [" + users + "]", EVERYTHING, condition.replace("$", "\n"), "OR, builtInControls: [" + control + "]", null), agents)
                .replaceAll("SP1332[^,]*(, )?", "")).isEqualTo(expected == null ? "" : expected);
    }

    // ---- policies that never apply

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeUsers: [None] | includeApplications: [All] | | SP1502 CA-CMB-03 :4",
        "includeUsers: [ann@contoso.com], excludeUsers: [ann@contoso.com] | includeApplications: [All] | | SP1502 CA-CMB-03 :4, SP1501 CA-USR-05 :4",
        "includeUsers: [ann@contoso.com, bg@contoso.com], excludeUsers: [ann@contoso.com] | includeApplications: [All] | | SP1501 CA-USR-05 :4",
        "includeGroups: [Staff], excludeGroups: [Staff] | includeApplications: [All] | | SP1502 CA-CMB-03 :4, SP1501 CA-USR-05 :4",
        "includeRoles: [Global Administrator], excludeRoles: [Global Administrator] | includeApplications: [All] | | SP1502 CA-CMB-03 :4, SP1503 CA-USR-04 :4, SP1501 CA-USR-05 :4",
        "includeGroups: [Staff], includeUsers: [ann@contoso.com], excludeUsers: [ann@contoso.com] | includeApplications: [All] | | SP1503 CA-USR-05 :4, SP1501 CA-USR-05 :4",
        "includeGroups: [Staff], excludeGroups: [Staff], includeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest } | includeApplications: [All] | | SP1501 CA-USR-05 :4",
        "includeUsers: [All], excludeUsers: [ann@contoso.com] | includeApplications: [All] | | ",
        "includeGroups: [Empty] | includeApplications: [All] | | SP1503 CA-USR-04 :4",
        "includeGroups: [Empty, Nobody] | includeApplications: [All] | | SP1503 CA-USR-04 :4",
        "includeGroups: [Empty, Staff] | includeApplications: [All] | | ",
        "includeRoles: [Global Administrator] | includeApplications: [All] | | SP1503 CA-USR-04 :4",
        "includeGroups: [Empty], includeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest } | includeApplications: [All] | | ",
        "includeUsers: [ann@contoso.com] | includeApplications: [None] | | SP1502 CA-CMB-03 :5",
        "includeUsers: [ann@contoso.com] | includeApplications: [Office365], excludeApplications: [Office365] | | SP1502 CA-CMB-03 :5, SP1501 CA-USR-05 :5",
        "includeUsers: [ann@contoso.com] | includeApplications: [Office 365 Exchange Online], excludeApplications: [Office365] | | SP1502 CA-CMB-03 :5",
        "includeUsers: [ann@contoso.com] | includeApplications: [All], excludeApplications: [Office365] | | ",
        "includeUsers: [ann@contoso.com] | includeApplications: [Office 365 Exchange Online, Office365], excludeApplications: [Office 365 Exchange Online] | | SP1501 CA-USR-05 :5",
        "includeUsers: [ann@contoso.com] | includeApplications: [All] | platforms: { includePlatforms: [all], excludePlatforms: [all] } | SP1502 CA-CMB-03 :6",
        "includeUsers: [ann@contoso.com] | includeApplications: [All] | platforms: { includePlatforms: [iOS], excludePlatforms: [iOS, android] } | SP1502 CA-CMB-03 :6",
        "includeUsers: [ann@contoso.com] | includeApplications: [All] | platforms: { includePlatforms: [iOS, linux], excludePlatforms: [iOS] } | SP1501 CA-CMB-03 :6",
        "includeUsers: [ann@contoso.com] | includeApplications: [All] | platforms: { includePlatforms: [all], excludePlatforms: [iOS] } | "})
    void policy_thatNeverApplies_isAFinding(String users, String applications, String condition, String expected) throws Exception {
        assertThat(findings(policy(users, applications, condition, "OR, builtInControls: [mfa]", null))).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeLocations: [Office], excludeLocations: [Office] | true | SP1502 CA-CMB-03 :6, SP1501 CA-USR-05 :6, SP1505 :17",
        "includeLocations: [Office], excludeLocations: [AllTrusted] | true | SP1502 CA-CMB-03 :6, SP1505 :17",
        "includeLocations: [Office], excludeLocations: [AllTrusted] | false | SP1507 CA-LOC-23 :6, SP1505 :17",
        "includeLocations: [All], excludeLocations: [AllTrusted] | true | SP1505 :17",
        "includeLocations: [Office, North], excludeLocations: [AllTrusted] | true | SP1501 CA-CMB-03 :6",
        "includeLocations: [All] | true | SP1505 :12, SP1505 :17",
        "includeLocations: [All], excludeLocations: [North, Office] | true | ",
        "includeLocations: [North] | true | SP1505 :12",
        "includeLocations: [AllTrusted] | true | SP1505 :17"})
    void locations(String locations, boolean isTrusted, String expected) throws Exception {
        String beside = "---\nkind: ipNamedLocation\ndisplayName: Office\nisTrusted: " + isTrusted + "\nipRanges: [{ cidrAddress: 198.51.100.0/24 }]\n"
                + "---\nkind: countryNamedLocation\ndisplayName: North\ncountriesAndRegions: [NO]\n";
        assertThat(findings(policy(ALL, EVERYTHING, "locations: { " + locations + " }", "OR, builtInControls: [mfa]", null) + beside))
                .isEqualTo(expected == null ? "" : expected);
    }

    /** What lies beside a policy that uses nothing of it, and beside one that uses it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeApplications: [All] | OR, builtInControls: [mfa] | SP1505 :12, SP1505 :17, SP1505 :21, SP1505 :26",
        "includeApplications: [All] | OR, authenticationStrength: { id: Ours } | SP1505 :17, SP1505 :21, SP1505 :26",
        "includeApplications: [All] | OR, termsOfUse: [Terms] | SP1505 :12, SP1505 :21, SP1505 :26",
        "includeAuthenticationContextClassReferences: [c1] | OR, builtInControls: [mfa] | SP1505 :12, SP1505 :17, SP1505 :26",
        "includeAuthenticationContextClassReferences: [c2] | OR, builtInControls: [mfa] | SP1506 CA-ACX-02 :5, SP1505 :12, SP1505 :17, SP1505 :21",
        "includeAuthenticationContextClassReferences: [c3] | OR, builtInControls: [mfa] | SP1506 CA-ACX-02 :5, SP1505 :12, SP1505 :17, SP1505 :21, SP1505 :26"})
    void resources_unusedOrUndeclared_areFindings(String applications, String grant, String expected) throws Exception {
        String beside = "---\nkind: authenticationStrengthPolicy\nid: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d08\ndisplayName: Ours\nallowedCombinations: [fido2]\n"
                + "---\nkind: termsOfUse\nid: 0a0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d07\ndisplayName: Terms\n"
                + "---\nkind: authenticationContextClassReference\nid: c1\ndisplayName: One\nisAvailable: true\n"
                + "---\nkind: authenticationContextClassReference\nid: c2\ndisplayName: Two\nisAvailable: false\n";
        assertThat(findings(policy(ALL, applications, null, grant, null) + beside)).isEqualTo(expected == null ? "" : expected);
    }

    // ---- the set as a whole

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeApplications: [Microsoft Graph] | SP1750 CA-APP-09 :5",
        "includeApplications: [All], excludeApplications: [Microsoft Graph] | SP1750 CA-APP-09 :5",
        "includeApplications: [Office365] | "})
    void target_thatStandsForOthers_isAFinding(String applications, String expected) throws Exception {
        assertThat(findings(policy(ALL, applications, null, "OR, builtInControls: [mfa]", null))).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeApplications: [All] | true | SP1751 GR-CTL-26 :8",
        "includeApplications: [All], excludeApplications: [Microsoft Intune Enrollment] | true | ",
        "includeApplications: [Office365] | true | ",
        "includeApplications: [All] | false | "})
    void termsOfUse_perDevice_areAFinding(String applications, boolean perDevice, String expected) throws Exception {
        assertThat(findings(policy(ALL, applications, null, "OR, termsOfUse: [Rules]", null) + "---\nkind: termsOfUse\ndisplayName: Rules\nisPerDeviceAcceptanceRequired: " + perDevice + "\n"))
                .isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "kind: authenticationContextClassReference, id: c1, displayName: Papers, isAvailable: true | ",
        "kind: authenticationContextClassReference, id: c1, displayName: Papers, isAvailable: false | SP1506 CA-ACX-02 :5",
        "kind: authenticationContextClassReference, id: c2, displayName: Papers, isAvailable: true | SP1506 CA-ACX-02 :5, SP1505 :12"})
    void context_thatIsDeclared_isNoFinding(String context, String expected) throws Exception {
        assertThat(findings(policy(ALL, "includeAuthenticationContextClassReferences: [c1]", null, "OR, builtInControls: [mfa]", null) + "---\n{ " + context + " }\n"))
                .isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "{ kind: mfaSettings, trustedIps: [203.0.113.0/24] } | ",
        "{ kind: mfaSettings, skipMfaForFederatedIntranet: true } | ",
        "{ kind: ipNamedLocation, displayName: Office, isTrusted: true, ipRanges: [{ cidrAddress: 198.51.100.0/24 }] } | ",
        "{ kind: ipNamedLocation, displayName: Office, isTrusted: false, ipRanges: [{ cidrAddress: 198.51.100.0/24 }] } | SP1507 CA-LOC-23 :6, SP1505 :12"})
    void trustedLocation_withoutATrustedPlace_isAFinding(String other, String expected) throws Exception {
        assertThat(findings(policy(ALL, EVERYTHING, "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }", "OR, builtInControls: [mfa]", null) + "---\n" + other + "\n"))
                .isEqualTo(expected == null ? "" : expected);
    }

    /** LIC-03..05, VAL-28. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "none | signInRiskLevels: [high] | SP1333 LIC-03 :1, SP1333 VAL-28 :6, SP1333 LIC-05 :12",
        "AAD_PREMIUM | userRiskLevels: [high] | SP1333 VAL-28 :6",
        "AAD_PREMIUM | | ",
        "aad_premium_p2 | signInRiskLevels: [high] | ",
        " | signInRiskLevels: [high] | "})
    void licence_thatASetNeeds_isAFinding(String licence, String condition, String expected) throws Exception {
        Directory directory = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("licences.yaml"), PEOPLE.replace("AAD_PREMIUM, AAD_PREMIUM_P2, AAD_WRKLDID_P1",
                licence == null ? "" : licence)));
        assertThat(findings(policy(ALL, EVERYTHING, condition, "OR, builtInControls: [mfa]", null) + "---\n{ kind: mfaSettings, trustedIps: [203.0.113.0/24] }\n", directory))
                .isEqualTo(expected == null ? "" : expected);
    }

    /** CA-USR-04. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "includeGroups: [Nobody] | SP1503 CA-USR-04 :4",
        "includeRoles: [Helpdesk Administrator] | SP1503 CA-USR-04 :4",
        "includeGroups: [Nobody], includeRoles: [Helpdesk Administrator] | SP1503 CA-USR-04 :4",
        "includeGroups: [Nobody, Staff] | ",
        "includeGroups: [Nobody], includeUsers: [ann@contoso.com] | ",
        "includeGroups: [Nobody], includeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest } | "})
    void target_withoutMembers_isAFinding(String users, String expected) throws Exception {
        assertThat(findings(policy(users, EVERYTHING, null, "OR, builtInControls: [mfa]", null))).isEqualTo(expected == null ? "" : expected);
    }
}
