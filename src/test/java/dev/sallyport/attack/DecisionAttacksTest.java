package dev.sallyport.attack;

import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.directory;
import static dev.sallyport.fixtures.Attack.documents;
import static dev.sallyport.fixtures.Attack.engine;
import static dev.sallyport.fixtures.Attack.outcome;
import static dev.sallyport.fixtures.Attack.policy;
import static dev.sallyport.fixtures.Attack.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.Property;
import dev.sallyport.fixtures.Requests;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.fixtures.Targets;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.read.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks by what a decision takes for granted: silence about a session, a device that remembers, times that have not come. */
class DecisionAttacksTest {

    private static final Instant NOW = Targets.CLOCK.instant();
    private static final SignIn.Authentication PASSWORD = SignIn.Authentication.builder().credential("password")
            .methods(List.of("password")).firstFactor("passed").build();
    private static final String STRICT = "---\nkind: evaluationSettings\nunknownSignals: strict\n";
    private static final String SECURITY_DEFAULTS = "---\nkind: securityDefaults\nisEnabled: true\nregistrationGracePeriodDays: 14\n";
    private static final String REMEMBERS = "---\nkind: mfaSettings\nrememberMfaDays: 14\n";

    private static String people(String... fields) {
        return "kind: directory\napplications: [{ appId: a1, displayName: Payroll }]\nusers: [{ userPrincipalName: new@contoso.com, " + String.join(", ", fields) + " }]\n";
    }

    private static String enabledFor(Duration since) {
        return "perUserMfaState: enabled, perUserMfaEnabledDateTime: " + NOW.minus(since);
    }

    private static SignIn.Session session(boolean interactive, Instant started) {
        return SignIn.Session.INTERACTIVE.toBuilder().isInteractive(interactive).startedDateTime(started).build();
    }

    @ParameterizedTest
    @CsvSource({"browser, entra", "mobileAppsAndDesktopClients, entra", "browser, strict", "mobileAppsAndDesktopClients, strict", ", strict"})
    void passwordIntoAnApp_ofAUserEnabledForAYear_isAskedToRegister_whateverIsSaidOfTheDevice_DEC19(String client, String mode) throws Exception {
        PolicyEngine engine = engine(directory(people(enabledFor(Duration.ofDays(365)))), "kind: mfaSettings\n", mode.equals("strict") ? STRICT : "");
        assertThat(outcome(engine, user("new@contoso.com").authentication(PASSWORD).clientAppType(client))).isEqualTo(Outcome.PROMPT_REGISTER);
        for (boolean isNewDevice : new boolean[] {false, true}) {
            SignIn.Session session = SignIn.Session.INTERACTIVE.toBuilder().isNewDevice(isNewDevice)
                    .startedDateTime(NOW.minus(Duration.ofDays(300))).build();
            assertThat(outcome(engine, user("new@contoso.com").authentication(PASSWORD).clientAppType(client).session(session))).isEqualTo(Outcome.PROMPT_REGISTER);
        }
    }

