package dev.sallyport.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.read.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of section 10.4, row by row; {@code explain} compares both evaluators. */
class AppPasswordsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String RIGHT = AppPasswords.generate(RANDOM);
    private static final String HASH = AppPasswords.hash(RIGHT, RANDOM);

    @TempDir
    private Path folder;

    private static UserState user(PerUserMfaState state, boolean isRegistered, int appPasswords) {
        List<AppPassword> all = new ArrayList<>();
        for (int i = 0; i < appPasswords; i++) {
            all.add(new AppPassword("" + i, "p" + i, NOW, i == appPasswords - 1 ? HASH : null));
        }
        List<AuthenticationMethod> methods = isRegistered ? List.of(new AuthenticationMethod(AuthenticationMethodMode.SMS, null, true, NOW, true)) : List.of();
        return UserState.builder().id("1").userPrincipalName("ann@contoso.com").displayName("Ann").perUserMfaState(state)
                .authenticationMethods(methods).appPasswords(all).build();
    }

    private Decision decide(Request request, UserState user, String policies) throws Exception {
        Path file = Files.writeString(folder.resolve("policies.yaml"), policies);
        Diagnostics found = new Diagnostics();
        Directory directory = new Directory(Directory.Organization.DEFAULT, List.of(user), List.of(), List.of(), List.of(), List.of());
        return PolicyEngine.of(Resources.read(List.of(file), found).policySet(), directory, Clock.fixed(NOW, ZoneOffset.UTC), found).explain(request);
    }

    // ---- creating one

    @ParameterizedTest
    @CsvSource({
        "false, ENFORCED, true,  0, block,           appPasswordsNotAllowed",          // AP-01
        "false, DISABLED, true,  0, block,           appPasswordsNotAllowed",          // AP-01
        "true,  DISABLED, true,  0, block,           appPasswordNeedsEnforcedMfa",     // AP-02, AP-03
        "true,  ENABLED,  true,  0, block,           appPasswordNeedsEnforcedMfa",     // AP-03
        "true,  ENFORCED, true,  0, allow,           satisfied",                       // AP-02, AP-05
        "true,  ENFORCED, true, 39, allow,           satisfied",                       // AP-05
        "true,  ENFORCED, true, 40, block,           appPasswordLimitReached",         // AP-05
        "true,  ENFORCED, false, 0, prompt-register, registrationRequired",            // PU-03, AP-23
        "true,  ENABLED,  false, 0, prompt-register, registrationRequired",            // PU-04, AP-04
    })
    void create_rowOfTheTable_isDecided(boolean allowed, PerUserMfaState state, boolean isRegistered, int count, String outcome, String reason) throws Exception {
        SignIn signIn = SignIn.builder().user("ann@contoso.com").clientAppType("browser")
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password", "sms"))
                        .mfaDateTime(NOW).signInDateTime(NOW).homeTenantMfa(false).build()).build();
        Decision decision = decide(new Registration(signIn, "appPassword", "Mail"), user(state, isRegistered, count),
                "kind: mfaSettings\nallowAppPasswords: " + allowed + "\n");
        assertThat(decision.outcome()).hasToString(outcome);
        assertThat(decision.reason().code()).hasToString(reason);
    }

    @Test
    void create_mfaFromSecurityDefaults_isNotEnough_AP03() throws Exception {
        SignIn signIn = SignIn.builder().user("ann@contoso.com").clientAppType("browser")
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password", "sms"))
                        .mfaDateTime(NOW).signInDateTime(NOW).homeTenantMfa(false).build()).build();
        Decision decision = decide(new Registration(signIn, "appPassword", "Mail"), user(PerUserMfaState.DISABLED, true, 0),
                "kind: mfaSettings\nallowAppPasswords: true\n---\nkind: securityDefaults\nisEnabled: true\n");
        assertThat(decision.reason().code()).isEqualTo(ReasonCode.APP_PASSWORD_NEEDS_ENFORCED_MFA);
    }

    // ---- signing in

    /** {@code secret}: password, claimed (the gateway verified it), right or wrong. */
    @ParameterizedTest
    @CsvSource({
        "DISABLED, password, false, 0, allow, noPolicyApplies",            // PU-01
        "DISABLED, password, true,  1, allow, noPolicyApplies",
        "ENABLED,  password, false, 1, allow, noPolicyApplies",            // PU-02
        "ENABLED,  password, true,  0, allow, noPolicyApplies",
        "DISABLED, claimed,  false, 1, block, appPasswordNotAccepted",     // AP-20
        "DISABLED, right,    true,  1, block, appPasswordNotAccepted",
        "ENABLED,  right,    false, 1, block, appPasswordNotAccepted",
        "ENFORCED, password, false, 0, block, appPasswordRequired",        // PU-03
        "ENFORCED, password, false, 1, block, appPasswordRequired",
        "ENFORCED, claimed,  false, 1, allow, satisfied",                  // AP-10
        "ENFORCED, right,    false, 1, allow, satisfied",
        "ENFORCED, right,    true,  3, allow, satisfied",
        "ENFORCED, wrong,    false, 1, block, appPasswordNotAccepted",
        "ENFORCED, wrong,    true,  3, block, appPasswordNotAccepted",
        "ENFORCED, right,    false, 0, block, appPasswordNotAccepted",
        "ENFORCED, claimed,  false, 0, block, appPasswordNotAccepted",
        "ENFORCED, password, true,  0, allow, satisfied",                  // AP-22
        "ENFORCED, password, true,  1, block, appPasswordRequired",        // AP-22
    })
    void signIn_rowOfTheTable_isDecided(PerUserMfaState state, String secret, boolean atTrustedIp, int count, String outcome, String reason) throws Exception {
        for (String client : List.of("other", "exchangeActiveSync")) {
            Decision decision = decide(signIn(client, secret, atTrustedIp), user(state, true, count), "kind: mfaSettings\ntrustedIps: [203.0.113.0/24]\n");
            assertThat(decision.outcome()).hasToString(outcome);
            assertThat(decision.reason().code()).hasToString(reason);
        }
    }

    private static SignIn signIn(String client, String secret, boolean atTrustedIp) {
        SignIn.Authentication authentication = switch (secret) {
            case "right" -> SignIn.Authentication.ofAppPassword(RIGHT);
            case "wrong" -> SignIn.Authentication.ofAppPassword("abcdefghijklmnop");
            case "claimed" -> SignIn.Authentication.builder().credential("appPassword").homeTenantMfa(false).build();
            default -> SignIn.Authentication.NONE;
        };
        return SignIn.builder().user("ann@contoso.com").clientAppType(client).ipAddress(atTrustedIp ? "203.0.113.9" : "192.0.2.9")
                .authentication(authentication).build();
    }

    @Test
    void signIn_modernClientWithTheRightOne_isRefused_AP11() throws Exception {
        Decision decision = decide(signIn("browser", "right", false), user(PerUserMfaState.ENFORCED, true, 1), "kind: mfaSettings\n");
        assertThat(decision.reason().code()).isEqualTo(ReasonCode.APP_PASSWORD_NOT_ACCEPTED);
    }

    @Test
    void signIn_tenantSwitchOffAgain_keepsExistingOnesWorking_AP15() throws Exception {
        Decision decision = decide(signIn("other", "right", false), user(PerUserMfaState.ENFORCED, true, 1), "kind: mfaSettings\nallowAppPasswords: false\n");
        assertThat(decision.outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void signIn_legacyBlockedOrMfaAskedByPolicy_makesItUseless_AP16_AP17_SDLEG03() throws Exception {
        String policy = "kind: conditionalAccessPolicy\nid: p\ndisplayName: P\nstate: enabled\nconditions:\n  users: { includeUsers: [All] }\n"
                + "  applications: { includeApplications: [All] }\n  clientAppTypes: [all]\ngrantControls: { operator: OR, builtInControls: [%s] }\n";
        for (String policies : List.of(policy.formatted("block"), policy.formatted("mfa"), "kind: securityDefaults\nisEnabled: true\n")) {
            assertThat(decide(signIn("other", "right", false), user(PerUserMfaState.ENFORCED, true, 1), policies).outcome()).isEqualTo(Outcome.BLOCK);
        }
    }

    @Test
    void signIn_passwordResetOrRevocation_leavesItWorking_AP14_AP25() throws Exception {
        UserState user = Lifecycle.passwordChanged(user(PerUserMfaState.ENFORCED, true, 1), NOW.minusSeconds(5));
        assertThat(decide(signIn("other", "right", false), user, "kind: mfaSettings\n").outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void signIn_backToEnforced_acceptsItAgain_AP20() throws Exception {
        UserState user = Lifecycle.enforce(Lifecycle.disable(user(PerUserMfaState.ENFORCED, true, 1)), NOW);
        assertThat(decide(signIn("other", "right", false), user, "kind: mfaSettings\n").outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void signIn_appPasswordBesideAnotherCredential_isMalformed() throws Exception {
        SignIn both = SignIn.builder().user("ann@contoso.com").clientAppType("other")
                .authentication(SignIn.Authentication.builder().credential("password").homeTenantMfa(false).appPassword(RIGHT)
                        .build()).build();
        Decision decision = decide(both, user(PerUserMfaState.ENFORCED, true, 1), "kind: mfaSettings\n");
        assertThat(decision.reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
        assertThat(decision.toString() + both).doesNotContain(RIGHT);
    }

    // ---- hashes

    @Test
    void generate_anyTime_isSixteenLetters_AP06() {
        assertThat(RIGHT).matches("[a-z]{16}").isNotEqualTo(AppPasswords.generate(RANDOM));
        assertThat(HASH).startsWith("$argon2id$v=19$").isNotEqualTo(AppPasswords.hash(RIGHT, RANDOM));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {"plain", "$argon2id$", "$argon2id$v=19$m=4194304,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$2a$10$abcdefghijklmnopqrstuu", "$argon2id$v=19$m=16,t=1,p=4$AAAAAAAAAAA$AAAAAAAAAAAAAAAAA"})
    void matches_hashThatCannotBeVerified_isNobodys(String hash) {
        assertThat(AppPasswords.matches(RIGHT, hash)).isFalse();
        assertThat(AppPasswords.matches(RIGHT, null)).isFalse();
    }
}
