package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code users} and {@code app-passwords} on a copy of the samples. */
class UsersCommandTest {

    @TempDir
    private Path folder;
    private Path directory;
    /** A policy set that allows app passwords and asks for nothing. */
    private Path on;
    private String out;
    private String err;

    @BeforeEach
    void copySamples() throws IOException {
        directory = Files.copy(Path.of("samples/directory.yaml"), folder.resolve("directory.yaml"));
        on = Files.writeString(folder.resolve("on.yaml"), "kind: mfaSettings\nallowAppPasswords: true\n");
    }

    private int run(String... arguments) {
        return typing(null, arguments);
    }

    /** @param typed what somebody types, or {@code null} where nobody sits */
    private int typing(String typed, String... arguments) {
        StringWriter results = new StringWriter();
        StringWriter diagnostics = new StringWriter();
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        if (!all.contains("-d")) {
            all.addAll(List.of("-d", directory.toString()));
        }
        Terminal terminal = new Terminal(new PrintWriter(results), new PrintWriter(diagnostics), 120, false, false,
                typed == null ? null : new BufferedReader(new StringReader(typed)), typed != null);
        int code = Sallyport.run(terminal, true, all.toArray(String[]::new));
        out = results.toString();
        err = diagnostics.toString();
        return code;
    }

    private UserState user(String name) throws Exception {
        return PolicyEngine.loadDirectory(directory).user(name);
    }

    // ---- enable, enforce, disable