    /** The cure of REG-53. */
    @Test
    void appOfAUserWhoseSessionsWereRevoked_isAskedToRegister_DEC19() throws Exception {
        PolicyEngine engine = engine(directory(people(enabledFor(Duration.ofDays(365)), "signInSessionsValidFromDateTime: " + NOW.minusSeconds(600))), "kind: mfaSettings\n");
        SignIn.Builder app = user("new@contoso.com").clientAppType("mobileAppsAndDesktopClients");
        Decision refreshed = engine.evaluate(app.session(session(false, NOW.minus(Duration.ofDays(300)))).build());
        assertThat(refreshed.reason().code()).isEqualTo(ReasonCode.SESSION_REVOKED);
        assertThat(outcome(engine, app.session(session(true, NOW)))).isEqualTo(Outcome.PROMPT_REGISTER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kind: mfaSettings|perUserMfaState: enforced", "kind: mfaSettings|perUserMfaState: enabled", "kind: securityDefaults\nisEnabled: true\n|userType: Member"})
    void deviceThatRemembersMfa_ofAUserWhoseMethodsAreGone_registersAgain_DEC02(String tenantAndUser) throws Exception {
        String[] both = tenantAndUser.split("\\|");
        String settings = both[0].contains("mfaSettings") ? REMEMBERS.substring(4) : both[0] + REMEMBERS;
        PolicyEngine engine = engine(directory(people(both[1])), settings);
        SignIn.Session remembered = SignIn.Session.INTERACTIVE.toBuilder().rememberedMfaDateTime(NOW.minus(Duration.ofDays(2))).build();
        assertThat(outcome(engine, user("new@contoso.com").session(remembered))).isEqualTo(Outcome.PROMPT_REGISTER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mfa"})
    void registrationByAUserOfASharedChannel_isRefused_withAndWithoutPolicies_DEC01(String policies) throws Exception {
        PolicyEngine engine = engine(directory(people("userType: Guest", "externalUserType: b2bDirectConnectUser")), "kind: mfaSettings\nallowAppPasswords: true\n",
                policies.isEmpty() ? "" : policy("p", "", MFA));
        for (String method : new String[] {null, "softwareOath", "fido2", "appPassword"}) {
            Decision decision = engine.explain(new Registration(user("new@contoso.com").build(), method, null));
            assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
            assertThat(decision.reason().code()).as(method).isEqualTo(ReasonCode.REGISTRATION_NOT_ALLOWED);
            assertThat(decision.policies()).allSatisfy(row -> assertThat(row.result()).isEqualTo("failure"));
        }
    }

    // ---- 79: sessions that have not begun

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"2099-01-01T00:00:00Z, -", "2020-01-01T00:00:00Z, 2099-01-01T00:00:00Z", "2099-01-01T00:00:00Z, PT-1M", "PT5M0.000000001S, -", "-, PT5M0.000000001S",
        "revocation, -", "-, revocation", "2020-01-01T00:00:00Z, -"})
    void attack_79_sessionThatBeginsInTheFuture_orAtTheInstantOfTheRevocation_isRevoked(String started, String signedIn) throws Exception {
        Instant revoked = NOW.minus(Duration.ofDays(2));
        PolicyEngine engine = engine(directory(people("signInSessionsValidFromDateTime: " + revoked, "authenticationMethods: [{ method: fido2 }]")), "kind: mfaSettings\n");
        Decision decision = engine.explain(user("new@contoso.com").session(session(false, time(started, revoked)))
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password"))
                        .signInDateTime(time(signedIn, revoked)).homeTenantMfa(false).build()).build());
        assertThat(decision.outcome()).isEqualTo(Outcome.CHALLENGE);
        assertThat(decision.reason().code()).isEqualTo(ReasonCode.SESSION_REVOKED);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"PT5M, -", "-, PT5M", "PT-1M, -", "2020-01-01T00:00:00Z, PT-1M"})
    void attack_79_sessionThatBeganSince_byAClockFiveMinutesAhead_goesOn(String started, String signedIn) throws Exception {
        Instant revoked = NOW.minus(Duration.ofDays(2));
        PolicyEngine engine = engine(directory(people("signInSessionsValidFromDateTime: " + revoked)), "kind: mfaSettings\n");
        assertThat(outcome(engine, user("new@contoso.com").session(session(false, time(started, revoked)))
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password"))
                        .signInDateTime(time(signedIn, revoked)).homeTenantMfa(false).build()))).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void attack_79_mfaAtTheInstantOfTheRevocation_isLost_remembered_orNot() throws Exception {
        Instant revoked = NOW.minus(Duration.ofDays(2));
        PolicyEngine engine = engine(directory(people("signInSessionsValidFromDateTime: " + revoked, "authenticationMethods: [{ method: fido2 }]")), policy("p", "", MFA), REMEMBERS);
        SignIn.Authentication proved = SignIn.Authentication.builder().credential("password").methods(List.of("fido2"))
                .mfaDateTime(revoked).signInDateTime(NOW).homeTenantMfa(false).build();
        assertThat(outcome(engine, user("new@contoso.com").authentication(proved))).isEqualTo(Outcome.CHALLENGE);
        SignIn.Session remembered = SignIn.Session.INTERACTIVE.toBuilder().rememberedMfaDateTime(revoked).build();
        assertThat(outcome(engine, user("new@contoso.com").session(remembered))).isEqualTo(Outcome.CHALLENGE);
    }

    private static Instant time(String text, Instant revoked) {
        return text == null ? null : text.equals("revocation") ? revoked : text.startsWith("PT") ? NOW.plus(Duration.parse(text)) : Instant.parse(text);
    }

