package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.CommandRun;
import dev.sallyport.fixtures.Attack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks by suites: 88, and the part of 101 and 106 that is theirs. */
class SuiteAttacksTest {

    private static final String TEST = "  - { name: a, request: { user: ann@contoso.com }, expect: { outcome: challenge } }\n";

    @TempDir
    private Path folder;
    private Path suites;

    @BeforeEach
    void write() throws IOException {
        suites = Files.createDirectory(folder.resolve("suites"));
        Files.writeString(suites.resolve("policies.yaml"), Attack.policy("p", "", Attack.MFA) + "---\nkind: mfaSettings\nregistrationGracePeriodDays: 14\n");
        Files.writeString(suites.resolve("directory.yaml"), """
                kind: directory
                applications: [ { appId: a1, displayName: Payroll } ]
                users:
                  - { id: u-ann, userPrincipalName: ann@contoso.com, authenticationMethods: [ { method: microsoftAuthenticatorPush, isDefault: true } ] }
                  - { id: u-bob, userPrincipalName: bob@contoso.com }
                """);
    }

    private CommandRun run(String head, String tests, String... options) throws IOException {
        Path suite = Files.writeString(suites.resolve("suite.yaml"), "kind: policyTests\nclock: 2026-11-22T09:00:00Z\n" + head
                + (head.contains("policies:") ? "" : "policies: [policies.yaml]\n") + (head.contains("directory:") ? "" : "directory: [directory.yaml]\n")
                + (head.contains("defaults:") ? "" : "defaults: { application: Payroll, clientAppType: browser }\n") + "tests:\n" + tests);
        return CommandRun.of(Stream.concat(Stream.of("test", suite.toString()), Stream.of(options)).toArray(String[]::new));
    }

    // ---- 88

    /** A file of the kind that no suite should print: each line is a secret, and none of them is a resource. */
    private static final String SECRETS = "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nTOKEN=0123456789abcdef0123456789abcdef0123456789abcdef\n";

