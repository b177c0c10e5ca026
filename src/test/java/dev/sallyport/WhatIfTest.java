package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.fixtures.JsonTree;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Annotations;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.parse.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body of What If means (WI-01..45, WI-99), and what is said of one that makes no sense. */
class WhatIfTest {

    private static final String ANN = "{'@odata.type': '#microsoft.graph.userSignIn', 'userId': 'ann@contoso.com'}";
    private static final String ASSISTANT = "{'@odata.type': '#microsoft.graph.agentSignIn', 'agentServicePrincipalId': '6b1c9f02-3d4e-5a6b-9c7d-8e9f0a1b2c3d'}";
    private static final String PAYROLL = "{'@odata.type': '#microsoft.graph.applicationContext', 'includeApplications': ['11111111-aaaa-4aaa-8aaa-111111111111']}";

    private static PolicyEngine engine;

    @BeforeAll
    static void load(@TempDir Path folder) throws Exception {
        engine = engine(folder, """
                applied:      { users: { includeUsers: [All] } }
                on-windows:   { users: { includeUsers: [All] }, platforms: { includePlatforms: [windows] } }
                any-platform: { users: { includeUsers: [All] }, platforms: { includePlatforms: [all], excludePlatforms: [iOS] } }
                eas:          { users: { includeUsers: [All] }, clientAppTypes: [easSupported], platforms: { includePlatforms: [iOS] } }
                joined:       { users: { includeUsers: [All] }, devices: { deviceFilter: { mode: include, rule: 'device.trustType -eq "AzureAD"' } } }
                compliant:    { users: { includeUsers: [All] }, devices: { deviceFilter: { mode: include, rule: 'device.isCompliant -eq True' } } }
                unknown-os:   { users: { includeUsers: [All] }, devices: { deviceFilter: { mode: include, rule: 'device.operatingSystem -eq null' } } }
                not-compliant: { users: { includeUsers: [All] }, devices: { deviceFilter: { mode: include, rule: 'device.isCompliant -eq False' } } }
                no-id:        { users: { includeUsers: [All] }, devices: { deviceFilter: { mode: include, rule: 'device.deviceId -ne null' } } }
                in-us:        { users: { includeUsers: [All] }, locations: { includeLocations: [United States] } }
                at-office:    { users: { includeUsers: [All] }, locations: { includeLocations: [Office] } }
                no-risk:      { users: { includeUsers: [All] }, signInRiskLevels: [none] }
                exchange:     { users: { includeUsers: [All] }, applications: { includeApplications: [Office 365 Exchange Online] } }
                office365:    { users: { includeUsers: [All] }, applications: { includeApplications: [Office365] } }
                security-info: { users: { includeUsers: [All] }, applications: { includeUserActions: ["urn:user:registersecurityinfo"] } }
                join:         { users: { includeUsers: [All] }, applications: { includeUserActions: ["urn:user:registerdevice"] } }
                guests:       { users: { includeGuestsOrExternalUsers: { guestOrExternalUserTypes: serviceProvider } } }
                import:       { users: { includeUsers: [None] }, clientApplications: { includeServicePrincipals: [Import] } }
                agents:       { users: { includeUsers: [None] }, clientApplications: { includeAgentIdServicePrincipals: [All] } }
                agents-and-import: { users: { includeUsers: [None] }, clientApplications: { includeServicePrincipals: [Import], includeAgentIdServicePrincipals: [All] } }
                agent-risk:   { users: { includeUsers: [None] }, clientApplications: { includeAgentIdServicePrincipals: [All] }, agentIdRiskLevels: [medium, high] }
                agent-users:  { users: { includeUsers: [AllAgentIdUsers] } }
                no-platform:  { users: { includeUsers: [All] }, platforms: { includePlatforms: [all] } }
                legacy:       { users: { includeUsers: [All] }, clientAppTypes: [other] }
                context:      { users: { includeUsers: [All] }, applications: { includeAuthenticationContextClassReferences: [c1] } }
                us-at-risk:   { users: { includeUsers: [All] }, applications: { includeApplications: [Office365] }, locations: { includeLocations: [United States] }, signInRiskLevels: [high] }
                import-risk:  { users: { includeUsers: [None] }, clientApplications: { includeServicePrincipals: [Import] }, servicePrincipalRiskLevels: [high] }
                everything:   { users: { includeUsers: [bob@contoso.com] }, applications: { includeApplications: [Office 365 Exchange Online] }, platforms: { includePlatforms: [windows] }, devices: { deviceFilter: { mode: include, rule: 'device.trustType -eq "AzureAD"' } }, clientAppTypes: [browser], locations: { includeLocations: [United States] }, signInRiskLevels: [high], userRiskLevels: [high], insiderRiskLevels: elevated, authenticationFlows: { transferMethods: authenticationTransfer } }
                """);
    }

