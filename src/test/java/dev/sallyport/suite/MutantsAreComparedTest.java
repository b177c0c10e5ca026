package dev.sallyport.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.CompareOptions;
import dev.sallyport.analyse.Comparison;
import dev.sallyport.fixtures.RandomRequests;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Request;
import dev.sallyport.parse.SourceMap;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Every change of one step to the rules that come with the product is a change that both evaluators confirm, or it is proved equal and no
 * random request finds a difference. More requests: {@code mvn test -Dtest=MutantsAreComparedTest -Dsallyport.decisions=100000}.
 */
class MutantsAreComparedTest {

    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    private static final long SEED = Long.getLong("sallyport.seed", 7);
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
