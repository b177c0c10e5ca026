package dev.sallyport.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.replay.Judge;
import dev.sallyport.replay.ReplayerTest;
import dev.sallyport.replay.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records as Entra writes them, made up: what {@link PublishedSignInsTest} finds in published ones. */
class OwnSignInsTest {

    private static final Path SIGN_INS = Path.of("src/test/resources/signins");

    static final String MFA = """
            kind: conditionalAccessPolicy
            id: %s
            displayName: %s
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [%s] }
            grantControls: { operator: OR, builtInControls: [%s] }
            """;

    static PolicyEngine engine(Path folder) throws Exception {
        return PolicyEngine.load(folder, Directory.empty());
    }

    static Verdict verdict(Path folder, Path log) throws Exception {
        List<LogRecord> records = DialectsTest.read(Files.readAllBytes(log)).records;
        return new Judge(engine(folder)).judge(records.get(0));
    }

    @Test
    void claimInTheToken_satisfiesMfa_andPoliciesEndAsTheRecordSays(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("b0000000-0000-4000-8000-000000000001", "Require MFA for all users", "all", "mfa") + "---\n"
                + MFA.formatted("b0000000-0000-4000-8000-000000000002", "Block legacy authentication", "exchangeActiveSync, other", "block"));
        Verdict verdict = verdict(folder, SIGN_INS.resolve("claim-in-the-token.json"));
        assertThat(verdict.outcome()).as("RPL-02").isEqualTo(Outcome.ALLOW);
        assertThat(verdict.status()).isEqualTo("success");
        assertThat(verdict.results()).containsExactlyInAnyOrder("success", "notApplied");
    }

    /** RES-40: a policy for users does not apply to a workload identity. */
    @Test
    void servicePrincipal_isNotReachedByAPolicyForUsers(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("mfa", "MFA", "all", "mfa"));
        Path log = SIGN_INS.resolve("service-principal.json");
        LogRecord record = DialectsTest.read(Files.readAllBytes(log)).records.get(0);
        assertThat(record.workload()).isNotNull();
        Verdict verdict = verdict(folder, log);
        assertThat(verdict.status()).isEqualTo(record.status()).isEqualTo("notApplied");
        assertThat(verdict.results()).containsExactly("notApplied");
    }

    private static final String AGENTS = """
            kind: conditionalAccessPolicy
            id: agents
            displayName: Block risky agents
            state: enabled
            conditions:
              users: { includeUsers: [None] }
              clientApplications: { includeAgentIdServicePrincipals: [%s] }
              applications: { includeApplications: [All] }
              clientAppTypes: [all]
              agentIdRiskLevels: [high]
            grantControls: { operator: OR, builtInControls: [block] }
            """;

    private static Verdict verdict(Path folder, String log, String from, String agent) throws Exception {
        String record = Files.readString(SIGN_INS.resolve(log));
        assertThat(record).contains(from);
        Path file = Files.writeString(folder.resolveSibling(folder.getFileName() + ".json"), record.replace(from, from + "\n\"agent\": " + agent + ","));
        return verdict(folder, file);
    }

    /** AGT-11: what kind of agent signs in is told by the record, and so are its blueprint and its risk. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "All                                  | high | agenticAppInstance              | c1000000-0000-4000-8000-000000000001 | BLOCK",
        "All                                  | low  | agenticAppInstance              | c1000000-0000-4000-8000-000000000001 | ALLOW",
        "c1000000-0000-4000-8000-000000000001 | high | agenticAppInstance              | c1000000-0000-4000-8000-000000000001 | BLOCK",
        "c1000000-0000-4000-8000-000000000001 | high | agenticAppInstance              | c1000000-0000-4000-8000-000000000002 | ALLOW",
        "All                                  | high | notAgentic                      |                                      | ALLOW",
        "All                                  | high | agenticApp                      |                                      | ALLOW",
        "All                                  | high | agentIdentityBlueprintPrincipal |                                      | ALLOW"})
    void agent_isOfTheKindThatItsRecordSays(String included, String risk, String type, String parent, Outcome outcome, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), AGENTS.formatted(included));
        String agent = "{ \"agentType\": \"" + type + "\", \"parentAppId\": " + (parent == null ? "null" : "\"" + parent + "\"") + " }, \"riskLevelDuringSignIn\": \"" + risk + "\"";
        assertThat(verdict(folder, "service-principal.json", "\"isInteractive\": false,", agent).outcome()).isEqualTo(outcome);
    }

    /** AGT-01, AGT-11: a policy for all users reaches a person for which an agent acts, and not the user account of an agent. */
    @ParameterizedTest
    @CsvSource({"agentIDuser, notApplied", "agenticAppInstance, success", "notAgentic, success"})
    void user_isAnAgentUserIfTheRecordSaysSo(String type, String status, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("mfa", "MFA", "all", "mfa"));
        String agent = "{ \"agentType\": \"agenticAppInstance\", \"agentSubjectType\": \"" + type + "\", \"agentSubjectParentId\": \"c0000000-0000-4000-8000-000000000002\" }";
        assertThat(verdict(folder, "claim-in-the-token.json", "\"isInteractive\": true,", agent).status()).isEqualTo(status);
    }

    /** RPL-03: a wrong password is refused before any policy. */
    @Test
    void wrongPassword_isLeftOut(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("mfa", "MFA", "all", "mfa"));
        ReplayerTest.Found found = ReplayerTest.replay(engine(folder), null, 2, Files.readAllBytes(SIGN_INS.resolve("wrong-password.json")));
        assertThat(found.summary.firstFactor()).isEqualTo(1);
        assertThat(found.summary.decided()).isZero();
    }
}
