package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code redundant} prints, and how it ends. */
class RedundantCommandTest {

    private static final String[] SAMPLE = {"redundant", "-p", "samples/redundant.yaml", "-d", "samples/directory.yaml", "--clock",
        "2026-11-22T09:00:00Z"};
    private static final String MFA = """
            kind: conditionalAccessPolicy
            id: mfa
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [mfa] }
            """;

    @TempDir
    private Path folder;

    private static CommandRun run(String... more) {
        String[] arguments = new String[SAMPLE.length + more.length];
        System.arraycopy(SAMPLE, 0, arguments, 0, SAMPLE.length);
        System.arraycopy(more, 0, arguments, SAMPLE.length, more.length);
        return CommandRun.of(arguments);
    }

    private Path policies(String... texts) throws IOException {
        return Files.writeString(folder.resolve("policies.yaml"), String.join("---\n", texts));
    }

    @Test
    void sampleInText_namesWhatIsSuperfluousAndWhy() {
        CommandRun run = run();
        assertThat(run.code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out().replaceAll("\\s+", " ")).contains("require-device-for-device-code block-device-code blocks wherever",
                "Contradict other policies or themselves", "serviceProvider: block instead of allow",
                "4 of 7 enabled policies are needed, 3 superfluous (proved), 2 contradictions");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void policiesThatAreAllNeeded_endWithZero() throws Exception {
        CommandRun run = CommandRun.of("redundant", "-p", policies(MFA).toString(), "-d", "samples/directory.yaml");
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
        assertThat(run.out()).isEqualTo("1 of 1 enabled policy is needed\n");
    }

    @Test
    void twoEqualPolicies_oneOfThemCanBeRemoved() throws Exception {
        Path policies = policies(MFA, MFA.replace("id: mfa", "id: again"));
        CommandRun run = CommandRun.of("redundant", "-p", policies.toString(), "-d", "samples/directory.yaml", "--format", "json");
        assertThat(run.out().lines().filter(line -> line.contains("\"type\":\"superfluous\"")).toList()).satisfiesExactlyInAnyOrder(
                one -> assertThat(one).contains("\"policy\":\"mfa\"", "\"by\":[{\"policy\":\"again\"", "\"removableTogether\":true"),
                other -> assertThat(other).contains("\"policy\":\"again\"", "\"by\":[{\"policy\":\"mfa\"", "\"removableTogether\":false"));
    }

    @Test
    void disabledAndReportOnlyPolicies_doNotFail() throws Exception {
        Path policies = policies(MFA, MFA.replace("id: mfa", "id: off").replace("state: enabled", "state: disabled"),
                MFA.replace("id: mfa", "id: report").replace("state: enabled", "state: enabledForReportingButNotEnforced"));
        CommandRun run = CommandRun.of("redundant", "-p", policies.toString(), "-d", "samples/directory.yaml");
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
        assertThat(run.all()).contains("it is disabled", "report-only policies do not count: report");
        assertThat(CommandRun.of("redundant", "-p", policies.toString(), "-d", "samples/directory.yaml", "--with-report-only").code())
                .isEqualTo(ExitCode.DOES_NOT_HOLD.code());
    }

    @Test
    void markdownJUnitAndSarif_haveEachPolicy() {
        assertThat(run("--format", "markdown").out()).startsWith("### 4 of 7 enabled policies are needed")
                .contains("| stay-signed-in | Contradicts | persistentBrowser always is overruled by never-stay-signed-in where both apply |");
        assertThat(run("--format", "junit").out()).contains("tests=\"9\" failures=\"5\"", "name=\"require-mfa is needed\"");
        assertThat(run("--format", "sarif").out()).contains("\"ruleId\" : \"SP1450\"", "\"ruleId\" : \"SP1451\"", "\"startLine\" : 30");
    }

    @Test
    void witnesses_areTestsThatPassUntilThePolicyGoes() throws Exception {
        Path witnesses = folder.resolve("witnesses");
        assertThat(run("--witnesses", witnesses.toString()).code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        CommandRun tests = CommandRun.of("test", witnesses.toString());
        assertThat(tests.out()).contains("4 tests: 4 passed");
        String sample = Files.readString(Path.of("samples/redundant.yaml"));
        Path less = Files.writeString(folder.resolve("less.yaml"), sample.replace("id: require-mfa\nstate: enabled",
                "id: require-mfa\nstate: disabled").replace("id: require-mfa-for-admins\nstate: enabled",
                "id: require-mfa-for-admins\nstate: disabled"));
        List<Path> files;
        try (var listed = Files.list(witnesses)) {
            files = listed.sorted().toList();
        }
        for (Path file : files) {
            String text = Files.readString(file);
            boolean isOfMfa = text.startsWith("# require-mfa is needed");
            Files.writeString(file, text.replaceFirst("policies: .*", "policies: [" + less.toAbsolutePath() + "]")
                    .replaceFirst("directory: .*", "directory: [" + Path.of("samples/directory.yaml").toAbsolutePath() + "]"));
            assertThat(CommandRun.of("test", file.toString()).code()).as(text).isEqualTo(isOfMfa ? ExitCode.DOES_NOT_HOLD.code()
                    : ExitCode.FINE.code());
        }
    }
}
