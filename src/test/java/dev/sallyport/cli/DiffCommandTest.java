package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.log.SampleLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** What {@code diff} prints, and how it ends. */
class DiffCommandTest {

    private static final String BEFORE = "samples/change/before.yaml";
    private static final String AFTER = "samples/change/after.yaml";
    private static final String[] OPTIONS = {"-d", "samples/directory.yaml", "--clock", "2026-11-22T09:00:00Z"};
    private static final String POLICY = """
            kind: conditionalAccessPolicy
            id: mfa
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [mfa] }
            """;

    @TempDir
    private Path folder;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String json) {
        return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(json);
    }

    private static CommandRun run(String before, String after, String... more) {
        List<String> arguments = new ArrayList<>(List.of("diff", before, after));
        arguments.addAll(List.of(OPTIONS));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    // ---- what is found

    @Test
    void exclusion_added_isLoosenedForTodaysUsersAndThoseWhoCouldJoin() {
        CommandRun run = run(BEFORE, AFTER);
        assertThat(run.code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out()).contains("conditions.users.excludeGroups  + Finance  samples/change/after.yaml:7:71", "who 15 → 13: − emma.hart@contoso.com, tom.visser@contoso.com", "Loosened  no longer mfa",
                "could join", "members of Finance", "before", "challenge: ask for mfa", "after", "allow: let in (both confirmed by the evaluator)",
                "every other request is decided alike (proved)").doesNotContain("Tightened", "Otherwise");
    }

    @Test
    void exclusion_removed_isTightened_andNotLoosened() {
        CommandRun run = run(AFTER, BEFORE, "--fail-on", "loosened");
        assertThat(run.out()).contains("Tightened  now mfa").doesNotContain("Loosened");
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
        assertThat(run(AFTER, BEFORE).code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run(BEFORE, AFTER, "--fail-on", "loosened").code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run(BEFORE, AFTER, "--fail-on", "none").code()).isEqualTo(ExitCode.FINE.code());
    }

    @Test
    void exclusionOfAnEmptyGroup_isLoosened_forUsersWhoCouldJoinOnly() throws Exception {
        Path directory = file("directory.yaml", """
                kind: directory
                groups: [{ id: 8cf49345-79b2-4206-a553-3604a80cd19e, displayName: Nobody yet }]
                users: [{ id: 69f5cdc4-c0d8-4fea-91cd-86dbd0c0ed11, userPrincipalName: ann@contoso.com }]
                """);
        Path after = file("after.yaml", POLICY.replace("includeUsers: [All]", "includeUsers: [All], excludeGroups: [Nobody yet]"));
        CommandRun run = CommandRun.of("diff", file("before.yaml", POLICY).toString(), after.toString(), "-d", directory.toString(), "--fail-on", "loosened");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out()).contains("Today's users: 0 % of", "users who could exist: members of Nobody yet");
    }

    @Test
    void sameSet_inOtherWords_isProvedEqual() throws Exception {
        String half = POLICY.replace("includeUsers: [All]", "includeGuestsOrExternalUsers: { guestOrExternalUserTypes: internalGuest }").replace("id: mfa", "id: guests");
        CommandRun run = run(file("before.yaml", POLICY).toString(), file("after.yaml", POLICY + "---\n" + half).toString());
        assertThat(run.out()).endsWith("proved equal; both sets decide every request alike, apart from what the notes name\n").contains("guests", "added");
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
    }

    @Test
    void settingThatIsNotCompared_isNotProvedEqual() throws Exception {
        String settings = "---\nkind: mfaSettings\nrememberMfaDays: ";
        CommandRun run = run(file("before.yaml", POLICY + settings + "10\n").toString(), file("after.yaml", POLICY + settings + "20\n").toString());
        assertThat(run.code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out()).contains("`mfaSettings.rememberMfaDays` differs", "no request changes, but the sets are not proved equal");
    }

    @Test
    void policyOnServicePrincipals_disabled_isLoosenedForThem() throws Exception {
        String policy = """
                kind: conditionalAccessPolicy
                id: block-workloads
                state: enabled
                conditions:
                  clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }
                  applications: { includeApplications: [All] }
                  clientAppTypes: [all]
                grantControls: { operator: OR, builtInControls: [block] }
                """;
        CommandRun run = run(file("before.yaml", policy).toString(), file("after.yaml", policy.replace("enabled", "disabled")).toString());
        assertThat(run.out()).contains("who 1 → 0: − CRM nightly export", "Loosened  no longer block", "sign-ins of agents", "sign-ins of service principals", "block: refuse");
    }

    // ---- forms

    @Test
    void json_hasAnObjectPerLine_andBothDecisions() {
        List<Map<String, Object>> lines = run(BEFORE, AFTER, "--format", "json").out().lines().map(DiffCommandTest::object).toList();
        assertThat(lines).extracting(line -> line.get("type")).startsWith("field", "coverage", "change").endsWith("summary");
        Map<String, Object> summary = lines.get(lines.size() - 1);
        assertThat(summary).containsEntry("equal", false).containsEntry("complete", true).containsEntry("faults", List.of()).containsEntry("tightened", 0);
        for (Map<String, Object> line : lines) {
            if (line.get("type").equals("change")) {
                Map<?, ?> witness = (Map<?, ?>) line.get("witness");
                assertThat(((Map<?, ?>) witness.get("decisionBefore")).get("outcome")).isNotEqualTo(((Map<?, ?>) witness.get("decisionAfter")).get("outcome"));
            }
        }
    }

    @Test
    void witnesses_areSuitesThatPassAfterTheChange_andFailBeforeIt() throws Exception {
        Path witnesses = folder.resolve("witnesses");
        CommandRun run = run(BEFORE, AFTER, "--witnesses", witnesses.toString());
        assertThat(run.out()).contains("sallyport test " + witnesses.resolve("1.yaml"));
        try (var files = Files.list(witnesses)) {
            for (Path suite : files.sorted().toList()) {
                assertThat(CommandRun.of("test", suite.toString())).as(suite.toString()).extracting(CommandRun::code).isEqualTo(ExitCode.FINE.code());
                Path other = file("other.yaml", Files.readString(suite).replace("after.yaml", "before.yaml").replaceAll("\"[^\"]*samples/", "\"" + Path.of("samples")
                        .toAbsolutePath() + "/"));
                CommandRun failing = CommandRun.of("test", other.toString());
                assertThat(failing.code()).as(failing.all()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
            }
        }
    }

    @Test
    void markdown_hasAHeadline_aTable_andATestPerClass() throws Exception {
        String markdown = run(BEFORE, AFTER, "--format", "markdown").out();
        assertThat(markdown).startsWith("### Policies: 2 changes: 2 loosened\n").contains("| 1 | loosened | no longer mfa |", "<details><summary>Fields</summary>",
                "<details><summary>1. loosened: no longer mfa:", "This test passes after the change.");
        String block = markdown.substring(markdown.indexOf("```yaml\n") + 8);
        Path suite = Path.of("target/diff-markdown.yaml");
        Files.writeString(suite, block.substring(0, block.indexOf("\n```")).replace("samples/", "../samples/"));
        assertThat(CommandRun.of("test", suite.toString()).code()).isEqualTo(ExitCode.FINE.code());
    }

    @Test
    void junitAndSarif_haveAResultPerClass() {
        assertThat(run(BEFORE, AFTER, "--format", "junit").out()).contains("<failure", "loosened: no longer mfa");
        assertThat(run(BEFORE, AFTER, "--format", "sarif").out()).contains("\"SP1441\"", "samples/change/after.yaml");
        assertThat(run(BEFORE, BEFORE, "--format", "junit").out()).contains("every other request is decided alike").doesNotContain("<failure");
    }

    @Test
    void log_tellsHowManySignInsEndDifferently() throws Exception {
        Path log = folder.resolve("log.json");
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        try (OutputStream out = Files.newOutputStream(log)) {
            new SampleLog(engine, 300, 7, 0).write(out, SampleLog.Dialect.MONITOR);
        }
        CommandRun run = run(file("before.yaml", POLICY).toString(), file("after.yaml", POLICY.replace("[mfa]", "[block]")).toString(), "--log", log.toString());
        assertThat(run.out()).contains("For the sign-ins of the log", "NEWLY BLOCKED");
        CommandRun json = run(BEFORE, AFTER, "--log", log.toString(), "--format", "json");
        assertThat(json.out().lines().map(DiffCommandTest::object).map(line -> line.get("type"))).endsWith("log", "summary");
        assertThat(run(BEFORE, AFTER, "--log", folder.resolve("none.json").toString()).code()).isEqualTo(ExitCode.UNUSABLE.code());
    }

    // ---- Git

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-c", "user.name=Test", "-c", "user.email=test@contoso.com"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    private Path workingCopy() throws Exception {
        Path policies = Files.createDirectories(folder.resolve("policies"));
        Files.writeString(policies.resolve("mfa.yaml"), POLICY);
        Files.writeString(policies.resolve("notes.txt"), "not a policy");
        Files.createDirectories(policies.resolve(".hidden"));
        Files.writeString(policies.resolve(".hidden/wrong.yaml"), "kind: [");
        git("init", "-q");
        git("add", "-A");
        git("commit", "-qm", "Require MFA");
        return policies;
    }

    @Test
    void revision_isComparedWithTheWorkingCopy() throws Exception {
        Path policies = workingCopy();
        assertThat(run("git:HEAD", policies.toString()).out()).contains("proved equal", "From git:HEAD:" + policies);
        Files.writeString(policies.resolve("mfa.yaml"), POLICY.replace("enabled", "disabled"));
        CommandRun run = run("git:HEAD", policies.toString());
        assertThat(run.code()).as(run.all()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out()).contains("Loosened  no longer mfa", "enabled → disabled");
        git("commit", "-qam", "Require nothing");
        CommandRun between = run("git:HEAD", "git:HEAD~1:" + policies);
        assertThat(between.out()).as(between.all()).contains("Tightened  now mfa", "git:HEAD~1:" + policies.resolve("mfa.yaml"));
        Files.move(policies, folder.resolve("moved"));
        assertThat(run("git:HEAD~1:" + policies, folder.resolve("moved").toString()).out()).contains("Loosened  no longer mfa");
        assertThat(run("git:HEAD~1:" + policies.resolve("mfa.yaml"), folder.resolve("moved/mfa.yaml").toString()).out()).contains("Loosened  no longer mfa");
    }

    @Test
    void revision_thatIsMissing_orHasNoPolicies_isRefused() throws Exception {
        Path policies = workingCopy();
        assertThat(run("git:nope", policies.toString()).err()).contains("git:nope: error SP1440: git says: fatal:", "such as `git:HEAD`");
        assertThat(run("git:HEAD:" + folder.resolve("other"), policies.toString()).err()).contains("the revision has no policies in");
        assertThat(run("git:HEAD", folder.getRoot().toString() + "nowhere").code()).isEqualTo(ExitCode.UNUSABLE.code());
    }

    @Test
    void revision_withALinkOrABrokenFile_isRefused() throws Exception {
        Path policies = workingCopy();
        Files.createSymbolicLink(policies.resolve("link.yaml"), Path.of("mfa.yaml"));
        Files.writeString(policies.resolve("broken.yaml"), "kind: [");
        git("add", "-A");
        git("commit", "-qm", "Add a link");
        CommandRun run = run("git:HEAD", policies.resolve("mfa.yaml").toString());
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
        run = run("git:HEAD:" + policies, policies.resolve("mfa.yaml").toString());
        assertThat(run.err()).contains("a link of a revision is not followed", "broken.yaml:1:8: error");
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
    }

    @ParameterizedTest
    @CsvSource({"git:, names no revision", "git:-q, names no revision", "git::policies, names no revision"})
    void revision_withoutAName_isRefused(String before, String message) {
        CommandRun run = run(before, AFTER);
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(run.err()).contains(message);
    }

    @Test
    void watch_comparesAgain_whenAFileChanges() throws Exception {
        Path after = file("after.yaml", POLICY);
        StringWriter out = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(new StringWriter()), 100, false, false);
        List<Path> watched = new ArrayList<>();
        DiffCommand command = new DiffCommand(terminal, paths -> {
            watched.addAll(paths);
            return new WatchOption.Changes() {
                private boolean isChanged;

                @Override
                public boolean await() {
                    if (isChanged) {
                        return false;
                    }
                    try {
                        Files.writeString(after, POLICY.replace("enabled", "disabled"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    isChanged = true;
                    return true;
                }

                @Override
                public void close() { }
            };
        }, Analysis::of);
        int code = new CommandLine(command).execute(file("before.yaml", POLICY).toString(), after.toString(), "--watch");
        terminal.out().flush();
        assertThat(code).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(out.toString()).contains("proved equal", "Loosened  no longer mfa");
        assertThat(watched).contains(folder.resolve("before.yaml"), after);
    }

    @Test
    void wrongOptions_areRefused() {
        assertThat(run(BEFORE, AFTER, "--max", "0").err()).contains("`--max` needs a number of 1 or more");
        assertThat(run("-", "-").err()).contains("name standard input (`-`) only once");
        assertThat(run("nowhere.yaml", AFTER).err()).contains("no such file");
    }
}
