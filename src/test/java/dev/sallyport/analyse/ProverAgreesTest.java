package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Invariants.Invariant;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Decision;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Request;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What is proved holds for every random request of a random world, and what is refuted the evaluator confirms. The evaluator decides each
 * request under the policies, under the invariant as a policy, and under its box as a policy that blocks.
 */
class ProverAgreesTest {

    private static final long SEED = Long.getLong("sallyport.seed", 11);
    private static final int WORLDS = Integer.getInteger("sallyport.worlds", 12);
    private static final int REQUESTS = 100;

    private static final String INVARIANTS = """
            kind: invariants
            invariants:
              - { name: mfa, always: { requires: { any: [mfa] } } }
              - { name: mfa of browsers, on: { clientAppTypes: [browser] }, always: { requires: { any: [mfa] } } }
              - { name: mfa at risk, on: { signInRiskLevels: [high] }, always: { requires: { any: [mfa, passwordChange] } } }
              - { name: legacy, on: { clientAppTypes: [exchangeActiveSync, other] }, always: { outcome: block } }
              - { name: legacy needs mfa, on: { clientAppTypes: [other] }, always: { requires: { any: [mfa] } } }
              - { name: managed, on: { platforms: [windows, macOS] }, always: { requires: { any: [compliantDevice, domainJoinedDevice, mfa] } } }
              - { name: guests, for: { users: [GuestsOrExternalUsers] }, always: { requires: { any: [mfa, compliantDevice] } } }
              - { name: administrators, for: { roles: [securityDefaultsRoles] }, always: { requires: { any: [mfa] } } }
              - { name: often, always: { requires: { signInFrequency: { value: 30, type: days } } } }
              - { name: device code, on: { authenticationFlows: [deviceCodeFlow] }, always: { outcome: block } }
              - { name: never blocked, on: { userRiskLevels: [none], signInRiskLevels: [none] }, never: { outcome: block } }
              - { name: members, for: { users: [All], notUsers: [GuestsOrExternalUsers] }, always: { requires: { any: [mfa, compliantDevice, domainJoinedDevice, approvedApplication, compliantApplication, passwordChange] } } }
            """;

    /** Two policies for all users, so that something is proved. */
    private static final List<ConditionalAccessPolicy> BASELINE = List.of(
            policy(Set.of(), new GrantControls(false, Set.of(GrantControl.MFA, GrantControl.COMPLIANT_DEVICE), null, List.of(), List.of())),
            policy(Set.of(ClientAppType.OTHER, ClientAppType.EXCHANGE_ACTIVE_SYNC), new GrantControls(false, Set.of(GrantControl.BLOCK), null, List.of(), List.of())));

    private static ConditionalAccessPolicy policy(Set<ClientAppType> clients, GrantControls controls) {
        Reference all = new Reference("All", "All", null);
        Conditions conditions = new Conditions(new Users(List.of(all), List.of(), List.of(), List.of(), List.of(), List.of(), null, null), null, null,
                new Applications(List.of(all), List.of(), List.of(), List.of(), null, false), clients, null, null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null);
        return new ConditionalAccessPolicy("baseline-" + clients.size(), "Baseline", PolicyState.ENABLED, conditions, controls, SessionControls.NONE, List.of(), Position.of("baseline"));
    }

    @Test
    void proofs_inRandomWorlds_holdForRandomRequests() throws Exception {
        int proved = 0;
        int refuted = 0;
        int inside = 0;
        for (long w = 0; w < WORLDS; w++) {
            RandomWorld random = RandomWorld.ofSize(SEED * 1_000_003 + w, 1 + (int) (w * 5 % 17));
            PolicySet set = random.written();
            PolicyEngine engine = PolicyEngine.of(w % 3 == 0 ? set : set.withPolicies(Stream.concat(set.policies().stream(), BASELINE.stream()).toList()), random.directory(), Clock.fixed(random.clock(), ZoneOffset.UTC), new Diagnostics());
            Verdicts verdicts;
            try {
                verdicts = Analysis.of(engine).prove(Invariants.parse("i.yaml", INVARIANTS), false);
            } catch (PolicyLoadException e) {
                assertThat(e.diagnostics()).allMatch(each -> each.code().equals("SP1406"));
                continue;
            }
            assertThat(verdicts.faults()).as(random::toString).isEmpty();
            for (Verdict verdict : verdicts.verdicts()) {
                proved += verdict.isProved() ? 1 : 0;
                refuted += verdict.isProved() ? 0 : 1;
                if (verdict.isProved()) {
                    inside += check(random, engine, verdict.invariant());
                }
            }
        }
        assertThat(List.of(proved, refuted, inside)).as("proved, refuted, requests in a box that is proved").allMatch(count -> count >= WORLDS);
    }

    /** Asks the evaluator about random requests; returns how many of them belong to the invariant. */
    private static int check(RandomWorld random, PolicyEngine engine, Invariant invariant) throws Exception {
        MfaSettings mfa = engine.policySet().mfaSettings();
        PolicySet own = engine.policySet().with(SecurityDefaults.OFF, new MfaSettings(false, mfa.trustedIps(), mfa.skipMfaForFederatedIntranet(), mfa.rememberMfaDays(),
                mfa.registrationGracePeriodDays(), mfa.maxAppPasswords(), mfa.source()), engine.policySet().evaluationSettings().toBuilder().mandatoryAdminPortalMfa(false)
                .build().with(UnknownSignals.ENTRA));
        Scopes scopes = new Scopes(own, engine.directory());
        scopes.add(invariant.box(), invariant.demand().requires());
        World world = new World(scopes.resolved(), engine.directory(), engine.now());
        ConditionalAccessPolicy box = new ConditionalAccessPolicy("box", "box", PolicyState.ENABLED, world.scopes.get(0).policy().conditions(),
                new GrantControls(false, Set.of(GrantControl.BLOCK), null, List.of(), List.of()), SessionControls.NONE, List.of(), invariant.position());
        PolicyEngine policies = engine.plain(own);
        PolicyEngine inBox = engine.plain(own.withPolicies(List.of(box)));
        PolicyEngine demanding = invariant.demand().requires() == null ? null : engine.plain(own.withPolicies(Scopes.policies(world.scopes.get(0), invariant.demand().requires(), Kind.SIGN_IN)));
        int inside = 0;
        for (int i = 0; i < REQUESTS; i++) {
            Request request = random.request(i);
            UserState known = request.signIn().user() == null ? null : engine.directory().user(request.signIn().user());
            if (known == null || !known.accountEnabled() || known.isAgentUser() || !(request instanceof SignIn)) {
                continue;
            }
            UserState user = known.toBuilder().perUserMfaState(PerUserMfaState.DISABLED).appPasswords(List.of()).build();
            Decision decision = policies.evaluate(request, user);
            boolean isOutside = inBox.evaluate(request, user).reason().code() != ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS;
            if (isOutside || decision.reason().code() == ReasonCode.INVALID_REQUEST) {
                continue;
            }
            inside++;
            boolean isWrong = !invariant.demand().isAlways() ? decision.outcome() == Outcome.BLOCK && decision.reason().code() == ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS
                    : decision.outcome() == Outcome.ALLOW && (demanding == null || demanding.evaluate(request, user).outcome() != Outcome.ALLOW);
            assertThat(isWrong).as(() -> "the invariant `" + invariant.name() + "` is proved in " + random + ", and the evaluator decides " + decision.outcome() + " ("
                    + decision.reason().code() + "): " + request).isFalse();
        }
        return inside;
    }
}
