package dev.sallyport.attack;

import static dev.sallyport.attack.FileAttacksTest.mfaJustNow;
import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.PEOPLE;
import static dev.sallyport.fixtures.Attack.ann;
import static dev.sallyport.fixtures.Attack.assertInvalid;
import static dev.sallyport.fixtures.Attack.directory;
import static dev.sallyport.fixtures.Attack.engine;
import static dev.sallyport.fixtures.Attack.outcome;
import static dev.sallyport.fixtures.Attack.policy;
import static dev.sallyport.fixtures.Attack.requestErrors;
import static dev.sallyport.fixtures.Attack.requests;
import static dev.sallyport.fixtures.Attack.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.fixtures.Targets;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks by requests, sessions and registrations, 28 to 60, that no other test makes. */
class RequestAttacksTest {

    private static final Instant NOW = Targets.CLOCK.instant();
    private static final Duration SOON = Duration.ofSeconds(20);

    /** One condition each, which the request of {@link Attack#ann} does not meet while it says so. */
    private static final Map<String, String> CONDITIONS = Map.of(
            "ipAddress", "locations: { includeLocations: [All], excludeLocations: [Here] }\n",
            "devicePlatform", "platforms: { includePlatforms: [all], excludePlatforms: [windows] }\n",
            "clientAppType", "clientAppTypes: [other, exchangeActiveSync]\n",
            "signInRiskLevel", "signInRiskLevels: [high]\n",
            "userRiskLevel", "userRiskLevels: [high]\n",
            "insiderRiskLevel", "insiderRiskLevels: elevated\n",
            "authenticationFlow", "authenticationFlows: { transferMethods: deviceCodeFlow }\n",
            "device", "devices: { deviceFilter: { mode: exclude, rule: 'device.isCompliant -eq True' } }\n");
    private static final String HERE = "---\nkind: ipNamedLocation\ndisplayName: Here\nipRanges: [{ cidrAddress: 192.0.2.0/24 }]\n";

    private static Map<String, UnaryOperator<SignIn.Builder>> removals() {
        Map<String, UnaryOperator<SignIn.Builder>> removals = new TreeMap<>();
        removals.put("ipAddress", signIn -> signIn.ipAddress(null));
        removals.put("devicePlatform", signIn -> signIn.devicePlatform(null));
        removals.put("clientAppType", signIn -> signIn.clientAppType(null));
        removals.put("signInRiskLevel", signIn -> signIn.signInRiskLevel(null));
        removals.put("userRiskLevel", signIn -> signIn.userRiskLevel(null));
        removals.put("insiderRiskLevel", signIn -> signIn.insiderRiskLevel(null));
        removals.put("authenticationFlow", signIn -> signIn.authenticationFlow(null));
        removals.put("device", signIn -> signIn.device(null));
        removals.put("applications", signIn -> signIn.applications(List.of()));
        return removals;
    }

