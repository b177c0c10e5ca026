package dev.sallyport.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a log tells of a user who has been enabled for a year and has not registered (DEC-19). */
class SilentRefreshTest {

    private static final String SIGN_IN = """
            {"id": "1", "createdDateTime": "2026-11-16T09:00:00Z", "userPrincipalName": "new@contoso.com", "userId": "u-1", %s
             "resourceId": "00000002-0000-0ff1-ce00-000000000000", "ipAddress": "203.0.113.9", "clientAppUsed": "%s", "riskLevelDuringSignIn": "none",
             "authenticationProtocol": "none", "location": {"countryOrRegion": "BE"}, "deviceDetail": {"deviceId": "", "operatingSystem": "Ios 18"},
             "authenticationDetails": [{"authenticationMethod": "Password", "succeeded": true}], "status": {"errorCode": 0}}
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "\"isInteractive\": true,                               | Mobile Apps and Desktop clients | PROMPT_REGISTER",
        "\"signInEventTypes\": [\"interactiveUser\"],           | Mobile Apps and Desktop clients | PROMPT_REGISTER",
        "\"isInteractive\": true,                               | Browser                         | PROMPT_REGISTER",
        "\"isInteractive\": false,                              | Mobile Apps and Desktop clients | ALLOW",
        "\"signInEventTypes\": [\"nonInteractiveUser\"],        | Mobile Apps and Desktop clients | ALLOW",
        "\"isInteractive\": false,                              | Browser                         | ALLOW"})
    void signInOfALog_isAskedToRegister_unlessItIsASilentRefresh(String event, String client, Outcome expected) throws Exception {
        Path policies = Files.writeString(folder.resolve("policies.yaml"), "kind: mfaSettings\n");
        Path directory = Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                users: [{ id: u-1, userPrincipalName: new@contoso.com, perUserMfaState: enabled, perUserMfaEnabledDateTime: 2025-11-01T09:00:00Z }]
                """);
        PolicyEngine engine = PolicyEngine.load(policies, PolicyEngine.loadDirectory(directory));
        Summary summary = ReplayerTest.replay(engine, null, 1, SIGN_IN.formatted(event, client).getBytes(StandardCharsets.UTF_8)).summary;
        assertThat(summary.now(expected)).isEqualTo(1);
    }
}
