package dev.sallyport.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Lifecycle.Event;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every step in the life of a user's MFA: sections 10.1, 10.4 and 12.7 of the semantics. */
class LifecycleTest {

    private static final Instant LONG_AGO = Instant.parse("2025-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00Z");
    private static final AuthenticationMethodMode PUSH = AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH;
    private static final AppPassword MAIL = new AppPassword("1", "Mail", LONG_AGO, "hash");

    private static UserState user(PerUserMfaState state, AuthenticationMethodMode... methods) {
        List<AuthenticationMethod> registered = java.util.Arrays.stream(methods)
                .map(mode -> new AuthenticationMethod(mode, null, mode == methods[0], LONG_AGO, true)).toList();
        return UserState.builder().id("1").userPrincipalName("ann@contoso.com").displayName("Ann").memberOf(List.of("Staff"))
                .perUserMfaState(state).perUserMfaEnabledDateTime(state == PerUserMfaState.DISABLED ? null : LONG_AGO)
                .authenticationMethods(registered).appPasswords(List.of(MAIL)).build();
    }

    // ---- the administrator, in any order (PU-05)

    @ParameterizedTest
    @CsvSource({"DISABLED, ENABLED", "DISABLED, ENFORCED", "ENABLED, ENFORCED", "ENABLED, DISABLED", "ENFORCED, ENABLED", "ENFORCED, DISABLED"})
    void administrator_anyState_movesToAnyOther_PU05(PerUserMfaState from, PerUserMfaState to) {
        UserState before = user(from, PUSH);
        UserState after = to(before, to);
        assertThat(after.perUserMfaState()).isEqualTo(to);
        assertThat(after.authenticationMethods()).isEqualTo(before.authenticationMethods());
        assertThat(after.appPasswords()).as("kept, AP-20").isEqualTo(before.appPasswords());
        assertThat(Lifecycle.events(before, after)).contains(new Event.PerUserMfaChanged(from, to));
    }

    @ParameterizedTest
    @EnumSource
    void administrator_sameState_changesNothing(PerUserMfaState state) {
        UserState before = user(state, PUSH);
        assertThat(to(before, state)).isSameAs(before);
        assertThat(Lifecycle.events(before, before)).isEmpty();
    }

    private static UserState to(UserState user, PerUserMfaState state) {
        return switch (state) {
            case DISABLED -> Lifecycle.disable(user);
            case ENABLED -> Lifecycle.enable(user, NOW);
            case ENFORCED -> Lifecycle.enforce(user, NOW);
        };
    }

    @Test
    void enable_anybody_beginsTheGracePeriod_PU13() {
        UserState after = Lifecycle.enable(user(PerUserMfaState.DISABLED), NOW);
        assertThat(after.perUserMfaEnabledDateTime()).isEqualTo(NOW);
        assertThat(Lifecycle.events(user(PerUserMfaState.DISABLED), after)).contains(new Event.GracePeriodStarted(NOW));
        assertThat(Lifecycle.enable(user(PerUserMfaState.ENFORCED, PUSH), NOW).perUserMfaEnabledDateTime()).isEqualTo(NOW);
        assertThat(Lifecycle.enable(user(PerUserMfaState.ENABLED), NOW).perUserMfaEnabledDateTime()).as("enabled again").isEqualTo(LONG_AGO);
    }

    // ---- registering