    private static SignIn.Builder everything() {
        return ann().authenticationContext("none").scopes(List.of("Mail.Read")).insideCorporateNetwork(false)
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password")).signInDateTime(NOW)
                        .firstFactor("passed").homeTenantMfa(false).build())
                .session(SignIn.Session.INTERACTIVE.toBuilder().startedDateTime(NOW).originalTransferMethod("none")
                        .build()).signInRiskLevel("none").userRiskLevel("none").insiderRiskLevel("none").authenticationFlow("none")
                .device(new Device("d1", "laptop", true, true, "AzureAD", Map.of("isCompliant", "True", "deviceId", "d1"), Map.of()));
    }

    @Test
    void attack_28_eachAttributeMissing_underEachCondition_isDecided_andInStrictModeNeverLetsIn() throws Exception {
        for (Map.Entry<String, String> condition : CONDITIONS.entrySet()) {
            String set = HERE + policy("p", condition.getValue(), BLOCK);
            PolicyEngine entra = engine(set);
            PolicyEngine strict = engine(set, "---\nkind: evaluationSettings\nunknownSignals: strict\n");
            assertThat(outcome(entra, everything())).as(condition.getKey()).isEqualTo(Outcome.ALLOW);
            assertThat(outcome(strict, everything())).as(condition.getKey()).isEqualTo(Outcome.ALLOW);
            removals().forEach((fact, removal) -> {
                outcome(entra, removal.apply(everything()));
                if (fact.equals(condition.getKey())) {
                    assertThat(outcome(strict, removal.apply(everything()))).as("without " + fact).isEqualTo(Outcome.BLOCK);
                }
            });
        }
    }

    @Test
    void attack_29_nullAndAbsentAreOne_andEmptyTextIsNoValue() throws Exception {
        PolicyEngine engine = engine(policy("p", "", MFA));
        Diagnostics out = new Diagnostics();
        List<Request> two = requests("r.yaml", "- { user: ann@contoso.com, country: null, devicePlatform: ~ }\n- { user: ann@contoso.com }\n", out);
        assertThat(two.get(0)).isEqualTo(two.get(1));
        assertInvalid(engine, ann().ipAddress("").build(), "ipAddress");
        assertInvalid(engine, ann().country("").build(), "country");
        assertInvalid(engine, ann().clientAppType("").build(), "clientAppType");
        assertInvalid(engine, ann().devicePlatform("").build(), "devicePlatform");
        assertInvalid(engine, ann().signInRiskLevel("").build(), "signInRiskLevel");
        assertInvalid(engine, ann().authenticationContext("").build(), "authenticationContext");
        assertInvalid(engine, ann().application("").build(), "application");
        assertInvalid(engine, user("").build(), "user");
        assertInvalid(engine, SignIn.builder().build(), "user");
        assertThat(engine.evaluate(null).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(engine.evaluate(new Registration(null, null, null)).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(engine.evaluate(ann().authentication(null).build()).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(engine.evaluate(ann().session(null).build()).outcome()).isEqualTo(Outcome.BLOCK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"country: [NL]", "user: { id: u1 }", "insideCorporateNetwork: \"yes\"", "createdDateTime: 5", "authentication: password", "applications: Payroll",
        "session: { isInteractive: 1 }", "device: [d1]", "createdDateTime: 2026-11-22T10:15:00", "satisfied: [x]"})
    void attack_30_wrongType_isAnErrorAtItsField(String field) {
        String json = "user: ann@contoso.com\n";
        assertThat(requestErrors("r.yaml", field.startsWith("user") ? field : json + field)).first().asString().contains(field.substring(0, 4).equals("auth") ? "authentication" : "");
    }

    @Test
    void attack_31_unknownOrOtherCaseOfAValue_isRefused() throws Exception {
        PolicyEngine engine = engine(policy("p", "", MFA));
        assertInvalid(engine, ann().clientAppType("Browser").build(), "clientAppType");
        assertInvalid(engine, ann().clientAppType("all").build(), "clientAppType");
        assertInvalid(engine, ann().devicePlatform("all").build(), "devicePlatform");
        assertInvalid(engine, ann().signInRiskLevel("HIGH").build(), "signInRiskLevel");
        assertInvalid(engine, ann().authenticationFlow("deviceCode").build(), "authenticationFlow");
        assertInvalid(engine, ann().securityDefaultsPrompt("no").build(), "securityDefaultsPrompt");
        assertInvalid(engine, ann().authenticationContext("c01").build(), "authenticationContext");
        assertInvalid(engine, ann().authentication(SignIn.Authentication.builder().credential("Password").homeTenantMfa(false)
                .build()).build(), "authentication.credential");
        assertInvalid(engine, new Registration(ann().build(), "Fido2", null), "method");
    }

    @Test
    void valuesThatCannotStandTogether_orAreNone_areRefused() throws Exception {
        PolicyEngine engine = engine(policy("p", "", MFA));
        assertInvalid(engine, ann().servicePrincipal("Nightly import").build(), "servicePrincipal");
        assertInvalid(engine, new Registration(SignIn.builder().servicePrincipal("Nightly import").build(), "fido2", null), "servicePrincipal");
        assertInvalid(engine, ann().clientAppType("easSupported").build(), "clientAppType");
        assertInvalid(engine, new Registration(ann().clientAppType("other").build(), "fido2", null), "clientAppType");            // SD-REG-07, REG-09
        assertInvalid(engine, new Registration(ann().clientAppType("exchangeActiveSync").build(), "fido2", null), "clientAppType");
        assertInvalid(engine, ann().authentication(SignIn.Authentication.builder().methods(List.of("password", "")).homeTenantMfa(false)
                .build()).build(), "authentication.methods");
        assertInvalid(engine, ann().applications(List.of("Payroll", " ")).build(), "application");
        for (String country : List.of("N", "N1", "1N", "NLD", "\u00C4N", "N\u00D6")) {
            assertInvalid(engine, ann().country(country).build(), "country");
        }
        Directory twice = directory(PEOPLE.replace("{ appId: a1, displayName: Payroll }", "{ appId: a1, displayName: Payroll }, { appId: a2, displayName: Payroll }"));
        assertInvalid(engine(twice, policy("p", "", MFA)), ann().build(), "application");
    }

    /** What an engine remembers of a user is of one state only, and of what the directory says. */
    @Test
    void userWhoseStateChanges_orWhomARequestSaysMoreOf_isDecidedAnew() throws Exception {
        PolicyEngine engine = engine(policy("p", "{ includeGroups: [Staff] }", "{ includeApplications: [All] }", "", BLOCK),
                policy("q", "{ includeGuestsOrExternalUsers: { guestOrExternalUserTypes: b2bDirectConnectUser } }", "{ includeApplications: [All] }", "", BLOCK));
        UserState member = engine.directory().user("ann@contoso.com");
        UserState other = UserState.builder().id(member.id()).userPrincipalName(member.userPrincipalName())
                .displayName(member.displayName()).userType(member.userType()).externalUserType(member.externalUserType())
                .homeTenantId(member.homeTenantId()).perUserMfaState(member.perUserMfaState())
                .authenticationMethods(member.authenticationMethods()).build();
        Supplier<SignIn.Builder> guest = () -> user("guy_fabrikam.com#EXT#@contoso.com").applications(List.of("Microsoft Teams Services"));
        SignIn.Session eligible = SignIn.Session.INTERACTIVE.toBuilder().isDirectConnectEligible(true).build();
        for (int i = 0; i < 3; i++) {
            assertThat(engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.BLOCK);
            assertThat(engine.evaluate(ann().build(), other).outcome()).isEqualTo(Outcome.ALLOW);
            assertThat(engine.evaluate(guest.get().build()).outcome()).isEqualTo(Outcome.ALLOW);
            assertThat(engine.evaluate(guest.get().session(eligible).build()).outcome()).as("CA-GST-10").isEqualTo(Outcome.BLOCK);
        }
    }

    @Test
    void attack_32_duplicateKey_isAnError() {
        assertThat(requestErrors("r.json", "{\"user\": \"ann@contoso.com\", \"country\": \"KP\", \"country\": \"NL\"}")).first().asString().contains("SP1006");
        assertThat(requestErrors("r.yaml", "{ user: ann@contoso.com, country: KP, Country: NL }")).first().asString().contains("SP1006");
    }

    @Test
    void attack_33_halfASurrogatePair_isAnError() {
        assertThat(requestErrors("r.json", "{\"user\": \"ann\\ud800@contoso.com\"}")).first().asString().contains("SP1002");
        Diagnostics out = new Diagnostics();
        dev.sallyport.parse.Sources.parseDirectory("r.yaml", new byte[] {'u', 's', 'e', 'r', ':', ' ', (byte) 0xC3, '\n'}, out);
        assertThat(out.hasErrors()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-0", "9223372036854775808", "NaN", "1e-400", "00", ".inf"})
    void attack_34_number_isNoTimeNoTruthAndNoList(String number) {
        assertThat(requestErrors("r.yaml", "user: ann@contoso.com\ncreatedDateTime: " + number + "\n")).hasSize(1);
        assertThat(requestErrors("r.yaml", "user: ann@contoso.com\nsession: { isInteractive: " + number + " }\n")).hasSize(1);
        assertThat(requestErrors("r.yaml", "user: ann@contoso.com\nscopes: " + number + "\n")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1000000000-12-31T23:59:59.999999999Z", "-1000000000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "0000-06-01T00:00:00Z"})
    void attack_34_timeAtTheEndsOfTime_isInvalidAndNoFailureInside(String time) throws Exception {
        PolicyEngine engine = engine(policy("p", "times: { includeDays: { daysOfWeek: [Sunday], timeZone: Pacific/Kiritimati } }\n", BLOCK), "---\nkind: mfaSettings\nrememberMfaDays: 365\n");
        Instant end = Instant.parse(time);
        assertInvalid(engine, ann().createdDateTime(end).build(), "createdDateTime");
        assertInvalid(engine, ann().authentication(SignIn.Authentication.builder().mfaDateTime(end).homeTenantMfa(false)
                .build()).build(), "authentication.mfaDateTime");
        assertInvalid(engine, ann().authentication(SignIn.Authentication.builder().signInDateTime(end).homeTenantMfa(false)
                .build()).build(), "authentication.signInDateTime");
        assertInvalid(engine, ann().session(SignIn.Session.INTERACTIVE.toBuilder().startedDateTime(end)
                .build()).build(), "session.startedDateTime");
        assertInvalid(engine, ann().session(SignIn.Session.INTERACTIVE.toBuilder().rememberedMfaDateTime(end)
                .build()).build(), "session.rememberedMfaDateTime");
    }

    @ParameterizedTest
    @ValueSource(strings = {"r.json", "r.yaml"})
    void attack_35_nesting10000Deep_isAnError(String file) {
        assertThat(requestErrors(file, "{\"user\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}")).hasSize(1).first().asString().contains("SP1005");
    }

    @Tag("slow")
    @Test
    void attack_36_bodyOf10MB_isReadOrRefusedInTime() {
        String long10 = "{\"user\": \"" + "a".repeat(10_000_000) + "\"}";
        assertTimeoutPreemptively(SOON, () -> {
            Diagnostics out = new Diagnostics();
            List<Request> read = requests("r.json", long10, out);
            PolicyEngine engine = engine(policy("p", "", MFA));
            Decision decision = engine.evaluate(read.get(0));
            assertThat(decision.reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
            assertInvalid(engine, ann().ipAddress("1".repeat(1_000_000)).build(), "ipAddress");
            assertInvalid(engine, ann().application("a".repeat(1_000_000)).build(), "application");
            assertInvalid(engine, ann().authenticationContext("c".repeat(1_000_000)).build(), "authenticationContext");
        });
    }

    @Tag("slow")
    @Test
    void attack_37_userIn100000Groups_isDecidedInTime() throws Exception {
        List<Directory.Group> groups = IntStream.range(0, 100_000).mapToObj(i -> new Directory.Group("g" + i, "Group " + i, List.of())).toList();
        Directory small = Attack.directory(Attack.PEOPLE);
        UserState ann = small.user("ann@contoso.com");
        UserState many = UserState.builder().id(ann.id()).userPrincipalName(ann.userPrincipalName()).userType(ann.userType())
                .memberOf(groups.stream().map(Directory.Group::id).toList()).perUserMfaState(ann.perUserMfaState())
                .authenticationMethods(ann.authenticationMethods()).build();
        Directory directory = new Directory(small.organization(), List.of(many), groups, List.copyOf(small.declaredApplications()), List.of(), List.of());
        PolicyEngine engine = engine(directory, policy("p", "{ includeGroups: [Group 99999] }", "{ includeApplications: [All] }", "", BLOCK));
        assertTimeoutPreemptively(SOON, () -> {
            for (int i = 0; i < 1_000; i++) {
                assertThat(engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.BLOCK);
            }
        });
    }

    @Tag("slow")
    @Test
    void attack_38_batchOf100000WithOneInvalid_decidesTheOthers() throws Exception {
        PolicyEngine engine = engine(policy("p", "", BLOCK));
        String batch = IntStream.range(0, 100_000).mapToObj(i -> i == 77_777 ? "{\"user\": 5, \"cuontry\": \"NL\"}" : "{\"user\": \"ann@contoso.com\"}").collect(Collectors.joining("\n"));
        assertTimeoutPreemptively(SOON, () -> {
            Diagnostics out = new Diagnostics();
            List<Request> requests = requests("r.json", batch, out);
            assertThat(requests).hasSizeBetween(99_999, 100_000);
            assertThat(out.toList()).isNotEmpty();
            assertThat(requests.stream().map(engine::evaluate).filter(decision -> decision.reason().code() == ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS).count()).isEqualTo(99_999);
        });
    }

    @Test
    void attack_39_unknownField_isSaidWithWhatIsMeant() {
        Diagnostics out = new Diagnostics();
        requests("r.yaml", "{ user: ann@contoso.com, cuontry: NL }\n", out);
        assertThat(out.toList()).singleElement().asString().contains("cuontry").contains("did you mean `country`?");
    }

    // ---- identity

    @Test
    void attack_40_namesInOtherLetters_areOtherNames() throws Exception {
        PolicyEngine engine = engine(policy("p", "", MFA));
        assertThat(outcome(engine, user("ANN@CONTOSO.COM"))).isEqualTo(outcome(engine, ann()));
        assertInvalid(engine, user("\uFF41nn@contoso.com").build(), "user");              // full-width a
        assertInvalid(engine, user("ann@conto\u017Fo.com").build(), "user");              // long s
        assertInvalid(engine, user("ann@contoso.com.").build(), "user");
        assertInvalid(engine, user("ann@contoso.com ").build(), "user");
        assertInvalid(engine, user("ann@contoso.com\u200B").build(), "user");
        assertInvalid(engine, user("a\u006E\u0303n@contoso.com").build(), "user");
    }

    @Test
    void attack_40_usersWhoseNamesDifferInAnotherLetterOnly_areTwo() throws Exception {
        Directory two = Attack.directory("kind: directory\nusers: [{ id: u1, userPrincipalName: isa@contoso.com }, { id: u2, userPrincipalName: \u0131sa@contoso.com }, { id: \u01311, userPrincipalName: x@contoso.com }, { id: i1, userPrincipalName: y@contoso.com }]\n");
        assertThat(two.user("isa@contoso.com").id()).isEqualTo("u1");
        assertThat(two.user("\u0131sa@contoso.com").id()).isEqualTo("u2");
        UserState changed = dev.sallyport.model.Lifecycle.enforce(two.user("y@contoso.com"), NOW);
        assertThat(two.with(changed).user("x@contoso.com")).isEqualTo(two.user("x@contoso.com"));
    }

    @Test
    void attack_40_termsAndJoinTypeInOtherLetters_areNotMet() throws Exception {
        PolicyEngine terms = engine("---\nkind: termsOfUse\nid: t1\ndisplayName: House rules\n", policy("p", "", "grantControls: { operator: OR, termsOfUse: [House rules] }"));
        assertThat(outcome(terms, ann().satisfied(new SignIn.Satisfied(List.of("house rules"), false, false, List.of())))).isEqualTo(Outcome.ALLOW);
        assertThat(outcome(terms, ann().satisfied(new SignIn.Satisfied(List.of("Hou\u017Fe rules"), false, false, List.of())))).isEqualTo(Outcome.CHALLENGE);
        PolicyEngine joined = engine(policy("p", "", "grantControls: { operator: OR, builtInControls: [domainJoinedDevice] }"));
        assertThat(outcome(joined, ann().device(new Device("d1", null, false, false, "serverad", Map.of(), Map.of())))).isEqualTo(Outcome.ALLOW);
        assertThat(outcome(joined, ann().device(new Device("d1", null, false, false, "\u017FerverAD", Map.of(), Map.of())))).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void attack_42_userIdOfAnotherTenant_isUnknown() throws Exception {
        assertInvalid(engine(policy("p", "", MFA)), user("9c1e0000-0000-4000-8000-00000000000a").build(), "user");
    }

    @Test
    void attack_43_guestOfUnknownKind_isAnExternalGuest() throws Exception {
        String guests = "{ includeGuestsOrExternalUsers: { guestOrExternalUserTypes: b2bCollaborationGuest, externalTenants: { membershipKind: all } } }";
        PolicyEngine engine = engine(policy("p", guests, "{ includeApplications: [All] }", "", BLOCK));
        assertThat(outcome(engine, user("guy_fabrikam.com#EXT#@contoso.com"))).isEqualTo(Outcome.BLOCK);
        assertInvalid(engine, ann().externalUserType("partner").build(), "externalUserType");
    }

    /** CA-GST-05: whoever is a member stays under the policies on members, which exclude guests. */
    @Test
    void attack_43_memberCalledAGuest_staysAMember() throws Exception {
        String members = "{ includeUsers: [All], excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: b2bCollaborationGuest, externalTenants: { membershipKind: all } } }";
        PolicyEngine engine = engine(policy("p", members, "{ includeApplications: [All] }", "", BLOCK));
        assertThat(outcome(engine, ann())).isEqualTo(Outcome.BLOCK);
        assertInvalid(engine, ann().externalUserType("b2bCollaborationGuest").build(), "externalUserType");
        PolicyEngine literal = engine(policy("p", "{ includeUsers: [All], excludeUsers: [GuestsOrExternalUsers] }", "{ includeApplications: [All] }", "", BLOCK));
        assertInvalid(literal, ann().externalUserType("otherExternalUser").build(), "externalUserType");                       // CA-GST-09
    }

    /** CA-DEV-10: one device signs in, whatever else is named. */
    @Test
    void attack_53_deviceBesideTheNameOfAnother_isInvalid() throws Exception {
        Directory directory = directory(PEOPLE + "devices: [{ deviceId: d2, displayName: LAPTOP, isCompliant: true, trustType: AzureAD }]\n");
        PolicyEngine engine = engine(directory, policy("p", "", "grantControls: { operator: OR, builtInControls: [compliantDevice] }"));
        assertThat(outcome(engine, ann().deviceName("d2"))).isEqualTo(Outcome.ALLOW);
        Device other = new Device("d1", null, false, false, "AzureAD", Map.of(), Map.of());
        assertInvalid(engine, ann().device(other).deviceName("d2").build(), "device");
        assertThat(engine.evaluate(ann().device(other).deviceName("d2").build()).reason().message()).contains("the name of one");
    }

    // ---- network

    @ParameterizedTest
    @ValueSource(strings = {"127.1", "2130706433", "010.0.0.1", "0x7f.1", "localhost", "", "[::1]", "fe80::1%eth0", "192.0.2.1:443", " 192.0.2.1", "\uFF11.1.1.1"})
    void attack_45_47_textThatIsNoAddress_isInvalid(String text) throws Exception {
        PolicyEngine engine = engine(HERE, policy("p", CONDITIONS.get("ipAddress"), BLOCK));
        assertInvalid(engine, ann().ipAddress(text).build(), "ipAddress");
        assertInvalid(engine, ann().session(SignIn.Session.INTERACTIVE.toBuilder().corporateIpAddress(text)
                .build()).build(), "session.corporateIpAddress");
    }

    @ParameterizedTest
    @CsvSource({"::ffff:192.0.2.7,ALLOW", "::192.0.2.7,BLOCK", "64:ff9b::192.0.2.7,BLOCK", "2002:c000:0207::1,BLOCK", "0.0.0.0,BLOCK", "::,BLOCK", "169.254.1.1,BLOCK", "100.64.0.1,BLOCK"})
    void attack_46_48_addressThatOnlyLooksTrusted_isNot(String address, Outcome expected) throws Exception {
        assertThat(outcome(engine(HERE, policy("p", CONDITIONS.get("ipAddress"), BLOCK)), ann().ipAddress(address))).isEqualTo(expected);
    }

    @Test
    void attack_49_missingAddress_isNoTrustedPlace() throws Exception {
        assertThat(outcome(engine(HERE, policy("p", CONDITIONS.get("ipAddress"), BLOCK)), ann().ipAddress(null).country(null))).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void attack_50_countryInAnyForm_isItselfOrInvalid() throws Exception {
        PolicyEngine engine = engine("---\nkind: countryNamedLocation\ndisplayName: North\ncountriesAndRegions: [NO]\n", policy("p", "locations: { includeLocations: [All], excludeLocations: [North] }\n", BLOCK));
        assertThat(outcome(engine, ann().country("no"))).isEqualTo(Outcome.ALLOW);
        assertThat(outcome(engine, ann().country("XX"))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine, ann().country(null))).isEqualTo(Outcome.BLOCK);
        assertInvalid(engine, ann().country("NOR").build(), "country");
        assertInvalid(engine, ann().country("\uFF2E\uFF2F").build(), "country");
        assertInvalid(engine, ann().country("\u0131n").build(), "country");
    }

    // ---- device, session, registration

    @Test
    void attack_52_unknownPlatform_isStillHeldToAPolicyForAllPlatforms() throws Exception {
        PolicyEngine engine = engine(policy("p", "platforms: { includePlatforms: [all], excludePlatforms: [windows, macOS, iOS, android] }\n", BLOCK));
        assertThat(outcome(engine, ann().devicePlatform(null))).isEqualTo(Outcome.BLOCK);
        assertInvalid(engine, ann().devicePlatform("haiku").build(), "devicePlatform");
    }

    @Test
    void attack_53_complianceClaimedByAGuestOrInPrivate_doesNotCount() throws Exception {
        PolicyEngine engine = engine(policy("p", "", "grantControls: { operator: OR, builtInControls: [compliantDevice] }"));
        Device compliant = new Device("d1", null, true, true, "AzureAD", Map.of(), Map.of());
        assertThat(outcome(engine, ann().device(compliant))).isEqualTo(Outcome.ALLOW);
        assertThat(outcome(engine, user("guy_fabrikam.com#EXT#@contoso.com").device(compliant))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine, ann().device(compliant).session(SignIn.Session.INTERACTIVE.toBuilder().isPrivateBrowsing(true)
                .build()))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine, ann().device(new Device(null, null, true, true, null, Map.of(), Map.of())))).isEqualTo(Outcome.BLOCK);
        assertInvalid(engine, ann().deviceName("laptop of another").build(), "device");
    }

    @ParameterizedTest
    @CsvSource({"-PT5M,ALLOW", "PT0S,ALLOW", "PT4M,ALLOW", "PT6M,CHALLENGE", "P365D,CHALLENGE"})
    void attack_54_mfaInTheFuture_countsWithinTheSkewOfClocksOnly(Duration ahead, Outcome expected) throws Exception {
        SignIn.Authentication claimed = SignIn.Authentication.builder().credential("password")
                .methods(List.of("password", "microsoftAuthenticatorPush")).mfaDateTime(NOW.plus(ahead)).homeTenantMfa(false).build();
        assertThat(outcome(engine(policy("p", "", MFA)), ann().authentication(claimed))).isEqualTo(expected);
    }

    @Test
    void attack_54_signInTimeInTheFuture_doesNotStretchTheFrequency() throws Exception {
        PolicyEngine engine = engine(policy("p", "", "sessionControls: { signInFrequency: { isEnabled: true, type: hours, value: 1, frequencyInterval: timeBased } }"));
        SignIn.Authentication future = SignIn.Authentication.builder().credential("password").methods(List.of("password"))
                .signInDateTime(NOW.plus(Duration.ofDays(30))).homeTenantMfa(false).build();
        assertThat(outcome(engine, ann().authentication(future))).isEqualTo(Outcome.CHALLENGE);
    }

    @Test
    void attack_55_56_firstRegistrationFromAnUntrustedPlace_staysBlocked() throws Exception {
        String guard = policy("guard", "{ includeUsers: [All] }", "{ includeUserActions: [\"urn:user:registersecurityinfo\"] }", CONDITIONS.get("ipAddress"), BLOCK);
        PolicyEngine engine = engine(HERE, guard, policy("mfa", "", MFA));
        Registration outside = new Registration(user("bob@contoso.com").ipAddress("203.0.113.9").authentication(mfaJustNow()).build(), "microsoftAuthenticatorPush", null);
        assertThat(engine.evaluate(outside).outcome()).isEqualTo(Outcome.BLOCK);
        Decision signIn = engine.evaluate(user("bob@contoso.com").ipAddress("203.0.113.9").build());
        assertThat(signIn.outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(engine.evaluate(user("bob@contoso.com").build()).outcome()).isEqualTo(Outcome.PROMPT_REGISTER);
    }

    @Test
    void attack_57_methodRemovedAndSessionsRevoked_theClaimIsVoid() throws Exception {
        PolicyEngine engine = engine(policy("p", "", MFA));
        UserState ann = engine.directory().user("ann@contoso.com");
        UserState revoked = dev.sallyport.model.Lifecycle.revokeSessions(ann, NOW.plusSeconds(1));
        SignIn claims = ann().authentication(mfaJustNow()).build();
        assertThat(engine.evaluate(claims, ann).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(engine.evaluate(claims, revoked).outcome()).isNotEqualTo(Outcome.ALLOW);
    }

    @Test
    void attack_58_challengeThatCanNeverBeMet_isABlock() throws Exception {
        PolicyEngine strength = engine(policy("p", "", "grantControls: { operator: OR, authenticationStrength: { displayName: Phishing-resistant MFA } }"));
        assertThat(outcome(strength, ann())).isEqualTo(Outcome.CHALLENGE);
        SignIn.Builder silent = ann().session(SignIn.Session.INTERACTIVE).clientAppType("other");
        assertThat(outcome(engine(policy("p", "", MFA)), silent)).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(policy("p", "", "grantControls: { operator: AND, builtInControls: [mfa, compliantDevice] }")), ann())).isEqualTo(Outcome.BLOCK);
    }
}
