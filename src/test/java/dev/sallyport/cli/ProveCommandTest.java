package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code prove} prints, writes and ends with. */
class ProveCommandTest {

    private static final String[] SAMPLES = {"-p", "rules/conditional-access", "-d", "samples/directory.yaml", "--clock", "2026-11-22T09:00:00Z"};
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private static CommandRun run(List<String> invariants, String... more) {
        return CommandRun.of(140, Stream.of(Stream.of("prove"), invariants.stream(), Stream.of(SAMPLES), Stream.of(more)).flatMap(each -> each).toArray(String[]::new));
    }

    private static CommandRun pack(String name, String... more) {
        return run(List.of("rules/invariants/" + name + ".yaml"), more);
    }

    private CommandRun invariants(String text, String... more) throws Exception {
        return run(List.of(Files.writeString(folder.resolve("i.yaml"), "kind: invariants\ninvariants:\n" + text.indent(2)).toString()), more);
    }

    @Test
    void provedInvariants_areListed_andExitWithZero() {
        CommandRun run = pack("guests");
        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("(?s)proved  guests always prove MFA  1 user of today, \\d+ kinds of users who could exist\n\nall 1 invariant proved\n");
    }

    @Test
    void refutedInvariant_comesWithWhoWhereAndAnExample_andExitsWithOne() {
        CommandRun run = pack("legacy");
        assertThat(run.code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out()).startsWith("refuted  legacy authentication is blocked  (rules/invariants/legacy.yaml:4:5)\n\n 1  Sign-ins of legacy clients are let in\n")
                .containsPattern("who +1 of 15 people: copier@contoso.com\n").containsPattern("could join +members of Legacy clients allowed\n")
                .containsPattern("from +Headquarters or MFA trusted IPs")
                .containsPattern("for example +copier@contoso.com, Office 365 Exchange Online, other, windows, [0-9.]+, DK: allow, confirmed by the evaluator\n")
                .endsWith("\n\n1 of 1 invariant refuted\n");
    }

