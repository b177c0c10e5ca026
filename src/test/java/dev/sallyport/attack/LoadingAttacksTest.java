package dev.sallyport.attack;

import static dev.sallyport.fixtures.Attack.ann;
import static dev.sallyport.fixtures.Attack.errors;
import static dev.sallyport.fixtures.Attack.outcome;
import static dev.sallyport.fixtures.Attack.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.check.Check;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Diagnostics.Exports;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.fixtures.Targets;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks by exports, 67 to 77: an export always loads, and what is not understood in it fails closed (IMP-01 to IMP-11). */
class LoadingAttacksTest {

    private static final String USERS = "\"includeUsers\":[\"All\"]";
    private static final String APPLICATIONS = "\"includeApplications\":[\"All\"]";
    private static final String BLOCK = "\"operator\":\"OR\",\"builtInControls\":[\"block\"]";
    private static final String BLOCK_ALL = policy(USERS, APPLICATIONS, "", BLOCK);

    @TempDir
    private Path folder;

    // ---- what a policy is

    @ParameterizedTest
    @ValueSource(strings = {"\"resources\":[]", "\"properties\":{}", "\"details\":{\"x\":1}", "\"value\":[1]", "\"PolicyConfig\":[]", "\"conditional_access_policies\":[]",
        "\"policies\":[]", "\"kind\":\"managed\"", "\"Resources\":[]"})
    void attack_67_policyWithOneMoreKeyThatLooksLikeAWrapper_staysAPolicy(String key) throws Exception {
        assertThat(outcome(engine("{" + key + "," + BLOCK_ALL.substring(1)), ann())).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(BLOCK_ALL.substring(0, BLOCK_ALL.length() - 1) + "," + key + "}"), ann())).isEqualTo(Outcome.BLOCK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"value\":[],\"conditional_access_policies\":[%s]}", "{\"policies\":[],\"value\":[%s]}", "{\"value\":[],\"other\":[%s]}", "{\"value\":[],\"other\":{\"a\":%s}}"})
    void attack_67_twoWrappersOrMoreThanAnnotationsInOneObject_areAnError(String file) {
        assertThat(refusal(file.formatted(BLOCK_ALL))).containsExactly("SP1127");
    }

    @Test
    void attack_67_wrapperWithAnnotations_isRead() throws Exception {
        String list = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies\",\"@odata.count\":1,\"Count\":1,\"value\":[" + BLOCK_ALL + "]}";
        assertThat(outcome(engine(list), ann())).isEqualTo(Outcome.BLOCK);
    }

    // ---- controls

    @ParameterizedTest
    @ValueSource(strings = {"\"operator\":\"OR\",\"builtInControls\":[],\"verifiedIdRequirement\":{\"issuer\":\"did:x\"}", "\"operator\":\"OR\",\"builtInControls\":null,\"newControl\":true",
        "\"operator\":\"AND\",\"builtInControls\":[\"mfa\"],\"newControl\":[\"x\"]", "\"operator\":\"AND\",\"builtInControls\":[\"mfa\",\"unknownFutureValue\"]",
        "\"operator\":\"OR\",\"builtInControls\":[\"faceScan\"]", "\"operator\":\"XOR\",\"builtInControls\":[\"mfa\"]", "\"operator\":\"OR\",\"builtInControls\":\",\"",
        "\"operator\":\"OR\",\"builtInControls\":[\"\"]", "\"operator\":\"OR\",\"termsOfUse\":[\"\"]", "\"operator\":\"OR\",\"customAuthenticationFactors\":[\"\"]",
        "\"operator\":\"OR\",\"authenticationStrength\":{\"policyType\":\"custom\"}", "\"operator\":\"OR\",\"authenticationStrength\":[1]", "\"operator\":\"OR\",\"builtInControls\":[]",
        "\"operator\":\"OR\",\"authenticationStrength\":{\"id\":\"s\",\"allowedCombinations\":[\"fido2\"],\"combinationConfigurations\":[{\"appliesToCombinations\":[\"fido2\"],\"allowedColours\":[\"red\"]}]}",
        "\"operator\":\"OR\",\"authenticationStrength\":{\"id\":\"s\",\"allowedCombinations\":[\"fido2\"],\"combinationConfigurations\":[{\"appliesToCombinations\":[\"fido2\"],\"passkeyTypes\":\"deviceBound\"}]}",
        "\"operator\":\"OR\",\"authenticationStrength\":{\"id\":\"s\",\"allowedCombinations\":[\"password,externalAuthenticationMethod\"]}",
        "\"operator\":\"OR\",\"authenticationStrength\":{\"id\":\"s\",\"allowedCombinations\":[\"password,telepathy\"]}"})
    void attack_68_grantControlThatIsNotUnderstood_isNeverMet(String controls) throws Exception {
        Decision decision = decided(policy(USERS, APPLICATIONS, "", controls), true);
        assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(decision.diagnostics()).anyMatch(note -> note.contains("`a1`"));
    }

    @Test
    void attack_68_underOr_theOthersCanMeetIt() throws Exception {
        String json = policy(USERS, APPLICATIONS, "", "\"operator\":\"OR\",\"builtInControls\":[\"mfa\",\"unknownFutureValue\"]");
        assertThat(decided(json, true).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(decided(json, false).outcome()).isEqualTo(Outcome.CHALLENGE);
        assertThat(findings(json)).anyMatch(finding -> finding.isError() && finding.help().contains("Prefer: include-unknown-enum-members"));
    }

    // ---- conditions

    @ParameterizedTest
    @ValueSource(strings = {"\"signInRiskLevels\":[\"unknownFutureValue\"]", "\"userRiskLevels\":\"extreme\"", "\"insiderRiskLevels\":\"unknownFutureValue\"", "\"clientAppTypes\":[\"hologram\"]",
        "\"platforms\":{\"includePlatforms\":[\"watchOS\"]}", "\"platforms\":[1]", "\"platforms\":{\"includeThings\":[\"x\"],\"includePlatforms\":[\"iOS\"]}",
        "\"locations\":{\"includeLocations\":[\"Nowhere\"]}", "\"locations\":{\"includeLocations\":[\"All\"],\"excludeLocations\":[\"Nowhere\"]}",
        "\"devices\":{\"deviceFilter\":{\"mode\":\"include\",\"rule\":\"device.colour -eq 1\"}}", "\"devices\":{\"deviceFilter\":{\"mode\":\"exclude\",\"rule\":\"not a rule\"}}",
        "\"devices\":{\"deviceFilter\":{\"mode\":\"unknownFutureValue\",\"rule\":\"device.model -eq \\\"x\\\"\"}}", "\"authenticationFlows\":{\"transferMethods\":\"telepathy\"}",
        "\"times\":{\"includeDays\":{\"daysOfWeek\":[\"Someday\"]}}", "\"times\":{\"excludeDays\":{\"allDay\":false}}", "\"newCondition\":{\"x\":[1]}",
        "\"platforms\":{\"includePlatforms\":[\"all\"],\"excludePlatforms\":[\"unknownFutureValue\"]}"})
    void attack_72_conditionThatIsNotUnderstood_holds_andExclusionExcludesNobody(String condition) throws Exception {
        Decision decision = decided(policy(USERS, APPLICATIONS, condition, BLOCK), true);
        assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(decision.diagnostics()).anyMatch(note -> note.contains("`a1`"));
        assertThat(findings(policy(USERS, APPLICATIONS, condition, BLOCK))).anyMatch(Diagnostic::isError);
        assertThatThrownBy(() -> load(policy(USERS, APPLICATIONS, condition, BLOCK), LoadOptions.strict()).toString()).isInstanceOf(PolicyLoadException.class);
    }

    @Test
    void attack_72_riskThatIsNotUnderstood_isARiskStill_soThatRegisteringDoesNotMeetIt_REG_43() throws Exception {
        String controls = "\"operator\":\"OR\",\"builtInControls\":[\"mfa\"]";
        Registration bob = new Registration(user("bob@contoso.com").build(), "microsoftAuthenticatorPush", null);
        assertThat(engine(policy(USERS, APPLICATIONS, "", controls)).evaluate(bob).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(engine(policy(USERS, APPLICATIONS, "\"signInRiskLevels\":[\"unknownFutureValue\"]", controls)).evaluate(bob).outcome()).isNotEqualTo(Outcome.ALLOW);
        assertThat(engine(policy(USERS, "\"includeThings\":[\"x\"]", "", controls)).evaluate(bob).outcome()).isNotEqualTo(Outcome.ALLOW);
    }

    @Test
    void attack_77_exportWithoutMembersTypesAndStates_isOneWarningEachAtLoad() {
        Diagnostics out = new Diagnostics();
        String groups = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#groups\",\"value\":[{\"id\":\"g1\",\"displayName\":\"A\"},{\"id\":\"g2\",\"displayName\":\"B\"}]}";
        String users = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users\",\"value\":[{\"id\":\"u1\",\"userPrincipalName\":\"a@contoso.com\"},"
                + "{\"id\":\"u2\",\"userPrincipalName\":\"b@contoso.com\"}]}";
        Resources.of(Attack.documents("export.json", groups + users, out), out);
        assertThat(out.toList()).filteredOn(each -> each.code().equals("SP1129")).hasSize(3);
        Diagnostics whole = new Diagnostics();
        Resources.of(Attack.documents("export.json", groups.replace("\"}", "\",\"members\":[]}"), whole), whole);
        assertThat(whole.toList()).isEmpty();
    }

    private static final String GROUPS_WITHOUT_MEMBERS = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#groups\",\"value\":["
            + "{\"id\":\"11111111-1111-1111-1111-111111111111\",\"displayName\":\"Inner\"},"
            + "{\"id\":\"22222222-2222-2222-2222-222222222222\",\"displayName\":\"Outer\",\"members\":[{\"id\":\"11111111-1111-1111-1111-111111111111\"}]},"
            + "{\"id\":\"33333333-3333-3333-3333-333333333333\",\"displayName\":\"Empty\",\"members\":[]}]}";
    private static final String WHOLE_USER = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users\",\"value\":["
            + "{\"id\":\"44444444-4444-4444-4444-444444444444\",\"userPrincipalName\":\"a@contoso.com\",\"userType\":\"Member\",\"accountEnabled\":true}]}";

    private static final EvaluationSettings STRICT = EvaluationSettings.builder().unknownSignals(UnknownSignals.STRICT).mandatoryAdminPortalMfa(false).source(Position.of("strict")).build();

    private static Directory exported(String json) {
        Diagnostics out = new Diagnostics();
        Directory directory = Resources.of(Attack.documents("directory.json", json, out), out).directory();
        assertThat(out.toList()).noneMatch(Diagnostic::isError);
        return directory;
    }

    private static PolicyEngine engineOf(String json, Directory directory) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        Resources read = Resources.of(Attack.documents("policies.json", json, out), out);
        return PolicyEngine.of(read.policySet(), directory, Targets.CLOCK, out);
    }

    /** With every fact that these policies may hang on. */
    private static SignIn known() {
        Instant now = Targets.CLOCK.instant();
        return SignIn.builder().user("a@contoso.com").application("797f4846-ba00-4fd7-ba43-dac1f8f63013").clientAppType("browser").authenticationContext("none")
                .scopes(List.of("user_impersonation")).authentication(SignIn.Authentication.builder().credential("password")
                        .methods(List.of("password")).signInDateTime(now).firstFactor("passed").homeTenantMfa(false).build()).build();
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 20, 21})
    void attack_77_userWhomGraphExpandedInTwentyGroups_mayBeInMore(int groups) {
        String list = IntStream.range(0, groups).mapToObj(i -> "{\"@odata.type\":\"#microsoft.graph.group\",\"id\":\"g" + i + "\"}").collect(Collectors.joining(","));
        Diagnostics out = new Diagnostics();
        Directory directory = Resources.of(Attack.documents("directory.json",
                WHOLE_USER.replace("\"accountEnabled\"", "\"memberOf\":[" + list + "],\"accountEnabled\""), out), out).directory();
        assertThat(out.toList().stream().map(Diagnostic::code).toList()).isEqualTo(groups == 20 ? List.of("SP1129") : List.of());
        assertThat(directory.leavesOut(directory.users().get(0))).isEqualTo(groups == 20);
    }

    @Test
    void attack_77_expandedObjectWithoutItsId_isAnError_andNotLeftAway() {
        String group = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#groups\",\"value\":[{\"id\":\"g1\",\"displayName\":\"A\",\"members\":[{\"displayName\":\"Ann\"}]}]}";
        String role = WHOLE_USER.replace("\"accountEnabled\"", "\"memberOf\":[{\"@odata.type\":\"#microsoft.graph.directoryRole\",\"id\":\"r9\"}],\"accountEnabled\"");
        for (String export : List.of(group, role)) {
            Diagnostics out = new Diagnostics();
            Resources.of(Attack.documents("directory.json", export, out), out).directory();
            assertThat(out.toList()).as(export).filteredOn(Diagnostic::isError).extracting(Diagnostic::code).containsExactly("SP1105");
        }
    }

    @Test
    void attack_77_membersAndRolesThatGraphExpanded_areRead_andTwentyMayBeMore() {
        String users = WHOLE_USER.replace("\"accountEnabled\"", "\"memberOf\":[{\"@odata.type\":\"#microsoft.graph.directoryRole\",\"id\":\"r9\","
                + "\"roleTemplateId\":\"62e90394-69f5-4237-9190-012177145e10\"},{\"@odata.type\":\"#microsoft.graph.group\",\"id\":\"g7\",\"displayName\":\"Seven\"}],\"accountEnabled\"");
        UserState user = exported(users).users().get(0);
        assertThat(user.memberOf()).containsExactly("g7");
        assertThat(user.roles()).containsExactly("62e90394-69f5-4237-9190-012177145e10");
        for (int members : new int[] {1, 19, 20, 21}) {
            String list = IntStream.range(0, members).mapToObj(i -> "{\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"m" + i + "\",\"mail\":null}").collect(Collectors.joining(","));
            Diagnostics out = new Diagnostics();
            Directory directory = Resources.of(Attack.documents("directory.json", "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#groups\",\"value\":["
                    + "{\"id\":\"g1\",\"displayName\":\"A\",\"members\":[" + list + "]}]}", out), out).directory();
            assertThat(directory.groups().get(0).members()).hasSize(members).contains("m0");
            assertThat(out.toList().stream().map(Diagnostic::code).toList()).isEqualTo(members == 20 ? List.of("SP1129") : List.of());
            assertThat(directory.possibleGroupIds()).hasSize(members == 20 ? 1 : 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"11111111-1111-1111-1111-111111111111, true", "22222222-2222-2222-2222-222222222222, true", "33333333-3333-3333-3333-333333333333, false"})
    void attack_77_groupWithoutMembers_inStrictMode_holdsEverybodyWhereItIsIncluded_andNobodyWhereItIsExcluded(String group, boolean unknown) throws Exception {
        Directory directory = exported(GROUPS_WITHOUT_MEMBERS + WHOLE_USER);
        PolicyEngine including = engineOf(policy("\"includeGroups\":[\"" + group + "\"]", APPLICATIONS, "", BLOCK), directory);
        PolicyEngine excluding = engineOf(policy("\"includeUsers\":[\"All\"],\"excludeGroups\":[\"" + group + "\"]", APPLICATIONS, "", BLOCK), directory);
        assertThat(including.evaluate(known()).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(excluding.evaluate(known()).outcome()).isEqualTo(Outcome.BLOCK);
        Decision strict = including.with(STRICT).explain(known());
        assertThat(strict.outcome()).isEqualTo(unknown ? Outcome.BLOCK : Outcome.ALLOW);
        assertThat(strict.diagnostics().stream().anyMatch(note -> note.contains("the members of a group"))).isEqualTo(unknown);
        assertThat(excluding.with(STRICT).evaluate(known()).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(including.with(STRICT).with(including.policySet().evaluationSettings()).evaluate(known()).outcome()).as("back again").isEqualTo(Outcome.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"userType\":\"Member\",", ",\"accountEnabled\":true"})
    void attack_77_userWithoutTypeOrAccount_inStrictMode_isNotDecided(String leftOut) throws Exception {
        PolicyEngine engine = engineOf(policy("\"includeUsers\":[\"None\"]", APPLICATIONS, "", BLOCK),
                exported(WHOLE_USER.replace(leftOut, "")));
        assertThat(engine.evaluate(known()).outcome()).isEqualTo(Outcome.ALLOW);
        Decision strict = engine.with(STRICT).evaluate(known());
        assertThat(strict.outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(strict.reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
        assertThat(strict.reason().message()).contains("`userType`", "`accountEnabled`");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"includeThings\":[\"x\"] | \"includeApplications\":[\"All\"]", "\"includeUsers\":[\"u2\"],\"includeThings\":[\"x\"] | \"includeApplications\":[\"All\"]",
        "\"includeGroups\":[\"Staf\"] | \"includeApplications\":[\"All\"]", "\"includeUsers\":[\"All \"] | \"includeApplications\":[\"All\"]", "\"includeRoles\":[\"King\"] | \"includeApplications\":[\"All\"]",
        "\"includeUsers\":5 | \"includeApplications\":[\"All\"]", "\"includeUsers\":[\"All\"],\"excludeUsers\":[\"All\"] | \"includeApplications\":[\"All\"]",
        "\"includeUsers\":[\"All\"],\"excludeGroups\":[\"Staf\"] | \"includeApplications\":[\"All\"]", "\"includeUsers\":[\"All\"],\"excludeThings\":[\"x\"] | \"includeApplications\":[\"All\"]",
        "\"includeUsers\":[\"All\"] | \"includeApplications\":[\"Payrol\"]", "\"includeUsers\":[\"All\"] | \"includeThings\":[\"x\"]",
        "\"includeUsers\":[\"All\"] | \"includeApplications\":[\"00000003-0000-0000-c000-000000000000\"],\"includeThings\":[\"x\"]",
        "\"includeUsers\":[\"All\"] | \"includeUserActions\":[\"urn:user:dance\"]", "\"includeUsers\":[\"All\"] | \"includeAuthenticationContextClassReferences\":[\"c100\"]",
        "\"includeUsers\":[\"All\"] | \"includeApplications\":[\"All\"],\"excludeApplications\":[\"Payrol\"]",
        "\"includeUsers\":[\"\"] | \"includeApplications\":[\"All\"]"})
    void attack_72_usersAndTargetsThatAreNotUnderstood_includeEverybodyAndEverything(String users, String applications) throws Exception {
        Decision decision = decided(policy(users, applications, "", BLOCK), true);
        assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(decision.diagnostics()).anyMatch(note -> note.contains("`a1`"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"@odata.type\":\"#microsoft.graph.ipNamedLocation\",\"ipRanges\":[{\"cidrAddress\":\"nonsense\"}]",
        "\"@odata.type\":\"#microsoft.graph.ipNamedLocation\",\"ipRanges\":[{\"cidrAddress\":\"0.0.0.0/0\"}]",
        "\"@odata.type\":\"#microsoft.graph.orbitNamedLocation\",\"altitude\":400", "\"@odata.type\":\"#microsoft.graph.countryNamedLocation\",\"countriesAndRegions\":[\"Norway\"]",
        "\"@odata.type\":\"#microsoft.graph.countryNamedLocation\",\"countriesAndRegions\":[\"KP\"],\"countryLookupMethod\":\"unknownFutureValue\"",
        "\"@odata.type\":\"#microsoft.graph.ipNamedLocation\""})
    void attack_72_namedLocationThatIsNotUnderstood_includesEveryPlace_andExcludesNone(String location) throws Exception {
        String named = "{\"id\":\"l1\",\"displayName\":\"Somewhere\",\"isTrusted\":false," + location + "}";
        for (String where : List.of("\"includeLocations\":[\"l1\"]", "\"includeLocations\":[\"All\"],\"excludeLocations\":[\"l1\"]")) {
            Decision decision = decided("[" + named + "," + policy(USERS, APPLICATIONS, "\"locations\":{" + where + "}", BLOCK) + "]", true);
            assertThat(decision.outcome()).as(where).isEqualTo(Outcome.BLOCK);
            assertThat(decision.diagnostics()).as(where).anyMatch(note -> note.contains("Locations"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "unknownFutureValue", ",", "none,none"})
    void attack_70_guestTypesThatNameNoGuest_areAnErrorInYaml_andEveryGuestInAnExport(String types) throws Exception {
        assertThat(errors(Attack.policy("p", "{ includeGuestsOrExternalUsers: { guestOrExternalUserTypes: '" + types + "' } }", "{ includeApplications: [All] }", "", Attack.BLOCK)))
                .isNotEmpty();
        PolicyEngine engine = engine(policy("\"includeGuestsOrExternalUsers\":{\"guestOrExternalUserTypes\":\"" + types + "\"}", APPLICATIONS, "", BLOCK));
        assertThat(outcome(engine, user("guy_fabrikam.com#EXT#@contoso.com"))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine, ann())).isEqualTo(Outcome.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"builtInControls: ','", "builtInControls: [',']", "builtInControls: ['']", "builtInControls: [mfa, '']", "termsOfUse: ['']", "customAuthenticationFactors: ['']"})
    void attack_69_emptyPartOfAList_isAnErrorInYaml(String controls) {
        assertThat(errors(Attack.policy("p", "", "grantControls: { operator: OR, " + controls + " }"))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"userRiskLevels: ','", "clientAppTypes: ','", "platforms: { includePlatforms: ',' }", "authenticationFlows: { transferMethods: ',' }",
        "locations: { includeLocations: [''] }", "signInRiskLevels: [high, '']"})
    void attack_69_emptyPartOfACondition_isAnErrorInYaml(String condition) {
        assertThat(errors(Attack.policy("p", condition + "\n", Attack.BLOCK))).isNotEmpty();
    }

    @Test
    void attack_69_policiesWithoutIdAndName_haveOneEach() throws Exception {
        String other = policy("\"includeUsers\":[\"u2\"]", APPLICATIONS, "", BLOCK);
        PolicyEngine engine = engine("[" + BLOCK_ALL.replace("a1", "").replace("Block all", "") + "," + other.replace("a1", "").replace("Block all", "") + "]");
        assertThat(engine.policySet().policies()).extracting("id").doesNotHaveDuplicates().allMatch(id -> id.toString().startsWith("unnamed "));
        assertThat(errors("---\nkind: conditionalAccessPolicy\nid: ''\ndisplayName: ''\nstate: enabled\nconditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] },"
                + " clientAppTypes: [all] }\n" + Attack.BLOCK + "\n")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"excludeDays: { allDay: true }", "excludeDays: { allDay: false }", "excludeDays: { startTime: \"00:00\", endTime: \"00:00\" }",
        "excludeRange: { startDateTime: \"0001-01-01T00:00:00\", endDateTime: \"9999-12-31T00:00:00\" }", "includeDays: { daysOfWeek: [Monday] }, excludeDays: { daysOfWeek: [Monday] }",
        "includeDays: { startTime: \"09:00\", endTime: \"10:00\" }, excludeDays: { startTime: \"08:00\", endTime: \"11:00\" }",
        "includeRange: { startDateTime: \"2026-01-02T00:00:00\", endDateTime: \"2026-01-03T00:00:00\" }, excludeRange: { startDateTime: \"2026-01-01T00:00:00\", endDateTime: \"2026-02-01T00:00:00\" }"})
    void attack_71_timesThatNeverHold_areAnErrorInYaml(String times) {
        assertThat(errors(Attack.policy("p", "times: { " + times + " }\n", Attack.BLOCK))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"excludeDays: { startTime: \"00:00\", endTime: \"23:59\" }", "excludeDays: { daysOfWeek: [Monday] }", "includeDays: { daysOfWeek: [Monday] }, excludeDays: { startTime: \"08:00\", endTime: \"07:59\" }",
        "includeRange: { startDateTime: \"2026-01-02T00:00:00\" }, excludeRange: { startDateTime: \"2026-01-01T00:00:00\", endDateTime: \"2030-02-01T00:00:00\" }", "allTimes: true, excludeDays: { allDay: true }"})
    void attack_71_timesThatHoldSometimes_load(String times) throws Exception {
        assertThat(Attack.engine(Attack.policy("p", "times: { " + times + " }\n", Attack.BLOCK)).policySet().policies()).hasSize(1);
    }

    @Test
    void attack_71_policyThatIncludesNobody_loadsFromAnExport_andNeverApplies_IMP_07() throws Exception {
        for (String json : List.of(policy("\"includeUsers\":[]", APPLICATIONS, "", BLOCK), policy(USERS, "\"includeApplications\":[]", "", BLOCK),
                policy(USERS, APPLICATIONS, "\"times\":{\"excludeDays\":{\"allDay\":true}}", BLOCK))) {
            assertThat(outcome(engine(json), ann())).as(json).isEqualTo(Outcome.ALLOW);
            assertThat(findings(json)).anyMatch(finding -> finding.severity() == Severity.WARNING && "IMP-07".equals(finding.rule()));
        }
    }

    // ---- envelopes and deleted resources

    @ParameterizedTest
    @ValueSource(strings = {"{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#groups\",\"value\":[%s]}", "{\"@odata.type\":\"#microsoft.graph.group\",%s}",
        "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users/$entity\",%s}", "{\"@odata.type\":\"#microsoft.graph.somethingNew\",%s}",
        "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/namedLocations\",\"value\":[%s]}"})
    void attack_73_policyInAnEnvelopeThatSaysSomethingElse_isAnError(String envelope) {
        assertThat(refusal(envelope.formatted(envelope.contains("value") ? BLOCK_ALL : BLOCK_ALL.substring(1, BLOCK_ALL.length() - 1)))).containsExactly("SP1130");
    }

    @ParameterizedTest
    @CsvSource({"2026-10-12T17:01:05Z, ALLOW", "/Date(1760288465000)/, ALLOW", "0001-01-01T00:00:00Z, BLOCK", "yes, BLOCK", "'', BLOCK"})
    void attack_74_softDeletedPolicy_isNotInForce_andCheckSaysSo(String date, Outcome expected) throws Exception {
        String json = BLOCK_ALL.substring(0, BLOCK_ALL.length() - 1) + ",\"deletedDateTime\":\"" + date + "\"}";
        assertThat(outcome(engine("[" + json + "," + policy("\"includeUsers\":[\"u2\"]", APPLICATIONS, "", BLOCK).replace("a1", "a2") + "]"), ann())).isEqualTo(expected);
        if (expected == Outcome.ALLOW) {
            assertThat(findings(json)).anyMatch(finding -> finding.code().equals("SP1125") && finding.severity() == Severity.WARNING);
        }
    }

    @Test
    void attack_74_softDeletedNamedLocation_isNotInForce() throws Exception {
        String location = "{\"@odata.type\":\"#microsoft.graph.ipNamedLocation\",\"id\":\"11111111-2222-4333-8444-555555555555\",\"displayName\":\"Office\",\"isTrusted\":true,"
                + "\"ipRanges\":[{\"cidrAddress\":\"192.0.2.0/24\"}],\"deletedDateTime\":\"2026-10-12T17:01:05Z\"}";
        String json = policy(USERS, APPLICATIONS, "\"locations\":{\"includeLocations\":[\"All\"],\"excludeLocations\":[\"AllTrusted\"]}", BLOCK);
        assertThat(outcome(engine("[" + json + "," + location + "]"), ann())).isEqualTo(Outcome.BLOCK);
    }

    // ---- what is no export

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":{\"code\":\"Authorization_RequestDenied\",\"message\":\"Insufficient privileges\"}}",
        "{\"odata.error\":{\"code\":\"Authorization_RequestDenied\",\"message\":{\"lang\":\"en\",\"value\":\"Insufficient privileges\"}}}",
        "{\"error\":\"Authorization_RequestDenied\",\"error_description\":\"Insufficient privileges\"}"})
    void attack_75_errorBodyOfGraph_isAnErrorThatNamesIt(String body) {
        Diagnostics out = new Diagnostics();
        Resources.of(Attack.documents("policies.json", body, out), out);
        assertThat(out.toList()).filteredOn(Diagnostic::isError).extracting(Diagnostic::message)
                .containsExactly("Graph returned an error: Authorization_RequestDenied: Insufficient privileges");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"@{includeUsers=System.Object[]; excludeUsers=System.Object[]}\"", "\"System.Collections.Hashtable\"", "\"System.Object[]\"",
        "\"Microsoft.Graph.PowerShell.Models.MicrosoftGraphConditionalAccessUsers\"", "{\"includeUsers\":\"System.Object[]\"}", "{\"includeUsers\":[\"@{id=x}\"]}",
        "{\"includeUsers\":\"11111111-2222-4333-8444-555555555555 11111111-2222-4333-8444-555555555556\"}"})
    void attack_75_objectThatPowerShellCutOff_isAnErrorWhoseHelpNamesTheDepth(String users) {
        String json = BLOCK_ALL.replace("{" + USERS + "}", users);
        Diagnostics out = new Diagnostics();
        Resources.of(Attack.documents("policies.json", json, out), out);
        assertThat(out.toList()).filteredOn(Diagnostic::isError).hasSize(1).allMatch(each -> each.code().equals("SP1126") && each.help().contains("-Depth"));
    }

    @Test
    void attack_75_pageWithoutTheNext_isAnError_andAllPagesTogetherAreNot() throws Exception {
        String first = "{\"value\":[],\"@odata.nextLink\":\"https://graph.microsoft.com/next\"}";
        assertThat(refusal(first)).containsExactly("SP1119");
        Files.writeString(folder.resolve("1.json"), first);
        Files.writeString(folder.resolve("2.json"), "{\"value\":[" + BLOCK_ALL + "]}");
        assertThat(outcome(PolicyEngine.load(folder, Attack.directory(Attack.PEOPLE)), ann())).isEqualTo(Outcome.BLOCK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Value\":[%s]}", "{\"policies\":[%s]}", "{\"VALUE\":[%s]}", "{\"conditionalAccessPolicies\":[%s]}", "[[%s]]"})
    void attack_76_policiesInAShapeThatIsKnown_areRead(String shape) throws Exception {
        assertThat(outcome(engine(shape.formatted(BLOCK_ALL)), ann())).isEqualTo(Outcome.BLOCK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\":[%s]}", "{\"responses\":[{\"body\":{\"value\":[%s]}}]}", "{\"a\":{\"b\":%s}}"})
    void attack_76_policiesInAShapeThatIsNotKnown_areAnError(String shape) {
        assertThat(refusal(shape.formatted(BLOCK_ALL))).containsExactly("SP1127");
        assertThat(refusal("{\"id\":\"a1\",\"displayName\":\"P\",\"state\":\"enabled\"}")).containsExactly("SP1126");
    }

    @Test
    void attack_76_setThatHoldsNothing_saysSo_andATenantOfPerUserMfaAloneDoesNot() {
        for (String nothing : List.of("[]", "{\"value\":[]}", "{\"@odata.type\":\"#microsoft.graph.group\",\"id\":\"g\",\"displayName\":\"G\"}")) {
            assertThat(isRefusedAsNothing(read(nothing))).as(nothing).isTrue();
        }
        Diagnostics out = new Diagnostics();
        assertThat(isRefusedAsNothing(Resources.of(Attack.documents("settings.yaml", "kind: mfaSettings\nallowAppPasswords: true\n", out), out))).isFalse();
        assertThat(isRefusedAsNothing(read("{\"kind\":\"securityDefaults\",\"isEnabled\":false}"))).isFalse();
        assertThat(isRefusedAsNothing(read(BLOCK_ALL))).isFalse();
    }

    private static boolean isRefusedAsNothing(Resources resources) {
        Diagnostics out = new Diagnostics();
        Resources.refuseNothing(resources.policySet(), List.of(), out);
        return out.hasErrors();
    }

    // ---- one meaning

    @ParameterizedTest
    @ValueSource(strings = {"device.trustType -in [\\\"AzureAD\\\", \\\"ServerAD\\\"]", "device.isCompliant -notIn [\\\"False\\\"]", "device.isCompliant -in [True]",
        "device.trustType –eq “AzureAD”", "device.trustType —eq ‘AzureAD’"})
    void attack_72_filterWithOneMeaning_isReadAsItIsMeant_IMP_05(String rule) throws Exception {
        String json = policy(USERS, APPLICATIONS, "\"devices\":{\"deviceFilter\":{\"mode\":\"exclude\",\"rule\":\"" + rule + "\"}}", BLOCK);
        Device device = new Device("d1", "Laptop", true, true, "AzureAD", Map.of("trustType", "AzureAD", "isCompliant", "True"), Map.of());
        assertThat(outcome(engine(json), ann().device(device))).isEqualTo(Outcome.ALLOW);
        assertThat(outcome(engine(json), ann())).isEqualTo(rule.contains("notIn") ? Outcome.ALLOW : Outcome.BLOCK);
        assertThat(findings(json)).noneMatch(Diagnostic::isError).anyMatch(finding -> "IMP-05".equals(finding.rule()));
        assertThatThrownBy(() -> load(json, LoadOptions.strict())).isInstanceOf(PolicyLoadException.class);
    }

    @Test
    void attack_72_hostBitsNumbersAsTextAndEmptyForNull_areReadAsTheyAreMeant_IMP_05() throws Exception {
        String location = "{\"@odata.type\":\"#microsoft.graph.ipNamedLocation\",\"id\":\"l1\",\"displayName\":\"Office\",\"isTrusted\":true,\"ipRanges\":[{\"cidrAddress\":\"192.0.2.77/24\"}]}";
        String conditions = "\"platforms\":[],\"userRiskLevels\":\"\",\"devices\":{\"deviceFilter\":{\"mode\":[],\"rule\":\"\"}},"
                + "\"locations\":{\"includeLocations\":[\"All\"],\"excludeLocations\":[\"l1\"]}";
        String policy = policy(USERS, APPLICATIONS, conditions, BLOCK);
        String session = ",\"sessionControls\":{\"signInFrequency\":{\"value\":\"4\",\"type\":\"hours\",\"isEnabled\":true},\"persistentBrowser\":{\"mode\":[],\"isEnabled\":\"\"}}}";
        PolicyEngine engine = engine("[" + location + "," + policy.substring(0, policy.length() - 1) + session + "]");
        assertThat(outcome(engine, ann())).isEqualTo(Outcome.ALLOW);
        assertThat(outcome(engine, ann().ipAddress("198.51.100.9"))).isEqualTo(Outcome.BLOCK);
        assertThat(engine.policySet().policies().get(0).sessionControls().signInFrequency().value()).isEqualTo(4);
        assertThat(engine.policySet().policies().get(0).notEvaluated()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"signInFrequency\":{\"value\":4,\"type\":\"moons\",\"isEnabled\":true}", "\"newControl\":{\"isEnabled\":true}", "\"secureSignInSession\":{\"isEnabled\":\"maybe\"}",
        "\"persistentBrowser\":{\"mode\":\"unknownFutureValue\",\"isEnabled\":true}"})
    void attack_68_sessionControlThatIsNotUnderstood_hasNoEffect_andIsReported_IMP_04(String control) throws Exception {
        String policy = policy(USERS, APPLICATIONS, "", "\"operator\":\"OR\",\"builtInControls\":[\"mfa\"]");
        String json = policy.substring(0, policy.length() - 1) + ",\"sessionControls\":{" + control + "}}";
        Decision decision = decided(json, true);
        assertThat(decision.outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(decision.diagnostics()).anyMatch(note -> note.contains("`a1`"));
        assertThat(findings(json)).anyMatch(Diagnostic::isError);
    }

    // ---- names that repeat

    @Test
    void attack_72_namesRepeat_idsDoNot_IMP_08() throws Exception {
        String nameless = BLOCK_ALL.replace("\"id\":\"a1\",", "");
        String other = policy("\"includeUsers\":[\"u2\"]", APPLICATIONS, "", BLOCK).replace("\"id\":\"a1\",", "");
        List<Object> ids = new ArrayList<>();
        for (String json : List.of("[" + nameless + "," + other + "]", "[" + other + "," + nameless + "]", "[" + other + "," + nameless + "," + nameless + "]")) {
            PolicyEngine engine = engine(json);
            assertThat(engine.policySet().policies()).hasSize(2);
            ids.add(engine.policySet().policies().stream().map(policy -> policy.id() + policy.conditions().users().includeUsers()).toList());
        }
        assertThat(ids.get(1)).isEqualTo(ids.get(0));
        assertThat(ids.get(2)).isEqualTo(ids.get(0));
        assertThat(refusal("[" + BLOCK_ALL + "," + policy("\"includeUsers\":[\"u2\"]", APPLICATIONS, "", BLOCK) + "]")).containsExactly("SP1201");
    }

    // ---- helpers

    private static String policy(String users, String applications, String condition, String controls) {
        return "{\"id\":\"a1\",\"displayName\":\"Block all\",\"state\":\"enabled\",\"conditions\":{\"users\":{" + users + "},\"applications\":{" + applications + "}"
                + (condition.contains("clientAppTypes") ? "" : ",\"clientAppTypes\":[\"all\"]") + (condition.isEmpty() ? "" : "," + condition) + "},\"grantControls\":{" + controls + "}}";
    }

    private static Resources read(String json) {
        Diagnostics out = new Diagnostics();
        return Resources.of(Attack.documents("policies.json", json, out), out);
    }

    private PolicyEngine load(String json, LoadOptions options) throws Exception {
        Path file = Files.writeString(folder.resolve("policies.json"), json);
        return PolicyEngine.load(List.of(file), Attack.directory(Attack.PEOPLE), Targets.CLOCK, options);
    }

    private static PolicyEngine engine(String json) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        Resources read = Resources.of(Attack.documents("policies.json", json, out), out);
        return PolicyEngine.of(read.policySet(), Attack.directory(Attack.PEOPLE), Targets.CLOCK, out);
    }

    /** What is decided about Ann, alike by both evaluators. */
    private static Decision decided(String json, boolean mfa) throws PolicyLoadException {
        PolicyEngine engine = engine(json);
        SignIn.Authentication strong = SignIn.Authentication.builder().credential("password")
                .methods(List.of("password", "microsoftAuthenticatorPush")).mfaDateTime(Targets.CLOCK.instant()).firstFactor("passed")
                .homeTenantMfa(false).build();
        SignIn request = mfa ? ann().authentication(strong).build() : ann().build();
        Decision decision = engine.evaluate(request);
        assertThat(decision.reason().code()).as(decision.reason().message()).isNotIn(ReasonCode.EVALUATION_FAILED, ReasonCode.INVALID_REQUEST);
        assertThat(engine.explain(request).reason()).isEqualTo(decision.reason());
        return decision;
    }

    private static List<String> refusal(String json) {
        try {
            engine(json);
        } catch (PolicyLoadException e) {
            return e.diagnostics().stream().filter(Diagnostic::isError).map(Diagnostic::code).distinct().toList();
        }
        throw new AssertionError("this must not load: " + json);
    }

    private static List<Diagnostic> findings(String json) throws PolicyLoadException {
        Diagnostics out = new Diagnostics(Exports.CHECKED);
        List<Sources.Document> documents = Attack.documents("policies.json", json, out);
        Directory people = Attack.directory(Attack.PEOPLE);
        return Check.of(documents, people, Targets.CLOCK.instant(), out).findings();
    }
}