    @Test
    void register_enabledWithoutMethod_becomesEnforced_PU04() {
        UserState before = user(PerUserMfaState.ENABLED);
        UserState after = Lifecycle.register(before, PUSH, "Pixel", NOW);
        AuthenticationMethod pixel = new AuthenticationMethod(PUSH, "Pixel", true, NOW, true);
        assertThat(after.perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
        assertThat(after.authenticationMethods()).containsExactly(pixel);
        assertThat(Lifecycle.events(before, after)).containsExactly(new Event.MethodRegistered(pixel),
                new Event.PerUserMfaChanged(PerUserMfaState.ENABLED, PerUserMfaState.ENFORCED));
    }

    @Test
    void register_enabledWithOldMethods_staysEnabled_PU06() {
        UserState enabledAgain = Lifecycle.enable(Lifecycle.disable(user(PerUserMfaState.ENFORCED, PUSH)), NOW);
        assertThat(Lifecycle.register(enabledAgain, AuthenticationMethodMode.FIDO2, null, NOW).perUserMfaState()).isEqualTo(PerUserMfaState.ENABLED);
        assertThat(Lifecycle.signedIn(enabledAgain, NOW).perUserMfaState()).as("signing in").isEqualTo(PerUserMfaState.ENABLED);
    }

    @Test
    void register_weakMethod_completesNothing_AP24() {
        UserState after = Lifecycle.register(user(PerUserMfaState.ENABLED), AuthenticationMethodMode.EMAIL, null, NOW);
        assertThat(after.perUserMfaState()).isEqualTo(PerUserMfaState.ENABLED);
        assertThat(after.isMfaRegistered()).isFalse();
        assertThat(Lifecycle.register(after, AuthenticationMethodMode.SMS, null, NOW).perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
    }

    @ParameterizedTest
    @EnumSource(names = {"DISABLED", "ENFORCED"})
    void register_notEnabled_keepsTheState_PU09(PerUserMfaState state) {
        assertThat(Lifecycle.register(user(state), PUSH, null, NOW).perUserMfaState()).isEqualTo(state);
    }

    @Test
    void register_afterRequiredReregistration_enforcesAgain_PU06() {
        UserState again = Lifecycle.register(Lifecycle.requireReregistration(user(PerUserMfaState.ENABLED, PUSH)), PUSH, null, NOW);
        assertThat(again.perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
    }

    @ParameterizedTest
    @CsvSource({"MICROSOFT_AUTHENTICATOR_PUSH, 5", "SOFTWARE_OATH, 5", "SMS, 2", "VOICE, 2", "FIDO2, 10"})
    void mayRegister_asManyAsAllowed_noMore_REG10(AuthenticationMethodMode method, int limit) {
        UserState user = user(PerUserMfaState.DISABLED);
        for (int i = 0; i < limit; i++) {
            assertThat(Lifecycle.mayRegister(user, method)).as("number %d", i + 1).isTrue();
            user = Lifecycle.register(user, method, "number " + i, NOW);
        }
        assertThat(Lifecycle.mayRegister(user, method)).isFalse();
    }

    @Test
    void mayRegister_appsOfBothKinds_countTogether_REG10() {
        UserState user = user(PerUserMfaState.DISABLED, PUSH, PUSH, AuthenticationMethodMode.SOFTWARE_OATH, AuthenticationMethodMode.SOFTWARE_OATH, PUSH);
        assertThat(Lifecycle.mayRegister(user, PUSH)).isFalse();
        assertThat(Lifecycle.mayRegister(user, AuthenticationMethodMode.SOFTWARE_OATH)).isFalse();
        assertThat(Lifecycle.mayRegister(user, AuthenticationMethodMode.FIDO2)).isTrue();
    }

    @Test
    void register_secondPass_replacesTheFirst_TAP03() {
        UserState first = Lifecycle.register(user(PerUserMfaState.DISABLED, PUSH), AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_ONE_TIME, null, LONG_AGO);
        UserState second = Lifecycle.register(first, AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_MULTI_USE, null, NOW);
        assertThat(second.authenticationMethods()).extracting(AuthenticationMethod::method)
                .containsExactly(PUSH, AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_MULTI_USE);
    }

    // ---- removing

    @Test
    void unregister_default_passesItOnAndKeepsTheState() {
        UserState before = user(PerUserMfaState.ENFORCED, AuthenticationMethodMode.SMS, AuthenticationMethodMode.EMAIL, AuthenticationMethodMode.FIDO2);
        UserState after = Lifecycle.unregister(before, AuthenticationMethodMode.SMS);
        assertThat(after.authenticationMethods()).extracting(AuthenticationMethod::method)
                .containsExactly(AuthenticationMethodMode.EMAIL, AuthenticationMethodMode.FIDO2);
        assertThat(after.authenticationMethods()).extracting(AuthenticationMethod::isDefault).containsExactly(false, true);
        assertThat(after.perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
        assertThat(Lifecycle.events(before, after)).hasSize(2).anyMatch(Event.MethodRemoved.class::isInstance).anyMatch(Event.MethodChanged.class::isInstance);
        assertThat(Lifecycle.unregister(before, PUSH)).isSameAs(before);
        assertThat(Lifecycle.unregisterAll(before).authenticationMethods()).isEmpty();
    }

    @Test
    void requireReregistration_phonesAppsAndTokens_areGone_RV05() {
        UserState after = Lifecycle.requireReregistration(user(PerUserMfaState.ENFORCED, PUSH, AuthenticationMethodMode.SMS, AuthenticationMethodMode.VOICE,
                AuthenticationMethodMode.SOFTWARE_OATH, AuthenticationMethodMode.HARDWARE_OATH, AuthenticationMethodMode.EMAIL));
        assertThat(after.authenticationMethods()).extracting(AuthenticationMethod::method)
                .containsExactly(AuthenticationMethodMode.HARDWARE_OATH, AuthenticationMethodMode.EMAIL);
        assertThat(after.authenticationMethods().get(0).isUsable()).as("deactivated").isFalse();
        assertThat(after.isMfaRegistered()).as("RV-06").isFalse();
        assertThat(after.appPasswords()).hasSize(1);
    }

    @Test
    void requireReregistration_passkeysAndCertificates_stay_RV06() {
        UserState before = user(PerUserMfaState.ENFORCED, AuthenticationMethodMode.FIDO2, AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS,
                AuthenticationMethodMode.X509_CERTIFICATE_MULTI_FACTOR);
        assertThat(Lifecycle.requireReregistration(before)).isSameAs(before);
        assertThat(before.isMfaRegistered()).isTrue();
    }

    // ---- revoking

    @Test
    void revokeSessions_user_keepsMethodsAndAppPasswords_RV01_AP25() {
        UserState before = user(PerUserMfaState.ENFORCED, PUSH);
        UserState after = Lifecycle.revokeSessions(before, NOW);
        assertThat(after.signInSessionsValidFromDateTime()).isEqualTo(NOW);
        assertThat(Lifecycle.events(before, after)).containsExactly(new Event.SessionsRevoked(NOW));
        assertThat(Lifecycle.passwordChanged(before, NOW)).as("RV-07, AP-14").isEqualTo(after);
    }

    @Test
    void revokeRememberedMfa_user_keepsSessions_RV05() {
        UserState before = user(PerUserMfaState.ENFORCED, PUSH);
        UserState after = Lifecycle.revokeRememberedMfa(before, NOW);
        assertThat(after.signInSessionsValidFromDateTime()).isNull();
        assertThat(Lifecycle.events(before, after)).containsExactly(new Event.RememberedMfaRevoked(NOW));
    }

    @Test
    void rememberedMfa_revoked_isAskedForAgain_RM06() throws Exception {
        UserState user = user(PerUserMfaState.ENFORCED, PUSH);
        Directory directory = new Directory(Directory.Organization.DEFAULT, List.of(user), List.of(), List.of(), List.of(), List.of());
        PolicyEngine engine = PolicyEngine.load(java.nio.file.Path.of("rules/conditional-access/mfa-settings.yaml"), directory);
        SignIn signIn = SignIn.builder().user("ann@contoso.com").clientAppType("browser").createdDateTime(NOW.plusSeconds(60))
                .session(SignIn.Session.INTERACTIVE.toBuilder().rememberedMfaDateTime(NOW.minusSeconds(3600)).build()).build();
        assertThat(engine.explain(signIn).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(engine.explain(signIn, Lifecycle.revokeRememberedMfa(user, NOW)).outcome()).isEqualTo(Outcome.CHALLENGE);
    }

    @Test
    void disableAccount_enabledOne_endsItsSessions_RV07() {
        UserState after = Lifecycle.disableAccount(user(PerUserMfaState.DISABLED), NOW);
        assertThat(after.accountEnabled()).isFalse();
        assertThat(after.signInSessionsValidFromDateTime()).isEqualTo(NOW);
        assertThat(Lifecycle.disableAccount(after, NOW.plusSeconds(1))).isSameAs(after);
    }

    @Test
    void signedIn_firstTime_isRemembered_SDREG02() {
        UserState after = Lifecycle.signedIn(user(PerUserMfaState.DISABLED), NOW);
        assertThat(after.firstSignInDateTime()).isEqualTo(NOW);
        assertThat(Lifecycle.signedIn(after, NOW.plusSeconds(1))).isSameAs(after);
    }

    // ---- app passwords

    @Test
    void appPasswords_addedAndDeleted_areEvents_AP09_AP18() {
        UserState before = user(PerUserMfaState.ENFORCED, PUSH);
        AppPassword tablet = new AppPassword("2", "Tablet", NOW, "hash");
        UserState after = Lifecycle.addAppPassword(before, tablet);
        assertThat(Lifecycle.events(before, after)).containsExactly(new Event.AppPasswordCreated(tablet));
        assertThat(Lifecycle.events(after, Lifecycle.deleteAppPassword(after, "MAIL"))).containsExactly(new Event.AppPasswordDeleted(MAIL));
        assertThat(Lifecycle.deleteAppPassword(after, "Phone")).isSameAs(after);
        assertThat(Lifecycle.deleteAppPasswords(after).appPasswords()).isEmpty();
    }
}