    @Test
    void enable_severalUsers_saysWhatChangedAndWhoWasAlready() throws Exception {
        assertThat(run("users", "enable", "noah.berg@contoso.com", "emma.hart@contoso.com", "lena.okafor@contoso.com", "--yes", "--clock", "2026-11-22T10:15:00Z")).isZero();
        assertThat(out).contains("noah.berg@contoso.com  per-user MFA: disabled → enabled; grace period counts from 2026-11-22T10:15:00Z")
                .contains("2 users changed in " + directory + "; 1 already enabled");
        assertThat(err).contains("emma.hart@contoso.com is already registered").contains("PU-06");
        assertThat(user("noah.berg@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.ENABLED);
    }

    @Test
    void enforce_withoutTerminal_refusesWithoutYes() throws Exception {
        String before = Files.readString(directory);
        assertThat(run("users", "enforce", "lena.okafor@contoso.com")).isEqualTo(2);
        assertThat(err).contains("--yes");
        assertThat(Files.readString(directory)).isEqualTo(before);
        assertThat(run("users", "enforce", "lena.okafor@contoso.com", "--yes")).isZero();
        assertThat(user("lena.okafor@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
    }

    @Test
    void enforce_onATerminal_tellsTheConsequencesAndAsks() throws Exception {
        String before = Files.readString(directory);
        assertThat(typing("n\n", "users", "enforce", "lena.okafor@contoso.com")).isEqualTo(2);
        assertThat(err).contains("Never registered: lena.okafor@contoso.com").contains("app passwords").contains("enforce 1 user without a registered method? [y/N]")
                .contains("nothing was changed");
        assertThat(Files.readString(directory)).isEqualTo(before);
        assertThat(typing("", "users", "enforce", "lena.okafor@contoso.com")).as("end of input").isEqualTo(2);
        assertThat(typing("yes\n", "users", "enforce", "lena.okafor@contoso.com")).isZero();
        assertThat(run("users", "enforce", "lena.okafor@contoso.com")).as("nothing to ask").isZero();
        assertThat(err).contains("nothing to change: lena.okafor@contoso.com already enforced");
    }

    @Test
    void disable_userWithAppPasswords_keepsThemAndSaysSo() throws Exception {
        assertThat(run("users", "disable", "tom.visser@contoso.com", "--yes")).isZero();
        assertThat(err).contains("AP-20");
        assertThat(user("tom.visser@contoso.com").appPasswords()).hasSize(2);
    }

    @Test
    void dryRun_anyChange_showsTheDiffAndWritesNothing() throws Exception {
        String before = Files.readString(directory);
        assertThat(run("users", "enforce", "lena.okafor@contoso.com", "--dry-run")).isZero();
        assertThat(out).contains("-    perUserMfaState: enabled\n+    perUserMfaState: enforced\n");
        assertThat(err).contains("nothing was written: 1 user would change");
        assertThat(Files.readString(directory)).isEqualTo(before);
    }

    // ---- nobody is lowered, and nobody is changed unasked

    @Test
    void enable_group_leavesTheEnforcedAndDisabledAccounts() throws Exception {
        assertThat(run("users", "enable", "--group", "Staff", "--yes")).isZero();
        assertThat(out).contains("5 users changed").contains("3 already enforced, skipped; use --lower to lower them").contains("1 with a disabled account, skipped");
        assertThat(user("oscar.lind@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
        assertThat(user("former.colleague@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.DISABLED);
        assertThat(run("users", "enable", "tom.visser@contoso.com", "--yes")).isZero();
        assertThat(err).contains("nothing to change: tom.visser@contoso.com already enforced, skipped; use --lower to lower them");
    }

    @Test
    void enable_lower_lowersAndNamesTheAppPasswordsThatStop_AP20() throws Exception {
        assertThat(typing("y\n", "users", "enable", "tom.visser@contoso.com", "--lower")).isZero();
        assertThat(err).contains("2 app passwords of tom.visser@contoso.com stop working").contains("AP-20").contains("lowered from enforced").contains("PU-07").contains("enable 1 user? [y/N]");
        assertThat(user("tom.visser@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.ENABLED);
        assertThat(run("users", "enforce", "tom.visser@contoso.com", "--yes")).isZero();
        assertThat(run("users", "enable", "tom.visser@contoso.com", "--lower", "--yes")).isZero();
        assertThat(err).as("with --yes too").contains("note: 2 app passwords of tom.visser@contoso.com stop working");
    }

    @Test
    void changesOfManyAccounts_withoutAnybodyToAsk_changeNothing() throws Exception {
        String before = Files.readString(directory);
        for (String[] command : new String[][] {{"enable", "noah.berg@contoso.com"}, {"enforce", "emma.hart@contoso.com"}, {"disable", "oscar.lind@contoso.com"}, {"revoke-sessions", "--all"}}) {
            String[] arguments = {"users", command[0], command[1]};
            assertThat(run(arguments)).as(command[0]).isEqualTo(2);
            assertThat(err).contains("`" + command[0] + "` cannot ask for confirmation").contains("--yes").contains("--dry-run");
            assertThat(typing("no\n", arguments)).as(command[0]).isEqualTo(2);
            assertThat(err).contains("nothing was changed");
        }
        assertThat(Files.readString(directory)).isEqualTo(before);
    }

    @Test
    void dryRun_tellsTheConsequencesThatTheQuestionTells() throws Exception {
        assertThat(run("users", "enforce", "oscar.lind@contoso.com", "emma.hart@contoso.com", "noah.berg@contoso.com", "--dry-run")).isZero();
        assertThat(err).contains("stop accepting the normal password").contains("Never registered: noah.berg@contoso.com").contains("nothing was written: 2 users would change; 1 already enforced");
        assertThat(err).as("PU-10").contains("Conditional Access already asks for MFA").contains("emma.hart@contoso.com");
        assertThat(run("users", "enable", "tom.visser@contoso.com", "--lower", "--dry-run")).isZero();
        assertThat(err).contains("2 app passwords of tom.visser@contoso.com stop working");
        assertThat(run("users", "disable", "tom.visser@contoso.com", "--dry-run")).isZero();
        assertThat(err).contains("2 app passwords of tom.visser@contoso.com stop working");
        assertThat(run("users", "revoke-sessions", "--all", "--dry-run")).isZero();
        assertThat(err).contains("each of them must sign in again").contains("app passwords keep working [AP-25]");
    }

    @Test
    void enforce_unregistered_areAskedAboutApart_PU12() throws Exception {
        assertThat(typing("y\nn\n", "users", "enforce", "emma.hart@contoso.com", "noah.berg@contoso.com")).isZero();
        assertThat(err).contains("enforce 1 user? [y/N]").contains("enforce 1 user without a registered method? [y/N]").contains("let them register first")
                .contains("next: emma.hart@contoso.com may create app passwords now: `sallyport app-passwords create emma.hart@contoso.com --name NAME`");
        assertThat(user("emma.hart@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
        assertThat(user("noah.berg@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.DISABLED);
        assertThat(run("users", "enforce", "--group", "Staff", "--registered-only", "--yes")).isZero();
        assertThat(out).contains("not registered, skipped");
        assertThat(user("noah.berg@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.DISABLED);
        assertThat(run("users", "enforce", "greta.stone@contoso.com", "-p", "rules/security-defaults", "--dry-run")).isZero();
        assertThat(run("users", "enforce", "noah.berg@contoso.com", "-p", "rules/security-defaults", "--dry-run")).isZero();
        assertThat(err).contains("security defaults already ask for MFA").contains("PU-09");
    }

    @Test
    void print_anyStep_saysWhatToRunInTheTenantAndChangesNothing() throws Exception {
        String before = Files.readString(directory);
        assertThat(run("users", "enforce", "crm-admin@contoso.com", "--print", "powershell")).isZero();
        assertThat(out).contains("Update-MgBetaUserAuthenticationRequirement -UserId 'crm-admin@contoso.com' -PerUserMfaState 'enforced'");
        assertThat(run("users", "disable", "oscar.lind@contoso.com", "--print", "graph")).isZero();
        assertThat(out).isEqualTo("PATCH https://graph.microsoft.com/beta/users/oscar.lind@contoso.com/authentication/requirements\nContent-Type: application/json\n\n"
                + "{\"perUserMfaState\":\"disabled\"}\n");
        assertThat(run("users", "revoke-sessions", "noah.berg@contoso.com", "--print", "powershell")).isZero();
        assertThat(out).contains("Revoke-MgUserSignInSession -UserId 'noah.berg@contoso.com'");
        assertThat(run("users", "revoke-sessions", "--all", "--print", "powershell")).isZero();
        assertThat(out).contains("Get-MgUser -All -Property Id | ForEach-Object { Revoke-MgUserSignInSession -UserId $_.Id }");
        assertThat(err).contains("nothing was changed here");
        assertThat(run("users", "revoke-sessions", "--all", "--remembered-mfa", "--print", "graph")).isEqualTo(2);
        assertThat(Files.readString(directory)).isEqualTo(before);
    }

    @Test
    void register_whoIsStillBlockedByGroup_isTold_REG52() throws Exception {
        assertThat(run("users", "register", "noah.berg@contoso.com", "--method", "fido2")).isZero();
        assertThat(err).contains("`block-unless-trusted-ip` still blocks noah.berg@contoso.com outside trusted places, as a member of `Staff not yet registered`");
        assertThat(run("users", "report")).isZero();
        assertThat(out).contains("registered, but still blocked: `block-unless-trusted-ip` blocks noah.berg@contoso.com").contains("under rules/conditional-access, of " + directory);
        assertThat(run("users", "register", "emma.hart@contoso.com", "--method", "fido2")).isZero();
        assertThat(err).doesNotContain("still blocks");
    }

    @Test
    void history_everyMove_saysWhenAndByWhichCommand() throws Exception {
        assertThat(run("users", "enable", "noah.berg@contoso.com", "--yes", "--clock", "2026-11-01T09:00:00Z")).isZero();
        assertThat(run("users", "register", "noah.berg@contoso.com", "--method", "sms", "--phone", "+45 55501020", "--clock", "2026-11-02T09:00:00Z")).isZero();
        assertThat(run("users", "disable", "noah.berg@contoso.com", "--yes", "--clock", "2026-11-03T09:00:00Z")).isZero();
        assertThat(user("noah.berg@contoso.com").perUserMfaHistory()).extracting(each -> each.dateTime() + " " + each.from().graphName() + " " + each.to().graphName() + " " + each.by())
                .containsExactly("2026-11-01T09:00:00Z disabled enabled users enable", "2026-11-02T09:00:00Z enabled enforced users register", "2026-11-03T09:00:00Z enforced disabled users disable");
        assertThat(user("noah.berg@contoso.com").authenticationMethods().get(0).phoneNumber()).isEqualTo("+45 55501020");
        assertThat(run("users", "show", "noah.berg@contoso.com")).isZero();
        assertThat(out).contains("enabled → enforced", "2026-11-02T09:00:00Z  users register", "+45 55501020");
        assertThat(run("users", "register", "noah.berg@contoso.com", "--method", "sms", "--clock", "2026-11-04T09:00:00Z")).isZero();
        assertThat(user("noah.berg@contoso.com").perUserMfaHistory()).as("nobody was moved").hasSize(3);
        assertThat(run("users", "register", "noah.berg@contoso.com", "--method", "fido2", "--phone", "+45 1")).isEqualTo(2);
        assertThat(run("users", "register", "noah.berg@contoso.com", "--method", "sms", "--email", "a@b.example")).isEqualTo(2);
    }

    @Test
    void list_filters_narrow() {
        assertThat(run("users", "list", "--state", "enabled", "--not-registered")).isZero();
        assertThat(out).contains("lena.okafor", "milan.novak", "ruth.adeyemi", "3 users: ").doesNotContain("crm-admin");
        assertThat(run("users", "list", "--state", "enabled", "--registered")).isZero();
        assertThat(out).contains("crm-admin", "1 user: ");
        assertThat(run("users", "list", "--state", "forced")).isEqualTo(2);
        assertThat(err).contains("enforced");
    }

    // ---- what may be added

    @Test
    void methods_enabledAndRegistered_listsAllButTheAppPasswordAndSaysWhy_AP02() throws Exception {
        assertThat(run("users", "methods", "crm", "--ip", "203.0.113.20")).isZero();
        assertThat(err).contains("`crm` matches crm-admin@contoso.com");
        assertThat(out).containsPattern("softwareOath +yes").containsPattern("appPassword +no").contains("crm-admin@contoso.com may add 5 of 6 methods");
        assertThat(out.replaceAll("\\s+", " ")).contains("`sallyport users enforce crm-admin@contoso.com`");
        assertThat(run("users", "methods", "noah.berg@contoso.com")).isZero();
        assertThat(out).contains("may add 0 of 6 methods").contains("block-unless-trusted-ip");
        assertThat(err).contains("from a trusted place it would be 5: try `--ip 203.0.113.1`");
        assertThat(run("users", "enforce", "crm-admin@contoso.com", "--yes")).isZero();
        assertThat(run("users", "methods", "crm-admin@contoso.com", "--ip", "203.0.113.20", "--format", "json")).isZero();
        assertThat(out).contains("{\"method\":\"appPassword\",\"isAllowed\":true,\"why\":[]}");
        assertThat(run("users", "methods", "crm-admin@contoso.com", "--ip", "nowhere")).isEqualTo(2);
        assertThat(err).contains("--ip: `nowhere` is not an IP address");
    }

    @Test
    void create_bundledRulesAndOptionsAlone_worksFromATrustedPlace() throws Exception {
        assertThat(run("app-passwords", "create", "oscar.lind@contoso.com", "--name", "Function", "--ip", "203.0.113.1")).as(err).isZero();
        assertThat(out).matches("[a-z]{16}\\R");
        assertThat(err).contains("copy it now");
        assertThat(run("app-passwords", "list", "oscar.lind@contoso.com")).isZero();
        assertThat(err).contains("has 1 app password; usage is not recorded");
        Path request = Files.writeString(folder.resolve("request.yaml"), "kind: registration\nuser: oscar.lind@contoso.com\nmethod: appPassword\n");
        assertThat(run("app-passwords", "create", "oscar.lind@contoso.com", "--name", "Mail", "--ip", "203.0.113.1", "--request", request.toString())).isEqualTo(2);
    }

    @Test
    void create_refused_saysWhoInWhichStateAndTheCommand_AP02() throws Exception {
        assertRefused("crm-admin@contoso.com", on, "is enabled and registered, but not enforced", "`sallyport users enforce crm-admin@contoso.com`");
        assertRefused("emma.hart@contoso.com", on, "is disabled for per-user MFA, which MFA by Conditional Access or security defaults never changes [PU-09]",
                "`sallyport users enforce emma.hart@contoso.com`");
        assertRefused("lena.okafor@contoso.com", on, "is enabled and has not registered", "enforced by itself [PU-04]");
        assertRefused("ben.carter@contoso.com", on, "has never configured MFA", "the user must register a method first; then an administrator must run");
        assertRefused("priya.nair@contoso.com", on, "is enforced and has not registered: the user must register a method first");
        assertRefused("oscar.lind@contoso.com", Path.of("rules/security-defaults"), "`allowAppPasswords` is false at rules/security-defaults/mfa-settings.yaml:5:20 [AP-01]");
        assertRefused("oscar.lind@contoso.com", Files.writeString(folder.resolve("silent.yaml"), "kind: mfaSettings\nrememberMfaDays: 1\n"), "does not contain `allowAppPasswords: true`");
        assertRefused("oscar.lind@contoso.com", Files.writeString(folder.resolve("none.yaml"), "kind: securityDefaults\nisEnabled: true\n"), "no `mfaSettings` contains `allowAppPasswords: true`");
    }

    private void assertRefused(String user, Path policies, String... answers) {
        assertThat(run("app-passwords", "create", user, "--name", "Mail", "-p", policies.toString())).isEqualTo(1);
        assertThat(err.replaceAll("\\s+", " ")).contains(answers);
    }

    // ---- who is meant

    @Test
    void selection_groupAndFile_meanEverybodyOnce() throws Exception {
        Path csv = Files.writeString(folder.resolve("users.csv"), "\uFEFFDisplay name;User principal name\r\n\"Berg; Noah\";noah.berg@contoso.com\r\nEmma;EMMA.HART@contoso.com\r\n");
        assertThat(run("users", "enable", "--group", "Finance", "--file", csv.toString(), "--format", "json", "--lower", "--yes")).isZero();
        assertThat(out.lines()).hasSize(3).allMatch(line -> line.startsWith("{\"user\":") && line.contains("\"to\":\"enabled\""));
    }

    @Test
    void selection_templateOfEntra_isRead() throws Exception {
        Path csv = Files.writeString(folder.resolve("users.csv"),
                "version:v1.0\nMember object ID or user principal name [memberObjectIdOrUpn] Required\nnoah.berg@contoso.com\n");
        assertThat(run("users", "list", "--file", csv.toString())).isZero();
        assertThat(out).contains("1 user:");
    }

    @Test
    void selection_firstWordOfAName_isNobodyAndNamesWhoIsMeant() throws Exception {
        assertThat(run("users", "enable", "noah", "--yes")).isEqualTo(2);
        assertThat(err).contains("unknown user `noah`").contains("did you mean `noah.berg@contoso.com`?");
    }

    @Test
    void selection_somebodyUnknown_changesNobody() throws Exception {
        String before = Files.readString(directory);
        Path csv = Files.writeString(folder.resolve("users.csv"), "emma.hart@contoso.com\nnoah.breg@contoso.com\n");
        assertThat(run("users", "enable", "--file", csv.toString())).isEqualTo(2);
        assertThat(err).contains(csv + ":2:1: error SP1202: unknown user `noah.breg@contoso.com`").contains("did you mean `noah.berg@contoso.com`?");
        assertThat(run("users", "enable")).isEqualTo(2);
        assertThat(run("users", "enable", "--group", "Staf")).isEqualTo(2);
        assertThat(err).contains("did you mean `Staff`?");
        assertThat(run("users", "enable", "emma.hart@contoso.com", "-d", "-")).isEqualTo(2);
        assertThat(err).contains("standard input cannot be changed");
        assertThat(Files.readString(directory)).isEqualTo(before);
    }

    // ---- register, unregister, revoke

    @Test
    void register_enabledUser_isEnforced_PU04() throws Exception {
        assertThat(run("users", "register", "lena.okafor@contoso.com", "--method", "microsoftAuthenticatorPush", "--name", "Pixel 9")).isZero();
        assertThat(out).contains("registered microsoftAuthenticatorPush `Pixel 9`; per-user MFA: enabled → enforced");
        assertThat(run("users", "register", "crm-admin@contoso.com", "--method", "fido2")).isZero();
        assertThat(err).contains("stays enabled").contains("PU-06");
        assertThat(run("users", "register", "lena.okafor@contoso.com", "--method", "appPassword")).isEqualTo(2);
        assertThat(err).contains("app-passwords create");
    }

    @Test
    void register_thirdPhone_isRefusedAndNothingWritten_REG10() throws Exception {
        while (run("users", "register", "lena.okafor@contoso.com", "--method", "sms") == 0) {
            assertThat(out).contains("registered sms");
        }
        assertThat(err).contains("`lena.okafor@contoso.com` already has the maximum number of `sms` [REG-10]").contains("nothing was changed");
        assertThat(run("users", "register", "lena.okafor@contoso.com", "oscar.lind@contoso.com", "--method", "sms")).isEqualTo(1);
        assertThat(run("users", "show", "oscar.lind@contoso.com")).isZero();
        assertThat(out).doesNotContain("sms");
    }

    @Test
    void unregister_methodAndAll_removeThem_RV05() throws Exception {
        assertThat(run("users", "unregister", "oscar.lind@contoso.com", "--method", "microsoftAuthenticatorPush")).isZero();
        assertThat(out).contains("removed microsoftAuthenticatorPush `Oscar's phone`").contains("softwareOath `Code app` is the default now");
        assertThat(run("users", "unregister", "greta.stone@contoso.com", "--require-reregister")).isZero();
        assertThat(user("greta.stone@contoso.com").authenticationMethods()).hasSize(1);
        assertThat(run("users", "unregister", "oscar.lind@contoso.com", "--all")).isZero();
        assertThat(err).contains("has to register again");
        assertThat(run("users", "unregister", "oscar.lind@contoso.com")).isEqualTo(2);
    }

    @Test
    void revokeSessions_oneOrAll_keepAppPasswords_AP25() throws Exception {
        assertThat(run("users", "revoke-sessions", "tom.visser@contoso.com", "--clock", "2026-11-22T10:15:00Z")).isZero();
        assertThat(err).contains("keep working [AP-25]");
        assertThat(run("users", "revoke-sessions", "--all", "--yes", "--clock", "2026-11-22T10:16:00Z")).isZero();
        assertThat(out).contains("16 users changed");
        assertThat(PolicyEngine.loadDirectory(directory).users()).allMatch(user -> user.signInSessionsValidFromDateTime().toString().equals("2026-11-22T10:16:00Z"));
        assertThat(run("users", "revoke-sessions")).isEqualTo(2);
        assertThat(run("users", "revoke-sessions", "--all", "tom.visser@contoso.com")).isEqualTo(2);
    }

    @Test
    void listAndShow_anyUser_showMethodsAndNoHashes() throws Exception {
        assertThat(run("users", "list")).isZero();
        assertThat(out).contains("16 users: 8 disabled, 4 enabled, 4 enforced; 7 not registered");
        assertThat(run("users", "show", "tom.visser@contoso.com")).isZero();
        assertThat(out).contains("appPassword  Invoice importer").contains(directory + ":");
        assertThat(run("users", "show", "tom.visser@contoso.com", "--format", "json")).isZero();
        assertThat(out).startsWith("{\"id\":").doesNotContain("hash");
    }

    @Test
    void show_rolesInPartsOfTheTenant_areToldWithTheirScope_DEC_13() throws Exception {
        String unit = "/administrativeUnits/12121212-0000-4000-8000-000000000001";
        Files.writeString(directory, "kind: directory\nusers:\n  - { userPrincipalName: ann@contoso.com, roles: [Global Reader, { role: User Administrator, "
                + "directoryScopeId: " + unit + " }] }\n");
        assertThat(run("users", "show", "ann@contoso.com")).isZero();
        assertThat(out).contains("Global Reader, User Administrator (" + unit + ")");
        assertThat(run("users", "enable", "ann@contoso.com", "--yes")).isZero();
        assertThat(Files.readString(directory)).contains("{ role: User Administrator, directoryScopeId: " + unit + " }");
    }

    @Test
    void bulk_thousandUsersOnATerminal_showsAProgressBar() throws Exception {
        StringBuilder text = new StringBuilder("kind: directory\nusers:\n");
        for (int i = 0; i < 1000; i++) {
            text.append("- userPrincipalName: u").append(i).append("@contoso.com\n");
        }
        Files.writeString(directory, text);
        assertThat(typing("y\n", "users", "revoke-sessions", "--all")).isZero();
        assertThat(err).contains("\rchanging ").contains("% of 1,000");
        assertThat(run("users", "revoke-sessions", "--all", "--yes")).isZero();
        assertThat(err).doesNotContain("\r");
    }

    // ---- app passwords

    private int create() {
        return run("app-passwords", "create", "oscar.lind@contoso.com", "--name", "Azure Function", "-p", on.toString());
    }

    @Test
    void create_enforcedUser_printsThePasswordOnceAndKeepsAHash_AP06_AP09() throws Exception {
        assertThat(create()).as(err).isZero();
        assertThat(out).matches("[a-z]{16}\\R");
        UserState.AppPassword created = user("oscar.lind@contoso.com").appPasswords().get(0);
        assertThat(AppPasswords.matches(out.strip(), created.hash())).isTrue();
        assertThat(Files.readString(directory)).doesNotContain(out.strip()).contains("displayName: Azure Function");
        assertThat(run("app-passwords", "list", "oscar.lind@contoso.com")).isZero();
        assertThat(out).contains("microsoftAuthenticatorPush  Oscar's phone").contains("appPassword                 Azure Function").doesNotContain("$argon2");
    }

    @Test
    void create_notAllowedByEvaluation_createsNothing() throws Exception {
        String before = Files.readString(directory);
        assertThat(run("app-passwords", "create", "emma.hart@contoso.com", "--name", "Mail", "-p", on.toString())).as("disabled, AP-02").isEqualTo(1);
        assertThat(out).isEmpty();
        assertThat(err).contains("appPasswordNeedsEnforcedMfa").contains("no app password was created");
        assertThat(run("app-passwords", "create", "crm-admin@contoso.com", "--name", "Mail", "-p", on.toString())).as("enabled and registered, AP-03").isEqualTo(1);
        Path settings = Files.writeString(folder.resolve("off.yaml"), "kind: mfaSettings\nallowAppPasswords: false\n");
        assertThat(run("app-passwords", "create", "oscar.lind@contoso.com", "--name", "Mail", "-p", settings.toString())).as("AP-01").isEqualTo(1);
        assertThat(err).contains("appPasswordsNotAllowed");
        assertThat(run("app-passwords", "create", "priya.nair@contoso.com", "--name", "Mail", "-p", on.toString())).as("unregistered, AP-23").isEqualTo(1);
        assertThat(err).contains("prompt-register");
        Path request = Files.writeString(folder.resolve("request.yaml"), "kind: registration\nuser: oscar.lind@contoso.com\nmethod: appPassword\n");
        assertThat(run("app-passwords", "create", "oscar.lind@contoso.com", "--name", "Mail", "-p", on.toString(), "--request", request.toString())).isEqualTo(1);
        assertThat(err).contains("challenge").contains("mfaRequired");
        assertThat(run("app-passwords", "create", "oscar.lind@contoso.com", "--name", "Mail")).as("registering from anywhere, AP-23").isEqualTo(1);
        assertThat(err).contains("protect-security-info-registration").contains("it would be from the MFA trusted IPs: try `--ip 203.0.113.1`");
        assertThat(run("app-passwords", "create", "tom.visser@contoso.com", "--name", "Mail", "--request", request.toString())).as("another user").isEqualTo(2);
        assertThat(Files.readString(directory)).isEqualTo(before);
    }

    @Test
    void create_badName_isRefused_AP07() throws Exception {
        assertThat(run("app-passwords", "create", "oscar.lind@contoso.com", "--name", " ")).isEqualTo(2);
        assertThat(run("app-passwords", "create", "oscar.lind@contoso.com", "--name", "x".repeat(65))).isEqualTo(2);
        assertThat(run("app-passwords", "create", "tom.visser@contoso.com", "--name", "invoice IMPORTER")).isEqualTo(2);
        assertThat(err).contains("already");
        assertThat(run("app-passwords", "create", "oscar.lind@contoso.com", "--name", "🚀".repeat(64), "-p", on.toString())).as(err).isZero();
    }

    @Test
    void create_fortyFirst_isRefused_AP05() throws Exception {
        StringBuilder text = new StringBuilder("kind: directory\nusers:\n- userPrincipalName: a@contoso.com\n  perUserMfaState: enforced\n"
                + "  authenticationMethods: [{ method: sms, isDefault: true }]\n  appPasswords:\n");
        for (int i = 0; i < 39; i++) {
            text.append("  - { displayName: p").append(i).append(" }\n");
        }
        Files.writeString(directory, text);
        assertThat(run("app-passwords", "create", "a@contoso.com", "--name", "fortieth", "-p", on.toString())).as(err).isZero();
        assertThat(run("app-passwords", "create", "a@contoso.com", "--name", "one more", "-p", on.toString())).isEqualTo(1);
        assertThat(err).contains("appPasswordLimitReached");
        assertThat(run("app-passwords", "delete", "a@contoso.com", "--name", "P7", "-p", on.toString())).isZero();
        assertThat(run("app-passwords", "create", "a@contoso.com", "--name", "one more", "-p", on.toString())).as(err).isZero();
    }

    @Test
    void delete_nameOrAll_followTheTenantsSwitch_AP15_AP18() throws Exception {
        Path off = Files.writeString(folder.resolve("off.yaml"), "kind: mfaSettings\nallowAppPasswords: false\n");
        assertThat(run("app-passwords", "delete", "tom.visser@contoso.com", "--name", "Invoice importer", "-p", off.toString())).isEqualTo(1);
        assertThat(err).contains("AP-15");
        assertThat(run("app-passwords", "delete", "tom.visser@contoso.com", "--name", "Invoice importer")).isZero();
        assertThat(run("app-passwords", "delete", "tom.visser@contoso.com", "--name", "Invoice importer")).isEqualTo(1);
        assertThat(err).contains("there is `Mail on the old tablet`");
        assertThat(run("app-passwords", "delete", "tom.visser@contoso.com", "--all", "-p", off.toString())).isZero();
        assertThat(user("tom.visser@contoso.com").appPasswords()).isEmpty();
    }

    @Test
    void signIn_withTheCreatedPassword_isVerifiedAndNeverShown_AP10() throws Exception {
        assertThat(create()).isZero();
        String password = out.strip();
        for (String given : List.of(password, "wrongwrongwrongw")) {
            Path request = Files.writeString(folder.resolve("request.yaml"),
                    "user: oscar.lind@contoso.com\nclientAppType: other\nauthentication: { appPassword: " + given + " }\n");
            for (String[] format : new String[][] {{"--format", "json"}, {"--explain"}, {"--format", "text"}}) {
                List<String> arguments = new ArrayList<>(List.of("evaluate", request.toString(), "-p", on.toString()));
                arguments.addAll(List.of(format));
                assertThat(run(arguments.toArray(String[]::new))).isZero();
                assertThat(out).contains(given.equals(password) ? "allow" : "block").doesNotContain(given);
                assertThat(err).doesNotContain(given);
            }
        }
    }
}
