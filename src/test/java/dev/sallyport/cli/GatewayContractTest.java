package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.ReloadingPolicyEngine;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.userstate.UserStateSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What gateways and scripts rely on: the calls of the library under the very names of the interface (section 6), from another package, and the
 * exit code of every command (section 4).
 */
class GatewayContractTest {

    private static final Path RULES = Path.of("rules/conditional-access");
    private static final Path PEOPLE = Path.of("samples/directory.yaml");

    // ---- the library

    @Test
    void library_isCalledAsTheInterfaceSays() throws Exception {
        PolicyEngine engine = PolicyEngine.load(RULES, PolicyEngine.loadDirectory(PEOPLE));
        SignIn request = SignIn.builder().user("emma.hart@contoso.com").application("Office 365 Exchange Online").ipAddress("192.0.2.200")
                .clientAppType("browser").build();
        Decision decision = engine.evaluate(request);
        String does = switch (decision.outcome()) {
            case ALLOW -> "let in with " + decision.sessionControls();
            case PROMPT_REGISTER -> "send to " + decision.registration();
            case CHALLENGE -> "ask for " + decision.requiredControls().get(0);
            case BLOCK -> "refuse: " + decision.reason().code();
        };
        assertThat(does).isEqualTo("ask for mfa");

        UserState emma = engine.directory().user("emma.hart@contoso.com");
        UserStateSource source = user -> emma;
        assertThat(engine.evaluate(request, emma).outcome()).isEqualTo(decision.outcome());
        assertThat(engine.withUserStates(source).evaluate(request).outcome()).isEqualTo(decision.outcome());
        assertThat(decision.policies()).as("the hot path does not pay for the trace").isEmpty();
        assertThat(engine.explain(request).policies()).hasSameSizeAs(engine.policySet().policies());
        assertThat(engine.evaluate(new Registration(request, "appPassword", "Azure Function")).outcome()).isNotNull();
        assertThat(engine.with(engine.policySet().evaluationSettings().with(UnknownSignals.STRICT)).evaluate(request).outcome()).isNotNull();
        try (ReloadingPolicyEngine reloading = ReloadingPolicyEngine.load(List.of(RULES), List.of(PEOPLE))) {
            assertThat(reloading.evaluate(request).outcome()).isEqualTo(decision.outcome());
            assertThat(reloading.explain(request).policies()).isNotEmpty();
            assertThat(reloading.status().diagnostics()).isEmpty();
        }
    }

    @Test
    void library_neverThrowsForARequest() throws Exception {
        PolicyEngine engine = PolicyEngine.load(RULES, PolicyEngine.loadDirectory(PEOPLE));
        SignIn nonsense = SignIn.builder().user("nobody").ipAddress("1.2.3").build();
        for (Decision decision : List.of(engine.evaluate(nonsense), engine.explain(nonsense), engine.evaluate(null))) {
            assertThat(decision.outcome()).hasToString("block");
            assertThat(decision.reason().code()).isIn(ReasonCode.INVALID_REQUEST, ReasonCode.EVALUATION_FAILED);
        }
    }

