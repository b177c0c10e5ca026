package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.analyse.Analysis;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** What {@code gaps} prints, and how it ends. */
class GapsCommandTest {

    private static final String[] SAMPLES = {"gaps", "-p", "rules/conditional-access", "-d", "samples/directory.yaml", "--clock", "2026-11-22T09:00:00Z"};
    private static final String BLOCK = policy("block", "{ includeUsers: [All] }", "block");
    /** No user registers, so that no attacker does. */
    private static final String MFA_BUT_STAFF = policy("mfa", "{ includeUsers: [All], excludeGroups: [Staff] }", "mfa") + "---\n"
            + policy("registration", "{ includeUsers: [All] }", "block").replace("includeApplications: [All]", "includeUserActions: [\"urn:user:registersecurityinfo\"]");
    private static final String PEOPLE = """
            kind: directory
            groups: [{ id: g1, displayName: Staff }]
            users:
              - { userPrincipalName: ann@contoso.com, memberOf: [Staff], authenticationMethods: [{ method: fido2 }] }
              - { userPrincipalName: bob@contoso.com, authenticationMethods: [{ method: fido2 }] }
            """;
    private static final String STAFF = accepted("staff", "for: { groups: [Staff] }", "");

    @TempDir
    private Path folder;

    private static String policy(String id, String users, String control) {
        return "kind: conditionalAccessPolicy\nid: " + id + "\nstate: enabled\nconditions: { users: " + users
                + ", applications: { includeApplications: [All] }, clientAppTypes: [all] }\ngrantControls: { operator: OR, builtInControls: [" + control + "] }\n";
    }

    private static String accepted(String name, String box, String until) {
        return "kind: invariants\naccepted:\n  - name: " + name + "\n    " + box + "\n    reason: known\n" + until;
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String json) {
        return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(json);
    }

    private static CommandRun samples(String... more) {
        return CommandRun.of(Stream.concat(Stream.of(SAMPLES), Stream.of(more)).toArray(String[]::new));
    }