    @Test
    void refutedExclusion_namesThePolicyAndThePlace() {
        assertThat(pack("exclusions").out().replaceAll("\\s+", " ")).contains("because block-legacy-authentication excludes Legacy clients allowed (excludeGroups, "
                + "rules/conditional-access/block-legacy-authentication.yaml:8:71) and no other policy asks");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "- { name: a, for: { groups: [Nobody] }, always: { outcome: block } } | SP1202 | i.yaml:3:32",
        "- { name: a, on: { kind: legacy, clientAppTypes: [browser] }, always: { outcome: block } } | SP1412 | i.yaml:3:5",
        "- { name: a, always: { outcome: blok } } | SP1104 | i.yaml:3:35",
        "[] | SP1410 | i.yaml",
    })
    void invariant_thatWouldAlwaysHold_orIsWrong_exitsWithTwo(String invariant, String code, String place) throws Exception {
        CommandRun run = invariants(invariant);
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(run.err()).contains(code, place);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void missingArguments_orFiles_exitWithTwo() {
        assertThat(CommandRun.of("prove").code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(pack("nothing").err()).contains("SP1001");
        assertThat(run(List.of("-"), "-d", "-").err()).contains("name standard input (`-`) only once");
    }

    @Test
    void witnesses_areSuites_thatPassAsLongAsTheInvariantDoesNotHold() throws Exception {
        Path written = folder.resolve("witnesses");
        CommandRun run = run(List.of("rules/invariants"), "--witnesses", written.toString());
        assertThat(run.out()).contains("sallyport test " + written.resolve("1.yaml"));
        try (Stream<Path> files = Files.list(written)) {
            assertThat(files.count()).isGreaterThanOrEqualTo(10);
        }
        CommandRun tests = CommandRun.of("test", written.toString());
        assertThat(tests.code()).as(tests.all()).isZero();
        assertThat(run(List.of("rules/invariants"), "--witnesses", written.toString()).err()).contains("SP1407");
    }

    @Test
    void witness_ofAUserWithPerUserMfaOrWithoutAMethod_saysWhatIsGiven() throws Exception {
        Path people = Files.writeString(folder.resolve("people.yaml"), "kind: directory\nusers:\n  - { userPrincipalName: ann@contoso.com, perUserMfaState: enforced }\n");
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                kind: conditionalAccessPolicy
                id: mfa
                state: enabled
                conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
                grantControls: { operator: OR, builtInControls: [mfa] }
                """);
        Path invariants = Files.writeString(folder.resolve("i.yaml"), "kind: invariants\ninvariants:\n"
                + "  - { name: a, for: { users: [ann@contoso.com] }, on: { kind: signIn }, always: { requires: { authenticationStrength: Phishing-resistant MFA } } }\n");
        Path written = folder.resolve("witnesses");
        CommandRun.of("prove", invariants.toString(), "-p", policy.toString(), "-d", people.toString(), "--witnesses", written.toString());
        assertThat(Files.readString(written.resolve("1.yaml"))).contains("perUserMfaState: disabled", "method: microsoftAuthenticatorPush", "mandatoryAdminPortalMfa: false");
        CommandRun tests = CommandRun.of("test", written.toString());
        assertThat(tests.code()).as(tests.all()).isZero();
    }

    @Test
    void json_hasALinePerInvariant_andASummary() throws Exception {
        List<String> lines = run(List.of("rules/invariants/legacy.yaml", "rules/invariants/guests.yaml"), "--format", "json").out().lines().toList();
        assertThat(lines).hasSize(3);
        JsonNode refuted = JSON.readTree(lines.get(0));
        assertThat(refuted.get("type").asText()).isEqualTo("invariant");
        assertThat(refuted.get("name").asText()).isEqualTo("legacy authentication is blocked");
        assertThat(refuted.get("proved").asBoolean()).isFalse();
        assertThat(refuted.get("references").toString()).contains("CISA MS.AAD.1.1v1");
        assertThat(refuted.get("answers").get(0).get("whose").asText()).isEqualTo("directory");
        JsonNode example = refuted.get("answers").get(0).get("counterexamples").get(0);
        assertThat(example.get("kind").asText()).isEqualTo("legacy");
        assertThat(example.get("people").get("sample").get(0).asText()).isEqualTo("copier@contoso.com");
        assertThat(example.get("witness").get("decision").get("outcome").asText()).isEqualTo("allow");
        assertThat(JSON.readTree(lines.get(1)).get("proved").asBoolean()).isTrue();
        JsonNode summary = JSON.readTree(lines.get(2));
        assertThat(summary.get("invariants").asInt()).isEqualTo(2);
        assertThat(summary.get("refuted").asInt()).isEqualTo(1);
        assertThat(summary.get("faults")).isEmpty();
    }

    @Test
    void otherFormats_tellTheSame() {
        assertThat(pack("legacy", "--format", "markdown").out()).startsWith("### 1 of 1 invariant refuted\n")
                .contains("| legacy authentication is blocked | **refuted** | 1 of 15 people: copier&#64;contoso.com | Maester MT.1009", "<details><summary>1. legacy authentication is blocked: Sign-ins of legacy clients are let in", "kind: policyTests", "expect: { outcome: allow }");
        assertThat(run(List.of("rules/invariants/legacy.yaml", "rules/invariants/guests.yaml"), "--format", "junit").out())
                .contains("tests=\"2\" failures=\"1\"", "<testcase name=\"guests always prove MFA\"", "type=\"refuted\"");
        assertThat(pack("legacy", "--format", "sarif").out()).contains("\"ruleId\" : \"SP1414\"", "\"uri\" : \"rules/invariants/legacy.yaml\"");
        assertThat(pack("exclusions", "--format", "sarif").out()).contains("\"uri\" : \"rules/conditional-access/block-legacy-authentication.yaml\"");
    }

    @Test
    void watch_provesAgain_afterEachChange() throws Exception {
        Path file = Files.writeString(folder.resolve("i.yaml"), "kind: invariants\ninvariants:\n  - { name: a, on: { kind: legacy }, always: { outcome: block } }\n");
        assertThat(run(List.of(file.toString()), "--watch", "-d", "-").err()).contains("cannot watch standard input");
    }
}
