package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Redundancies.Idle;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.Decision;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random requests in random worlds: without the policies that are superfluous together every decision is the same, and each policy that is
 * needed changes a decision, which the evaluator confirms. More of them: {@code mvn test -Dtest=RedundantAgreesTest
 * -Dsallyport.decisions=1000000 -Dsallyport.seed=$RANDOM}.
 */
class RedundantAgreesTest {

    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final long DECISIONS = Long.getLong("sallyport.decisions", 10_000);
    private static final int LARGEST = 30;
    private static final int PER_WORLD = 200;

    @Test
    void decisions_withoutWhatIsSuperfluous_areTheSame() throws Exception {
        long decided = 0;
        int idle = 0;
        int needed = 0;
        for (long w = 0; decided < DECISIONS; w++) {
            RandomWorld random = RandomWorld.ofSize(SEED * 5_000_011 + w, 1 + (int) (w * 7 % LARGEST));
            PolicySet set = random.policySet();
            set = set.with(set.securityDefaults(), set.mfaSettings(), set.evaluationSettings().with(UnknownSignals.ENTRA));
            PolicyEngine engine = PolicyEngine.withoutPolicies(random.directory(), Clock.fixed(random.clock(), ZoneOffset.UTC)).plain(set);
            Redundancies found;
            try {
                found = Analysis.of(engine).redundant(false);
            } catch (PolicyLoadException e) {
                continue;
            }
            assertThat(found.faults()).as(random + ", seed " + SEED).isEmpty();
            idle += found.idle().size();
            needed += found.needed().size();
            Set<String> removed = found.idle().stream().filter(Idle::isRemovable).map(Idle::policy).collect(Collectors.toSet());
            PolicyEngine without = engine.plain(set.withPolicies(set.policies().stream().filter(policy -> !removed.contains(policy.id()))
                    .toList()));
            for (int i = 0; i < PER_WORLD; i++, decided++) {
                Scenario scenario = random.scenario(i);
                SignIn signIn = scenario.request().signIn();
                boolean isLegacy = Signals.isLegacy(signIn);
                if (isOfAgent(scenario, random) && (scenario.request() instanceof Registration || isLegacy) || signIn.user() != null
                        && isLegacy && signIn.authenticationContext() != null) {
                    continue;
                }
                Decision before = engine.evaluate(scenario.request(), scenario.user());
                Decision after = without.evaluate(scenario.request(), scenario.user());
                if (before.outcome() != after.outcome() || !before.sessionControls().equals(after.sessionControls())) {
                    fail("%s, request %d, seed %d: %s became %s without %s%n%s%n%s", random, i, SEED, before.reason().code() + " "
                            + before.sessionControls(), after.reason().code() + " " + after.sessionControls(), removed, scenario.request(),
                            scenario.describe());
                }
            }
        }
        assertThat(idle).isPositive();
        assertThat(needed).isPositive();
    }

    /** An analysis takes agent users to register nothing and to have no legacy clients, with which others do not step up. */
    private static boolean isOfAgent(Scenario scenario, RandomWorld random) {
        String name = scenario.request().signIn().user();
        UserState user = scenario.user() != null || name == null ? scenario.user() : random.directory().user(name);
        return user != null && user.isAgentUser();
    }
}