    @ParameterizedTest
    @CsvSource({"policies, .env", "directory, .env", "policies, secret.yaml", "directory, secret.yaml", "policies, list.yaml", "policies, many.yaml", "policies, secret.json", "policies, token.json",
        "directory, list.yaml", "policies, key.yaml", "policies, kind.yaml", "policies, link.yaml", "policies, ."})
    void attack_88_suiteThatNamesAnotherFile_printsAtMost40CharactersOfIt(String field, String name) throws Exception {
        Path secret = Files.createDirectory(folder.resolve("secret"));
        String lines = "- " + SECRETS.strip().replace("\n", "\n- ") + "\n";
        Files.writeString(secret.resolve(switch (name) {
            case ".", "link.yaml" -> "secret.yaml";
            default -> name;
        }), switch (name) {
            case "list.yaml" -> lines;
            case "many.yaml" -> SECRETS.replace("\n", "\n---\n");
            case "secret.json" -> "[\"" + SECRETS.strip().replace("\n", "\", \"") + "\"]";
            case "key.yaml" -> "kind: conditionalAccessPolicy\nstate: " + SECRETS.replace("\n", " ") + "\n";
            case "kind.yaml" -> "kind: " + SECRETS.replace("\n", " ") + "\n";
            default -> SECRETS;
        });
        if (name.equals("link.yaml")) {
            Files.createSymbolicLink(secret.resolve(name), secret.resolve("secret.yaml"));
        }
        CommandRun run = run(field + ": [../secret/" + name + "]\n", TEST);
        assertThat(run.code()).isEqualTo(2);
        for (String each : SECRETS.split("\n")) {
            int longest = name.equals("key.yaml") || name.equals("kind.yaml") ? 100 : 40;   // there a resource was begun
            for (int i = 0; i + longest < each.length(); i++) {
                assertThat(run.all()).doesNotContain(each.substring(i, i + longest + 1));
            }
        }
        assertThat(run.all()).doesNotContain("0123456789abcdef0123456789abcdef0123456789abcdef");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "/dev/zero", "/proc/self/environ"})
    void attack_88_suiteThatNamesASystemFile_isAnErrorBeforeItIsRead(String path) throws Exception {
        for (String field : List.of("policies", "directory")) {
            CommandRun run = run(field + ": [" + path + "]\n", TEST);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("suite.yaml:").contains("SP1608: `" + path + "` cannot be part of a policy set or a directory").doesNotContain("root:");
        }
    }

    // ---- 101

    @Test
    void attack_101_timelineThatRevokesAgain_keepsTheLaterRevocation() throws Exception {
        String given = "given: { policies: [], users: { ann@contoso.com: { signInSessionsValidFromDateTime: 2026-11-10T09:00:00Z } } }";
        CommandRun run = run("", "  - name: a\n    " + given + "\n    timeline:\n"
                + "      - { at: 2026-11-05T09:00:00Z, users: { revoke-sessions: ann@contoso.com } }\n"
                + "      - { at: 2026-11-11T09:00:00Z, request: { user: ann@contoso.com, session: { isInteractive: false, startedDateTime: 2026-11-07T09:00:00Z },"
                + " authentication: { signInDateTime: 2026-11-07T09:00:00Z } }, expect: { outcome: challenge, reason: sessionRevoked } }\n");
        assertThat(run.code()).as(run.all()).isZero();
    }

    // ---- 106

    @ParameterizedTest
    @ValueSource(strings = {"true", "false", "no", "'false'", "OFF", "0", "null", "~", "''", "'-'", "'null'", "[]", "{}"})
    void attack_106_skipWithoutAReason_isAnErrorAndNoSkip(String skip) throws Exception {
        CommandRun run = run("", TEST + "  - { name: b, skip: " + skip + ", request: { user: ann@contoso.com }, expect: { outcome: allow } }\n");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("SP1105: `skip` has no reason").contains("write why the test is skipped");
        assertThat(run.out()).doesNotContain("skipped");
    }

    @Test
    void attack_106_suiteOrRunOfWhichNothingIsLeft_isUnusable() throws Exception {
        String skipped = "  - { name: b, skip: in January, request: { user: ann@contoso.com }, expect: { outcome: allow } }\n";
        assertThat(run("", TEST + skipped).code()).isZero();
        CommandRun all = run("", skipped);
        assertThat(all.code()).isEqualTo(2);
        assertThat(all.err()).contains("suite.yaml:1:1: error SP1607: every test of the suite is skipped");
        CommandRun filtered = run("", TEST + skipped, "--filter", "b");
        assertThat(filtered.code()).isEqualTo(2);
        assertThat(filtered.err()).contains("SP1607: every selected test is skipped");
        Files.copy(suites.resolve("suite.yaml"), folder.resolve("other.yaml"));
        run("", TEST);
        Path other = Files.writeString(suites.resolve("other.yaml"), Files.readString(suites.resolve("suite.yaml")).replace(TEST, skipped));
        CommandRun both = CommandRun.of("test", suites.resolve("suite.yaml").toString(), other.toString());
        assertThat(both.code()).as("one suite of two").isEqualTo(2);
        assertThat(both.err()).contains("other.yaml:1:1: error SP1607");
    }

    private static String timeline(String... steps) {
        return "  - name: a\n    given: { policies: [] }\n    timeline:\n      - " + String.join("\n      - ", steps) + "\n";
    }

    private static final String ENABLED = "{ at: 2026-11-01T09:00:00Z, users: { enable: bob@contoso.com } }";
    private static final String LATER = "{ at: 2026-11-30T09:00:00Z, request: { user: bob@contoso.com%s }, expect: { outcome: %s } }";

    @Test
    void attack_106_timeOfATimeline_isItsOwn() throws Exception {
        assertThat(run("", timeline(ENABLED, LATER.formatted("", "prompt-register"))).code()).isZero();
        CommandRun own = run("", timeline(ENABLED, LATER.formatted(", createdDateTime: 2020-01-01T00:00:00Z", "allow")));
        assertThat(own.code()).isEqualTo(2);
        assertThat(own.err()).contains("SP1604: the step has both `at` and `createdDateTime`");
        for (String name : List.of("createdDateTime", "CreatedDateTime")) {
            CommandRun defaults = run("defaults: { application: Payroll, clientAppType: browser, " + name + ": 2020-01-01T00:00:00Z }\n", timeline(ENABLED, LATER.formatted("", "allow")));
            assertThat(defaults.code()).isEqualTo(2);
            assertThat(defaults.err()).contains("SP1604: the step has both `at` and `createdDateTime`");
        }
        assertThat(run("defaults: { application: Payroll, clientAppType: browser, createdDateTime: 2020-01-01T00:00:00Z }\n",
                timeline(ENABLED, LATER.formatted(", createdDateTime: null", "prompt-register"))).code()).as("null takes the default away").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"enforce: []", "disable: null", "revoke-sessions: ~", "register: []", "register: null", "enforce: [null]", "enforce: ''", "register: {}", "Enforce: []", "enfroce: bob@contoso.com"})
    void attack_106_moveThatNamesNobody_isAnError(String move) throws Exception {
        CommandRun run = run("", timeline("{ at: 2026-11-01T09:00:00Z, users: { enable: bob@contoso.com, " + move + " } }", LATER.formatted("", "prompt-register")));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("error SP1");
    }

    @Test
    void attack_106_moveInAnotherCase_isMade() throws Exception {
        CommandRun run = run("", timeline("{ at: 2026-11-01T09:00:00Z, users: { Enforce: bob@contoso.com, register: { user: bob@contoso.com, method: sms } } }", LATER.formatted("", "challenge")));
        assertThat(run.code()).as(run.all()).isZero();
    }

    @Test
    void attack_106_failedTest_coversNothing() throws Exception {
        String right = "  - { name: a, request: { user: ann@contoso.com }, expect: { outcome: challenge } }\n";
        String wrong = "  - { name: b, request: { user: ann@contoso.com }, expect: { outcome: allow } }\n";
        assertThat(run("", right, "--coverage").out()).contains("coverage: 100.0 %");
        CommandRun failed = run("", wrong, "--coverage");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).contains("coverage: 0.0 %");
        String halfWrong = timeline("{ at: 2026-11-01T09:00:00Z, request: { user: ann@contoso.com }, expect: { outcome: challenge } }",
                "{ at: 2026-11-02T09:00:00Z, request: { user: ann@contoso.com }, expect: { outcome: allow } }").replace("    given: { policies: [] }\n", "");
        assertThat(run("", halfWrong, "--coverage").out()).contains("coverage: 0.0 %");
    }
}
