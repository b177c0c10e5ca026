package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class TestCommandTest {

    private static final String POLICIES = """
            kind: conditionalAccessPolicy
            id: block-legacy
            displayName: Block <legacy> & "other" clients
            state: enabled
            conditions:
              users: { includeUsers: [All], excludeGroups: [Break glass] }
              applications: { includeApplications: [All] }
              clientAppTypes: [exchangeActiveSync, other]
            grantControls: { operator: OR, builtInControls: [block] }
            ---
            kind: conditionalAccessPolicy
            id: mfa
            displayName: MFA or a device
            state: enabled
            conditions:
              users: { includeGroups: [Finance] }
              applications: { includeApplications: [All] }
              clientAppTypes: [all]
            grantControls: { operator: OR, builtInControls: [mfa, compliantDevice] }
            """;

    private static final String DIRECTORY = """
            kind: directory
            groups:
              - { id: 7c0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d01, displayName: Finance, members: [ann@contoso.com] }
              - { id: 7c0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d09, displayName: Break glass, members: [glass@contoso.com] }
            users:
              - { id: 1b0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d02, userPrincipalName: ann@contoso.com, authenticationMethods: [ { method: sms } ] }
              - { id: 1b0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d03, userPrincipalName: bob@contoso.com }
              - { id: 1b0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d04, userPrincipalName: glass@contoso.com }
            """;

    private static final String HEAD = """
            kind: policyTests
            policies: [policies.yaml]
            directory: [directory.yaml]
            clock: 2026-11-22T09:00:00Z
            defaults: { clientAppType: browser, user: ann@contoso.com }
            tests:
            """;

    @TempDir
    private Path folder;
    private String out;
    private String err;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("policies.yaml"), POLICIES);
        Files.writeString(folder.resolve("directory.yaml"), DIRECTORY);
    }

    private int run(boolean colours, String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int code = Sallyport.run(new Terminal(new PrintWriter(outText), new PrintWriter(errText), 120, false, colours), true, arguments);
        out = outText.toString();
        err = errText.toString().replace(folder + "/", "");
        return code;
    }

    private String suite(String tests) throws IOException {
        return file("suite.yaml", HEAD + tests);
    }

    private String file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    /** Runs a suite of these tests. */
    private int test(String tests, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("test", suite(tests)));
        arguments.addAll(List.of(options));
        return run(false, arguments.toArray(String[]::new));
    }

    private List<Node.Mapping> json() {
        List<Node.Mapping> lines = new ArrayList<>();
        for (String line : out.lines().toList()) {
            lines.add((Node.Mapping) Sources.parse("line", line, new Diagnostics()).get(0).root());
        }
        return lines;
    }

    private static String text(Node.Mapping line, String key) {
        return ((Node.Scalar) line.get(key)).text();
    }

    // ---- what passes and what fails

    @Test
    void samples_pass_exerciseEverything_andNoticeEveryChange() {
        assertThat(run(false, "test", "samples/tests", "--coverage", "--min-coverage", "100", "--mutants")).as(out).isZero();
        assertThat(out).contains("coverage: 100.0 %").contains("mutants: 63 of 63 changes noticed").doesNotContain("no test");
        assertThat(err).isEmpty();
    }

    @Test
    void suiteOfWrongExpectations_failsCaseByCase() throws IOException {
        String[] wrong = {"outcome: allow", "reason: satisfied", "reason: { policies: [] }", "reason: { message: no }", "errorCode: 0", "requiredControls: []",
            "requiredControls: [mfa, passwordChange]", "registration: { required: true }", "sessionControls: { persistentBrowser: never }",
            "sessionControls: { applicationEnforcedRestrictions: true }", "sessionControls: { signInFrequency: { value: 4 } }",
            "requirements: []", "requirements: [{ provider: user }]", "policies: { mfa: success }", "policies: { mfa: { applies: false } }",
            "policies: { mfa: { conditionsSatisfied: [users] } }", "policies: { mfa: { excludeRulesSatisfied: [{ condition: users }] } }",
            "policies: { mfa: { includeRulesSatisfied: [] } }", "policies: { mfa: { enforcedGrantControls: [Block] } }", "conditionalAccessStatus: success",
            "stateChange: { perUserMfaState: { to: enforced } }", "diagnostics: [none]", "policySetVersion: none", "evaluatedDateTime: 2026-11-22T09:00:01Z",
            "user: bob@contoso.com", "request: other"};
        StringBuilder tests = new StringBuilder();
        for (String each : wrong) {
            tests.append("  - { name: '").append(each).append("', request: {}, expect: { ").append(each).append(" } }\n");
        }
        assertThat(test(tests.toString(), "--format", "json")).isEqualTo(1);
        assertThat(json()).extracting(line -> text(line, "name") + " " + text(line, "status"))
                .containsExactly(java.util.Arrays.stream(wrong).map(each -> each + " failed").toArray(String[]::new));
    }

    @Test
    void rightExpectations_ofEveryKind_pass() throws IOException {
        assertThat(test("""
              - name: everything
                request: {}
                expect:
                  outcome: challenge
                  reason: { code: mfaRequired, policies: [mfa] }
                  errorCode: 50074
                  requiredControls: [mfa]
                  registration: null
                  sessionControls: {}
                  stateChange: null
                  requirements: [{ control: mfa, status: pending }]
                  conditionalAccessStatus: failure
                  diagnostics: []
                  evaluatedDateTime: 2026-11-22T10:00:00+01:00
                  policies:
                    mfa: { result: failure, applies: true, conditionsSatisfied: [users, application], includeRulesSatisfied: [{ condition: users, rule: groupId }] }
                    block-legacy: { analysisReasons: clientApps, conditionsNotSatisfied: [clientType], excludeRulesSatisfied: [] }
            """)).as(out + err).isZero();
        assertThat(out).startsWith("1 test: 1 passed in ");
    }

    @Test
    void failure_showsExpectedBesideActual_theTrace_andThePlaces() throws IOException {
        assertThat(test("  - { name: Ann gets in, request: { application: Office 365 Exchange Online }, expect: { outcome: allow, policies: { mfa: success } } }\n")).isEqualTo(1);
        assertThat(out.replace(folder + "/", "")).startsWith("""
                FAILED  Ann gets in
                  suite.yaml:7:5
                  FIELD         EXPECTED  ACTUAL     LINE
                  ────────────  ────────  ─────────  ─────
                  outcome       allow     challenge  7:99
                  policies.mfa  success   failure    7:123

                  challenge  mfaRequired: multifactor authentication is required
                    mfa  failure
                      name         MFA or a device
                      application  all
                      users        group Finance
                """);
        assertThat(out).contains("1 test: 1 failed in ");
    }

    @Test
    void failingMatrix_isTracedOnce_andNamesEachCell() throws IOException {
        assertThat(test("  - { name: all, matrix: { user: [ann@contoso.com, bob@contoso.com], clientAppType: [browser, other] }, request: {}, expect: { outcome: block } }\n")).isEqualTo(1);
        assertThat(out).contains("FAILED  all [user: ann@contoso.com, clientAppType: browser]").contains("FAILED  all [user: bob@contoso.com, clientAppType: browser]")
                .contains("4 tests: 2 passed, 2 failed");
        assertThat(out.split("mfaRequired: ", -1)).hasSize(2);
    }

    @Test
    void failingMatrix_ofManyCells_isShownForTheFirst_andNamesTheOthers() throws IOException {
        String countries = String.join(", ", IntStream.range(0, 40).mapToObj(i -> "" + (char) ('A' + i / 26) + (char) ('A' + i % 26)).toList());
        assertThat(test("  - { name: all, matrix: { country: [" + countries + "] }, request: {}, expect: { outcome: allow } }\n")).isEqualTo(1);
        assertThat(out.split("EXPECTED", -1)).hasSize(4);
        assertThat(out).contains("FAILED  all, in 37 more cells\n  country: AD\n").contains("  country: AW\n  … `--format json` lists all of them\n").doesNotContain("AX")
                .contains("40 tests: 40 failed");
    }

    @Test
    void timeline_thatFails_saysAtWhichStep() throws IOException {
        assertThat(test("""
              - name: life
                timeline:
                  - { at: 2026-11-01T09:00:00Z, users: { enforce: [bob@contoso.com, ann@contoso.com], register: { user: bob@contoso.com, method: sms } } }
                  - { at: 2026-11-02T09:00:00Z, request: { user: bob@contoso.com }, expect: { outcome: challenge } }
                  - { at: 2026-11-03T09:00:00Z, request: { user: BOB@contoso.com }, expect: { outcome: allow } }
            """)).isEqualTo(1);
        assertThat(out.replace(folder + "/", "")).contains("  at 2026-11-03T09:00:00Z, suite.yaml:11:46\n").doesNotContain("2026-11-02T09");
    }

    @Test
    void skippedTest_isNotRun_andSaysWhy() throws IOException {
        assertThat(test("  - { name: later, skip: needs the new group, request: { user: nobody@contoso.com }, expect: { outcome: allow } }\n"
                + "  - { name: now, request: { user: bob@contoso.com }, expect: { user: bob@contoso.com } }\n")).isZero();
        assertThat(out).contains("skipped\n  later  needs the new group\n").contains("2 tests: 1 passed, 1 skipped");
    }

    @Test
    void results_keepTheOrderOfTheFile_whateverRunsFirst() throws IOException {
        String tests = "  - { name: m, matrix: { ipAddress: [" + String.join(", ", java.util.stream.IntStream.range(1, 250).mapToObj(i -> "192.0.2." + i).toList())
                + "] }, request: {}, expect: { outcome: challenge } }\n";
        assertThat(test(tests, "--format", "json")).isZero();
        List<String> cells = json().stream().map(line -> text(line, "cell")).toList();
        assertThat(cells).hasSize(249).startsWith("ipAddress: 192.0.2.1", "ipAddress: 192.0.2.2").endsWith("ipAddress: 192.0.2.249");
    }

    // ---- given

    @Test
    void given_changesTheWorldForItsTestOnly() throws IOException {
        assertThat(test("""
              - { name: 'none', given: { policies: [] }, request: {}, expect: { outcome: allow, reason: noPolicyApplies } }
              - { name: 'one', given: { policies: [block-legacy] }, request: {}, expect: { outcome: allow } }
              - { name: 'defaults', given: { policies: [], securityDefaults: { isEnabled: true } }, request: {}, expect: { outcome: challenge } }
              - { name: 'user', given: { policies: [], users: { ann@contoso.com: { perUserMfaState: enforced } } }, request: {}, expect: { outcome: challenge } }
              - { name: 'group', given: { users: { bob@contoso.com: { memberOf: [Finance] } } }, request: { user: bob@contoso.com }, expect: { policies: { mfa: failure } } }
              - { name: 'settings', given: { mfaSettings: { allowAppPasswords: true } }, request: { kind: registration, method: appPassword }, expect: { reason: appPasswordNeedsEnforcedMfa } }
              - { name: 'strict', given: { evaluationSettings: { unknownSignals: strict } }, request: { user: bob@contoso.com, clientAppType: null, authentication: { credential: password, firstFactor: passed } }, expect: { outcome: block } }
              - { name: 'plain', request: {}, expect: { outcome: challenge } }
              - { name: 'app password', request: { kind: registration, method: appPassword }, expect: { reason: appPasswordsNotAllowed } }
            """)).as(out + err).isZero();
    }

    @Test
    void givenPoliciesThatAreNull_areAllThatTheSuiteNames() throws IOException {
        assertThat(test("""
              - { name: none, given: { policies: [] }, request: {}, expect: { reason: noPolicyApplies } }
              - { name: all, given: { policies: null }, request: {}, expect: { outcome: challenge } }
            """)).as(out + err).isZero();
    }

    @Test
    void requestWhoseTimeIsNull_happensAtTheTimeOfTheSuite() throws IOException {
        assertThat(test("""
              - { name: plain, request: { createdDateTime: null }, expect: { evaluatedDateTime: 2026-11-22T09:00:00Z } }
              - { name: given, given: { policies: [] }, request: { createdDateTime: null }, expect: { evaluatedDateTime: 2026-11-22T09:00:00Z } }
            """)).as(out + err).isZero();
    }

    @Test
    void givenSettings_replaceSingleFields() throws IOException {
        Files.writeString(folder.resolve("policies.yaml"), "---\nkind: mfaSettings\nallowAppPasswords: true\nmaxAppPasswords: 7\n", java.nio.file.StandardOpenOption.APPEND);
        assertThat(test("  - { name: kept, given: { mfaSettings: { rememberMfaDays: 3 } }, request: { kind: registration, method: appPassword }, expect: { reason: appPasswordNeedsEnforcedMfa } }\n"))
                .as(out + err).isZero();
    }

    @Test
    void givenUser_ofAGraphExport_keepsWhatTheExportSays() throws IOException {
        file("directory.json", """
                { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": [ { "id": "1b0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d02",
                  "userPrincipalName": "ann@contoso.com", "userType": "Member", "accountEnabled": false, "mailNickname": "ann" } ] }
                """);
        String suite = file("suite.yaml", """
                kind: policyTests
                resources: [ { kind: securityDefaults, isEnabled: false } ]
                directory: [directory.json]
                tests:
                  - { name: off, given: { users: { ann@contoso.com: { perUserMfaState: enforced } } }, request: { user: ann@contoso.com, clientAppType: browser }, expect: { reason: accountDisabled } }
                  - { name: typo, given: { users: { ann@contoso.com: { perUserMfaSate: enforced } } }, request: { user: ann@contoso.com }, expect: { reason: accountDisabled } }
                """);
        assertThat(run(false, "test", suite)).isEqualTo(2);
        assertThat(err).startsWith("suite.yaml:6:56: error SP1102: unknown key `perUserMfaSate` in a user\n    help: did you mean `perUserMfaState`?\n1 error\n");
        assertThat(out).contains("1 test: 1 passed");
    }

    @Test
    void inlineResources_standBesideTheFiles() throws IOException {
        String suite = file("suite.yaml", HEAD.replace("tests:\n", """
                resources:
                  - kind: conditionalAccessPolicy
                    id: own
                    displayName: Own
                    state: enabled
                    conditions: { users: { includeUsers: [eve@contoso.com] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
                    grantControls: { operator: OR, builtInControls: [block] }
                  - { kind: user, id: 1b0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d05, userPrincipalName: eve@contoso.com }
                tests:
                """) + "  - { name: eve, request: { user: eve@contoso.com }, expect: { outcome: block, policies: { own: failure } } }\n");
        assertThat(run(false, "test", suite)).as(out + err).isZero();
    }

    @Test
    void policiesAndDirectory_ofTheCommandLine_takeTheirPlace() throws IOException {
        file("other.yaml", POLICIES.replace("[mfa, compliantDevice]", "[block]"));
        String suite = file("deep/suite.yaml", HEAD.replace("policies.yaml", "missing.yaml") + "  - { name: a, request: {}, expect: { outcome: block } }\n");
        assertThat(run(false, "test", suite, "-p", folder + "/other.yaml", "-d", folder + "/directory.yaml")).as(err).isZero();
        assertThat(run(false, "test", suite)).isEqualTo(2);
        assertThat(err).contains("deep/suite.yaml:2:12: error SP1001: no such file or folder: `deep/missing.yaml`");
    }

    // ---- what is wrong with a suite

    /** The mark ~ stands where the error points. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "- { name: a, request: {}, expect: { ~outcom: block } } | SP1102 | did you mean 'outcome'?",
        "- { name: a, request: {}, expect: { outcome: ~blocked } } | SP1104 | did you mean 'block'?",
        "- { name: a, request: {}, expect: { reason: ~mfaRequierd } } | SP1104 | did you mean 'mfaRequired'?",
        "- { name: a, request: {}, expect: { reason: { ~cod: mfaRequired } } } | SP1102 | did you mean 'code'?",
        "- { name: a, request: {}, expect: ~{} } | SP1603 | name a field",
        "- { name: a, request: {}, expect: { policies: ~{} } } | SP1603 | name a policy",
        "- { name: a, request: {}, expect: { policies: { ~mfaa: success } } } | SP1202 | did you mean 'mfa'?",
        "- { name: a, given: { policies: [mfa] }, request: {}, expect: { policies: { ~block-legacy: failure } } } | SP1202 | given.policies",
        "- { name: a, request: {}, expect: { policies: { mfa: ~sucess } } } | SP1104 | did you mean 'success'?",
        "- { name: a, request: {}, expect: { policies: { mfa: { ~results: success } } } } | SP1102 | did you mean 'result'?",
        "- { name: a, request: {}, expect: { policies: { mfa: { conditionsSatisfied: [~user] } } } } | SP1104 | did you mean 'users'?",
        "- { name: a, request: {}, expect: { requiredControls: ~mfa } } | SP1103 | must be a list",
        "- { name: a, request: {}, expect: { requiredControls: [~mfaa] } } | SP1104 | did you mean 'mfa'?",
        "- { name: a, request: {}, expect: { errorCode: ~none } } | SP1103 | a whole number",
        "- { name: a, request: {}, expect: { evaluatedDateTime: ~2026-11-22 } } | SP1107 | write a time such as",
        "- { name: a, request: {}, expect: { policies: { mfa: { applies: ~yes } } } } | SP1103 | true or false",
        "- { name: a, request: {}, expect: { stateChange: { ~to: enforced } } } | SP1102 | perUserMfaState",
        "- ~{ name: a, request: {} } | SP1105 | expect",
        "- ~{ name: a, expect: { outcome: block } } | SP1105 | request",
        "- ~{ request: {}, expect: { outcome: block } } | SP1105 | add 'name:'",
        "- { name: a, ~requset: {}, request: {}, expect: { outcome: block } } | SP1102 | did you mean 'request'?",
        "- { name: a, skip: ~'', request: {}, expect: { outcome: block } } | SP1105 | write why",
        "- { name: a, request: { ~usr: x }, expect: { outcome: block } } | SP1102 | did you mean 'user'?",
        "- { name: a, request: { user: ~an@contoso.com }, expect: { outcome: block } } | SP1401 | did you mean 'ann@contoso.com'",
        "- { name: a, request: { clientAppType: ~browsr }, expect: { outcome: block } } | SP1401 | browser",
        "- { name: a, matrix: ~{}, request: {}, expect: { outcome: block } } | SP1606 | name a field",
        "- { name: a, matrix: { user: ~[] }, request: {}, expect: { outcome: block } } | SP1606 | list",
        "- { name: a, matrix: { ~usr: [x, y] }, request: {}, expect: { outcome: block } } | SP1102 | did you mean 'user'?",
        "- { name: a, matrix: { user: [ann@contoso.com, ~bo@contoso.com] }, request: {}, expect: { outcome: challenge } } | SP1401 | bob@contoso.com",
        "- { name: a, matrix: { ~user: [ann@contoso.com] }, request: { user: bob@contoso.com }, expect: { outcome: block } } | SP1606 | keep one",
        "- { name: a, given: { policies: [~mfaa] }, request: {}, expect: { outcome: block } } | SP1202 | did you mean 'mfa'?",
        "- { name: a, given: { users: { an@contoso.com: ~{ roles: [] } } }, request: {}, expect: { outcome: block } } | SP1202 | did you mean 'ann@contoso.com'?",
        "- { name: a, given: { users: { an@contoso.com: ~null } }, request: {}, expect: { outcome: block } } | SP1202 | did you mean 'ann@contoso.com'?",
        "- { name: a, request: { gps: ~NL }, expect: { outcome: block } } | SP1103 | an object",
        "- { name: a, given: { users: { ann@contoso.com: { memberOf: [~Finanze] } } }, request: {}, expect: { outcome: block } } | SP1202 | did you mean 'Finance'?",
        "- { name: a, given: { ~mfaSetings: {} }, request: {}, expect: { outcome: block } } | SP1102 | did you mean 'mfaSettings'?",
        "- { name: a, given: { mfaSettings: { rememberMfaDays: ~900 } }, request: {}, expect: { outcome: block } } | SP1106 | 365",
        "- { name: a, given: { organization: { ~inboundTrst: {} } }, request: {}, expect: { outcome: block } } | SP1102 | did you mean 'inboundTrust'?",
        "- { name: a, timeline: ~[] } | SP1604 | add a step",
        "- { name: a, timeline: [{ at: 2026-11-01T09:00:00Z, users: { ~enabel: ann@contoso.com } }] } | SP1102 | did you mean 'enable'?",
        "- { name: a, timeline: [{ at: 2026-11-01T09:00:00Z, users: { enable: ~an@contoso.com } }] } | SP1202 | did you mean 'ann@contoso.com'?",
        "- { name: a, timeline: [{ at: 2026-11-01T09:00:00Z, users: { register: { user: ann@contoso.com, method: ~smss } } }] } | SP1104 | did you mean 'sms'?",
        "- { name: a, timeline: [~{ request: {}, expect: { outcome: allow } }] } | SP1105 | add `at:`",
        "- { name: a, timeline: [{ at: 2026-11-01T09:00:00Z, request: {}, expect: { outcome: challenge } }, { at: ~2026-10-01T09:00:00Z, request: {}, expect: { outcome: challenge } }] } | SP1604 | sort the steps",
        "- { name: a, timeline: [~{ at: 2026-11-01T09:00:00Z, request: {} }] } | SP1105 | expect",
        "- ~{ name: a, timeline: [], request: {} } | SP1604 | timeline"})
    void mistakes_areErrorsWithTheirPlaceAndWhatToDo(String test, String code, String help) throws IOException {
        assertThat(test("  " + test.replace("~", "") + "\n")).as(out).isEqualTo(2);
        assertThat(err).startsWith("suite.yaml:7:" + (test.indexOf('~') + 3) + ": error " + code + ": ").contains(help.replace('\'', '`'));
        assertThat(err).contains("1 error\n");
    }

    @Test
    void path_thatNoFileCanHave_isAnErrorWhereItStands() throws IOException {
        String suite = file("nul.yaml", "kind: policyTests\npolicies: [\"a\\0b\"]\ntests: [{ name: x, request: { user: a@b.c }, expect: { outcome: block } }]\n");
        assertThat(run(false, "test", suite)).isEqualTo(2);
        assertThat(err).contains("nul.yaml:2:12: error SP1001: invalid file name");
    }

    @Test
    void malformedTest_doesNotHideTheOthers() throws IOException {
        assertThat(test("""
              - { name: broken, request: {}, expect: { outcme: block } }
              - { name: wrong, request: {}, expect: { outcome: allow } }
              - { name: right, request: {}, expect: { outcome: challenge } }
            """)).isEqualTo(2);
        assertThat(out).contains("2 tests: 1 passed, 1 failed");
    }

    @Test
    void requestThatMakesNoSense_canBeExpected() throws IOException {
        assertThat(test("  - { name: a, request: { user: nobody@contoso.com }, expect: { outcome: block, reason: invalidRequest } }\n")).isZero();
    }

    /** A few lines that ask for what no machine holds. */
    @Test
    void matrixOfMoreCellsThanAnybodyReads_isRefused() throws IOException {
        String values = "[" + "NL, ".repeat(46) + "NL]";
        assertThat(test("  - { name: a, matrix: { country: " + values + ", ipAddress: " + values.replace("NL", "192.0.2.1") + ", user: " + values.replace("NL", "ann@contoso.com")
                + " }, request: {}, expect: { outcome: block } }\n")).isEqualTo(2);
        assertThat(err).contains("error SP1606: the matrix has more than 100000 cells\n");
    }

    @Test
    void twoTestsOfOneName_areWorthAWarning() throws IOException {
        assertThat(test("  - &a { name: a, request: {}, expect: { outcome: challenge } }\n  - { name: a, request: {}, expect: { outcome: challenge } }\n")).isZero();
        assertThat(err).startsWith("suite.yaml:8:13: warning SP1605: duplicate test name `a`\n    help: the first one is at ");
    }

    @Test
    void suiteThatNamesNoPolicies_isAnError() throws IOException {
        String suite = file("suite.yaml", "kind: policyTests\ntests: [{ name: a, request: {}, expect: { outcome: allow } }]\n");
        assertThat(run(false, "test", suite)).isEqualTo(2);
        assertThat(err).startsWith("suite.yaml:1:1: error SP1602: the suite has no policies\n");
    }

    @Test
    void policiesThatDoNotLoad_keepTheirTestsFromRunning_andNotThoseOfOthers() throws IOException {
        String good = suite("  - { name: a, request: {}, expect: { outcome: challenge } }\n");
        file("broken.yaml", POLICIES.replace("Finance", "Finanze"));
        String bad = file("bad.yaml", HEAD.replace("policies.yaml", "broken.yaml") + "  - { name: b, request: {}, expect: { outcome: challenge } }\n");
        assertThat(run(false, "test", bad, good)).isEqualTo(2);
        assertThat(err).contains("broken.yaml:16:28: error SP1202: unknown group `Finanze`\n    help: did you mean `Finance`?");
        assertThat(out).contains("1 test: 1 passed");
    }

    // ---- files and folders

    @Test
    void folder_runsItsSuites_andPassesOverOtherKinds() throws IOException {
        suite("  - { name: a, request: {}, expect: { outcome: challenge } }\n");
        file("deep/er/suite.yml", HEAD.replace("[", "[../../") + "  - { name: b, request: {}, expect: { outcome: challenge } }\n");
        file("request.yaml", "{ kind: signIn, user: ann@contoso.com }\n---\nuser: bob@contoso.com\n");
        assertThat(run(false, "test", folder.toString())).as(err).isZero();
        assertThat(out).contains("2 tests: 2 passed");
        assertThat(err).isEmpty();
    }

    @Test
    void fileOfAnotherKind_orAMisspeltKind_isAnError() throws IOException {
        assertThat(run(false, "test", folder + "/policies.yaml")).isEqualTo(2);
        assertThat(err).startsWith("policies.yaml:1:1: error SP1601: not a test suite\n    help: write `kind: policyTests`\n");
        file("suite.yaml", HEAD.replace("policyTests", "policyTest"));
        assertThat(run(false, "test", folder.toString())).isEqualTo(2);
        assertThat(err).startsWith("suite.yaml:1:7: error SP1101: unknown kind of document `policyTest`\n    help: did you mean `policyTests`?\n");
        file("suite.yaml", HEAD.replace("kind: policyTests\n", ""));
        assertThat(run(false, "test", folder.toString())).isEqualTo(2);
        assertThat(err).contains("SP1601");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "# to be written\n", "---\n", "---\n# one\n---\n"})
    void fileWithoutSuite_besideGoodOnes_isAnErrorThatSaysWhatToDo(String text) throws IOException {
        suite("  - { name: a, request: {}, expect: { outcome: challenge } }\n");
        file("later.yaml", text);
        assertThat(run(false, "test", folder.toString())).isEqualTo(2);
        assertThat(err).startsWith("later.yaml:1:1: error SP1601: the file contains no test suite: it is empty or contains only comments\n"
                + "    help: write one with `kind: policyTests`, or remove the file\n1 error\n");
        assertThat(out).contains("1 test: 1 passed");
    }

    @Test
    void folderWithoutSuites_isNotPassed() throws IOException {
        Files.createDirectory(folder.resolve("empty"));
        assertThat(run(false, "test", folder + "/empty")).isEqualTo(2);
        assertThat(err).startsWith("error: no tests in empty\n");
    }

    @Test
    void standardInput_isASuite() throws Exception {
        java.io.InputStream before = System.in;
        try {
            String suite = HEAD.replace("[", "[" + folder + "/") + "  - { name: a, request: {}, expect: { outcome: challenge } }\n";
            System.setIn(new ByteArrayInputStream(suite.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            assertThat(run(false, "test", "-")).as(err).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(run(false, "test", "-", "-p", "-")).isEqualTo(2);
    }

    // ---- options

    @ParameterizedTest
    @CsvSource({"mail,2", "MAIL,2", "*mail,1", "mail*,1", "read?mail,1", "[user: bob@contoso.com],1", "*,4"})
    void filter_takesTextOrAPattern(String filter, int count) throws IOException {
        assertThat(test("""
              - { name: read mail, request: {}, expect: { outcome: challenge } }
              - { name: mail elsewhere, request: {}, expect: { outcome: challenge } }
              - { name: m, matrix: { user: [ann@contoso.com, bob@contoso.com] }, request: {}, expect: { diagnostics: [] } }
            """, "--filter", filter)).isZero();
        assertThat(out).startsWith(Terminal.count(count, "test") + ": ");
    }

    @Test
    void filterThatMatchesNothing_isNotPassed() throws IOException {
        assertThat(test("  - { name: a test, request: {}, expect: { outcome: challenge } }\n", "--filter", "b")).isEqualTo(2);
        assertThat(err).isEqualTo("error: no test matches `b`\n    help: there are 1, such as `a test`\n");
    }

    @Test
    void junit_isXmlAsCiServersReadIt() throws Exception {
        Path file = folder.resolve("out/junit.xml");
        assertThat(test("""
              - { name: "<right> & \\"good\\" \\u0007", request: {}, expect: { outcome: challenge } }
              - { name: wrong, request: {}, expect: { outcome: allow, errorCode: 0 } }
              - { name: later, skip: "not <yet>", request: {}, expect: { outcome: allow } }
              - { name: bad, request: { user: nobody }, expect: { outcome: allow } }
            """, "--junit", file.toString())).isEqualTo(2);
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(Files.readString(file))));
        Element root = document.getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("testsuites");
        Element suite = (Element) root.getElementsByTagName("testsuite").item(0);
        for (Element counts : List.of(root, suite)) {
            assertThat(List.of(counts.getAttribute("tests"), counts.getAttribute("failures"), counts.getAttribute("errors"), counts.getAttribute("skipped")))
                    .containsExactly("4", "1", "1", "1");
            assertThat(counts.getAttribute("time")).matches("[0-9]+\\.[0-9]+");
        }
        Element right = (Element) suite.getElementsByTagName("testcase").item(0);
        assertThat(right.getAttribute("name")).isEqualTo("<right> & \"good\" \ufffd");
        assertThat(right.getAttribute("line")).isEqualTo("7");
        Element failure = (Element) suite.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("outcome: expected allow, was challenge and 1 more");
        assertThat(failure.getTextContent()).contains("suite.yaml:8:").contains("mfaRequired");
        assertThat(((Element) suite.getElementsByTagName("skipped").item(0)).getAttribute("message")).isEqualTo("not <yet>");
        assertThat(((Element) suite.getElementsByTagName("error").item(0)).getAttribute("type")).isEqualTo("SP1401");
    }

    @Test
    void progress_isShownOnATerminalOnly_andTakenAway() throws IOException {
        String suite = suite("  - { name: a, request: {}, expect: { outcome: challenge } }\n");
        assertThat(run(true, "test", suite)).isZero();
        assertThat(err).contains("\r\033[K1 of 1 tests").endsWith("\r\033[K");
        assertThat(run(false, "test", suite)).isZero();
        assertThat(err).isEmpty();
    }

    @Test
    void slowest_areListed() throws IOException {
        assertThat(test("  - { name: a, request: {}, expect: { outcome: challenge } }\n  - { name: b, request: {}, expect: { outcome: challenge } }\n", "--slowest", "1")).isZero();
        assertThat(out).containsPattern(Pattern.compile("slowest\n  [0-9.]+ ms  [ab]\n\n2 tests"));
    }

    // ---- coverage

    private static final String SOME = """
              - { name: Ann <does> MFA, request: {}, expect: { outcome: challenge } }
              - { name: Bob, request: { user: bob@contoso.com }, expect: { outcome: allow } }
            """;

    @Test
    void coverage_listsWhatNoTestExercises() throws IOException {
        assertThat(test(SOME, "--coverage")).isZero();
        assertThat(out.replace(folder + "/", "")).startsWith("""
                no test exercises
                  block-legacy  applies                         policies.yaml:1:1
                  block-legacy  users: excluded by Break glass  policies.yaml:6:49

                """);
        assertThat(out).endsWith("coverage: 60.0 % (3 of 5), 2 policies\n");
    }

    /** A test for each class is written; with all of them, no class is left. */
    @Test
    void coverage_listsClassesWithoutATest_untilTheWrittenTestsAreAdded() throws IOException {
        Path written = folder.resolve("written");
        assertThat(test(SOME, "--coverage", "--witnesses", written.toString())).isZero();
        assertThat(out).contains("1  Without a test: ", "for example", "confirmed by the evaluator").containsPattern("classes of requests: [1-9]\\d* of \\d+ are tested");
        try (Stream<Path> files = Files.list(written)) {
            List<String> arguments = new ArrayList<>(List.of("test", folder.resolve("suite.yaml").toString(), "--coverage"));
            files.map(Path::toString).forEach(arguments::add);
            assertThat(arguments).hasSizeGreaterThan(4);
            assertThat(run(false, arguments.toArray(String[]::new))).as(out).isZero();
        }
        assertThat(out).containsPattern("classes of requests: (\\d+) of \\1 are tested").doesNotContain("Without a test");
        assertThat(test(SOME, "--coverage", "--format", "json")).isZero();
        Node.Mapping classes = (Node.Mapping) ((Node.Mapping) json().get(2).get("coverage")).get("classes");
        Node.Mapping first = (Node.Mapping) ((Node.Sequence) classes.get("missed")).items().get(0);
        assertThat(text(first, "test")).startsWith("kind: policyTests").contains("outcome: ");
        assertThat(text(first, "kind")).isNotEmpty();
    }

    @Test
    void coveragePage_showsATestForEachClass() throws IOException {
        Path page = folder.resolve("coverage.html");
        assertThat(test(SOME, "--coverage-html", page.toString())).isZero();
        assertThat(Files.readString(page)).contains("Classes of requests", "<pre tabindex=\"0\">kind: policyTests", "outcome: allow");
    }

    /** What happens to another user than that of the directory enters no class. */
    @Test
    void testThatChangesItsUser_entersNoClass() throws IOException {
        test("  - { name: a, request: {}, expect: { outcome: challenge } }\n", "--coverage");
        String alone = out.lines().filter(line -> line.startsWith("classes of requests")).findFirst().orElseThrow();
        test("  - { name: a, request: {}, expect: { outcome: challenge } }\n  - { name: b, given: { users: { bob@contoso.com: { perUserMfaState: enforced } } },"
                + " request: { user: bob@contoso.com }, expect: { outcome: prompt-register } }\n", "--coverage");
        assertThat(out).contains(alone);
    }

    @Test
    void exclusion_countsOnlyForWhomThePolicyIncludes() throws IOException {
        Files.writeString(folder.resolve("policies.yaml"), POLICIES.replace("includeUsers: [All]", "includeGroups: [Finance]"));
        assertThat(test("  - { name: g, request: { user: glass@contoso.com, clientAppType: other }, expect: { outcome: allow } }\n", "--coverage")).isZero();
        assertThat(out).contains("users: excluded by Break glass");
    }

    @Test
    void leastCoverage_isAThreshold_andAFailedTestWeighsMore() throws IOException {
        assertThat(test(SOME, "--min-coverage", "60")).isZero();
        assertThat(out).endsWith("coverage: 60.0 % (3 of 5), 2 policies, at least 60.0 % as required\n");
        assertThat(test(SOME, "--min-coverage", "60.1")).isEqualTo(3);
        assertThat(test(SOME + "  - { name: wrong, request: {}, expect: { outcome: allow } }\n", "--min-coverage", "99")).isEqualTo(1);
        assertThat(test(SOME, "--min-coverage", "101")).isEqualTo(2);
        assertThat(test(SOME, "--min-coverage", "NaN")).isEqualTo(2);
    }

    @Test
    void coveragePage_needsNothingElse_andEscapesText() throws IOException {
        Path page = folder.resolve("coverage.html");
        assertThat(test(SOME, "--coverage-html", page.toString())).isZero();
        String html = Files.readString(page);
        assertThat(html).startsWith("<!DOCTYPE html>").contains("60 %").contains("prefers-color-scheme: dark")
                .contains("Block &lt;legacy&gt; &amp; &quot;other&quot; clients").contains("Ann &lt;does&gt; MFA").doesNotContain("<does>").doesNotContain("<legacy>")
                .doesNotContain("http").doesNotContain("<script").doesNotContain("url(").doesNotContain("@import");
        assertThat(html.split("<details class=\"covered\"", -1)).hasSize(3);
    }

    // ---- mutants

    @Test
    void mutants_namesTheChangesThatNoTestNotices() throws IOException {
        assertThat(test(SOME, "--mutants")).isEqualTo(3);
        assertThat(out.replace(folder + "/", "")).startsWith("""
                no test notices
                  block-legacy  enabled → report-only              policies.yaml:4:8
                  block-legacy  drop the exclusion of Break glass  policies.yaml:6:49
                  mfa           drop the control compliantDevice   policies.yaml:19:55

                what to write
                  enabled → report-only              bob@contoso.com, Office 365 Exchange Online, other, windows, 192.0.2.200, DK:
                                                     block, and allow after the change
                  drop the exclusion of Break glass  glass@contoso.com, Office 365 Exchange Online, other, windows, 192.0.2.200, DK:
                                                     allow, and block after the change
                  drop the control compliantDevice   ann@contoso.com, Office 365 Exchange Online, browser, windows, 192.0.2.200, DK:
                                                     allow, and challenge after the change

                mutants: 5 of 8 changes noticed
                """);
    }

    private static final String TWICE = """
            kind: conditionalAccessPolicy
            id: %s
            displayName: Block legacy authentication
            state: enabled
            conditions:
              users: { includeUsers: [All] }
              applications: { includeApplications: [All] }
              clientAppTypes: [exchangeActiveSync, other]
            grantControls: { operator: OR, builtInControls: [block] }
            """;

    @Test
    void mutants_thatChangeNoDecision_areProved_andCountAsNoticed() throws IOException {
        file("policies.yaml", String.format(TWICE, "one") + "---\n" + String.format(TWICE, "two"));
        assertThat(test("  - { name: a, request: { clientAppType: other }, expect: { outcome: block } }\n"
                + "  - { name: b, request: { clientAppType: browser }, expect: { outcome: allow } }\n", "--mutants")).as(out + err).isZero();
        assertThat(out.replace(folder + "/", "")).contains("""
                no test can notice, because no decision changes (proved)
                  one  enabled → report-only  policies.yaml:4:8
                  two  enabled → report-only  policies.yaml:14:8
                """).contains("mutants: 2 of 4 changes noticed, 2 change no decision (proved)");
        test("  - { name: a, request: { clientAppType: other }, expect: { outcome: block } }\n", "--mutants", "--format", "json");
        assertThat(out).contains("\"unnoticed\":[{\"policy\":\"one\",\"change\":\"drop the condition clientAppTypes\"")
                .contains("\"outcome\":\"allow\",\"changedOutcome\":\"block\"").contains("\"equal\":[{\"policy\":\"one\",\"change\":\"enabled → report-only\"");
    }

    @Test
    void mutants_areTriedOnceAllTestsPass() throws IOException {
        assertThat(test("  - { name: a, request: {}, expect: { outcome: allow } }\n", "--mutants")).isEqualTo(1);
        assertThat(out).contains("changes to the policies are tried only if all tests pass");
    }

    @Test
    void pathOfASuite_thatIsMeantFromElsewhere_isAnErrorThatSaysHowToWriteIt() throws IOException {
        String suite = file("tests/suite.yaml", HEAD.replace("[policies.yaml]", "[samples/../rules/conditional-access]").replace("[directory.yaml]", "[nowhere.yaml]")
                + "  - { name: a, request: {}, expect: { outcome: allow } }\n");
        assertThat(run(false, "test", suite)).isEqualTo(2);
        String up = folder.resolve("tests").relativize(Path.of("rules/conditional-access").toAbsolutePath()).toString();
        assertThat(err).isEqualTo("""
                tests/suite.yaml:2:12: error SP1001: no such file or folder: `tests/rules/conditional-access`
                    help: write the path relative to the suite, such as `%s`
                tests/suite.yaml:3:13: error SP1001: no such file or folder: `tests/nowhere.yaml`
                    help: write the path relative to the suite
                2 errors
                """.formatted(up));
    }

    // ---- generate

    @Test
    void generatedSuite_passes() throws IOException {
        assertThat(run(false, "test", "--generate", "samples/requests", "-p", "rules/conditional-access", "-d", "samples/directory.yaml", "--clock", "2026-11-22T09:00:00Z")).as(err).isZero();
        String suite = file("generated.yaml", out.replace("[rules", "[" + Path.of("").toAbsolutePath() + "/rules").replace("[samples", "[" + Path.of("").toAbsolutePath() + "/samples"));
        assertThat(run(false, "test", suite)).as(out + err).isZero();
        assertThat(out).contains("38 tests: 38 passed");
    }

    @Test
    void generatedSuite_quotesWhatYamlWouldTakeForSomethingElse() throws IOException {
        String requests = file("r.yaml", "{ user: ann@contoso.com, name: \"no: {1} #\\n\\\"x\\\"\", country: 'NO', clientAppType: browser, device: { deviceId: '007', displayName: 'null', isCompliant: true } }\n---\n{ user: ann@contoso.com, clientAppType: browser }\n");
        assertThat(run(false, "test", "--generate", requests, "-p", folder + "/policies.yaml", "-d", folder + "/directory.yaml")).as(err).isZero();
        String suite = file("generated.yaml", out);
        assertThat(run(false, "test", suite, "--format", "json")).as(out + err).isZero();
        assertThat(text(json().get(0), "name")).isEqualTo("no: {1} #\n\"x\"");
    }

    @Test
    void malformedRequest_isNotGeneratedFrom() throws IOException {
        String requests = file("r.yaml", "{ user: nobody@contoso.com }\n");
        assertThat(run(false, "test", "--generate", requests, "-p", folder + "/policies.yaml", "-d", folder + "/directory.yaml")).isEqualTo(2);
        assertThat(out).isEmpty();
        assertThat(err).startsWith("r.yaml:1:9: error SP1401: ");
    }

    // ---- the page that describes it

    @Test
    void exampleOfThePage_passes() throws IOException {
        String page = Files.readString(Path.of("docs/testing.md"));
        String suite = file("suite.yaml", page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```\n", page.indexOf("```yaml"))));
        assertThat(run(false, "test", suite, "-p", "rules/conditional-access", "-d", "samples/directory.yaml")).as(out + err).isZero();
        assertThat(out).contains("8 tests: 7 passed, 1 skipped");
        assertThat(err).isEmpty();
    }
}
