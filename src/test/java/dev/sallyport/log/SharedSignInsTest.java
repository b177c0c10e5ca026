package dev.sallyport.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.replay.Judge;
import dev.sallyport.replay.ReplayerTest;
import dev.sallyport.replay.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published records of real sign-ins, where they lie beside the project. */
class SharedSignInsTest {

    private static final Path SIGN_INS = Path.of("../shared/data/signins");

    private static final String MFA = """
            kind: conditionalAccessPolicy
            id: %s
            displayName: %s
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [%s] }
            grantControls: { operator: OR, builtInControls: [%s] }
            """;

    @BeforeAll
    static void folderIsThere() {
        assumeTrue(Files.isDirectory(SIGN_INS), "no published sign-ins beside the project");
    }

    @Test
    void everyRecord_isRead() throws Exception {
        int records = 0;
        try (Stream<Path> files = Files.walk(SIGN_INS)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                DialectsTest.Read read = DialectsTest.read(Files.readAllBytes(file));
                assertThat(read.malformed).as(file.toString()).isEmpty();
                assertThat(read.records).as(file.toString()).hasSize(1);
                records++;
            }
        }
        assertThat(records).isEqualTo(22);
    }

    @Test
    void policiesThatARecordLists_fareAsItSays(@TempDir Path folder) throws Exception {
        Path log = SIGN_INS.resolve("entra-docs/log-schema-sample.json");
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("ca004", "\"CA004: Require multi-factor authentication for all users\"", "all", "mfa") + "---\n"
                + MFA.formatted("322628ae-d0cd-4d8f-833f-ccea68fdcc36", "CA003", "exchangeActiveSync, other", "block"));
        Verdict verdict = verdict(folder, log);
        assertThat(verdict.outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(verdict.status()).isEqualTo("success");
        assertThat(verdict.results()).containsExactly("notApplied", "success");
    }

    @Test
    void claimInTheToken_satisfiesMfa(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("ccb90f89-cdaf-4ae6-9dd1-a9ee6ea86a90", "Require MFA", "all", "mfa"));
        Verdict verdict = verdict(folder, SIGN_INS.resolve("DataDog+integrations-core/signin.json"));
        assertThat(verdict.outcome()).as("RPL-02").isEqualTo(Outcome.ALLOW);
        assertThat(verdict.status()).isEqualTo("success");
        assertThat(verdict.results()).containsExactly("success");
    }

    /** RES-40: what applies to users does not apply to workload identities, and Entra says so of each. */
    @Test
    void workloadIdentities_areNotReachedByPoliciesForUsers(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("mfa", "MFA", "all", "mfa"));
        int workloads = 0;
        try (Stream<Path> files = Files.walk(SIGN_INS)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                LogRecord record = DialectsTest.read(Files.readAllBytes(file)).records.get(0);
                if (record.workload() != null) {
                    Verdict verdict = verdict(folder, file);
                    assertThat(verdict.status()).as(file.toString()).isEqualTo(record.status()).isEqualTo("notApplied");
                    assertThat(verdict.results()).containsExactly("notApplied");
                    workloads++;
                }
            }
        }
        assertThat(workloads).isGreaterThan(5);
    }

    /** RPL-03: a wrong password is found before any policy is looked at. */
    @Test
    void wrongPasswords_areLeftOut(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), MFA.formatted("mfa", "MFA", "all", "mfa"));
        Path log = SIGN_INS.resolve("panther-labs+panther-analysis/azure_ropc_login_no_mfa__1.json");
        ReplayerTest.Found found = ReplayerTest.replay(engine(folder), null, 2, Files.readAllBytes(log));
        assertThat(found.summary.firstFactor()).isEqualTo(1);
        assertThat(found.summary.decided()).isZero();
    }

    private static PolicyEngine engine(Path folder) throws Exception {
        return PolicyEngine.load(folder, Directory.empty());
    }

    private static Verdict verdict(Path folder, Path log) throws Exception {
        List<LogRecord> records = DialectsTest.read(Files.readAllBytes(log)).records;
        return new Judge(engine(folder)).judge(records.get(0));
    }
}
