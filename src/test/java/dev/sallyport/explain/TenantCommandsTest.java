package dev.sallyport.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.explain.TenantCommands.Shell;
import dev.sallyport.explain.TenantCommands.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is printed to be run elsewhere does one thing, whatever a user is called. */
class TenantCommandsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "nina@contoso.com        | 'nina@contoso.com'",
        "o'brien@contoso.com     | 'o''brien@contoso.com'",
        "a'; Remove-Item C:\\    | 'a''; Remove-Item C:\\'",
        "a\u2019; whoami; \u2018b   | 'a\u2019\u2019; whoami; \u2018\u2018b'",
        "$(whoami)`n             | '$(whoami)`n'",
        "a\u202Eb                 | ('a' + [char]0x202e + 'b')"})
    void name_anyCharacters_isOneWordOfPowerShell(String name, String quoted) {
        assertThat(TenantCommands.quoted(name)).isEqualTo(quoted);
    }

    @Test
    void name_withALineBreak_stays_onItsLine() {
        assertThat(TenantCommands.powershell(Step.REVOKE_SESSIONS, "a\nwhoami")).isEqualTo("Revoke-MgUserSignInSession -UserId ('a' + [char]0xa + 'whoami')");
        assertThat(TenantCommands.script(Shell.GRAPH, Step.REVOKE_SESSIONS, List.of("a\r\nHost: x/../y"))).containsExactly(
                "POST https://graph.microsoft.com/v1.0/users/a%0D%0AHost%3A%20x%2F..%2Fy/revokeSignInSessions");
    }

    @Test
    void guest_isEncodedInAnAddress() {
        assertThat(TenantCommands.script(Shell.GRAPH, Step.ENABLE, List.of("kai_partner.example#EXT#@contoso.com"))).containsExactly(
                "PATCH https://graph.microsoft.com/beta/users/kai_partner.example%23EXT%23@contoso.com/authentication/requirements", "Content-Type: application/json", "",
                "{\"perUserMfaState\":\"enabled\"}");
    }

    @Test
    void name_thatBeginsWithADollar_isInBrackets() {
        assertThat(TenantCommands.powershell(Step.REVOKE_SESSIONS, "$a'b@contoso.com"))
                .isEqualTo("Invoke-MgGraphRequest -Method POST -Uri 'v1.0/users(''%24a%27%27b@contoso.com'')/revokeSignInSessions'");
        assertThat(TenantCommands.powershell(Step.ENFORCE, "$a@contoso.com"))
                .isEqualTo("Invoke-MgGraphRequest -Method PATCH -Uri 'beta/users(''%24a@contoso.com'')/authentication/requirements' -Body '{\"perUserMfaState\":\"enforced\"}'");
    }

    @Test
    void requests_ofSeveral_areSeparated() {
        assertThat(TenantCommands.script(Shell.GRAPH, Step.REVOKE_SESSIONS, List.of("a@x", "b@x"))).containsExactly(
                "POST https://graph.microsoft.com/v1.0/users/a@x/revokeSignInSessions", "", "###", "POST https://graph.microsoft.com/v1.0/users/b@x/revokeSignInSessions");
    }
}
