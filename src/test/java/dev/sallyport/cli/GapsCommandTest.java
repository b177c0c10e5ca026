package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Request;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.RequestReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What {@code gaps} prints, and how it ends. */
class GapsCommandTest {

    private static final String[] SAMPLES = {"gaps", "-p", "rules/conditional-access", "-d", "samples/directory.yaml", "--clock", "2026-11-22T09:00:00Z"};
    private static final String PROTECTED = """
            kind: conditionalAccessPolicy
            id: block
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [block] }
            """;

    @TempDir
    private Path folder;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String json) {
        return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(json);
    }

    private static CommandRun run(String... more) {
        String[] arguments = new String[SAMPLES.length + more.length];
        System.arraycopy(SAMPLES, 0, arguments, 0, SAMPLES.length);
        System.arraycopy(more, 0, arguments, SAMPLES.length, more.length);
        return CommandRun.of(arguments);
    }

    @Test
    void samples_haveGaps_withTheirReasons() {
        CommandRun run = run("--kind", "signIn");
        assertThat(run.code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out()).startsWith("Under rules/conditional-access, for the users of samples/directory.yaml:\n\n1. a password alone opens sign-ins: 1 of 16 people: emergency-1@contoso.com\n")
                .contains("require-mfa-outside-trusted-locations: excludeLocations AllTrusted")
                .contains("location         MFA trusted IPs, not in Embargoed countries")
                .contains("registering first opens sign-ins: 3 of 16 people: milan.novak@contoso.com, priya.nair@contoso.com, ruth.adeyemi@contoso.com")
                .endsWith("5 gaps; nothing else is open\n");
        assertThat(run.out()).doesNotContain("legacy clients:", "the registration of devices:");
        assertThat(run.err()).contains("note: report-only policies do not count: 2");
    }

    @Test
    void json_hasAGapPerLine_andASummary_andWitnessesThatEvaluateAgrees() throws Exception {
        List<String> lines = run("--format", "json").out().lines().toList();
        Map<String, Object> summary = object(lines.get(lines.size() - 1));
        assertThat(summary).containsEntry("type", "summary").containsEntry("complete", true).containsEntry("faults", List.of());
        assertThat(((Number) summary.get("gaps")).intValue()).isEqualTo(lines.size() - 1).isEqualTo(10);
        for (String line : lines.subList(0, lines.size() - 1)) {
            Map<?, ?> witness = (Map<?, ?>) object(line).get("witness");
            String request = line.substring(line.indexOf("\"request\":") + "\"request\":".length(), line.indexOf(",\"user\":null,\"decision\":"));
            Diagnostics found = new Diagnostics();
            List<Request> read = new RequestReader(found).read(Sources.parse("request.json", request, found).get(0).root());
            assertThat(found.toList()).isEmpty();
            assertThat(read).hasSize(1);
            Path file = Files.writeString(folder.resolve("request.json"), request);
            CommandRun evaluated = CommandRun.of("evaluate", file.toString(), "-p", "rules/conditional-access", "-d", "samples/directory.yaml", "--format", "json");
            assertThat(object(evaluated.out()).get("outcome")).isEqualTo(((Map<?, ?>) witness.get("decision")).get("outcome"));
        }
    }

    @Test
    void setThatBlocksEverything_hasNoGap() throws Exception {
        Path file = Files.writeString(folder.resolve("policies.yaml"), PROTECTED);
        CommandRun run = CommandRun.of("gaps", "-p", file.toString(), "--anybody");
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
        assertThat(run.out()).startsWith("Under " + file + ", for any user who could exist:\n").endsWith("no gaps; nothing else is open\n");
    }

    @Test
    void usersOfADirectory_areTheDefault_andThoseWhoCouldExistWithoutOne() throws Exception {
        assertThat(run().out()).contains("for the users of samples/directory.yaml");
        assertThat(run("--anybody").out()).contains("for any user who could exist");
        Path file = Files.writeString(folder.resolve("policies.yaml"), PROTECTED);
        assertThat(CommandRun.of("gaps", "-p", file.toString(), "-d", Files.writeString(folder.resolve("directory.yaml"), "kind: directory\n").toString()).out())
                .contains("for any user who could exist");
        CommandRun nobody = CommandRun.of("gaps", "-p", file.toString(), "-d", folder.resolve("directory.yaml").toString(), "--people");
        assertThat(nobody.err()).contains("note: the directory has no users");
    }

    @ParameterizedTest
    @CsvSource({"--kind=modern, unknown kind of request `modern`", "--max=0, `--at-least` and `--max` need a number of 1 or more", "--at-least=-1, `--at-least` and `--max` need",
        "--at-least=few, is not a whole number"})
    void wrongOptions_areRefused(String option, String message) {
        CommandRun run = run(option);
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(run.err()).contains(message);
    }

    @Test
    void peopleAndAnybody_excludeEachOther() {
        assertThat(run("--people", "--anybody").code()).isEqualTo(ExitCode.UNUSABLE.code());
    }
}
