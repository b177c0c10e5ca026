package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.sallyport.fixtures.JsonTree;
import dev.sallyport.parse.Node;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in its four shapes. */
class UsersReportTest {

    private static final String ARGUMENTS = "users report -d samples/directory.yaml --clock 2026-11-22T10:00:00Z ";

    private static String run(String arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int code = Sallyport.run(new Terminal(writer, writer, 120, false, false), true, arguments.split(" "));
        writer.flush();
        assertThat(code).as(out.toString()).isZero();
        return out.toString();
    }

    @Test
    void text_countsWhoIsProtected_andNamesBothCures_REG_55() {
        assertThat(run(ARGUMENTS + "-p rules/security-defaults")).contains("16 users: 8 protected, 0 partly, 7 not, 1 with a disabled account", "Findings",
                "REG-55", "sallyport users revoke-sessions ben.carter@contoso.com -d samples/directory.yaml", "sallyport users report -p rules/conditional-access");
        assertThat(run(ARGUMENTS + "-p rules/conditional-access")).contains("14 protected").doesNotContain("REG-55");
    }

    @Test
    void text_namesUsersWithAppPasswords_andTheEndOfSmtp_DEC_17(@TempDir Path folder) throws Exception {
        Path directory = Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                users:
                  - { userPrincipalName: printer@contoso.com, perUserMfaState: enforced, appPasswords: [{ id: p1, displayName: printer }] }
                  - { userPrincipalName: gone@contoso.com, accountEnabled: false, perUserMfaState: enforced, appPasswords: [{ id: p1, displayName: printer }] }
                  - { userPrincipalName: kept@contoso.com, perUserMfaState: enabled, appPasswords: [{ id: p1, displayName: printer }] }
                """);
        String arguments = "users report -d " + directory + " -p rules/security-defaults --clock ";
        assertThat(run(arguments + "2026-11-22T10:00:00Z").replaceAll("\\s+", " ")).contains("DEC-17 at the end of December 2026, ",
                "; printer@contoso.com has app passwords");
        assertThat(run(arguments + "2027-01-01T00:00:00Z").replaceAll("\\s+", " ")).contains("DEC-17 since the end of December 2026, ");
        assertThat(run(ARGUMENTS + "-p rules/security-defaults")).contains("DEC-17");
    }

    @Test
    void csv_hasTheColumnsOfTheCommonReport_andWhatReallyProtects_RPT_20() {
        List<NamedCsvRecord> records = csv(ARGUMENTS + "-p rules/security-defaults --format csv");
        assertThat(records).hasSize(16);
        assertThat(records.get(0).getHeader()).startsWith("DisplayName", "UserPrincipalName", "MFAStatus", "Activation", "DefaultMFAMethod", "AllMFAMethods",
                "MFAPhone", "MFAEmail", "LicenseStatus", "IsAdmin", "AdminRoles", "SignInStatus");
        NamedCsvRecord copier = records.get(1);
        assertThat(copier.getField("MFAStatus")).isEqualTo("Enforced");
        assertThat(copier.getField("MFAPhone")).as("a number, as the column says").isEqualTo("+45 55501034");
        assertThat(record(records, "Ben Carter").getField("MFAEmail")).isEqualTo("ben@home.example");
        assertThat(record(records, "Emma Hart").getField("MFAPhone")).isEqualTo("-");
        assertThat(copier.getField("ProtectedBy")).isEqualTo("security defaults, per-user MFA");
        NamedCsvRecord lena = record(records, "Lena Okafor");
        assertThat(lena.getField("RegistrationHijack")).isEqualTo("Exposed");
        assertThat(lena.getField("RegistrationDue")).isEqualTo("now");
    }

    private static List<NamedCsvRecord> csv(String arguments) {
        String csv = run(arguments);
        assertThat(csv).as("the mark by which Excel knows UTF-8").startsWith("\uFEFFDisplayName,");
        return CsvReader.builder().ofNamedCsvRecord(csv.substring(1)).stream().toList();
    }

    private static NamedCsvRecord record(List<NamedCsvRecord> records, String name) {
        return records.stream().filter(each -> each.getField("DisplayName").equals(name)).findFirst().orElseThrow();
    }

    @Test
    void scriptMfaStatus_looksAtTelephonesAndAppsOnly_RPT_21() {
        List<NamedCsvRecord> records = csv(ARGUMENTS + "-p rules/security-defaults --format csv");
        assertThat(List.of("Ben Carter", "Yuki Tanaka")).as("email, Temporary Access Pass").allMatch(name -> record(records, name).getField("ScriptMFAStatus").equals("Disabled"));
        assertThat(records).filteredOn(each -> each.getField("AllMFAMethods").equals("fido2")).isNotEmpty().allMatch(each -> each.getField("ScriptMFAStatus").equals("Disabled"));
        assertThat(record(records, "Emma Hart").getField("ScriptMFAStatus")).isEqualTo("Enabled via Conditional Access");
    }

    /** Who has to register at once has to do so now, with and without a clock that is given. */
    @Test
    void registrationThatIsDue_isNow_withAndWithoutAClock(@TempDir Path folder) throws Exception {
        Path directory = Files.writeString(folder.resolve("d.yaml"), "kind: directory\nusers: [{ id: u1, userPrincipalName: new@x.com }]\n");
        String arguments = "users report -d " + directory + " -p rules/security-defaults";
        assertThat(run(arguments)).containsPattern("new@x\\.com .* now");
        assertThat(run(arguments + " --clock 2026-11-22T10:00:00Z")).containsPattern("new@x\\.com .* now");
    }

    @Test
    void csv_keepsTextFromBecomingAFormula(@TempDir Path folder) throws Exception {
        Path directory = Files.writeString(folder.resolve("directory.yaml"),
                "kind: directory\nusers: [{ id: u1, userPrincipalName: ann@contoso.com, displayName: '=HYPERLINK(\"http://x\",\"a\"), b' }]\n");
        assertThat(csv("users report -d " + directory + " -p rules/security-defaults --format csv").get(0).getField("DisplayName")).isEqualTo("'=HYPERLINK(\"http://x\",\"a\"), b");
    }

    @Test
    void json_isOneUserALine() throws Exception {
        List<Node.Mapping> rows = new ArrayList<>();
        for (String line : run(ARGUMENTS + "-p rules/conditional-access --format json").lines().toList()) {
            rows.add((Node.Mapping) JsonTree.parse(line));
        }
        assertThat(rows).hasSize(16);
        assertThat(rows).filteredOn(row -> ((Node.Scalar) row.get("userPrincipalName")).text().startsWith("lena")).singleElement()
                .satisfies(lena -> assertThat(((Node.Scalar) lena.get("registrationDueDateTime")).text()).isEqualTo("2026-11-30T09:00:00Z"));
    }

    @Test
    void breakGlassAccounts_areNamed_MM_03() throws Exception {
        assertThat(run(ARGUMENTS + "-p rules/conditional-access").replaceAll("\\s+", " ")).contains("MM-03 break-glass accounts: emergency-1@contoso.com; Microsoft's own MFA asks them too at the admin portals");
        for (String line : run(ARGUMENTS + "-p rules/conditional-access --format json").lines().toList()) {
            assertThat(line).contains("\"isBreakGlass\":" + line.contains("emergency-1@contoso.com"));
        }
    }

    @Test
    void graph_isACollectionOfRegistrationDetails_RPT_01() throws Exception {
        Node.Mapping collection = (Node.Mapping) JsonTree.parse(run(ARGUMENTS + "--format graph"));
        assertThat(((Node.Sequence) collection.get("value")).items()).hasSize(16);
    }
}