    // ---- 102: days that have not come

    @ParameterizedTest
    @CsvSource({"P36500D, PROMPT_REGISTER", "PT5M0.000000001S, PROMPT_REGISTER", "PT5M, ALLOW", "PT0S, ALLOW", "P-13D, ALLOW", "P-14D, PROMPT_REGISTER"})
    void attack_102_periodThatBeginsInTheFuture_doesNotCount(Duration ahead, Outcome expected) throws Exception {
        PolicyEngine enabled = engine(directory(people(enabledFor(ahead.negated()))), "kind: mfaSettings\n");
        PolicyEngine defaults = engine(directory(people("firstSignInDateTime: " + NOW.plus(ahead))), SECURITY_DEFAULTS);
        for (String client : List.of("browser", "mobileAppsAndDesktopClients")) {
            assertThat(outcome(enabled, user("new@contoso.com").clientAppType(client))).isEqualTo(expected);
            assertThat(outcome(defaults, user("new@contoso.com").clientAppType(client))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"perUserMfaEnabledDateTime", "firstSignInDateTime"})
    void attack_102_dayInTheFuture_isToldWhenTheDirectoryIsRead_andNoOther(String field) {
        Diagnostics out = new Diagnostics();
        Resources.of(documents("d.yaml", people("\n    " + field + ": 2999-01-01T00:00:00Z", "displayName: New"), out), out);
        assertThat(out.toList()).extracting(Diagnostic::toString).singleElement().asString().startsWith("d.yaml:4:").contains("warning SP1122", field, "2999-01-01T00:00:00Z");
        Diagnostics none = new Diagnostics();
        Resources.of(documents("d.yaml", people(field + ": " + NOW), none), none);
        assertThat(none.toList()).isEmpty();
    }

    // ---- 111: to the nanosecond

    @ParameterizedTest
    @CsvSource({"everyTime, PT5M, ALLOW", "everyTime, PT5M0.000000001S, CHALLENGE", "everyTime, PT5M0.999999999S, CHALLENGE", "hours, PT59M59.999999999S, ALLOW", "hours, PT1H, CHALLENGE",
        "hours, PT-5M, ALLOW", "hours, PT-5M-0.000000001S, CHALLENGE"})
    void attack_111_signInFrequency_isComparedToTheNanosecond(String interval, Duration age, Outcome expected) throws Exception {
        String frequency = interval.equals("everyTime") ? "frequencyInterval: everyTime" : "frequencyInterval: timeBased, type: hours, value: 1";
        PolicyEngine engine = engine(policy("p", "", "sessionControls: { signInFrequency: { isEnabled: true, " + frequency + " } }"));
        SignIn.Authentication authentication = SignIn.Authentication.builder().credential("password").methods(List.of("password"))
                .signInDateTime(NOW.minus(age)).homeTenantMfa(false).build();
        assertThat(outcome(engine, user("ann@contoso.com").authentication(authentication))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"P13DT23H59M59.999999999S, ALLOW", "P14D, CHALLENGE"})
    void attack_111_rememberedMfa_isComparedToTheNanosecond(Duration age, Outcome expected) throws Exception {
        PolicyEngine engine = engine(policy("p", "", MFA), REMEMBERS);
        assertThat(outcome(engine, user("ann@contoso.com").session(SignIn.Session.INTERACTIVE.toBuilder()
                .rememberedMfaDateTime(NOW.minus(age)).build()))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"PT10M, ALLOW", "PT10M0.000000001S, CHALLENGE", "PT-5M-0.000000001S, CHALLENGE"})
    void attack_111_oneTimePass_isComparedToTheNanosecond(Duration age, Outcome expected) throws Exception {
        PolicyEngine engine = engine(directory(people("authenticationMethods: [{ method: temporaryAccessPassOneTime }]")), "kind: mfaSettings\n");
        SignIn.Authentication pass = SignIn.Authentication.builder().credential("password").methods(List.of("temporaryAccessPassOneTime"))
                .mfaDateTime(NOW).signInDateTime(NOW.minus(age)).homeTenantMfa(false).build();
        Decision decision = engine.explain(new Registration(user("new@contoso.com").authentication(pass).build(), "fido2", null));
        assertThat(decision.outcome()).as(decision.reason().toString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"PT5M, ALLOW", "PT5M0.000000001S, CHALLENGE"})
    void attack_111_mfaBeforeAPasskey_isComparedToTheNanosecond(Duration age, Outcome expected) throws Exception {
        SignIn.Authentication done = SignIn.Authentication.builder().credential("password").methods(List.of("fido2"))
                .mfaDateTime(NOW.minus(age)).signInDateTime(NOW).homeTenantMfa(false).build();
        Decision decision = engine("kind: mfaSettings\n").explain(new Registration(user("ann@contoso.com").authentication(done).build(), "fido2", null));
        assertThat(decision.outcome()).as(decision.reason().toString()).isEqualTo(expected);
    }

    // ---- in random worlds

    /** Each time of a request, moved to where it has not come. */
    private static Map<String, UnaryOperator<SignIn>> futures(Instant future) {
        Map<String, UnaryOperator<SignIn>> futures = new TreeMap<>();
        futures.put("mfaDateTime", signIn -> with(signIn, signIn.session(), future, signIn.authentication().signInDateTime()));
        futures.put("signInDateTime", signIn -> with(signIn, signIn.session(), signIn.authentication().mfaDateTime(), future));
        futures.put("startedDateTime", signIn -> with(signIn, times(signIn.session(), future, signIn.session().rememberedMfaDateTime(),
                signIn.session().primaryRefreshTokenDateTime())));
        futures.put("rememberedMfaDateTime", signIn -> with(signIn, times(signIn.session(), signIn.session().startedDateTime(), future,
                signIn.session().primaryRefreshTokenDateTime())));
        futures.put("primaryRefreshTokenDateTime", signIn -> with(signIn, times(signIn.session(), signIn.session().startedDateTime(),
                signIn.session().rememberedMfaDateTime(), future)));
        return futures;
    }

    private static SignIn.Session times(SignIn.Session old, Instant started, Instant remembered, Instant renewed) {
        return old.toBuilder().startedDateTime(started).rememberedMfaDateTime(remembered).primaryRefreshTokenDateTime(renewed).build();
    }

    private static SignIn with(SignIn signIn, SignIn.Session session) {
        return signIn.toBuilder().session(session).build();
    }

    private static SignIn with(SignIn signIn, SignIn.Session session, Instant mfa, Instant signedIn) {
        SignIn.Authentication old = signIn.authentication();
        return with(signIn, session).toBuilder().authentication(old.toBuilder().mfaDateTime(mfa).signInDateTime(signedIn).build()).build();
    }

    private static Scenario with(Scenario scenario, SignIn signIn) {
        return scenario.with(Requests.with(scenario.request(), signIn));
    }

    @Test
    void attack_79_timeOfARequestThatHasNotCome_neverLetsIn() {
        Function<Scenario, List<String>> letIn = scenario -> futures(scenario.clock().plus(Duration.ofDays(400))).entrySet().stream()
                .filter(each -> isLetIn(scenario.engine(), with(scenario, each.getValue().apply(scenario.request().signIn())))).map(Map.Entry::getKey).toList();
        AtomicInteger refused = new AtomicInteger();
        Property.everywhere(scenario -> List.of(scenario.engine()), (scenario, engines) -> {
            if (isLetIn(engines.get(0), scenario)) {
                return true;
            }
            refused.incrementAndGet();
            return futures(scenario.clock().plus(Duration.ofDays(400))).values().stream()
                    .noneMatch(future -> isLetIn(engines.get(0), with(scenario, future.apply(scenario.request().signIn()))));
        }, scenario -> "let in with a future " + letIn.apply(scenario));
        assertThat(refused.get()).isGreaterThan(10 * Property.WORLDS);
    }

    private static boolean isLetIn(PolicyEngine engine, Scenario scenario) {
        return Property.decide(engine, scenario).outcome() == Outcome.ALLOW;
    }

    @Test
    void newDevice_decidesNothing_inRandomWorlds_DEC19() {
        Property.holds(scenario -> {
            SignIn.Session old = scenario.request().signIn().session();
            return with(scenario, with(scenario.request().signIn(), old.toBuilder()
                    .isNewDevice(!Boolean.TRUE.equals(old.isNewDevice())).build()));
        }, Decision::equals);
    }
}