    /** A policy set with people: an exclusion of Staff is a gap for ann, and for whoever joins Staff. */
    private CommandRun staff(String... more) {
        return CommandRun.of(Stream.concat(Stream.of("gaps", "-p", file("policies.yaml", MFA_BUT_STAFF).toString(), "-d", file("people.yaml", PEOPLE).toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    // ---- text

    @Test
    void samples_haveGaps_withPeopleReasonsAndExamples() {
        CommandRun run = samples("--kind", "signIn");
        assertThat(run.code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out()).startsWith("Today's users: 16 in samples/directory.yaml\n").containsPattern("\\d % of [\\d,]+ kinds of requests are open; nothing else is \\(proved\\)")
                .contains("\nA password alone opens sign-ins\n\n 1  1 of 16 people: emergency-1@contoso.com\n    could join   members of Break glass",
                        "require-mfa-outside-trusted-locations excludes AllTrusted",
                        "rules/conditional-access/require-mfa-outside-trusted-locations.yaml:11:65)", "    from          MFA trusted IPs, not in Embargoed countries\n",
                        "\nAn attacker who registers first opens sign-ins\n", "3 of 16 people: milan.novak@contoso.com, priya.nair@contoso.com, ruth.adeyemi@contoso.com\n",
                        "allow, confirmed by the", "\nUsers who could exist: a member behind every name of the policies\n")
                .doesNotContain("legacy clients\n", "the registration of devices");
        assertThat(run.out().lines().reduce((one, other) -> other)).hasValueSatisfying(last -> assertThat(last).matches("\\d+ gaps; nothing else is open \\(proved\\)"));
        assertThat(run.err()).contains("note: report-only policies do not count: 2").doesNotContain("are not analysed");
        assertThat(samples("--people", "--kind", "legacy").out()).containsPattern("An app password alone opens sign-ins of legacy clients\n\n +\\d+ +1 of 16 people: copier@");
        assertThat(samples().err()).contains("note: sign-ins of service principals are not analysed: no policy is about them (--kind workload analyses them)");
    }

    @Test
    void narrowTerminal_wrapsEveryLineThatHasASpace() {
        CommandRun run = CommandRun.of(60, SAMPLES);
        assertThat(run.out().lines().filter(line -> line.length() > 60)).allSatisfy(line -> assertThat(line.strip()).doesNotContainPattern("\\S{1,30} \\S{1,30} \\S"));
    }

    @Test
    void setThatBlocksEverything_hasNoGap() {
        CommandRun run = CommandRun.of("gaps", "-p", file("policies.yaml", BLOCK).toString());
        assertThat(run.code()).as(run.all()).isEqualTo(ExitCode.FINE.code());
        assertThat(run.out()).startsWith("Users who could exist").endsWith("no gaps; nothing else is open (proved)\n");
    }

    @Test
    void usersOfADirectory_andThoseWhoCouldExist_areToldApart() {
        assertThat(staff("--kind", "signIn").out()).contains(" 1  1 of 2 people: ann@contoso.com\n    could join   members of Staff").contains("Today's users", "Users who could exist");
        assertThat(staff("--kind", "signIn", "--people").out()).contains("Today's users", "ann@contoso.com").doesNotContain("could");
        assertThat(staff("--kind", "signIn", "--anybody").out()).doesNotContain("Today's users").contains("Users who could exist", " 1  members of Staff");
        CommandRun nobody = CommandRun.of("gaps", "-p", file("policies.yaml", BLOCK).toString(), "--people");
        assertThat(nobody.err()).contains("note: the directory has no users");
        assertThat(staff("--people", "--anybody").code()).isEqualTo(ExitCode.UNUSABLE.code());
    }

    @ParameterizedTest
    @CsvSource({"--kind=modern, unknown kind of request `modern`: use one of signIn", "--max=0, `--at-least` and `--max` need a number of 1 or more",
        "--at-least=-1, `--at-least` and `--max` need", "--at-least=few, is not a whole number", "--accept=missing.yaml, missing.yaml"})
    void wrongOptions_areRefused(String option, String message) {
        CommandRun run = samples(option);
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(run.err()).contains(message);
    }

    @Test
    void principals_areAsked_ifAPolicyIsAboutThem() {
        file("policies.yaml", policy("block", "{ includeUsers: [None] }", "block").replace(", clientAppTypes", ", clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant], "
                + "excludeServicePrincipals: [Nightly import] }, clientAppTypes"));
        file("people.yaml", "kind: directory\nservicePrincipals:\n  - { id: 22222222-0000-4000-8000-000000000001, displayName: Nightly import, isAgentIdentity: false }\n"
                + "  - { id: 22222222-0000-4000-8000-000000000002, displayName: Backup, isAgentIdentity: false }\n");
        CommandRun run = CommandRun.of("gaps", "-p", folder.resolve("policies.yaml").toString(), "-d", folder.resolve("people.yaml").toString(), "--people", "--kind", "workload");
        assertThat(run.out()).contains("A credential alone opens sign-ins of service principals", "1 of 2 service principals: Nightly import\n", "block excludes Nightly import",
                "for example  Nightly import, ");
        assertThat(CommandRun.of("gaps", "-p", folder.resolve("policies.yaml").toString(), "-d", folder.resolve("people.yaml").toString()).err())
                .contains("sign-ins of agents are not analysed").doesNotContain("service principals are not");
    }

    // ---- examples

    @ParameterizedTest
    @ValueSource(strings = {"--people", "--anybody"})
    void json_hasAGapPerLine_withAnExampleThatEvaluateDecidesAlike_andASummary(String whose) {
        List<String> lines = samples("--format", "json", whose).out().lines().toList();
        Map<String, Object> summary = object(lines.get(lines.size() - 1));
        assertThat(summary).containsEntry("type", "summary").containsEntry("complete", true).containsEntry("faults", List.of()).containsKeys("policySetVersion", "directoryVersion");
        assertThat(((Number) summary.get("gaps")).intValue()).isEqualTo(lines.size() - 1).isGreaterThan(5);
        assertThat((List<?>) summary.get("approximations")).isNotEmpty();
        for (String line : lines.subList(0, lines.size() - 1)) {
            Map<String, Object> gap = object(line);
            assertThat(gap).containsEntry("type", "gap").containsKeys("kind", "requirement", "people", "box", "because", "accepted");
            Map<?, ?> witness = (Map<?, ?>) gap.get("witness");
            Path request = file("request.json", line.substring(line.indexOf("\"request\":") + "\"request\":".length(), line.indexOf(",\"resources\":")));
            List<String> command = new ArrayList<>(List.of("evaluate", request.toString(), "-p", "rules/conditional-access", "-d", "samples/directory.yaml", "--format", "json"));
            String resources = line.substring(line.indexOf("\"resources\":[") + "\"resources\":".length(), line.indexOf(",\"decision\":"));
            if (!resources.equals("[]")) {
                command.addAll(List.of("-p", file("resources.json", resources).toString()));
            }
            assertThat(object(CommandRun.of(command.toArray(String[]::new)).out()).get("outcome")).as(line).isEqualTo(((Map<?, ?>) witness.get("decision")).get("outcome"));
        }
    }

    @Test
    void witnesses_areFiles_andTheCommandThatIsTold_decidesThemAlike() throws Exception {
        int examples = witnesses(Stream.concat(Stream.of(SAMPLES), Stream.of("--kind", "signIn")).toArray(String[]::new));
        assertThat(examples).isGreaterThan(4);
        try (Stream<Path> files = Files.list(folder.resolve("examples"))) {
            assertThat(files.map(file -> file.getFileName().toString())).contains("1.yaml", examples + ".yaml", examples + "-resources.yaml");
        }
    }

    private static final String WORKLOADS = policy("workloads", "{ includeUsers: [None] }", "block").replace(", clientAppTypes",
            ", clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant], excludeServicePrincipals: [5af2b03d-e17a-4d56-bc76-a41f06c369d5] }, clientAppTypes");
    private static final String AGENTS = policy("agents", "{ includeUsers: [None] }", "block").replace(", clientAppTypes",
            ", clientApplications: { includeAgentIdServicePrincipals: [All], excludeAgentIdServicePrincipals: [5af2b03d-e17a-4d56-bc76-a41f06c369d6] }, clientAppTypes");
    private static final String AGENT_USERS = policy("agent-users", "{ includeUsers: [None] }", "block").replace(", clientAppTypes",
            ", agents: { includeAgentUsers: [All], excludeAgentUsers: [5af2b03d-e17a-4d56-bc76-a41f06c369d7] }, clientAppTypes");
    private static final String PLACEHOLDERS = policy("p", "{ includeUsers: [All], excludeGroups: [<Group>], excludeUsers: [<User>] }", "mfa") + "---\n"
            + policy("q", "{ includeUsers: [All], excludeGroups: [<Group>] }", "mfa").replace("[All] }, clientAppTypes", "[All], excludeApplications: [<Kiosk>] }, "
            + "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }, clientAppTypes");

    /** What the files lack for such an example is in a file of its own. */
    @Test
    void witnesses_ofPrincipalsAndNamesThatAreNotThere_areDecidedAlike() throws Exception {
        file("policies.yaml", WORKLOADS + "---\n" + AGENTS + "---\n" + AGENT_USERS);
        assertThat(witnesses("gaps", "-p", folder.resolve("policies.yaml").toString(), "--kind", "workload", "--kind", "agent")).isGreaterThan(3);
        file("policies.yaml", PLACEHOLDERS);
        assertThat(witnesses("gaps", "-p", folder.resolve("policies.yaml").toString(), "--kind", "signIn")).isGreaterThan(1);
    }

    /** Runs each command that the text tells, and compares what it says with what the text says; the number of examples. */
    private int witnesses(String... gaps) throws IOException {
        Path examples = folder.resolve("examples");
        if (Files.exists(examples)) {
            try (Stream<Path> files = Files.list(examples)) {
                files.forEach(file -> file.toFile().delete());
            }
        }
        CommandRun run = CommandRun.of(1000, Stream.concat(Stream.of(gaps), Stream.of("--witnesses", examples.toString())).toArray(String[]::new));
        List<String> commands = run.out().lines().filter(line -> line.contains("  sallyport evaluate ")).map(line -> line.substring(line.indexOf("evaluate"))).toList();
        List<String> told = run.out().lines().filter(line -> line.contains("  for example ")).toList();
        assertThat(commands).as(run.all()).hasSameSizeAs(told);
        for (int i = 0; i < commands.size(); i++) {
            String outcome = told.get(i).replaceAll(".*: (.*), confirmed by the evaluator", "$1");
            CommandRun evaluated = CommandRun.of(commands.get(i).split(" "));
            assertThat(evaluated.out()).as(commands.get(i) + "\n" + evaluated.all()).containsPattern(" " + outcome + "\\s");
        }
        return commands.size();
    }

    @Test
    void witnesses_areNotWrittenBesideFilesOfTheUser() throws Exception {
        Path own = file("1.yaml", "mine");
        CommandRun run = staff("--witnesses", folder.toString());
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(run.err()).contains("SP1407", "the folder is not empty");
        assertThat(own).hasContent("mine");
    }

    // ---- accepted gaps

    @Test
    void acceptedGaps_areToldAtTheEnd_andDoNotCount() {
        CommandRun run = staff("--kind", "signIn", "--accept", file("accepted.yaml", STAFF).toString());
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
        assertThat(run.out()).contains("\nAccepted\n    staff  2 gaps: known (", "no gaps, 2 accepted; nothing else is open (proved)\n");
        assertThat(staff("--kind", "signIn", "--accept", folder.resolve("accepted.yaml").toString(), "--format", "json").out()).contains("\"accepted\":\"staff\"", "\"gaps\":0,\"accepted\":2");
    }

    @Test
    void acceptedGap_ofARequirement_acceptsNoOther() {
        String first = accepted("staff", "for: { groups: [Staff] }\n    requirement: registeringFirst", "");
        assertThat(staff("--kind", "signIn", "--people", "--accept", file("accepted.yaml", first).toString()).code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        String other = accepted("staff", "for: { groups: [Staff] }\n    requirement: anything", "");
        assertThat(staff("--accept", file("accepted.yaml", other).toString()).err()).contains("accepted.yaml:5:18: error", "`anything`");
    }

    @Test
    void acceptedGap_thatIsNotThere_isAnError() {
        CommandRun run = staff("--accept", file("accepted.yaml", accepted("bob", "for: { users: [bob@contoso.com] }\n    on: { kind: signIn }", "")).toString());
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(run.err()).contains("accepted.yaml:3:5: error SP1430: the accepted gap `bob` is not there: no request of it is open", "help: remove it");
    }

    @Test
    void acceptedGap_ofAnUnknownName_isAnError() {
        CommandRun run = staff("--accept", file("accepted.yaml", accepted("staff", "for: { groups: [Stuff] }", "")).toString());
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(run.err()).contains("accepted.yaml:4:21: error", "Stuff");
    }

    @Test
    void acceptedGap_pastItsLastDay_countsAgain() {
        Path until = file("accepted.yaml", accepted("staff", "for: { groups: [Staff] }", "    until: 2026-11-30\n"));
        CommandRun before = staff("--kind", "signIn", "--accept", until.toString(), "--clock", "2026-11-30T23:59:59Z");
        assertThat(before.code()).isEqualTo(ExitCode.FINE.code());
        CommandRun after = staff("--kind", "signIn", "--accept", until.toString(), "--clock", "2026-12-01T00:00:00Z");
        assertThat(after.code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(after.err()).contains("accepted.yaml:3:5: warning SP1431: the accepted gap `staff` ended on 2026-11-30");
    }

    @ParameterizedTest
    @CsvSource({"new, false, 3", "new, true, 0", "any, false, 3", "any, true, 3", "none, false, 0", "none, true, 0"})
    void failOn_tellsTheExitCode(String which, boolean isAccepted, int code) {
        List<String> more = new ArrayList<>(List.of("--kind", "signIn", "--fail-on", which));
        if (isAccepted) {
            more.addAll(List.of("--accept", file("accepted.yaml", STAFF).toString()));
        }
        assertThat(staff(more.toArray(String[]::new)).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"security-defaults, samples/directory.yaml", "security-defaults, samples/story/directory.yaml", "conditional-access, samples/directory.yaml",
        "conditional-access, samples/story/directory.yaml", "templates, samples/directory.yaml"})
    void rules_haveNoGap_thatIsNotAcceptedWithAReason(String set, String directory) {
        List<String> command = new ArrayList<>(List.of("gaps", "-p", "rules/" + set, "-d", directory, "--accept", "rules/accepted/" + set + ".yaml", "--clock", "2026-11-22T09:00:00Z"));
        if (set.equals("templates")) {
            command.add("--with-report-only");
        }
        CommandRun run = CommandRun.of(command.toArray(String[]::new));
        assertThat(run.code()).as(run.all()).isEqualTo(ExitCode.FINE.code());
        assertThat(run.out()).containsPattern("\nno gaps, \\d+ accepted; nothing else is open \\(proved\\)\n$");
    }

    // ---- other forms

    @Test
    void markdown_hasATableAndDetails_andItsTestsPass() throws Exception {
        String page = samples("--format", "markdown", "--kind", "signIn").out();
        assertThat(page).startsWith("### ").contains("| # | who | what | opened by | to | from |\n|---|", "<details><summary>1. ", "</details>\n", "; nothing else is (proved).\n");
        String[] blocks = page.split("```yaml\n");
        assertThat(blocks).hasSizeGreaterThan(4);
        for (int i = 1; i < blocks.length; i++) {
            String suite = blocks[i].substring(0, blocks[i].indexOf("```")).replace("rules/conditional-access", Path.of("rules/conditional-access").toAbsolutePath().toString())
                    .replace("samples/directory.yaml", Path.of("samples/directory.yaml").toAbsolutePath().toString());
            CommandRun run = CommandRun.of("test", file("suite.yaml", suite).toString());
            assertThat(run.code()).as(run.all() + suite).isEqualTo(ExitCode.FINE.code());
        }
    }

    @Test
    void junit_hasACasePerGap_andOneForTheProof() {
        Path accepted = file("accepted.yaml", STAFF);
        assertThat(staff("--format", "junit", "--kind", "signIn").out()).contains("failures=\"1\"", "A password alone opens sign-ins: 1 of 2 people: ann@contoso.com", "nothing else is open");
        assertThat(staff("--format", "junit", "--kind", "signIn", "--accept", accepted.toString()).out()).contains("failures=\"0\"", "skipped=\"2\"", "accepted: known");
    }

    @Test
    void sarif_pointsAtTheConditionThatLeavesTheGap() {
        String log = staff("--format", "sarif", "--kind", "signIn").out();
        assertThat(log).contains("\"ruleId\" : \"SP1408\"", "policies.yaml\"", "\"startLine\" : 4", "A password alone opens sign-ins: 1 of 2 people: ann@contoso.com");
    }

    @Test
    void watch_afterEachChange_asksAgain() {
        Deque<String> versions = new ArrayDeque<>(List.of("kind: [", BLOCK));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), 100, true, true);
        GapsCommand command = new GapsCommand(terminal, paths -> new WatchOption.Changes() {
            @Override
            public boolean await() {
                if (versions.isEmpty()) {
                    return false;
                }
                file("policies.yaml", versions.pop());
                return true;
            }

            @Override
            public void close() { }
        }, Analysis::of);
        int code = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).execute("-p", file("policies.yaml", MFA_BUT_STAFF.replace("Staff",
                "GuestsOrExternalUsers").replace("excludeGroups", "excludeUsers")).toString(), "--kind", "signIn", "--watch");
        assertThat(code).isZero();
        assertThat(out.toString()).contains("any guest", "no gaps");
        assertThat(err.toString()).contains("policies.yaml:1");
    }
}
