package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Decision;
import dev.sallyport.model.SignIn;
import dev.sallyport.write.DecisionWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluateCommandTest {

    private static final String CSI = "\033[";

    private static final String POLICIES = """
            kind: conditionalAccessPolicy
            id: block-legacy
            displayName: Block legacy authentication
            state: enabled
            conditions:
              users: { includeUsers: [All] }
              applications: { includeApplications: [All] }
              clientAppTypes: [exchangeActiveSync, other]
            grantControls: { operator: OR, builtInControls: [block] }
            ---
            kind: conditionalAccessPolicy
            id: mfa-for-finance
            displayName: MFA for Finance
            state: enabled
            conditions:
              users: { includeGroups: [Finance], excludeUsers: [bob@contoso.com] }
              applications: { includeApplications: [All] }
              clientAppTypes: [all]
            grantControls: { operator: OR, builtInControls: [mfa] }
            sessionControls: { signInFrequency: { isEnabled: true, type: hours, value: 12, frequencyInterval: timeBased, authenticationType: primaryAndSecondaryAuthentication } }
            ---
            kind: conditionalAccessPolicy
            id: not-from-mars
            displayName: Not from an embargoed country
            state: enabled
            conditions:
              users: { includeUsers: [All] }
              applications: { includeApplications: [All] }
              clientAppTypes: [all]
              locations: { includeLocations: [Embargo] }
            grantControls: { operator: OR, builtInControls: [block] }
            ---
            kind: countryNamedLocation
            id: 2e1c3a3e-4f5c-4a34-9d1a-0d4f3a0b7c11
            displayName: Embargo
            countriesAndRegions: [KP]
            includeUnknownCountriesAndRegions: false
            """;

    private static final String DIRECTORY = """
            kind: directory
            groups:
              - { id: 7c0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d01, displayName: Finance, members: [ann@contoso.com, bob@contoso.com] }
            users:
              - id: 1b0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d02
                userPrincipalName: ann@contoso.com
                displayName: Ann
                authenticationMethods: [ { method: microsoftAuthenticatorPush, displayName: Phone } ]
              - id: 2b0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d03
                userPrincipalName: bob@contoso.com
                displayName: Bob
              - id: 3b0f8f6e-3c55-4b54-9d3f-0e3f2c3e7d04
                userPrincipalName: new@contoso.com
                displayName: New
                perUserMfaState: enforced
            """;

    /** One request for each outcome: challenge, allow, prompt-register, block. */
    private static final String REQUESTS = """
            { user: ann@contoso.com, name: Ann with her password, clientAppType: browser, createdDateTime: 2026-11-22T10:00:00Z }
            ---
            { user: ann@contoso.com, name: Ann after MFA, clientAppType: browser, createdDateTime: 2026-11-22T10:01:00Z,
              authentication: { methods: [password, microsoftAuthenticatorPush], mfaDateTime: 2026-11-22T10:00:30Z } }
            ---
            { user: new@contoso.com, clientAppType: browser, createdDateTime: 2026-11-22T10:02:00Z }
            ---
            { user: bob@contoso.com, name: Bob reads mail over IMAP, clientAppType: other, createdDateTime: 2026-11-22T10:03:00Z }
            """;

    @TempDir
    private Path folder;
    private Path policies;
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        policies = file("policies.yaml", POLICIES);
        directory = file("directory.yaml", DIRECTORY);
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private record Result(int code, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private static Result sallyport(int columns, boolean colours, Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), columns, colours, colours);
        int code = Sallyport.run(terminal, false, List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    /** {@code sallyport evaluate} under the policies and in the directory above. */
    private Result evaluateOn(int columns, boolean colours, Object... arguments) {
        Object[] all = new Object[arguments.length + 5];
        System.arraycopy(new Object[] {"evaluate", "-p", policies, "-d", directory}, 0, all, 0, 5);
        System.arraycopy(arguments, 0, all, 5, arguments.length);
        return sallyport(columns, colours, all);
    }

    private Result evaluate(Object... arguments) {
        return evaluateOn(100, false, arguments);
    }

    private Result evaluateWithInput(String input, Object... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return evaluate(arguments);
        } finally {
            System.setIn(before);
        }
    }

    // ---- text

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    void explain_ofASignInThatHasToRegister_namesTheNewDevice_DEC19(boolean isNewDevice, int times, @TempDir Path tenant) throws IOException {
        Path directory = Files.writeString(tenant.resolve("directory.yaml"), "kind: directory\nusers: [{ userPrincipalName: new@contoso.com, perUserMfaState: enabled }]\n");
        Path request = Files.writeString(tenant.resolve("request.yaml"),
                "kind: signIn\nuser: new@contoso.com\nclientAppType: mobileAppsAndDesktopClients\nsession: { isNewDevice: " + isNewDevice + " }\n");
        Path policies = Files.writeString(tenant.resolve("policies.yaml"), "kind: mfaSettings\n");
        String out = CommandRun.of("evaluate", request.toString(), "-p", policies.toString(), "-d", directory.toString(), "--explain").all();
        assertThat(out).contains("prompt-register");
        assertThat(out.lines().filter(line -> line.contains("new; asked at the first sign-in"))).hasSize(times);
    }

    @Test
    void text_oneRequestOfEachOutcome_saysWhyAndWhatToDo() throws IOException {
        Path requests = file("requests.yaml", REQUESTS);
        Result result = evaluateOn(200, false, requests);
        assertThat(result.lines()).satisfiesExactly(
                line -> assertThat(line).matches("REQUEST +OUTCOME +WHY +WHAT TO DO"),
                line -> assertThat(line).matches("─+  ─+  ─+  ─+"),
                line -> assertThat(line).matches("Ann with her password +challenge +MFA required: mfa-for-finance +ask for mfa"),
                line -> assertThat(line).matches("Ann after MFA +allow +satisfied +let in; sign-in frequency 12 hours"),
                line -> assertThat(line).matches(".+requests.yaml#3 +prompt-register +registration required +send to registration"),
                line -> assertThat(line).matches("Bob reads mail over IMAP +block +blocked by Conditional Access: block-legacy +refuse"),
                line -> assertThat(line).isEmpty(),
                line -> assertThat(line).isEqualTo("4 requests: 1 allow, 1 challenge, 1 prompt-register, 1 block"));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
    }

    @Test
    void text_nameOfARequest_isShownInsteadOfItsPlace() throws IOException {
        Path named = file("named.yaml", "{ user: ann@contoso.com, name: Somebody }");
        Path unnamed = file("u.yaml", "{ user: ann@contoso.com, name: '' }");
        assertThat(evaluateOn(200, false, named).out()).contains("Somebody").doesNotContain("named.yaml");
        assertThat(evaluateOn(200, false, unnamed).out()).contains("u.yaml#1");
    }

    @Test
    void text_folder_isReadInTheOrderOfItsFiles() throws IOException {
        file("requests/b.yaml", "{ user: ann@contoso.com, name: second }");
        file("requests/a.json", "[{\"user\": \"ann@contoso.com\", \"name\": \"first\"}]");
        assertThat(evaluate(folder.resolve("requests")).out()).containsSubsequence("first", "second", "2 requests: ");
    }

    @Test
    void text_manyPolicies_areCutToThreeAndACount() throws IOException {
        StringBuilder set = new StringBuilder();
        for (int i = 1; i <= 5; i++) {
            set.append("---\n").append(POLICIES.substring(0, POLICIES.indexOf("---")).replace("id: block-legacy", "id: block-" + i));
        }
        Path many = file("many.yaml", set.toString());
        Path requests = file("requests.yaml", "{ user: ann@contoso.com, clientAppType: other }");
        Result result = sallyport(200, false, "evaluate", "-p", many, "-d", directory, requests);
        assertThat(result.out()).contains("blocked by Conditional Access: block-1, block-2, block-3 and 2 more");
    }

    // ---- json

    @Test
    void json_eachRequest_isTheWholeDecisionNamedAfterFileAndNumber() throws Exception {
        Path requests = file("requests.yaml", "{ user: ann@contoso.com, name: Ann, clientAppType: browser, createdDateTime: 2026-11-22T10:00:00Z }\n"
                + "---\n- { user: bob@contoso.com, clientAppType: other, createdDateTime: 2026-11-22T10:00:00Z }\n");
        Result result = evaluate(requests, "--format", "json", "--explain");
        PolicyEngine engine = PolicyEngine.load(policies, PolicyEngine.loadDirectory(directory));
        Instant then = Instant.parse("2026-11-22T10:00:00Z");
        Decision first = engine.explain(SignIn.builder().user("ann@contoso.com").clientAppType("browser").createdDateTime(then).build());
        Decision second = engine.explain(SignIn.builder().user("bob@contoso.com").clientAppType("other").createdDateTime(then).build());
        assertThat(first.policies()).hasSize(3);
        assertThat(result.lines()).containsExactly(DecisionWriter.toJson(first.withRequest(requests + "#1")), DecisionWriter.toJson(second.withRequest(requests + "#2")));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(evaluate(requests, "--format", "json").lines()).as("all else without --explain").containsExactly(
                DecisionWriter.toJson(first.withRequest(requests + "#1")).replaceFirst("\"policies\":\\[\\{\"id\".*],\"conditionalAccessStatus", "\"policies\":[],\"conditionalAccessStatus"),
                DecisionWriter.toJson(second.withRequest(requests + "#2"), false));
    }

    @Test
    void json_colouredNarrowTerminal_isStillOnePlainLine() throws IOException {
        Result result = evaluateOn(60, true, file("requests.yaml", "{ user: ann@contoso.com }"), "--format", "JSON");
        assertThat(result.lines()).singleElement().asString().startsWith("{\"request\":").endsWith("}").doesNotContain(CSI);
    }

    @Test
    void json_malformedRequestBetweenOthers_keepsTheNumbersOfTheOthers() throws IOException {
        Path requests = file("r.json", "{\"user\":\"ann@contoso.com\"}\n{\"user\":\"nobody@contoso.com\"}\n{\"user\":7,\"x\":1}\n{\"user\":\"bob@contoso.com\"}\n");
        Result result = evaluate(requests, "--format", "json");
        assertThat(result.lines()).satisfiesExactly(line -> assertThat(line).contains("r.json#1\""), line -> assertThat(line).contains("r.json#4\""));
        assertThat(result.code()).isEqualTo(2);
    }

    @Test
    void decision_withAnotherRequest_differsInNothingElse() throws Exception {
        Decision decision = PolicyEngine.load(policies, PolicyEngine.loadDirectory(directory)).explain(SignIn.builder().name("a").user("ann@contoso.com").build());
        assertThat(decision.withRequest("b")).isNotEqualTo(decision);
        assertThat(decision.withRequest("b").request()).isEqualTo("b");
        assertThat(decision.withRequest("b").withRequest("a")).isEqualTo(decision);
    }

    // ---- explain

    @Test
    void explain_challenge_tellsRequirementsAndEveryPolicy() throws IOException {
        Path requests = file("requests.yaml", REQUESTS);
        String text = evaluateOn(160, false, requests, "--explain").out();
        String ann = text.substring(0, text.indexOf("Ann after MFA"));
        assertThat(ann.lines().toList()).satisfiesExactly(
                line -> assertThat(line).isEqualTo("Ann with her password"),
                line -> assertThat(line).isEqualTo("  challenge  mfaRequired (AADSTS50074): multifactor authentication is required"),
                line -> assertThat(line).matches(" +request +.*requests.yaml#1 at 2026-11-22T10:00:00Z"),
                line -> assertThat(line).matches(" +user +ann@contoso.com"),
                line -> assertThat(line).matches(" +to do +ask for mfa"),
                line -> assertThat(line).matches(" +because of +mfa-for-finance"),
                line -> assertThat(line).matches(" +requirements"),
                line -> assertThat(line).matches(" +conditionalAccess +mfa +pending +mfa-for-finance"),
                line -> assertThat(line).matches(" +policies that apply"),
                line -> assertThat(line).matches(" +mfa-for-finance +failure"),
                line -> assertThat(line).matches(" +name +MFA for Finance"),
                line -> assertThat(line).matches(" +application +all"),
                line -> assertThat(line).matches(" +users +group Finance"),
                line -> assertThat(line).matches(" +grant +Mfa"),
                line -> assertThat(line).matches(" +session +SignInFrequency"),
                line -> assertThat(line).matches(" +source +.*policies.yaml:11:1"),
                line -> assertThat(line).matches(" +policies that do not apply"),
                line -> assertThat(line).matches(" +client apps +block-legacy"),
                line -> assertThat(line).matches(" +location +not-from-mars"),
                line -> assertThat(line).matches(" +decided by"),
                line -> assertThat(line).matches(" +rule \"MFA is asked for first\" outcome.drl:[0-9]+ \\[GR-ORD-01, ERR-07]"),
                line -> assertThat(line).matches(" +findings"),
                line -> assertThat(line).isEqualTo("    `country` is missing, so `not-from-mars` does not apply; with it, the policy may [CA-UNK-06]"),
                line -> assertThat(line).isEmpty());
        assertThat(text).endsWith("4 requests: 1 allow, 1 challenge, 1 prompt-register, 1 block\n");
    }

    @Test
    void explain_excludedUser_saysWhichRuleExcluded() throws IOException {
        Path requests = file("requests.yaml", "{ user: bob@contoso.com, clientAppType: browser }");
        assertThat(evaluateOn(160, false, requests, "--explain").lines())
                .anySatisfy(line -> assertThat(line).matches(" +users, excluded: user bob@contoso.com +mfa-for-finance"));
    }

    /** DEC-11, AGT-03: agents are named as what they are. */
    @Test
    void explain_agent_saysWhichAgentsAPolicyIncludes(@TempDir Path folder) throws IOException {
        Path request = Files.writeString(folder.resolve("r.yaml"), "servicePrincipal: Assistant\napplication: Clerk\nagentIdRiskLevel: low\n");
        String world = "src/test/resources/conformance/agents-world/";
        List<String> lines = CommandRun.of("evaluate", request.toString(), "-p", world + "policies.yaml", "-d", world + "directory.yaml", "--explain").out().lines()
                .map(line -> line.strip().replaceAll("  +", " | ")).toList();
        assertThat(lines).contains("service principals | agent Assistant", "service principals | blueprint Helpers", "service principals | all agent identities",
                "agent id risk | block-risky-agents", "agent identities, excluded: blueprint Helpers | block-all-but-helpers",
                "agent identities, excluded: agent filter | block-all-but-trusted");
    }

    @Test
    void explain_locationThatMatches_isToldOnceAndByName() throws IOException {
        Path requests = file("requests.yaml", "{ user: bob@contoso.com, clientAppType: browser, country: KP }");
        String text = evaluateOn(160, false, requests, "--explain").out();
        assertThat(text).containsPattern("location +location Embargo\n").doesNotContain("ip address");
    }

    @Test
    void explain_missedPolicies_areGroupedByTheConditionThatMissed() throws IOException {
        Path set = file("two.yaml", POLICIES + "---\n" + POLICIES.substring(0, POLICIES.indexOf("---")).replace("id: block-legacy", "id: another-one"));
        Path requests = file("requests.yaml", "{ user: ann@contoso.com, clientAppType: browser }");
        assertThat(sallyport(160, false, "evaluate", "-p", set, "-d", directory, requests, "--explain").lines())
                .anySatisfy(line -> assertThat(line).matches(" +client apps +another-one, block-legacy"));
    }

    @Test
    void explain_onColouredTerminal_putsTheConditionThatDecidedInBold() throws IOException {
        Path requests = file("requests.yaml", "{ user: ann@contoso.com, clientAppType: browser }");
        String text = evaluateOn(160, true, requests, "--explain").out();
        assertThat(text).contains(CSI + "1mgroup Finance" + CSI + "0m").contains(CSI + "1mlocation" + CSI + "0m").doesNotContain(CSI + "1mall");
    }

    // ---- standard input

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "user: ann@contoso.com | 1",
        "{\"user\":\"ann@contoso.com\"}{\"user\":\"bob@contoso.com\"} | 2",
        "[{\"user\":\"ann@contoso.com\"},{\"user\":\"bob@contoso.com\"},{\"user\":\"new@contoso.com\"}] | 3"})
    void standardInput_yamlOrJson_isEvaluated(String input, int requests) {
        Result result = evaluateWithInput(input, "-", "--format", "json");
        assertThat(result.lines()).hasSize(requests).allSatisfy(line -> assertThat(line).startsWith("{\"request\":\"-#"));
        assertThat(result.code()).isZero();
    }

    @Test
    void standardInput_namedTwice_isWrongUsage() {
        Result result = evaluateWithInput("user: ann@contoso.com", "-", "-d", "-");
        assertThat(result.err()).startsWith("error: name standard input (`-`) only once\n    help: ");
        assertThat(result.code()).isEqualTo(2);
    }

    // ---- malformed requests

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "user: nobody@contoso.com                                   | 1:7   | SP1401 | user: unknown user `nobody@contoso.com`",
        "{ name: no user at all }                                   | 1:1   | SP1401 | user: the request names no user",
        "{ user: ann@contoso.com, clientAppType: brwser }           | 1:41  | SP1401 | clientAppType: `brwser` is not a valid value; did you mean `browser`?",
        "{ user: ann@contoso.com, ipAddress: 1.2.3 }                | 1:37  | SP1401 | ipAddress: `1.2.3` is not an IP address",
        "{ user: ann@contoso.com, applications: [Payrol] }          | 1:41  | SP1401 | application: unknown application `Payrol`",
        "{ user: ann@contoso.com, authentication: { methods: [password, pasword] } } | 1:64 | SP1401 | authentication.methods: `pasword`",
        "{ user: ann@contoso.com, authentication: { methods: [pasword, password] } } | 1:54 | SP1401 | authentication.methods: `pasword`",
        "{ user: ann@contoso.com, createdDateTime: 2026-11-22T10:15:00 } | 1:43 | SP1107 | `createdDateTime` is not a date and time with a time zone",
        "{ user: [ann@contoso.com] }                                | 1:9   | SP1103 | `user` is a list",
        "{ usr: ann@contoso.com }                                   | 1:3   | SP1102 | unknown key `usr` in a request",
        "{ user: ann@contoso.com, kind: signOut }                   | 1:1   | SP1101 | unknown request kind `signOut`",
        "just text                                                  | 1:1   | SP1103 | expected a request"})
    void malformedRequest_ofAnyKind_isAnErrorAtItsPlaceAndTheOthersAreDecided(String request, String place, String code, String message) throws IOException {
        Path bad = file("bad.yaml", request + "\n---\n{ user: ann@contoso.com, name: the good one, clientAppType: browser }\n");
        Result result = evaluate(bad);
        assertThat(result.err()).startsWith(bad + ":" + place + ": error " + code + ": " + message).endsWith("\n1 error\n");
        assertThat(result.out()).contains("the good one").endsWith("2 requests: 1 challenge, 1 malformed\n").doesNotContain("invalid", "block");
        assertThat(result.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bad.yaml  | 'user: [1'                      | SP1004",
        "bad.json  | {\"user\": \"ann@contoso.com\"  | SP1004",
        "bad.yaml  | {user: a, user: b}              | SP1006",
        "empty.yaml| ''                              | SP1402",
        "empty.yaml| '# none'                        | SP1402",
        "empty.yaml| '---'                           | SP1402",
        "empty.json| []                              | SP1402"})
    void file_thatHoldsNoRequests_isAnErrorAndTheOthersAreRead(String name, String text, String code) throws IOException {
        Path bad = file(name, text);
        Path good = file("good.yaml", "{ user: ann@contoso.com, clientAppType: browser }");
        Result result = evaluate(bad, good);
        assertThat(result.err()).startsWith(bad.toString()).contains(": error " + code + ": ");
        assertThat(result.out()).endsWith("1 request: 1 challenge\n");
        assertThat(result.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "samples/tests/conditional-access.yaml                      | run test suites with `sallyport test`",
        "samples/directory.yaml                                     | name a directory with `-d`",
        "src/test/resources/whatif/exported/user-opens-sharepoint-at-high-risk.request.json | use `sallyport whatif`",
        "rules/conditional-access/require-mfa-for-admins.yaml       | name a policy set with `-p`"})
    void fileOfAnotherKind_isOneError_thatNamesItsPlace(String file, String help) {
        Result result = evaluate(Path.of(file));
        assertThat(result.err()).contains(": error SP1101: ").contains("    help: " + help + "\n1 error\n").doesNotContain("SP1102");
        assertThat(result.code()).isEqualTo(2);
    }

    @Test
    void fileWithoutRequests_inAFolderOfGoodOnes_isAnErrorThatSaysWhatToDo() throws IOException {
        Path requests = Files.createDirectory(folder.resolve("requests"));
        Files.writeString(requests.resolve("good.yaml"), "{ user: ann@contoso.com, clientAppType: browser }");
        Path empty = Files.writeString(requests.resolve("later.yaml"), "# to be written\n");
        Result result = evaluate(requests);
        assertThat(result.err()).isEqualTo(empty + ": error SP1402: the file contains no request\n"
                + "    help: write an object with `user:`, or remove the file\n1 error\n");
        assertThat(result.out()).endsWith("1 request: 1 challenge\n");
        assertThat(result.code()).isEqualTo(2);
    }

    @Test
    void errors_ofOneFile_areInTheOrderOfItsLines() throws IOException {
        Path bad = file("bad.yaml", "user: nobody@contoso.com\n---\nuzer: ann@contoso.com\n---\nuser: nobody@contoso.com\n");
        Result result = evaluate(bad);
        assertThat(result.err()).containsSubsequence(bad + ":1:7:", bad + ":3:1:", bad + ":5:7:", "3 errors\n");
        assertThat(result.out()).isEqualTo("3 requests: 3 malformed\n");
    }

    // ---- files that are not there, and the exit codes

    @Test
    void missingFile_ofAnyKind_isNamedAndExitsWithTwo() throws IOException {
        Path request = file("request.yaml", "{ user: ann@contoso.com }");
        Path missing = folder.resolve("missing");
        for (Result result : List.of(evaluate(missing), sallyport(100, false, "evaluate", "-p", missing, "-d", directory, request),
                sallyport(100, false, "evaluate", "-p", policies, "-d", missing, request))) {
            assertThat(result.err()).isEqualTo(missing + ": error SP1001: no such file or folder\n1 error\n");
            assertThat(result.out()).isEmpty();
            assertThat(result.code()).isEqualTo(2);
        }
    }

    @Test
    void file_whoseNameBeginsWithAnAtSign_isNoListOfArguments() {
        assertThat(evaluate("@pom.xml").err()).startsWith("@pom.xml: error SP1001: no such file or folder");
    }

    @Test
    void policies_thatNameWhoIsNotKnown_saysThatNoDirectoryWasGiven() throws IOException {
        Path request = file("request.yaml", "{ user: ann@contoso.com }");
        Result result = sallyport(100, false, "evaluate", "-p", policies, request);
        assertThat(result.err()).contains("unknown group `Finance`").contains("warning SP1403: missing directory").endsWith("errors, 1 warning\n");
        assertThat(result.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "evaluate                          | no request: name a file, or describe one by options | see `sallyport evaluate --help`",
        "evaluate x --formt json           | unknown option: `--formt`                 | did you mean `--format`?",
        "evaluate x --format xml           | unknown value `xml` for `--format`           | use one of text, json; see `sallyport evaluate --help`",
        "evaluate x --clock yesterday      | invalid value for option `--clock`: `yesterday` is not a date and time | see",
        "evaluate x --unknown-signals none | unknown value `none` for `--unknown-signals` | use one of entra, strict; see",
        "evalute x                         | unknown command `evalute` | did you mean `evaluate`?",
        "--no-color                        | missing command | start with `sallyport init`; see `sallyport --help`"})
    void wrongUsage_ofAnyKind_isOneErrorWithHelpAndExitsWithTwo(String arguments, String message, String help) {
        Result result = sallyport(100, false, (Object[]) arguments.split(" "));
        assertThat(result.err()).startsWith("error: " + message).contains("\n    help: " + help);
        assertThat(result.out()).isEmpty();
        assertThat(result.code()).isEqualTo(2);
    }

    @Test
    void help_ofEveryCommand_goesToStandardOutputAndExitsWithZero() {
        assertThat(sallyport(100, false, "--help")).satisfies(result -> {
            assertThat(result.out()).contains("evaluate", "Exit codes:", "SALLYPORT_DEBUG");
            assertThat(result.err()).isEmpty();
            assertThat(result.code()).isZero();
        });
        assertThat(sallyport(100, false, "evaluate", "--help").out()).contains("REQUEST", "--policies", "--directory", "--format", "--explain", "--clock",
                "--unknown-signals", "--no-color", "--version", "Default: directory.yaml if it exists");
        assertThat(sallyport(100, false, "evaluate", "--version").out()).startsWith("sallyport ");
    }

    @Test
    void help_onNarrowTerminal_fits() {
        assertThat(sallyport(60, false, "evaluate", "--help").lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
    }

    @Test
    void results_thatCannotBeWritten_exitWithTwo() throws IOException {
        Path request = file("request.yaml", "{ user: ann@contoso.com, clientAppType: browser }");
        StringWriter err = new StringWriter();
        int code = Sallyport.run(new Terminal(new PrintWriter(failing(false)), new PrintWriter(err), 100, false, false), false,
                "evaluate", "-p", policies.toString(), "-d", directory.toString(), request.toString());
        assertThat(err.toString()).isEqualTo("error: cannot write the results\n");
        assertThat(code).isEqualTo(2);
    }

    @Test
    void unexpectedException_withAndWithoutDebug_showsAStackTraceOnlyThen() throws IOException {
        Path request = file("request.yaml", "{ user: ann@contoso.com, clientAppType: browser }");
        for (boolean debug : List.of(false, true)) {
            StringWriter err = new StringWriter();
            int code = Sallyport.run(new Terminal(new PrintWriter(failing(true)), new PrintWriter(err), 100, false, false), debug,
                    "evaluate", "-p", policies.toString(), "-d", directory.toString(), request.toString());
            assertThat(err.toString()).startsWith("error: internal error: java.lang.IllegalStateException: full\n");
            assertThat(err.toString().contains("\tat ")).isEqualTo(debug);
            assertThat(err.toString().contains("set SALLYPORT_DEBUG=1")).isEqualTo(!debug);
            assertThat(code).isEqualTo(2);
        }
    }

    private static Writer failing(boolean unexpectedly) {
        return new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                if (unexpectedly) {
                    throw new IllegalStateException("full");
                }
                throw new IOException("full");
            }

            @Override
            public void flush() { }

            @Override
            public void close() { }
        };
    }

    // ---- settings and warnings

    @Test
    void clock_requestWithoutTime_happensThen() throws IOException {
        Path requests = file("requests.yaml", "{ user: ann@contoso.com }\n---\n{ user: ann@contoso.com, createdDateTime: 2026-01-01T00:00:00Z }");
        Result result = evaluate(requests, "--format", "json", "--clock", "2026-11-22T11:15:00+01:00");
        assertThat(result.lines()).satisfiesExactly(line -> assertThat(line).contains("\"evaluatedDateTime\":\"2026-11-22T10:15:00Z\""),
                line -> assertThat(line).contains("\"evaluatedDateTime\":\"2026-01-01T00:00:00Z\""));
    }

    @Test
    void unknownSignals_strict_takesAPolicyThatAsksForTheCountryToApply() throws IOException {
        Path requests = file("requests.yaml", "{ user: bob@contoso.com, clientAppType: browser, ipAddress: 192.0.2.1, authentication: { credential: password, firstFactor: passed } }");
        assertThat(evaluate(requests, "--unknown-signals", "entra").out()).endsWith("1 request: 1 allow\n");
        assertThat(evaluate(requests).out()).endsWith("1 request: 1 allow\n");
        assertThat(evaluate(requests, "--unknown-signals", "strict").out()).contains("not-from-mars").endsWith("1 request: 1 block\n");
    }

    @Test
    void warnings_moreThanTen_areCountedAndDoNotChangeTheExitCode() throws IOException {
        StringBuilder ids = new StringBuilder();
        for (int i = 10; i < 22; i++) {
            ids.append(i == 10 ? "" : ", ").append("aaaaaaaa-0000-4000-8000-0000000000").append(i);
        }
        Path set = file("set.yaml", POLICIES.replace("excludeUsers: [bob@contoso.com]", "excludeUsers: [" + ids + "]"));
        Path requests = file("requests.yaml", "{ user: ann@contoso.com, clientAppType: browser }");
        Result result = sallyport(100, false, "evaluate", "-p", set, "-d", directory, requests);
        assertThat(result.err().lines().filter(line -> line.contains(": warning SP"))).hasSize(10);
        assertThat(result.err()).endsWith("\nand 2 more warnings\n12 warnings\n");
        assertThat(result.code()).isZero();
    }

    // ---- terminals

    @Test
    void colours_onTerminal_changeNothingButTheColours() throws IOException {
        Path requests = file("requests.yaml", REQUESTS + "---\nuser: nobody@contoso.com\n");
        for (String explain : List.of("", "--explain")) {
            Object[] arguments = explain.isEmpty() ? new Object[] {requests} : new Object[] {requests, explain};
            Result plain = evaluateOn(80, false, arguments);
            Result coloured = evaluateOn(80, true, arguments);
            assertThat(plain.out() + plain.err()).doesNotContain("\033");
            assertThat(coloured.out()).contains(CSI + "32mallow" + CSI + "0m", CSI + "33mchallenge" + CSI + "0m", CSI + "36mprompt-register" + CSI + "0m",
                    CSI + "31mblock" + CSI + "0m");
            assertThat(coloured.err()).contains(CSI + "1;31merror SP1401" + CSI + "0m");
            assertThat(coloured.out().replaceAll("\033\\[[0-9;]*m", "")).isEqualTo(plain.out());
            assertThat(coloured.err().replaceAll("\033\\[[0-9;]*m", "")).isEqualTo(plain.err());
        }
    }

    @Test
    void terminal_ofTheProcess_hasColoursOnlyWhereTheLauncherSeesATerminalAndNobodyObjects() {
        assertThat(Terminal.ofProcess(Map.of(), false).coloursOut()).isFalse();
        System.setProperty("sallyport.terminal", "out");
        try {
            assertThat(Terminal.ofProcess(Map.of(), false)).satisfies(terminal -> {
                assertThat(terminal.coloursOut()).isTrue();
                assertThat(terminal.coloursErr()).isFalse();
            });
            assertThat(Terminal.ofProcess(Map.of(), true).coloursOut()).isFalse();
            assertThat(Terminal.ofProcess(Map.of("NO_COLOR", "1"), false).coloursOut()).isFalse();
            assertThat(Terminal.ofProcess(Map.of("NO_COLOR", ""), false).coloursOut()).isTrue();
            assertThat(Terminal.ofProcess(Map.of("TERM", "dumb"), false).coloursOut()).isFalse();
        } finally {
            System.clearProperty("sallyport.terminal");
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "unset", value = {"unset, 100", "wide, 100", "-80, 100", "0, 100", "80, 80", "20, 40", "40, 40", "200, 200",
            "999999, 200"})
    void columns_ofTheEnvironment_areKeptBetweenFortyAndTwoHundred(String variable, int columns) {
        assertThat(Terminal.columns(variable, true)).isEqualTo(columns);
        assertThat(Terminal.columns(variable, false)).isEqualTo(variable != null && variable.matches("[1-9].*") ? columns
                : Terminal.UNLIMITED);
    }

    /** Names in Japanese, with emoji, a decomposed letter and a flag; what is behind them has to stay aligned. */
    @Test
    void table_onNarrowTerminal_wrapsAndAlignsWideNames() throws IOException {
        Path requests = file("r.yaml", """
                { user: ann@contoso.com, name: 東京オフィスからのサインインはとても長い名前です, clientAppType: browser }
                ---
                { user: ann@contoso.com, name: "\\U0001F469\\u200D\\U0001F467 family", clientAppType: browser }
                ---
                { user: ann@contoso.com, name: "Jose\\u0301 \\U0001F1E9\\U0001F1F0 ok", clientAppType: browser }
                ---
                { user: ann@contoso.com, name: "\\u2764\\uFE0F heart", clientAppType: browser }
                """);
        assertThat(evaluateOn(60, false, requests).out()).isEqualTo("""
                REQUEST            OUTCOME    WHY                WHAT TO DO
                ─────────────────  ─────────  ─────────────────  ───────────
                東京オフィスから   challenge  MFA required:      ask for mfa
                のサインインはと              mfa-for-finance
                ても長い名前です
                \uD83D\uDC69\u200D\uD83D\uDC67 family          challenge  MFA required:      ask for mfa
                                              mfa-for-finance
                Jose\u0301 \uD83C\uDDE9\uD83C\uDDF0 ok         challenge  MFA required:      ask for mfa
                                              mfa-for-finance
                \u2764\uFE0F heart           challenge  MFA required:      ask for mfa
                                              mfa-for-finance

                4 requests: 4 challenge
                """);
    }

    @ParameterizedTest
    @CsvSource({"60", "73", "100", "200"})
    void everyLine_onATerminalOfAnyWidth_fits(int columns) throws IOException {
        String whole = "a-very-long-name-without-blanks-".repeat(6);
        String name = whole + "かんじ".repeat(20);
        Path requests = file("r.yaml", REQUESTS + "---\n{ user: ann@contoso.com, name: " + name + ", clientAppType: browser }\n");
        for (Result result : List.of(evaluateOn(columns, false, requests), evaluateOn(columns, false, requests, "--explain"))) {
            assertThat(result.lines()).hasSizeGreaterThan(6).filteredOn(line -> !line.contains(whole)).allSatisfy(line -> assertThat(cells(line)).isLessThanOrEqualTo(columns));
            assertThat(result.lines()).anyMatch(line -> line.contains(whole));
            assertThat(result.out().replaceAll("[^かんじ]", "")).isEqualTo("かんじ".repeat(20));
        }
    }

    /** Columns of a line that has only ASCII, box drawing and hiragana. */
    private static int cells(String line) {
        return line.chars().map(c -> c >= 0x3041 && c <= 0x3096 ? 2 : 1).sum();
    }

    @Test
    void controlCharacters_inNamesAndErrors_areWrittenOut() throws IOException {
        Path requests = file("r.yaml", "{ user: ann@contoso.com, name: \"a\\e[2J\\u202Eb\\nc\\u0085\", clientAppType: browser }\n---\n"
                + "{ user: \"x\\e[2J\\u2066@contoso.com\" }\n");
        for (Object explain : List.of("--format=text", "--explain")) {
            Result result = evaluateOn(160, false, requests, explain);
            assertThat(result.out()).contains("a\\u001b[2J\\u202eb\\nc\\u0085").doesNotContain("\033", "\u202e", "\u0085");
            assertThat(result.err()).contains("`x\\u001b[2J\\u2066@contoso.com`").doesNotContain("\033", "\u2066");
        }
    }

    // ---- the samples

    @Test
    void shippedSamples_underTheDefaultPolicies_areAllDecided() {
        Result result = sallyport(100, false, "evaluate", "samples/requests", "-d", "samples/directory.yaml", "--format", "json");
        assertThat(result.err()).isEmpty();
        assertThat(result.lines()).hasSizeGreaterThan(30).anySatisfy(line -> assertThat(line).startsWith("{\"request\":\"samples/requests/07-legacy-imap.yaml#1\""));
        assertThat(result.code()).isZero();
    }

    @Test
    void process_inAnotherFolder_neverTakesTheShippedPolicies() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Result without = process(elsewhere, Path.of("samples/requests/08-guest.yaml").toAbsolutePath());
        assertThat(without.err()).isEqualTo("error SP1415: missing policy set and directory\n"
                + "    help: go to the folder that contains them, name them with `-p` and `-d`, or create a folder to start from: `sallyport init mine`\n1 error\n");
        assertThat(without.code()).isEqualTo(2);
        Files.copy(Path.of("samples/directory.yaml"), elsewhere.resolve("directory.yaml"));
        Result with = process(elsewhere, Path.of("samples/requests/08-guest.yaml").toAbsolutePath());
        assertThat(with.err()).as("they would judge users of whom they know nothing").contains("error SP1415: missing policy set", "`-p`", "`sallyport init mine`");
        assertThat(with.code()).isEqualTo(2);
        Result within = process(Path.of("samples").toAbsolutePath(), Path.of("samples/requests/08-guest.yaml").toAbsolutePath(), elsewhere);
        assertThat(within.err()).as("in the product's own folder").isEmpty();
        assertThat(within.out()).contains("─", "3 requests: ").doesNotContain("\033");
    }

    // ---- requests by options

    @Test
    void options_inStrictMode_sayThatThePasswordPassed() {
        Result result = sallyport(160, false, "evaluate", "--user", "emma.hart@contoso.com", "-d", "samples/directory.yaml", "--unknown-signals", "strict", "--format", "json");
        assertThat(result.err()).doesNotContain("SP1401");
        assertThat(result.code()).isZero();
        assertThat(result.lines()).singleElement().asString().contains("\"outcome\":\"block\"").doesNotContain("invalidRequest");
    }

    @Test
    void options_describeARequest_andNamesNeedNotBeWhole() {
        Result result = sallyport(160, false, "evaluate", "--user", "noah", "--app", "teams", "--client", "app", "--ip", "192.0.2.10", "--country", "dk", "-d", "samples/directory.yaml");
        assertThat(result.err()).contains("note: `noah` matches noah.berg@contoso.com", "note: `teams` matches Microsoft Teams Services");
        assertThat(result.out()).contains("noah.berg@contoso.com signs in to Microsoft Teams Services (app)", "block", "block-unless-trusted-ip", "1 request: 1 block");
        assertThat(result.code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--user emma.hart@contoso.com                                        | challenge       | mfaRequired",
        "--user emma.hart@contoso.com --mfa                                  | allow           | satisfied",
        "--user emma.hart@contoso.com --mfa --risk HIGH --platform WINDOWS   | allow           | satisfied",
        "--user emma.hart@contoso.com --flow devicecodeflow                  | block           | blockedByConditionalAccess",
        "--user emma.hart@contoso.com --client legacy                        | block           | blockedByConditionalAccess",
        "--user greta.stone@contoso.com --mfa --method fido2 --compliant     | allow           | satisfied",
        "--user greta.stone@contoso.com --mfa --method fido2 --hybrid-joined | allow           | satisfied",
        "--user greta.stone@contoso.com --mfa --method fido2                 | block           | deviceNotCompliant",
        "--user greta.stone@contoso.com --mfa --method fido2 --device admin  | allow           | satisfied",
        "--user ruth.adeyemi@contoso.com --ip 203.0.113.5                    | prompt-register | registrationRequired",
        "--user ruth.adeyemi@contoso.com --ip 203.0.113.5 --silent --session-started 2026-10-20T07:15:00Z --client app | allow | noPolicyApplies",
        "--user noah.berg@contoso.com --register fido2 --ip 203.0.113.5      | allow           | noPolicyApplies",
        "--user noah.berg@contoso.com --register --ip 203.0.113.5            | allow           | noPolicyApplies",
        "--user crm-admin@contoso.com --register appPassword --mfa --ip 203.0.113.5 | block    | appPasswordNeedsEnforcedMfa"})
    void options_everyOne_means(String options, String outcome, String reason) {
        List<String> arguments = new ArrayList<>(List.of("evaluate", "-d", "samples/directory.yaml", "--format", "json", "--clock", "2026-11-22T10:15:00Z", "--app", "Office 365 SharePoint Online"));
        if (options.contains("--register")) {
            arguments.subList(7, 9).clear();
        }
        arguments.addAll(List.of(options.split(" ")));
        Result result = sallyport(100, false, arguments.toArray(String[]::new));
        assertThat(result.out()).as(result.err()).contains("\"outcome\":\"" + outcome + "\",\"reason\":{\"code\":\"" + reason + "\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "                                              | no request: name a file, or describe one by options",
        "--app Teams                                   | missing --user or --service-principal",
        "--user emma samples/emma-at-home.yaml         | cannot combine files",
        "--user nobody                                 | error SP1202: unknown user `nobody`",
        "--user e                                      | error SP1203: `e` matches",
        "--user emma --app microsoft                   | error SP1203: `microsoft` matches",
        "--user emma --app Payroll                     | error SP1202: unknown application `Payroll`",
        "--user emma --client phone                    | error SP1401: --client: unknown kind of client `phone`",
        "--user emma --ip 1.2.3                        | error SP1401: --ip: `1.2.3` is not an IP address",
        "--user emma --platform windoze                | did you mean `windows`?",
        "--user emma --country Denmark                 | --country: `Denmark` is not a country code",
        "--user emma --risk severe                     | --risk: `severe` is not a valid value",
        "--user emma --device toaster                  | error SP1202: unknown device `toaster`",
        "--user emma --device home --compliant         | cannot combine --device and --compliant",
        "--user emma --device home --hybrid-joined     | cannot combine --device and --hybrid-joined",
        "--user emma --authentication-context c100     | error SP1401: --authentication-context: `c100`",
        "--user emma --method smoke                    | --method: `smoke` is not a valid value",
        "--user emma --insider-risk severe             | error SP1401: --insider-risk: `severe` is not a valid value",
        "--user emma --agent-risk severe               | error SP1401: --agent-risk: `severe` is not a valid value",
        "--user emma --service-principal-risk low      | cannot combine --user and --service-principal-risk",
        "--user emma --service-principal nightly       | cannot combine --service-principal and --user",
        "--service-principal payroll                   | error SP1202: unknown service principal `payroll`",
        "--service-principal nightly --mfa               | error SP1401: cannot combine --service-principal and --mfa",
        "--service-principal nightly --client app        | error SP1401: cannot combine --service-principal and --client",
        "--service-principal nightly --register device   | error SP1401: cannot combine --service-principal and --register",
        "--service-principal nightly --service-principal-risk severe | --service-principal-risk: `severe` is not a valid value",
        "--user emma --register smoke                  | --register: `smoke` is not a valid value",
        "--user emma --silent --session-started friday | is not a date and time with a time zone"})
    void options_thatMakeNoSense_areErrorsThatNameThem(String options, String message) {
        List<String> arguments = new ArrayList<>(List.of("evaluate", "-d", "samples/directory.yaml"));
        if (options != null) {
            arguments.addAll(List.of(options.split(" ")));
        }
        Result result = sallyport(100, false, arguments.toArray(String[]::new));
        assertThat(result.err()).contains(message);
        assertThat(result.code()).isEqualTo(2);
    }

    @Test
    void openedSecurityInfo_thatIsAllowed_listsWhatMayBeAdded() {
        Result result = sallyport(100, false, "evaluate", "--user", "oscar.lind@contoso.com", "--register", "--mfa", "--ip", "203.0.113.5", "-d", "samples/directory.yaml", "--format", "json");
        assertThat(result.out()).contains("\"registration\":{\"required\":false,\"dueDateTime\":null,\"methods\":[\"microsoftAuthenticatorPush\",\"softwareOath\",\"fido2\",\"sms\",\"voice\",\"appPassword\"]}");
        Result text = sallyport(100, false, "evaluate", "--user", "crm-admin@contoso.com", "--register", "--mfa", "--ip", "203.0.113.5", "-d", "samples/directory.yaml", "--explain");
        assertThat(text.out()).contains("may add: microsoftAuthenticatorPush, softwareOath, fido2, sms, voice").doesNotContain("appPassword\n").doesNotContain("null");
    }

    /** {@code sallyport evaluate} as the launcher starts it. */
    private static Result process(Path where, Path requests) throws Exception {
        return process(where, requests, where);
    }

    private static Result process(Path where, Path requests, Path output) throws Exception {
        Path out = output.resolve("out");
        Path err = output.resolve("err");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                "-Dsallyport.home=" + Path.of("").toAbsolutePath(), "dev.sallyport.cli.Sallyport", "evaluate", requests.toString())
                .directory(where.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
    }
}