    // ---- exit codes

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        file("blocking.yaml", """
                kind: conditionalAccessPolicy
                id: block
                state: enabled
                conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
                grantControls: { operator: OR, builtInControls: [block] }
                """);
        file("nothing.yaml", "kind: securityDefaults\nisEnabled: false\n");
        file("app-passwords.yaml", "kind: mfaSettings\nallowAppPasswords: true\n");
        file("wrong.yaml", "kind: conditionalAccessPolicy\nid: wrong\nstat: enabled\n");
        file("broken.yaml", "kind: [\n");
        file("untidy.yaml", "kind:    securityDefaults\nisEnabled:      false\n");
        file("people.yaml", """
                kind: directory
                users:
                  - { id: 4d0d1c1e-0000-4000-8000-000000000001, userPrincipalName: ann@contoso.com, perUserMfaState: enforced, perUserMfaEnabledDateTime: 2026-01-01T00:00:00Z, authenticationMethods: [{ method: microsoftAuthenticatorPush, isDefault: true }] }
                  - { id: 4d0d1c1e-0000-4000-8000-000000000002, userPrincipalName: bob@contoso.com }
                """);
        file("ann.yaml", "{ user: ann@contoso.com, clientAppType: browser }");
        file("nonsense.yaml", "{ user: ann@contoso.com, clientAppType: brwser }");
        file("body.json", "{\"signInIdentity\": {\"@odata.type\": \"#microsoft.graph.userSignIn\", \"userId\": \"ann@contoso.com\"},"
                + " \"signInContext\": {\"@odata.type\": \"#microsoft.graph.applicationContext\", \"includeApplications\": [\"00000002-0000-0ff1-ce00-000000000000\"]}}");
        file("passes.yaml", suite("block"));
        file("fails.yaml", suite("allow"));
        file("log.json", "[{\"id\": \"1\", \"createdDateTime\": \"2026-11-16T09:00:00Z\", \"userPrincipalName\": \"ann@contoso.com\", \"clientAppUsed\": \"Browser\","
                + " \"resourceId\": \"00000002-0000-0ff1-ce00-000000000000\", \"status\": {\"errorCode\": 53003}}]");
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String suite(String outcome) {
        return """
                kind: policyTests
                policies: [blocking.yaml]
                directory: [people.yaml]
                tests:
                  - { name: a test, request: { user: ann@contoso.com }, expect: { outcome: %s } }
                """.formatted(outcome);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "evaluate -p $/blocking.yaml -d $/people.yaml $/ann.yaml                                            | 0",
        "evaluate -p $/blocking.yaml -d $/people.yaml --format json $/ann.yaml                              | 0",
        "evaluate -p $/blocking.yaml -d $/people.yaml $/nonsense.yaml                                       | 2",
        "evaluate -p $/blocking.yaml -d $/people.yaml $/missing.yaml                                        | 2",
        "evaluate -p $/wrong.yaml -d $/people.yaml $/ann.yaml                                               | 2",
        "evaluate -p $/blocking.yaml -d $/people.yaml                                                       | 2",
        "evaluate --nonsense                                                                                | 2",
        "whatif -p $/blocking.yaml -d $/people.yaml $/body.json                                             | 0",
        "whatif -p $/blocking.yaml -d $/people.yaml $/ann.yaml                                              | 2",
        "whatif -p $/blocking.yaml -d $/people.yaml $/missing.json                                          | 2",
        "check -d $/people.yaml $/nothing.yaml                                                              | 0",
        "check -d $/people.yaml $/wrong.yaml                                                                | 1",
        "check -d $/people.yaml $/wrong.yaml --format sarif                                                 | 1",
        "check -d $/people.yaml $/wrong.yaml --format json                                                  | 1",
        "check -d $/people.yaml $/missing.yaml                                                              | 2",
        "check -d $/missing.yaml $/nothing.yaml                                                             | 2",
        "check --format xml $/nothing.yaml                                                                  | 2",
        "test $/passes.yaml                                                                                 | 0",
        "test $/fails.yaml                                                                                  | 1",
        "test $/missing.yaml                                                                                | 2",
        "test $/nothing.yaml                                                                                | 2",
        "test --min-coverage 101 $/passes.yaml                                                              | 2",
        "test --min-coverage many $/passes.yaml                                                             | 2",
        "test --min-coverage 0 $/passes.yaml                                                                | 0",
        "test --min-coverage 100 $/passes.yaml                                                              | 0",
        "test -p rules/conditional-access -d samples/directory.yaml --min-coverage 100 samples/tests/conditional-access.yaml --filter guest | 3",
        "test -p $/blocking.yaml --min-coverage 100 $/fails.yaml                                            | 1",
        "test --filter nobody $/passes.yaml                                                                 | 2",
        "test --junit $ $/passes.yaml                                                                       | 2",
        "replay -p $/blocking.yaml -d $/people.yaml $/log.json                                              | 0",
        "replay -p $/nothing.yaml -d $/people.yaml $/log.json                                               | 1",
        "replay -p $/blocking.yaml -d $/people.yaml --against $/nothing.yaml $/log.json                     | 1",
        "replay -p $/blocking.yaml -d $/people.yaml --against $/blocking.yaml $/log.json                    | 0",
        "replay -p $/blocking.yaml -d $/people.yaml $/missing.json                                          | 2",
        "replay -p $/blocking.yaml -d $/people.yaml $/broken.yaml                                           | 2",
        "replay -p $/blocking.yaml -d $/people.yaml --html $/missing/report.html $/log.json                 | 2",
        "convert --to graph $/blocking.yaml                                                                 | 0",
        "convert --to yaml $/blocking.yaml                                                                  | 0",
        "convert --to xml $/blocking.yaml                                                                   | 2",
        "convert $/blocking.yaml                                                                            | 2",
        "convert --to graph $/broken.yaml                                                                   | 2",
        "convert --to graph $/missing.yaml                                                                  | 2",
        "users list -d $/people.yaml                                                                        | 0",
        "users show ann@contoso.com -d $/people.yaml                                                        | 0",
        "users show nobody@contoso.com -d $/people.yaml                                                     | 2",
        "users report -p $/nothing.yaml -d $/people.yaml --format csv                                       | 0",
        "users enable bob@contoso.com --yes -d $/people.yaml                                                | 0",
        "users enforce bob@contoso.com --yes -d $/people.yaml                                               | 0",
        "users disable ann@contoso.com --yes -d $/people.yaml                                               | 0",
        "users register bob@contoso.com --method fido2 --name Key -d $/people.yaml                          | 0",
        "users register bob@contoso.com --method carrier-pigeon -d $/people.yaml                            | 2",
        "users unregister ann@contoso.com --all -d $/people.yaml                                            | 0",
        "users unregister ann@contoso.com -d $/people.yaml                                                  | 2",
        "users revoke-sessions --all --yes -d $/people.yaml                                                 | 0",
        "users revoke-sessions ann@contoso.com -d $/people.yaml                                             | 0",
        "users enable nobody@contoso.com --yes -d $/people.yaml                                             | 2",
        "users enable bob@contoso.com --yes -d $/missing.yaml                                               | 2",
        "users                                                                                              | 2",
        "app-passwords create ann@contoso.com --name Printer -p $/app-passwords.yaml -d $/people.yaml       | 0",
        "app-passwords create ann@contoso.com --name Printer -p $/nothing.yaml -d $/people.yaml             | 1",
        "app-passwords create bob@contoso.com --name Printer -p $/app-passwords.yaml -d $/people.yaml       | 1",
        "app-passwords create nobody@contoso.com --name Printer -p $/nothing.yaml -d $/people.yaml          | 2",
        "app-passwords create ann@contoso.com -p $/nothing.yaml -d $/people.yaml                            | 2",
        "app-passwords list ann@contoso.com -d $/people.yaml                                                | 0",
        "app-passwords list nobody@contoso.com -d $/people.yaml                                             | 2",
        "app-passwords delete ann@contoso.com --name Printer -p $/nothing.yaml -d $/people.yaml             | 1",
        "app-passwords delete ann@contoso.com -d $/people.yaml                                              | 2",
        "fmt --check $/nothing.yaml                                                                         | 0",
        "fmt --check $/untidy.yaml                                                                          | 1",
        "fmt --check $/broken.yaml                                                                          | 2",
        "schema policy-set                                                                                 | 0",
        "schema nonsense                                                                                    | 2",
        "completion bash                                                                                    | 0",
        "completion nonsense                                                                                | 2",
        "samples                                                                                            | 2",
        "--help                                                                                             | 0",
        "--version                                                                                          | 0",
        "nonsense                                                                                           | 2"})
    void command_endsWithTheCodeOfTheInterface(String command, int code) {
        CommandRun run = CommandRun.of(command.strip().replace("$", folder.toString()).split(" +"));
        assertThat(run.code()).as(run.all()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"evaluate", "whatif", "check", "test", "replay", "convert", "users", "users list", "users show", "users enable", "users enforce", "users disable",
        "users methods", "users register", "users unregister", "users revoke-sessions", "users report", "app-passwords", "app-passwords create", "app-passwords list",
        "app-passwords delete", "init", "fmt", "schema", "completion", "samples"})
    void help_ofEveryCommand_isFine(String command) {
        CommandRun run = CommandRun.of((command + " --help").split(" "));
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains(command);
        assertThat(run.err()).isEmpty();
    }
}
