package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that decide are given a policy set in which nothing is. */
class EmptySetTest {

    private static final String PEOPLE = "samples/directory.yaml";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "replay", "test", "check", "whatif", "users report"})
    void attack_76_command_underASetInWhichNothingIs_isAnErrorThatNamesTheFilesThatAreNotRead(String command) throws Exception {
        Path set = Files.createDirectory(folder.resolve("policies"));
        Files.writeString(set.resolve("README.txt"), "policies");
        Files.writeString(set.resolve("one.yamll"), "kind: conditionalAccessPolicy\n");
        Path suite = Files.writeString(folder.resolve("suite.yaml"), "kind: policyTests\npolicies: [policies]\ndirectory: [people.yaml]\ntests:\n"
                + "  - { name: any, request: { user: ann@contoso.com }, expect: { outcome: allow } }\n");
        Files.writeString(folder.resolve("people.yaml"), "kind: directory\nusers: [{ id: u1, userPrincipalName: ann@contoso.com }]\n");
        Path log = Files.writeString(folder.resolve("log.json"), "[]");
        Path body = Files.writeString(folder.resolve("body.json"), "{}");
        CommandRun run = switch (command) {
            case "test" -> CommandRun.of("test", suite.toString());
            case "check" -> CommandRun.of("check", "-p", set.toString(), "-d", PEOPLE);
            case "replay" -> CommandRun.of("replay", log.toString(), "-p", set.toString(), "-d", PEOPLE);
            case "whatif" -> CommandRun.of("whatif", body.toString(), "-p", set.toString(), "-d", PEOPLE);
            case "users report" -> CommandRun.of("users", "report", "-p", set.toString(), "-d", PEOPLE);
            default -> CommandRun.of("evaluate", "samples/emma-at-home.yaml", "-p", set.toString(), "-d", PEOPLE);
        };
        assertThat(run.code()).as(run.all()).isEqualTo(command.equals("check") ? 1 : 2);
        assertThat(run.all()).contains("SP1117").contains("no security defaults and no MFA settings");
        if (!command.equals("check")) {
            assertThat(run.all().replaceAll("\\s+", " ")).contains("`README.txt`, `one.yamll`");
        }
    }

    @Test
    void attack_76_suiteThatNarrowsItsPoliciesToNone_meansIt() throws Exception {
        Path suite = Files.writeString(folder.resolve("suite.yaml"), """
                kind: policyTests
                directory: [people.yaml]
                resources:
                  - { kind: conditionalAccessPolicy, id: one, state: enabled, conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] },
                      clientAppTypes: [all] }, grantControls: { operator: OR, builtInControls: [block] } }
                tests:
                  - { name: all, request: { user: ann@contoso.com }, expect: { outcome: block } }
                  - { name: none, given: { policies: [] }, request: { user: ann@contoso.com }, expect: { outcome: allow } }
                """);
        Files.writeString(folder.resolve("people.yaml"), "kind: directory\nusers: [{ id: u1, userPrincipalName: ann@contoso.com }]\n");
        CommandRun run = CommandRun.of("test", suite.toString());
        assertThat(run.code()).as(run.all()).isZero();
    }
}
