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

    /** RPL-03: a wrong password is refused before any policy. */
    @Test
    void wrongPassword_isLeftOut(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("mfa", "MFA", "all", "mfa"));
        ReplayerTest.Found found = ReplayerTest.replay(engine(folder), null, 2, Files.readAllBytes(SIGN_INS.resolve("wrong-password.json")));
        assertThat(found.summary.firstFactor()).isEqualTo(1);
        assertThat(found.summary.decided()).isZero();
    }
}
