package dev.sallyport.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.PolicySet;
import dev.sallyport.suite.TestRun.Status;
import dev.sallyport.suite.World.Base;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Running only the tests that can notice a change finds the same as running all of them. */
class MutantsTest {

    private static final Path CONFORMANCE = Path.of("src/test/resources/conformance/suites");

    @Test
    void samples_noticeTheSameChanges_howeverFewTestsRun() throws Exception {
        List<TestCase> tests = new ArrayList<>(read(Path.of("samples/tests/conditional-access.yaml")));
        assertThat(unnoticed(tests)).isEmpty();
        for (int part = 0; part < 4; part++) {
            List<TestCase> some = new ArrayList<>();
            for (int i = part; i < tests.size(); i += 4) {
                some.add(tests.get(i));
            }
            assertThat(unnoticed(some)).isNotEmpty().isEqualTo(unnoticedByAll(some));
        }
    }

    @Test
    void conformanceSuites_noticeTheSameChanges_howeverFewTestsRun() throws Exception {
        List<TestCase> tests = read(CONFORMANCE);
        Set<String> unnoticed = unnoticed(tests);
        assertThat(unnoticed).isNotEmpty().isEqualTo(unnoticedByAll(tests));
    }

    private static List<TestCase> read(Path path) {
        Diagnostics diagnostics = new Diagnostics();
        List<TestCase> tests = new SuiteReader(List.of(), List.of(), Instant.EPOCH, diagnostics).read(List.of(path));
        assertThat(diagnostics.hasErrors()).isFalse();
        return tests;
    }

    private static Set<String> unnoticed(List<TestCase> tests) {
        Mutants mutants = new Mutants(tests);
        assertThat(new TestRun(true, mutants).run(tests)).allMatch(result -> result.status() == Status.PASSED);
        return names(mutants.report().unnoticed().stream().map(Mutants.Unnoticed::mutant).toList());
    }

    private static Set<String> names(List<Mutant> mutants) {
        Set<String> names = new LinkedHashSet<>();
        mutants.forEach(mutant -> names.add(mutant.policy().id() + ": " + mutant.change() + " at " + mutant.position()));
        return names;
    }

    /** Every test under every change, compiled as a gateway would have it. */
    private static Set<String> unnoticedByAll(List<TestCase> tests) throws Exception {
        Map<Base, Boolean> bases = new IdentityHashMap<>();
        List<Mutant> unnoticed = new ArrayList<>();
        for (TestCase first : tests) {
            Base base = first.world().base();
            if (bases.put(base, true) != null) {
                continue;
            }
            for (ConditionalAccessPolicy policy : base.engine().policySet().policies()) {
                for (Mutant mutant : Mutant.of(policy, base.places())) {
                    Map<World, PolicyEngine> engines = new IdentityHashMap<>();
                    boolean noticed = false;
                    for (TestCase test : tests) {
                        PolicySet set = test.world().engine().policySet();
                        if (!noticed && set.policies().stream().anyMatch(each -> each.id().equals(policy.id()))) {
                            PolicyEngine engine = engines.get(test.world());
                            if (engine == null) {
                                engine = PolicyEngine.of(changed(set, mutant), test.world().engine().directory(), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                                        new Diagnostics());
                                engines.put(test.world(), engine);
                            }
                            noticed = !TestRun.passes(test, engine);
                        }
                    }
                    if (!noticed) {
                        unnoticed.add(mutant);
                    }
                }
            }
        }
        return names(unnoticed);
    }

    private static PolicySet changed(PolicySet set, Mutant mutant) {
        List<ConditionalAccessPolicy> policies = set.policies().stream().map(each -> each.id().equals(mutant.policy().id()) ? mutant.policy() : each).toList();
        return set.withPolicies(policies);
    }
}
