package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code why} prints, and how it ends. */
class WhyCommandTest {

    private static final List<String> FILES = List.of("-p", "rules/conditional-access", "-d", "samples/directory.yaml", "--clock",
            "2026-11-22T09:00:00Z");

    @TempDir
    private Path folder;

    private static CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("why"));
        all.addAll(List.of(arguments));
        all.addAll(FILES);
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static CommandRun about(String user, String... more) {
        List<String> all = new ArrayList<>(List.of("--user", user, "--app", "CRM", "--ip", "192.0.2.200", "--country", "DK", "--platform",
                "windows"));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    @Test
    void blockedRequest_isToldWhatWouldLetTheUserIn() {
        CommandRun run = about("noah.berg@contoso.com");
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
        assertThat(run.out()).contains("block-unless-trusted-ip", "What would let them in\n   1  from MFA trusted IPs instead of elsewhere\n",
                "as a member of Break glass", "by registering a method and doing MFA, and without membership of Staff not yet registered")
                .endsWith("4 ways with at most 2 changes, and no other (proved)\n");
    }

    @Test
    void challengedRequest_isToldWhatSatisfiesItFirst() {
        CommandRun run = about("emma.hart@contoso.com");
        assertThat(run.out()).contains("What satisfies it\n   1  by doing MFA\n", "What else would avoid it\n   2  from ");
    }

    @Test
    void allowedRequest_isToldWhatWouldStopTheUser() {
        assertThat(about("emergency-1@contoso.com").out()).contains("What would stop them\n   1  challenge to ",
                "challenge with enforced per-user MFA");
    }

    @Test
    void outcomeToReach_isOfEveryWay() {
        CommandRun run = about("noah.berg@contoso.com", "--to", "challenge", "--format", "json");
        List<String> ways = run.out().lines().filter(line -> line.contains("\"type\":\"way\"")).toList();
        assertThat(ways).isNotEmpty().allMatch(way -> way.contains("\"outcome\":\"challenge\""));
    }

    @Test
    void json_hasAWayPerLineAndASummary() {
        List<String> lines = about("noah.berg@contoso.com", "--format", "json", "--max", "2").out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains("\"type\":\"way\"", "\"number\":1", "\"subject\":\"location\"", "\"from\":\"elsewhere\"",
                "\"witness\":{\"request\":{\"name\":").doesNotContain("\"given\"");
        assertThat(lines.get(1)).contains("\"subject\":\"membership\"", "\"given\":{\"users\":{\"noah.berg@contoso.com\":{\"memberOf\":[");
        assertThat(lines.get(2)).contains("\"type\":\"summary\"", "\"ways\":4", "\"outcome\":\"block\"", "\"faults\":[]");
    }

    @Test
    void max_limitsWhatIsShown() {
        assertThat(about("noah.berg@contoso.com", "--max", "1").out()).endsWith("4 ways with at most 2 changes, and no other (proved); "
                + "3 not shown, see --max\n");
    }

    @Test
    void requestWithoutAWay_endsWithOne() {
        CommandRun run = about("kai_partner.example#EXT#@contoso.com", "--client", "legacy", "--changes", "1");
        assertThat(run.code()).isEqualTo(ExitCode.DOES_NOT_HOLD.code());
        assertThat(run.out()).contains("no way with at most 1 change (proved)");
    }

    @ParameterizedTest
    @CsvSource({"noah.berg@contoso.com, 3", "greta.stone@contoso.com, 2", "priya.nair@contoso.com, 2", "former.colleague@contoso.com, 2",
        "tom.visser@contoso.com, 2"})
    void witnesses_areTestsThatPass(String user, String changes) {
        Path witnesses = folder.resolve("witnesses");
        CommandRun run = about(user, "--changes", changes, "--witnesses", witnesses.toString());
        assertThat(run.code()).isEqualTo(ExitCode.FINE.code());
        CommandRun tests = CommandRun.of("test", witnesses.toString());
        assertThat(tests.code()).as(tests.all()).isEqualTo(ExitCode.FINE.code());
    }

    @Test
    void requestsOfFiles_areToldOneByOne() {
        CommandRun run = run("samples/requests/06-admin.yaml", "--changes", "1");
        assertThat(run.out()).containsSubsequence("Greta at home, with her password", "1 way with at most 1 change, and no other (proved)\n\n",
                "Greta at home, after MFA", "What would stop them\n   2  ");
    }

    @Test
    void servicePrincipal_isToldWhatWouldStopIt() throws Exception {
        Path policies = Files.writeString(folder.resolve("policies.yaml"), """
                kind: conditionalAccessPolicy
                id: export-from-office
                state: enabled
                conditions:
                  users: { includeUsers: [None] }
                  clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }
                  applications: { includeApplications: [All] }
                  clientAppTypes: [all]
                  locations: { includeLocations: [All], excludeLocations: [Office] }
                grantControls: { operator: OR, builtInControls: [block] }
                ---
                kind: ipNamedLocation
                displayName: Office
                ipRanges: [{ cidrAddress: 198.51.100.0/24 }]
                """);
        Path request = Files.writeString(folder.resolve("request.yaml"), """
                servicePrincipal: CRM nightly export
                applications: [Customer CRM]
                ipAddress: 198.51.100.7
                """);
        CommandRun run = CommandRun.of("why", request.toString(), "-p", policies.toString(), "-d", "samples/directory.yaml");
        assertThat(run.code()).as(run.all()).isEqualTo(ExitCode.FINE.code());
        assertThat(run.out()).contains("What would stop them\n   1  block from elsewhere instead of Office\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--changes=5 | the number of changes is 1 to 4", "--max=0 | `--max` needs a number of 1 or more",
        "--to=deny | unknown outcome `deny`"})
    void wrongOptions_areRefused(String option, String message) {
        CommandRun run = about("noah.berg@contoso.com", option);
        assertThat(run.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(run.err()).contains(message);
    }

    @Test
    void invalidRequests_areRefused() throws Exception {
        CommandRun unknown = run(Files.writeString(folder.resolve("request.yaml"), "user: nobody@contoso.com\napplications: [Customer CRM]\n")
                .toString());
        assertThat(unknown.code()).isEqualTo(ExitCode.UNUSABLE.code());
        assertThat(unknown.err()).contains("request.yaml:1:7: error SP1401", "unknown user `nobody@contoso.com`");
        assertThat(run().err()).contains("no request: name a file, or describe one by options");
    }
}