    /** Report-only policies, each with these conditions, on all applications and clients where nothing else is said. */
    private static PolicyEngine engine(Path folder, String conditions) throws Exception {
        StringBuilder yaml = new StringBuilder("""
                kind: evaluationSettings
                reportOnlyUserActions: notApplied
                ---
                { kind: countryNamedLocation, displayName: United States, countriesAndRegions: [US] }
                ---
                { kind: ipNamedLocation, displayName: Office, ipRanges: [{ cidrAddress: 198.51.100.0/24 }] }
                """);
        conditions.lines().forEach(line -> {
            String id = line.substring(0, line.indexOf(':'));
            String set = line.substring(line.indexOf('{') + 1, line.lastIndexOf('}'));
            yaml.append("---\n{ kind: conditionalAccessPolicy, id: ").append(id).append(", displayName: ").append(id)
                    .append(", state: enabledForReportingButNotEnforced, grantControls: { builtInControls: [block] }, conditions: {").append(set)
                    .append(set.contains("applications:") ? "" : ", applications: { includeApplications: [All] }")
                    .append(set.contains("clientAppTypes:") ? "" : ", clientAppTypes: [all]").append(" } }\n");
        });
        Path policies = Files.writeString(folder.resolve("policies.yaml"), yaml);
        Path directory = Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                applications: [{ appId: 11111111-aaaa-4aaa-8aaa-111111111111, displayName: Payroll }]
                servicePrincipals:
                  - { id: b131385a-0c2b-5097-943b-69fdd742633f, appId: 17d4323c-e322-5fba-87cc-9c4bbd88a9f3, displayName: Import, isAgentIdentity: false }
                  - { id: 2f0d4c1e-7a63-5c2b-8d0e-51a6f3b4c7d9, appId: 6b1c9f02-3d4e-5a6b-9c7d-8e9f0a1b2c3d, displayName: Assistant, isAgentIdentity: true }
                users:
                  - { id: 35efc5dc-3813-5959-ae3c-ddcf6a4a21c2, userPrincipalName: ann@contoso.com }
                  - { id: 8c1b7d3e-55a2-5f60-9e4b-2d7a6c0f1b93, userPrincipalName: bob@contoso.com }
                  - { userPrincipalName: assistant@contoso.com, identityParentId: Assistant }
                """);
        return PolicyEngine.load(List.of(policies), PolicyEngine.loadDirectory(directory), Clock.systemUTC());
    }

    /** A body of Ann's sign-in to Payroll, with apostrophes for quotes. */
    private static String body(String conditions) {
        return body(ANN, PAYROLL, conditions);
    }

    private static String body(String identity, String context, String conditions) {
        return ("{'signInIdentity': " + identity + ", 'signInContext': " + context + ", 'signInConditions': " + conditions + "}").replace('\'', '"');
    }

    /** The reason of each policy. */
    private static Map<String, String> reasons(PolicyEngine engine, String body) throws Exception {
        Map<String, String> reasons = new TreeMap<>();
        for (Node row : ((Node.Sequence) ((Node.Mapping) JsonTree.parse(engine.whatIf(body))).get("value")).items()) {
            Node.Mapping policy = (Node.Mapping) row;
            String reason = ((Node.Scalar) policy.get("analysisReasons")).text();
            assertThat(((Node.Scalar) policy.get("policyApplies")).text()).isEqualTo(String.valueOf(reason.equals("notSet")));
            reasons.put(((Node.Scalar) policy.get("id")).text(), reason);
        }
        return reasons;
    }

    private static String reason(String policy, String body) throws Exception {
        Map<String, String> reasons = reasons(engine, body);
        assertThat(reasons).containsKey(policy);
        return reasons.get(policy);
    }

    // ---- what a body means

    /** WI-40, WI-41, AMB-27. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'devicePlatform': 'all', 'clientAppType': 'all'}", "{'devicePlatform': null}"})
    void platformAndClientThatAreNotGiven_matchOnlyWhatIsNotLimited(String conditions) throws Exception {
        assertThat(reason("on-windows", body(conditions))).isEqualTo("devicePlatform");
        assertThat(reason("any-platform", body(conditions))).as("one platform is left out").isEqualTo("devicePlatform");
        assertThat(reason("no-platform", body(conditions))).isEqualTo("notSet");
        assertThat(reason("legacy", body(conditions))).isEqualTo("clientApps");
        assertThat(reason("any-platform", body("{'devicePlatform': 'linux'}"))).isEqualTo("notSet");
        assertThat(reason("any-platform", body("{'devicePlatform': 'iOS'}"))).isEqualTo("devicePlatform");
        assertThat(reason("eas", body(conditions))).isEqualTo("devicePlatform");
        assertThat(reason("eas", body("{'devicePlatform': 'iOS'}"))).isEqualTo("clientApps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exchangeActiveSync", "easSupported"})
    void activeSync_onASupportedPlatform_isEasSupported(String client) throws Exception {
        assertThat(reason("eas", body("{'devicePlatform': 'iOS', 'clientAppType': '" + client + "'}"))).isEqualTo("notSet");
    }

    /** WI-35, WI-45, WI-99. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "'{}'; joined; devices",
        "'{''deviceInfo'': {}}'; not-compliant; devices",
        "'{''deviceInfo'': {''model'': null}}'; not-compliant; devices",
        "'{''deviceInfo'': {''model'': ''X1''}}'; not-compliant; notSet",
        "'{''deviceInfo'': {''model'': ''X1''}}'; unknown-os; notSet",
        "'{''deviceInfo'': {''model'': ''X1''}}'; no-id; devices",
        "'{''deviceInfo'': {''deviceId'': ''d7240541-8a3b-5bc2-9ded-4c6488249ee2''}}'; no-id; notSet",
        "'{''deviceInfo'': {''isCompliant'': true}}'; compliant; notSet",
        "'{''deviceInfo'': {''isCompliant'': true}}'; not-compliant; devices",
        "'{''deviceInfo'': {''trustType'': ''EntraID''}}'; joined; notSet",
        "'{''deviceInfo'': {''trustType'': ''AzureAD''}}'; joined; notSet",
        "'{''deviceInfo'': {''trustType'': ''Workplace''}}'; joined; devices"})
    void deviceInfo_withAnyField_isARegisteredDevice(String conditions, String policy, String reason) throws Exception {
        assertThat(reason(policy, body(conditions))).isEqualTo(reason);
    }

    /** WI-42, WI-43. */
    @Test
    void countryAndAddress_areTestedEachForItself() throws Exception {
        assertThat(reason("in-us", body("{'country': 'US'}"))).isEqualTo("notSet");
        assertThat(reason("at-office", body("{'country': 'US'}"))).isEqualTo("location");
        assertThat(reason("in-us", body("{'ipAddress': '198.51.100.7'}"))).isEqualTo("location");
        assertThat(reason("at-office", body("{'ipAddress': '198.51.100.7'}"))).isEqualTo("notSet");
        assertThat(reason("at-office", body("{'ipAddress': '198.51.100.7', 'country': 'CA'}"))).isEqualTo("notSet");
    }

    /** WI-30, CA-UNK-08. */
    @Test
    void riskThatIsNotGiven_isNone() throws Exception {
        assertThat(reason("no-risk", body("{}"))).isEqualTo("notSet");
        assertThat(reason("no-risk", body("{'signInRiskLevel': 'none'}"))).isEqualTo("notSet");
        assertThat(reason("no-risk", body("{'signInRiskLevel': 'low'}"))).isEqualTo("signInRisk");
    }

    /** WI-44, CA-APP-12. */
    @Test
    void severalApplications_areInScopeWhenOneIs() throws Exception {
        String both = PAYROLL.replace("]", ", '00000002-0000-0ff1-ce00-000000000000']");
        assertThat(reason("exchange", body(ANN, PAYROLL, "{}"))).isEqualTo("application");
        assertThat(reason("exchange", body(ANN, both, "{}"))).isEqualTo("notSet");
    }

    /** WI-07: neither the bundle nor a policy on all applications. */
    @ParameterizedTest
    @ValueSource(strings = {"All", "all", "Office365", "MicrosoftAdminPortals"})
    void literalInARequest_matchesNothing_andAWarningSaysSo(String literal) throws Exception {
        String body = body(ANN, PAYROLL.replace("11111111-aaaa-4aaa-8aaa-111111111111", literal), "{}");
        assertThat(reason("office365", body)).isEqualTo("application");
        assertThat(reason("applied", body)).isEqualTo("application");
        assertThat(engine.whatIf(body)).containsIgnoringCase("\"@sallyport.warnings\":[\"`" + literal + "` is not an application in a request");
    }

    /** WI-02, WI-04: conditions may be null, and no application be given; a warning says so. */
    @Test
    void bodyWithoutConditionsAndApplications_isAnsweredWithAWarning() throws Exception {
        String body = body(ANN, PAYROLL.replaceAll("\\[.*]", "[]"), "null");
        assertThat(reasons(engine, body)).isEqualTo(reasons(engine, body.replace(": null", ": {}"))).containsEntry("applied", "application");
        assertThat(engine.whatIf(body)).contains("\"@sallyport.warnings\":[\"the body names no application");
        assertThat(engine.whatIf(body("{}"))).doesNotContain("@sallyport");
    }

    /** CA-ACT-10, AMB-01: although the policy set says that sign-ins do not evaluate them. */
    @Test
    void userAction_evaluatesReportOnlyPolicies() throws Exception {
        String register = body(ANN, "{'@odata.type': '#microsoft.graph.userActionContext', 'userAction': 'registerSecurityInformation'}", "{}");
        String join = body(ANN, "{'@odata.type': '#microsoft.graph.userActionContext', 'userAction': 'registerOrJoinDevices'}", "{}");
        assertThat(reason("security-info", register)).isEqualTo("notSet");
        assertThat(reason("join", register)).isEqualTo("userActions");
        assertThat(reason("applied", register)).isEqualTo("notSet");
        assertThat(reason("join", join)).isEqualTo("notSet");
        assertThat(reason("security-info", join)).isEqualTo("userActions");
    }

    /** WI-22. */
    @Test
    void externalUserType_makesAGuestOfTheUser() throws Exception {
        assertThat(reason("guests", body("{}"))).isEqualTo("users");
        assertThat(reason("guests", body(ANN.replace("}", ", 'externalUserType': 'none'}"), PAYROLL, "{}"))).isEqualTo("users");
        assertThat(reason("guests", body(ANN.replace("}", ", 'externalUserType': 'serviceProvider'}"), PAYROLL, "{}"))).isEqualTo("notSet");
    }

    /** CA-WID-10, WI-64. */
    @ParameterizedTest
    @ValueSource(strings = {"17d4323c-e322-5fba-87cc-9c4bbd88a9f3", "B131385A-0C2B-5097-943B-69FDD742633F"})
    void servicePrincipal_isFoundByApplicationAndByObject(String id) throws Exception {
        String body = body("{'@odata.type': '#microsoft.graph.servicePrincipalSignIn', 'servicePrincipalId': '" + id + "'}", PAYROLL, "{}");
        assertThat(reason("import", body)).isEqualTo("notSet");
        assertThat(reason("applied", body)).isEqualTo("workloadIdentities");
        assertThat(reason("import", body("{}"))).isEqualTo("workloadIdentities");
    }

    /** WI-24, WI-64, WI-82: a policy for agents alone says so; one that is for service principals too misses like any of those. */
    @Test
    void policyForAgents_missesBecauseOfThem() throws Exception {
        String assistant = body(ASSISTANT, PAYROLL, "{}");
        String script = body("{'@odata.type': '#microsoft.graph.servicePrincipalSignIn', 'servicePrincipalId': '17d4323c-e322-5fba-87cc-9c4bbd88a9f3'}", PAYROLL, "{}");
        assertThat(reasons(engine, assistant)).containsEntry("agents", "notSet").containsEntry("agents-and-import", "notSet").containsEntry("import", "workloadIdentities");
        assertThat(reasons(engine, script)).containsEntry("agents", "agentIdentities").containsEntry("agents-and-import", "notSet");
        assertThat(reasons(engine, body("{}"))).containsEntry("agents", "agentIdentities").containsEntry("agents-and-import", "workloadIdentities");
    }

    /** WI-36, WI-81. */
    @Test
    void riskOfAnAgent_isItsOwnReason() throws Exception {
        assertThat(reason("agent-risk", body(ASSISTANT, PAYROLL, "{}"))).isEqualTo("agentIdRisk");
        assertThat(reason("agent-risk", body(ASSISTANT, PAYROLL, "{'agentIdRiskLevel': 'low', 'servicePrincipalRiskLevel': 'high'}"))).isEqualTo("agentIdRisk");
        assertThat(reason("agent-risk", body(ASSISTANT, PAYROLL, "{'agentIdRiskLevel': 'medium'}"))).isEqualTo("notSet");
        assertThat(reason("agent-risk", body("{'agentIdRiskLevel': 'high'}"))).isEqualTo("agentIdentities");
    }

    /** AGT-01. */
    @Test
    void agentUser_isNotAmongAllUsers() throws Exception {
        String agentUser = body(ANN.replace("ann@", "assistant@"), PAYROLL, "{'devicePlatform': 'windows'}");
        assertThat(reasons(engine, agentUser)).containsEntry("agent-users", "notSet").containsEntry("on-windows", "users");
        assertThat(reasons(engine, body("{'devicePlatform': 'windows'}"))).containsEntry("agent-users", "users").containsEntry("on-windows", "notSet");
    }

    /** WI-24, WI-36: v1.0 has neither. */
    @Test
    void answerAboutAnAgent_isOfBeta() throws Exception {
        String v1 = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.whatIfAnalysisResult)\"";
        assertThat(engine.whatIf(body("{}"))).startsWith(v1);
        assertThat(engine.whatIf(body("{'agentIdRiskLevel': 'low'}"))).startsWith(v1.replace("v1.0", "beta"));
        assertThat(engine.whatIf(body(ASSISTANT, PAYROLL, "{}"))).startsWith(v1.replace("v1.0", "beta"));
        assertThat(engine.whatIf(body("{}"))).contains("\"agentIdRiskLevels\":\"medium,high\"").contains("\"includeAgentIdServicePrincipals\":[\"All\"]");
    }

    /** What each reason is said for; a policy that is not enabled is in the golden answers (WI-75), as are times (WI-77). */
    @ParameterizedTest
    @CsvSource({"WI-60, applied, notSet", "WI-63, guests, users", "WI-64, import, workloadIdentities", "WI-65, exchange, application", "WI-66, join, userActions",
        "WI-67, context, authenticationContext", "WI-68, on-windows, devicePlatform", "WI-69, joined, devices", "WI-70, legacy, clientApps", "WI-71, in-us, location",
        "WI-82, agents, agentIdentities"})
    void policyThatMissesOneCondition_saysWhich(String rule, String policy, String reason) throws Exception {
        assertThat(reason(policy, body("{}"))).as(rule).isEqualTo(reason);
    }

    /** WI-72, AMB-49. */
    @Test
    void riskOfAServicePrincipal_isToldAsSignInRisk() throws Exception {
        String script = "{'@odata.type': '#microsoft.graph.servicePrincipalSignIn', 'servicePrincipalId': '17d4323c-e322-5fba-87cc-9c4bbd88a9f3'}";
        assertThat(reason("import-risk", body(script, PAYROLL, "{}"))).isEqualTo("signInRisk");
        assertThat(reason("import-risk", body(script, PAYROLL, "{'servicePrincipalRiskLevel': 'high'}"))).isEqualTo("notSet");
    }

    /** WI-10, WI-63..79, WI-83: each condition that is met brings the next one to light. */
    @Test
    void policyThatMissesEveryCondition_saysTheFirst() throws Exception {
        String bob = ANN.replace("ann@", "bob@");
        String exchange = PAYROLL.replace("11111111-aaaa-4aaa-8aaa-111111111111", "00000002-0000-0ff1-ce00-000000000000");
        List<String> conditions = List.of("'devicePlatform': 'windows'", "'deviceInfo': {'trustType': 'EntraID'}", "'clientAppType': 'browser'", "'country': 'US'",
                "'signInRiskLevel': 'high'", "'userRiskLevel': 'high'", "'insiderRiskLevel': 'elevated'", "'authenticationFlow': {'transferMethod': 'authenticationTransfer'}");
        List<String> reasons = new ArrayList<>(List.of(reason("everything", body("{}")), reason("everything", body(bob, PAYROLL, "{}"))));
        for (int met = 0; met <= conditions.size(); met++) {
            reasons.add(reason("everything", body(bob, exchange, "{" + String.join(", ", conditions.subList(0, met)) + "}")));
        }
        assertThat(reasons).containsExactly("users", "application", "devicePlatform", "devices", "clientApps", "location", "signInRisk", "userRisk", "insiderRisk",
                "authenticationFlow", "notSet");
    }

    /** The documented comparison with the tool before: what is not given matches nothing (WI-04, WI-95..98). */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "WI-95 | null       | {}                                       | application",
        "WI-96 | SharePoint | {}                                       | location",
        "WI-97 | SharePoint | {'country': 'US'}                        | signInRisk",
        "WI-98 | SharePoint | {'country': 'US', 'signInRiskLevel': 'high'} | notSet"}, quoteCharacter = '~')
    void policyOnOffice365InTheUsAtHighRisk_appliesOnceEverythingIsGiven(String rule, String target, String conditions, String reason) throws Exception {
        String context = target.equals("null") ? PAYROLL.replaceAll("\\[.*]", "[]") : PAYROLL.replace("11111111-aaaa-4aaa-8aaa-111111111111", "00000003-0000-0ff1-ce00-000000000000");
        assertThat(reason("us-at-risk", body(ANN, context, conditions))).as(rule).isEqualTo(reason);
    }

    /** WI-03; Graph's own examples write the Boolean as text, too. */
    @ParameterizedTest
    @CsvSource({"true, true", "'\"true\"', true", "false, false", "null, false", "'\"False\"', false"})
    void appliedPoliciesOnly_leavesOutWhatDoesNotApply(String value, boolean only) throws Exception {
        String body = body("{}").replaceFirst("}$", ", \"appliedPoliciesOnly\": " + value + "}");
        assertThat(reasons(engine, body).containsKey("on-windows")).isNotEqualTo(only);
        assertThat(reasons(engine, body)).containsKey("applied");
    }

    /** WI-73, WI-74, WI-83, CA-CMB-05: such policies come from no file, but a program can make them. */
    @Test
    void policyThatLacksSomething_saysSoBeforeAnyCondition() throws Exception {
        List<Reference> all = List.of(new Reference("All", "All", null));
        Users everybody = new Users(all, List.of(), List.of(), List.of(), List.of(), List.of(), null, null);
        Users onlyExcluded = new Users(List.of(), all, List.of(), List.of(), List.of(), List.of(), null, null);
        Applications everything = new Applications(all, List.of(), List.of(), List.of(), null, false);
        Applications nothing = new Applications(List.of(), List.of(), List.of(), List.of(), null, false);
        Applications none = new Applications(List.of(new Reference("None", "None", null)), List.of(), List.of(), List.of(), null, false);
        List<ConditionalAccessPolicy> policies = List.of(policy("for-nobody", Users.NONE, everything, true), policy("for-nothing", everybody, nothing, true),
                policy("asks-nothing", everybody, none, false), policy("excludes-only", onlyExcluded, everything, true), policy("none", everybody, none, true));
        PolicySet set = new PolicySet(policies, List.of(), List.of(), List.of(), List.of(), SecurityDefaults.OFF, MfaSettings.DEFAULT,
                EvaluationSettings.DEFAULT, "sha256:-");
        assertThat(reasons(PolicyEngine.of(set, engine.directory(), Clock.systemUTC(), new Diagnostics()), body("{}"))).isEqualTo(Map.of(
                "for-nobody", "emptyPolicy", "for-nothing", "emptyPolicy", "asks-nothing", "emptyPolicy", "excludes-only", "invalidPolicy", "none", "application"));
    }

    private static ConditionalAccessPolicy policy(String id, Users users, Applications applications, boolean asks) {
        Conditions conditions = new Conditions(users, null, null, applications, Set.of(), null, null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(),
                null);
        Annotations annotations = new Annotations(null, null, null, null, asks ? Map.of("sessionControls.disableResilienceDefaults", "true") : Map.of());
        return new ConditionalAccessPolicy(id, id, PolicyState.ENABLED, conditions, null, SessionControls.NONE, List.of(), annotations, Position.of("test"));
    }

    // ---- what is said of a body that makes no sense

    private static List<Diagnostic> refusal(String body) {
        WhatIfException refused = catchThrowableOfType(WhatIfException.class, () -> engine.whatIf(body));
        assertThat(refused).as(body).isNotNull();
        return refused.diagnostics();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{                                              | body:1:2: error SP1004: invalid JSON",
        "[]                                             | body:1:1: error SP1103: expected the body of a What If request, found a list",
        "{}{}                                           | body: error SP1402: expected one JSON value, found 2",
        "{}                                             | body:1:1: error SP1105: the body has no `signInIdentity`",
        "{'signInIdentity': null}                       | body:1:1: error SP1105: the body has no `signInIdentity`",
        "{'signInIdentity': 'ann'}                      | body:1:20: error SP1103: `signInIdentity` is the text `ann`",
        "{'signInIdentity': {'userId': 'ann'}}          | body:1:20: error SP1105: `signInIdentity` has no `@odata.type`",
        "{'signInIdentity': {'@odata.type': '#microsoft.graph.usersSignIn'}} | body:1:36: error SP1104: unknown type `#microsoft.graph.usersSignIn` for `signInIdentity`",
        "{'signInIdentity': {'@odata.type': '#microsoft.graph.deviceSignIn'}} | body:1:36: error SP1104: unknown type `#microsoft.graph.deviceSignIn` for `signInIdentity`",
        "{'signInIdentity': {'@odata.type': '#microsoft.graph.userSignIn'}} | body:1:20: error SP1105: signInIdentity has no `userId`",
        "{'a': 1, 'a': 2}                               | body:1:10: error SP1006: duplicate key `a`"})
    void malformedBody_isRefusedWithItsPosition(String body, String expected) {
        assertThat(refusal(body.replace('\'', '"')).get(0).toString()).startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'devicePlatform': 'Windoze'}           | SP1104: unknown value `Windoze` for `devicePlatform`",
        "{'clientAppType': 'webbrowser'}         | SP1104: unknown value `webbrowser` for `clientAppType`",
        "{'userRiskLevel': 3}                    | SP1104: unknown value `3` for `userRiskLevel`",
        "{'insiderRiskLevel': ['minor']}         | SP1103: `insiderRiskLevel` is a list",
        "{'authenticationFlow': {'transferMethod': 'qr'}} | SP1104: unknown value `qr` for `transferMethod`",
        "{'ipAddress': '198.51.100'}             | SP1401: signInConditions.ipAddress: `198.51.100` is not an IP address",
        "{'country': 'USA'}                      | SP1401: signInConditions.country: `USA` is not a country code of two letters",
        "{'signInRisk': 'high'}                  | SP1102: unknown key `signInRisk` in signInConditions",
        "{'deviceInfo': {'os': 'Windows'}}       | SP1102: unknown key `os` in deviceInfo",
        "{'deviceInfo': {'isCompliant': 'yes'}}  | SP1103: `isCompliant` is the text `yes`"})
    void malformedCondition_isRefused(String conditions, String expected) {
        Diagnostic found = refusal(body(conditions)).get(0);
        assertThat(found.toString()).contains("error " + expected);
        assertThat(found.position().line()).isEqualTo(1);
        assertThat(found.position().column()).isGreaterThan(body("").length() - 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'@odata.type': '#microsoft.graph.authContext', 'authenticationContextValue': 'c100'} | SP1401: signInContext.authenticationContextValue: `c100` is no",
        "{'@odata.type': '#microsoft.graph.authContext'}                                       | SP1105: signInContext has no `authenticationContextValue`",
        "{'@odata.type': '#microsoft.graph.userActionContext', 'userAction': 'registerDevice'} | SP1104: unknown value `registerDevice` for `userAction`",
        "{'@odata.type': '#microsoft.graph.userActionContext'}                                 | SP1105: signInContext has no `userAction`",
        "{'@odata.type': '#microsoft.graph.applicationContext', 'includeApplications': ['Payrol']} | SP1401: signInContext.includeApplications: unknown application `Payrol`",
        "{'@odata.type': '#microsoft.graph.applicationContext', 'includeApplications': 'Payroll'}  | SP1103: `includeApplications` is the text `Payroll`",
        "{'@odata.type': '#microsoft.graph.userSignIn'}                                        | SP1104: unknown type `#microsoft.graph.userSignIn` for `signInContext`"})
    void malformedContext_isRefused(String context, String expected) {
        assertThat(refusal(body(ANN, context, "{}")).get(0).toString()).contains("error " + expected);
    }

    @Test
    void unknownIdentity_isRefusedWhereItStands() {
        String user = body(ANN.replace("ann@", "anne@"), PAYROLL, "{}");
        assertThat(refusal(user).get(0).toString())
                .isEqualTo("body:1:" + (user.indexOf("\"anne@") + 1) + ": error SP1401: signInIdentity.userId: unknown user `anne@contoso.com`; did you mean `ann@contoso.com`?");
        String principal = body("{'@odata.type': '#microsoft.graph.servicePrincipalSignIn', 'servicePrincipalId': 'x'}", PAYROLL, "{}");
        assertThat(refusal(principal).get(0).toString()).contains("signInIdentity.servicePrincipalId: unknown service principal `x`");
        String acting = body("{'@odata.type': '#microsoft.graph.servicePrincipalSignIn', 'servicePrincipalId': 'Import'}",
                "{'@odata.type': '#microsoft.graph.userActionContext', 'userAction': 'registerOrJoinDevices'}", "{}");
        assertThat(refusal(acting).get(0).toString()).contains("a service principal registers nothing");
    }

    @Test
    void wrongItemOfAList_isPointedAt() {
        String body = body(ANN, PAYROLL.replace("]", ", 'Nowhere']"), "{}");
        assertThat(refusal(body).get(0).position()).isEqualTo(new Position("body", 1, body.indexOf("\"Nowhere") + 1));
    }

    @Test
    void severalMistakes_areAllReported() {
        assertThat(refusal(body(ANN.replace("}", ", 'externalUserType': 'internalGuest,serviceProvider'}"), PAYROLL,
                "{'devicePlatform': 'x', 'userRiskLevel': 'y', 'z': 1}"))).extracting(Diagnostic::code).containsExactly("SP1104", "SP1104", "SP1104", "SP1102");
        assertThat(refusal(body("{}").replaceFirst("}$", ", \"appliedPoliciesOnly\": \"maybe\", \"more\": 1}"))).extracting(Diagnostic::code)
                .containsExactly("SP1103", "SP1102");
    }

    /** A body that is damaged anywhere is answered or refused; nothing else is ever thrown. */
    @Tag("slow")
    @Test
    void damagedBody_isAnsweredOrRefused() throws Exception {
        String whole = Files.readString(Path.of("src/test/resources/whatif/exported/administrator-registers-security-information.request.json"))
                .replaceAll("\"userId\": \"[^\"]*\"", "\"userId\": \"ann@contoso.com\"");
        assertThat(reasons(engine, whole)).containsEntry("applied", "notSet");
        Random random = new Random(14);
        int refused = 0;
        for (int i = 0; i < 3_000; i++) {
            int from = random.nextInt(whole.length());
            int to = Math.min(whole.length(), from + random.nextInt(12));
            String patch = List.of("", "null", "{}", "[", "\"\"", ",", "\\u0000", "9", "\ud83d").get(random.nextInt(9));
            try {
                engine.whatIf(whole.substring(0, from) + patch + whole.substring(to));
            } catch (WhatIfException e) {
                refused++;
                assertThat(e.diagnostics()).isNotEmpty().noneMatch(diagnostic -> diagnostic.code().equals("SP1404"));
            }
        }
        assertThat(refused).isBetween(1_000, 2_999);
    }
}
