package dev.sallyport.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.fixtures.JsonTree;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport.Protection;
import dev.sallyport.report.MfaReport.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is really protected (RPT-20..26), and what is worth knowing about a decision (REG-55, section 15). */
class MfaReportTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final String PEOPLE = """
            kind: directory
            users:
              - { id: u1, userPrincipalName: ann@contoso.com, authenticationMethods: [{ method: microsoftAuthenticatorPush, isDefault: true }, { method: sms, displayName: "+1" }] }
              - { id: u2, userPrincipalName: new@contoso.com }
              - { id: u3, userPrincipalName: lena@contoso.com, perUserMfaState: enabled, perUserMfaEnabledDateTime: 2026-11-16T09:00:00Z }
              - { id: u4, userPrincipalName: tom@contoso.com, perUserMfaState: enforced, authenticationMethods: [{ method: sms }], appPasswords: [{ id: p1, displayName: printer }] }
              - { id: u5, userPrincipalName: gone@contoso.com, accountEnabled: false }
            """;

    @TempDir
    private Path folder;

    private PolicyEngine engine(String policies, String directory) throws Exception {
        Path set = Files.createDirectories(folder.resolve("policies"));
        Files.writeString(set.resolve("policies.yaml"), policies);
        return PolicyEngine.load(List.of(set), PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), directory)), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private Row row(String policies, String user) throws Exception {
        PolicyEngine engine = engine(policies, PEOPLE);
        return new MfaReport(engine, NOW).row(engine.directory().user(user));
    }

    private static String policy(String id, String applications, String more) {
        return """
                ---
                kind: conditionalAccessPolicy
                id: %s
                state: enabled
                conditions:
                  users: { includeUsers: [All] }
                  applications: { includeApplications: [%s] }
                  clientAppTypes: [all]
                  %s
                """.formatted(id, applications, more);
    }

    private static final String GRANT_MFA = "\ngrantControls: { operator: OR, builtInControls: [mfa] }";
    private static final String NOTHING = "kind: mfaSettings\nallowAppPasswords: false\n";

    @Test
    void registeredUserWhomNothingAsks_isNotProtected_whateverScriptsSay_RPT_23() throws Exception {
        Row ann = row(NOTHING, "ann@contoso.com");
        assertThat(ann.status()).isEqualTo("Disabled");
        assertThat(ann.scriptStatus()).isEqualTo("Enabled via Conditional Access");
        assertThat(ann.isActivated()).isTrue();
        assertThat(ann.defaultMethod()).isEqualTo("microsoftAuthenticatorPush");
        assertThat(ann.methods()).containsExactly("microsoftAuthenticatorPush", "sms");
        assertThat(ann.protection()).isEqualTo(Protection.NO);
        assertThat(ann.passwordAlone()).containsExactly("browser", "modern apps", "legacy clients");
        assertThat(ann.protectedBy()).isEmpty();
    }

    @Test
    void policyForAllApplications_protectsWhoIsRegistered_RPT_26() throws Exception {
        Row ann = row(policy("mfa", "All", GRANT_MFA), "ann@contoso.com");
        assertThat(ann.status()).isEqualTo("Enabled via Conditional Access");
        assertThat(ann.protection()).isEqualTo(Protection.YES);
        assertThat(ann.protectedBy()).containsExactly("mfa");
        assertThat(ann.isHijackable()).isFalse();
    }

    @Test
    void policyForOneApplication_protectsPartly() throws Exception {
        Row ann = row(policy("mfa", "Office365", GRANT_MFA), "ann@contoso.com");
        assertThat(ann.status()).isEqualTo("Enabled via Conditional Access");
        assertThat(ann.protection()).isEqualTo(Protection.PARTLY);
        assertThat(ann.passwordAlone()).allMatch(place -> place.endsWith("(other applications)")).hasSize(3);
    }

    @Test
    void unregisteredUserWhoIsAskedForMfa_isExposedToWhoeverRegistersFirst_REG_55() throws Exception {
        Row fresh = row(policy("mfa", "All", GRANT_MFA), "new@contoso.com");
        assertThat(fresh.isHijackable()).isTrue();
        assertThat(fresh.protection()).isEqualTo(Protection.NO);
        assertThat(fresh.passwordAlone()).startsWith("registration");
        assertThat(fresh.registrationDue()).isEqualTo(NOW);
        assertThat(fresh.scriptStatus()).isEqualTo("Disabled");
        assertThat(fresh.status()).isEqualTo("Enabled via Conditional Access");
    }

    @Test
    void passwordAlone_fromTrustedPlaces_isToldApart() throws Exception {
        String places = """
                ---
                kind: ipNamedLocation
                id: office
                displayName: Office
                ipRanges: [{ cidrAddress: 198.51.100.0/24 }]
                ---
                kind: ipNamedLocation
                id: lab
                displayName: Lab
                ipRanges: [{ cidrAddress: 203.0.113.0/24 }]
                """;
        String outside = "locations: { includeLocations: [All], excludeLocations: [Office] }";
        String policies = NOTHING + places + policy("mfa", "All", outside + GRANT_MFA) + policy("mail", "Office365", GRANT_MFA);
        Row ann = row(policies, "ann@contoso.com");
        assertThat(ann.protection()).isEqualTo(Protection.YES);
        assertThat(ann.passwordAlone()).isEmpty();
        assertThat(ann.onlyFromTrusted()).as("a named location that a policy excludes").allMatch(place -> place.endsWith("(other applications)")).hasSize(3);
        assertThat(row(policies, "new@contoso.com").onlyFromTrusted()).as("nothing keeps the attacker from registering").doesNotContain("registration");
        assertThat(row(policies, "new@contoso.com").passwordAlone()).contains("registration");
        assertThat(row(policies, "gone@contoso.com").onlyFromTrusted()).as("a disabled account").isEmpty();
        assertThat(row(NOTHING + places + policy("mfa", "All", GRANT_MFA), "ann@contoso.com").onlyFromTrusted()).as("places that no policy trusts").isEmpty();
        assertThat(row(NOTHING + places, "ann@contoso.com").onlyFromTrusted()).as("what is open anywhere").isEmpty();
    }

    @Test
    void blockOutsideTrustedIps_curesTheExposure_REG_52() throws Exception {
        String cure = "---\nkind: mfaSettings\ntrustedIps: [192.0.2.0/24]\n"
                + policy("block", "All", "locations: { includeLocations: [All], excludeLocations: [MFA Trusted IPs] }\ngrantControls: { operator: OR, builtInControls: [block] }");
        Row fresh = row(policy("mfa", "All", GRANT_MFA) + cure, "new@contoso.com");
        assertThat(fresh.isHijackable()).isFalse();
        assertThat(fresh.protection()).isEqualTo(Protection.YES);
        assertThat(fresh.protectedBy()).contains("block", "mfa");
        assertThat(fresh.registrationDue()).as("at the office").isEqualTo(NOW);
        assertThat(fresh.onlyFromTrusted()).as("at the office").containsExactly("registration");
    }

    @Test
    void enabledUser_isDueWhenTheGracePeriodEnds_PU_13() throws Exception {
        Row lena = row(NOTHING, "lena@contoso.com");
        assertThat(lena.status()).isEqualTo("Enabled");
        assertThat(lena.registrationDue()).isEqualTo("2026-11-30T09:00:00Z");
        assertThat(lena.isHijackable()).isTrue();
        assertThat(lena.protectedBy()).containsExactly("per-user MFA");
    }

    @Test
    void enforcedUser_isProtectedByThePerUserState_PU_03() throws Exception {
        Row tom = row(NOTHING, "tom@contoso.com");
        assertThat(tom.status()).isEqualTo("Enforced");
        assertThat(tom.protection()).isEqualTo(Protection.YES);
        assertThat(tom.protectedBy()).containsExactly("per-user MFA");
        assertThat(row(NOTHING, "gone@contoso.com").protection()).isEqualTo(Protection.ACCOUNT_DISABLED);
    }

    @Test
    void securityDefaults_areNamedAsWhatTheyAre_AMB_48() throws Exception {
        Row ann = row("kind: securityDefaults\nisEnabled: true\n", "ann@contoso.com");
        assertThat(ann.status()).isEqualTo("Enabled via security defaults");
        assertThat(ann.protectedBy()).containsExactly("security defaults");
        assertThat(ann.protection()).isEqualTo(Protection.YES);
    }

    @Test
    void registrationDetails_haveGraphsShape_RPT_01_RPT_09() throws Exception {
        PolicyEngine engine = engine(NOTHING, PEOPLE);
        String json = RegistrationDetails.of(List.of(engine.directory().user("ann@contoso.com")), NOW);
        assertThat(json).contains("\"userPrincipalName\":\"ann@contoso.com\"", "\"userType\":\"member\"", "\"isMfaRegistered\":true", "\"isMfaCapable\":true",
                "\"isPasswordlessCapable\":false", "\"methodsRegistered\":[\"microsoftAuthenticatorPush\",\"mobilePhone\"]",
                "\"defaultMfaMethod\":\"microsoftAuthenticatorPush\"", "\"userPreferredMethodForSecondaryAuthentication\":\"push\"");
        JsonTree.parse(json);
    }

    @Test
    void administrator_ofAPartOfTheTenant_isOne_DEC_13() throws Exception {
        PolicyEngine engine = engine(NOTHING, PEOPLE.replace("lena@contoso.com,", "lena@contoso.com, roles: [{ role: User Administrator, "
                + "directoryScopeId: /administrativeUnits/12121212-0000-4000-8000-000000000001 }],"));
        UserState lena = engine.directory().user("lena@contoso.com");
        assertThat(new MfaReport(engine, NOW).row(lena).isAdmin()).isTrue();
        assertThat(RegistrationDetails.of(List.of(lena), NOW)).contains("\"isAdmin\":true");
        assertThat(RegistrationDetails.of(List.of(engine.directory().user("tom@contoso.com")), NOW)).contains("\"isAdmin\":false");
    }

    @Test
    void registrationDetails_ofExternalMfaAndPlatformSso_haveGraphsNames_DEC_12() {
        UserState user = UserState.builder().id("mac").userPrincipalName("mac@contoso.com").authenticationMethods(List.of(
                new UserState.AuthenticationMethod(AuthenticationMethodMode.EXTERNAL_AUTHENTICATION_METHOD, "Duo", false, null, true),
                new UserState.AuthenticationMethod(AuthenticationMethodMode.PLATFORM_CREDENTIAL, "MacBook", false, null, true))).build();
        assertThat(RegistrationDetails.of(List.of(user), NOW)).contains("\"isMfaRegistered\":true", "\"isPasswordlessCapable\":true",
                "\"methodsRegistered\":[\"externalAuthMethod\",\"macOsSecureEnclaveKey\"]");
    }

    // ---- findings of decisions

    private Decision explained(String policies, String licences, SignIn signIn) throws Exception {
        return engine(policies, PEOPLE.replace("users:\n", "organization: { licences: [" + licences + "] }\nusers:\n")).explain(signIn);
    }

    private static SignIn signIn(String user, String address) {
        return SignIn.builder().user(user).application("Office 365 Exchange Online").clientAppType("browser").ipAddress(address).signInRiskLevel("high").build();
    }

    @Test
    void promptToRegister_namesTheExposureAndBothCures_unlessItIsAtATrustedPlace_REG_55() throws Exception {
        String policies = "kind: mfaSettings\ntrustedIps: [192.0.2.0/24]\n" + policy("mfa", "All", GRANT_MFA);
        assertThat(explained(policies, "AAD_PREMIUM", signIn("new@contoso.com", "198.51.100.1")).findings()).singleElement().asString()
                .contains("REG-55", "sallyport users revoke-sessions new@contoso.com", "block-unless-trusted-ip.yaml");
        assertThat(explained(policies, "AAD_PREMIUM", signIn("new@contoso.com", "192.0.2.1")).findings()).isEmpty();
        assertThat(explained(policies, "AAD_PREMIUM", signIn("ann@contoso.com", "198.51.100.1")).findings()).isEmpty();
    }

    @Test
    void policyThatNeedsALicenceTheOrganizationLacks_isNamed_LIC_03_LIC_04() throws Exception {
        String risk = policy("risky", "All", "signInRiskLevels: [high]" + GRANT_MFA);
        SignIn ann = signIn("ann@contoso.com", "198.51.100.1");
        assertThat(explained(risk, "none", ann).findings()).singleElement().asString().contains("`risky`", "P1", "LIC-03");
        assertThat(explained(risk, "AAD_PREMIUM", ann).findings()).singleElement().asString().contains("`risky`", "P2", "LIC-04");
        assertThat(explained(risk, "AAD_PREMIUM_P2", ann).findings()).isEmpty();
        assertThat(explained(risk, "", ann).findings()).as("nothing is said of licences").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"macOS, true", "iOS, true", "windows, false", "android, false"})
    void tokenProtection_onADeviceOfApples_namesWhatItNeeds_DEC_16(String platform, boolean told) throws Exception {
        String policies = policy("bound", "Office 365 Exchange Online", "\nsessionControls: { secureSignInSession: { isEnabled: true } }");
        SignIn ann = SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").clientAppType("mobileAppsAndDesktopClients")
                .devicePlatform(platform).build();
        assertThat(explained(policies, "", ann).findings().stream().anyMatch(finding -> finding.startsWith("`bound` asks for token protection")
                && finding.endsWith("[DEC-16]"))).isEqualTo(told);
        assertThat(explained(policies.replace("state: enabled", "state: disabled"), "", ann).findings()).noneMatch(finding -> finding.contains("DEC-16"));
    }

    @ParameterizedTest
    @CsvSource({"other, Office 365 Exchange Online, 2026-12-31T23:59:59Z, 'at the end of December 2026, '",
        "other, Office 365 Exchange Online, 2027-01-01T00:00:00Z, 'since the end of December 2026, '", "other, , 2026-11-22T10:00:00Z, 'at the end'",
        ", Office 365 Exchange Online, 2026-11-22T10:00:00Z, 'at the end'", "other, Office 365 SharePoint Online, 2026-11-22T10:00:00Z,",
        "exchangeActiveSync, Office 365 Exchange Online, 2026-11-22T10:00:00Z,", "browser, Office 365 Exchange Online, 2026-11-22T10:00:00Z,"})
    void appPassword_thatSmtpTakes_namesTheDateWhenItEnds_DEC_17(String client, String application, String time, String begins) throws Exception {
        SignIn sender = SignIn.builder().user("tom@contoso.com").applications(application == null ? List.of() : List.of(application)).clientAppType(client)
                .createdDateTime(Instant.parse(time)).authentication(SignIn.Authentication.builder().credential("appPassword").build()).build();
        List<String> findings = explained("kind: mfaSettings\nallowAppPasswords: true\n", "", sender).findings();
        assertThat(findings).filteredOn(finding -> finding.endsWith("[DEC-17]")).as("%s", findings).hasSize(begins == null ? 0 : 1)
                .allMatch(finding -> finding.startsWith(begins));
        assertThat(explained("kind: mfaSettings\n---\nkind: securityDefaults\nisEnabled: true\n", "", sender).findings()).as("refused")
                .noneMatch(finding -> finding.contains("DEC-17"));
    }
}
