package dev.sallyport.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.CompareOptions;
import dev.sallyport.analyse.Comparison;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.RandomRequests;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.SourceMap;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every change of one step to the rules that come with the product is a change that both evaluators confirm, or it is proved equal and no
 * random request finds a difference. More requests and random worlds: {@code mvn test -Dtest=MutantsAreComparedTest -Dsallyport.decisions=100000 -Dsallyport.worlds=1000}.
 */
class MutantsAreComparedTest {

    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final int WORLDS = Integer.getInteger("sallyport.worlds", 20);
    private static final int PER_WORLD = 300;
    private static final int DECISIONS = Integer.getInteger("sallyport.decisions", 2_000);

    @Test
    void everyChangeOfOneStep_isConfirmed_orNoRequestFindsADifference() throws Exception {
        PolicyEngine engine = PolicyEngine.load(List.of(Path.of("rules/conditional-access")), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")),
                Clock.fixed(NOW, ZoneOffset.UTC));
        List<ConditionalAccessPolicy> policies = engine.policySet().policies();
        RandomRequests requests = new RandomRequests(engine.policySet(), engine.directory(), NOW);
        List<String> equal = new ArrayList<>();
        int changed = 0;
        for (ConditionalAccessPolicy policy : policies) {
            for (Mutant mutant : Mutant.of(policy, new SourceMap(List.of()))) {
                PolicyEngine after = engine.plain(engine.policySet().withPolicies(policies.stream().map(each -> each.id().equals(policy.id()) ? mutant.policy() : each)
                        .toList()));
                Comparison comparison = Analysis.of(engine).compare(after, CompareOptions.all());
                assertThat(comparison.faults()).as("%s: %s", policy.id(), mutant.change()).isEmpty();
                assertThat(comparison.isComplete()).isTrue();
                assertThat(Analysis.of(engine).isEqual(after, CompareOptions.all())).as("%s: %s", policy.id(), mutant.change()).isEqualTo(comparison.isEqual());
                if (comparison.isEqual()) {
                    equal.add(policy.id() + ": " + mutant.change());
                    compare(engine, after, requests, mutant);
                } else {
                    changed++;
                }
            }
        }
        System.out.printf(Locale.ROOT, "%d changes of one step are confirmed, %d are proved equal: %s%n", changed, equal.size(), equal);
        assertThat(changed).isGreaterThan(30);
    }

    @Test
    void changeOfOneStep_inARandomWorld_isConfirmed_orNoRequestFindsADifference() throws Exception {
        int refused = 0;
        int equal = 0;
        for (int w = 0; w < WORLDS; w++) {
            RandomWorld world = RandomWorld.ofSize(SEED * 7_000_003 + w, 1 + w % 8);
            PolicySet set = world.policySet();
            // comparisons take absent signals as Entra does, and say so
            PolicySet asEntra = set.with(set.securityDefaults(), set.mfaSettings(), set.evaluationSettings().with(UnknownSignals.ENTRA));
            PolicyEngine before = PolicyEngine.withoutPolicies(world.directory(), Clock.fixed(world.clock(), ZoneOffset.UTC)).plain(asEntra);
            Random dice = new Random(world.seed());
            List<ConditionalAccessPolicy> policies = world.policySet().policies();
            ConditionalAccessPolicy policy = policies.get(dice.nextInt(policies.size()));
            List<Mutant> mutants = Mutant.of(policy, new SourceMap(List.of()));
            if (mutants.isEmpty()) {
                continue;
            }
            Mutant mutant = mutants.get(dice.nextInt(mutants.size()));
            PolicyEngine after = before.plain(asEntra.withPolicies(policies.stream().map(each -> each == policy ? mutant.policy() : each).toList()));
            Comparison comparison;
            try {
                comparison = Analysis.of(before).compare(after, CompareOptions.all());
            } catch (PolicyLoadException e) {
                refused++;
                continue;
            }
            assertThat(comparison.faults()).as("%s, seed %d, %s: %s", world, SEED, policy.id(), mutant.change()).isEmpty();
            assertThat(Analysis.of(before).isEqual(after, CompareOptions.all())).as("%s, seed %d, %s: %s", world, SEED, policy.id(), mutant.change())
                    .isEqualTo(comparison.changes().isEmpty() && comparison.notCompared().isEmpty());
            if (comparison.isEqual()) {
                equal++;
                for (int i = 0; i < Math.min(DECISIONS, PER_WORLD); i++) {
                    Request request = world.request(i);
                    if (isRegisteredByAnAgent(request, world.directory())) {
                        continue;
                    }
                    Decision old = before.evaluate(request);
                    Decision now = after.evaluate(request);
                    assertThat(List.of(now.outcome(), now.sessionControls())).as("%s, seed %d, %s: %s%n%s", world, SEED, policy.id(), mutant.change(), request)
                            .isEqualTo(List.of(old.outcome(), old.sessionControls()));
                }
            }
        }
        System.out.printf(Locale.ROOT, "%d worlds, %d changes are proved equal, %d worlds are refused%n", WORLDS, equal, refused);
        assertThat(equal).isBetween(1, WORLDS - 1);
    }

    /** What comparisons do not ask, and say so. */
    private static boolean isRegisteredByAnAgent(Request request, Directory directory) {
        String name = request.signIn().user();
        UserState user = name == null ? null : directory.user(name);
        return request instanceof Registration && user != null && user.isAgentUser();
    }

    private static void compare(PolicyEngine before, PolicyEngine after, RandomRequests requests, Mutant mutant) {
        PolicyEngine plain = before.plain(before.policySet());
        for (int i = 0; i < DECISIONS; i++) {
            Request request = requests.request(SEED, i);
            Decision old = plain.evaluate(request);
            Decision now = after.evaluate(request);
            assertThat(List.of(now.outcome(), now.sessionControls())).as("%s: %s%n%s", mutant.policy().id(), mutant.change(), request)
                    .isEqualTo(List.of(old.outcome(), old.sessionControls()));
        }
    }
}
