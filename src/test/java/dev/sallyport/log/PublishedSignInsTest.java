package dev.sallyport.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fixtures.Exports;
import dev.sallyport.model.Outcome;
import dev.sallyport.replay.ReplayerTest;
import dev.sallyport.replay.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Published records of real sign-ins, where {@link Exports} finds them. */
class PublishedSignInsTest {

    private static Path signIns;

    @BeforeAll
    static void findRecords() {
        signIns = Exports.folder("signins");
    }

    @Test
    void everyRecord_isRead() throws Exception {
        int records = 0;
        try (Stream<Path> files = Files.walk(signIns)) {
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
        Path log = signIns.resolve("entra-docs/log-schema-sample.json");
        Files.writeString(folder.resolve("p.yaml"), OwnSignInsTest.MFA.formatted("ca004", "\"CA004: Require multi-factor authentication for all users\"", "all", "mfa") + "---\n"
                + OwnSignInsTest.MFA.formatted("322628ae-d0cd-4d8f-833f-ccea68fdcc36", "CA003", "exchangeActiveSync, other", "block"));
        Verdict verdict = OwnSignInsTest.verdict(folder, log);
        assertThat(verdict.outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(verdict.status()).isEqualTo("success");
        assertThat(verdict.results()).containsExactly("notApplied", "success");
    }

    @Test
    void claimInTheToken_satisfiesMfa(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), OwnSignInsTest.MFA.formatted("ccb90f89-cdaf-4ae6-9dd1-a9ee6ea86a90", "Require MFA", "all", "mfa"));
        Verdict verdict = OwnSignInsTest.verdict(folder, signIns.resolve("DataDog+integrations-core/signin.json"));
        assertThat(verdict.outcome()).as("RPL-02").isEqualTo(Outcome.ALLOW);
        assertThat(verdict.status()).isEqualTo("success");
        assertThat(verdict.results()).containsExactly("success");
    }

    /** RES-40: what applies to users does not apply to workload identities, and Entra says so of each. */
    @Test
    void workloadIdentities_areNotReachedByPoliciesForUsers(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), OwnSignInsTest.MFA.formatted("mfa", "MFA", "all", "mfa"));
        int workloads = 0;
        try (Stream<Path> files = Files.walk(signIns)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                LogRecord record = DialectsTest.read(Files.readAllBytes(file)).records.get(0);
                if (record.workload() != null) {
                    Verdict verdict = OwnSignInsTest.verdict(folder, file);
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
        Files.writeString(folder.resolve("p.yaml"), OwnSignInsTest.MFA.formatted("mfa", "MFA", "all", "mfa"));
        Path log = signIns.resolve("panther-labs+panther-analysis/azure_ropc_login_no_mfa__1.json");
        ReplayerTest.Found found = ReplayerTest.replay(OwnSignInsTest.engine(folder), null, 2, Files.readAllBytes(log));
        assertThat(found.summary.firstFactor()).isEqualTo(1);
        assertThat(found.summary.decided()).isZero();
    }
}
