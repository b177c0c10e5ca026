package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.drools.model.functions.BlockN;
import org.drools.model.functions.Predicate1;
import org.junit.jupiter.api.Test;

/** Attack 62: a decision rule that throws, in its condition or in its consequence, blocks the requests that reach it and no other. */
class FailingRulesTest {

    private static final List<Throwable> FAILURES = List.of(new IllegalStateException("planted"), new Exception("planted"), new StackOverflowError());
    private static final int WORLDS = 6;
    private static final int REQUESTS = 600;

    private final List<RandomWorld> worlds = IntStream.range(0, WORLDS).mapToObj(seed -> RandomWorld.ofSize(seed, 40)).toList();
    private final List<PolicyEngine> engines = worlds.stream().map(world -> world.scenario(0).loadable().engine()).toList();
    private final List<Decision> usual = decisions();

    private List<Decision> decisions() {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            Scenario scenario = worlds.get(i % WORLDS).scenario(i);
            decisions.add(engines.get(i % WORLDS).evaluate(scenario.request(), scenario.user()));
        }
        return decisions;
    }

    @SuppressWarnings("unchecked")
    private static <T> T field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return (T) field.get(of);
    }

    /** Answers of rules are kept; a rule that is to fail has to be asked. */
    private static void forget() throws ReflectiveOperationException {
        for (String answers : List.of("knownDemands", "knownOutcomes")) {
            AtomicLongArray slots = field(field(DecisionRules.WALKED, answers), "slots");
            for (int i = 0; i < slots.length(); i++) {
                slots.set(i, 0);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    /** How many requests failed; the others were decided as usual, and so is everything once the rule is whole again. */
    private int failed() throws ReflectiveOperationException {
        forget();
        List<Decision> now = decisions();
        int failed = 0;
        for (int i = 0; i < REQUESTS; i++) {
            if (now.get(i).reason().code() == ReasonCode.EVALUATION_FAILED) {
                assertThat(now.get(i).outcome()).isEqualTo(Outcome.BLOCK);
                failed++;
            } else {
                assertThat(now.get(i)).isEqualTo(usual.get(i));
            }
        }
        return failed;
    }

    @Test
    void attack_62_consequenceThatThrows_blocksWhatReachesIt_andTheNextRequestIsDecided() throws Exception {
        int reached = 0;
        int rules = 0;
        for (String set : List.of("demands", "outcome")) {
            BlockN[] consequences = field(field(DecisionRules.WALKED, set), "consequences");
            for (int rule = 0; rule < consequences.length; rule++) {
                BlockN whole = consequences[rule];
                Throwable failure = FAILURES.get(rule % FAILURES.size());
                try {
                    consequences[rule] = arguments -> FailingRulesTest.<RuntimeException>sneak(failure);
                    int failed = failed();
                    reached += failed > 0 ? 1 : 0;
                    assertThat(failed).as("a rule that every request reaches").isLessThan(REQUESTS);
                } finally {
                    consequences[rule] = whole;
                }
                rules++;
            }
        }
        forget();
        assertThat(decisions()).isEqualTo(usual);
        assertThat(reached).as("rules that were reached, of " + rules).isGreaterThan(rules / 2);
    }

    @Test
    void attack_62_conditionThatThrows_blocksWhatReachesIt_andTheNextRequestIsDecided() throws Exception {
        int reached = 0;
        int conditions = 0;
        for (String set : List.of("demands", "outcome")) {
            Object[] roots = field(field(field(DecisionRules.WALKED, set), "network"), "roots");
            for (int root = 0; root < roots.length; root++) {
                Object whole = roots[root];
                Throwable failure = FAILURES.get(root % FAILURES.size());
                Predicate1<Object> broken = fact -> {
                    FailingRulesTest.<RuntimeException>sneak(failure);
                    return false;
                };
                Constructor<?> node = whole.getClass().getDeclaredConstructors()[0];
                node.setAccessible(true);
                try {
                    Array.set(roots, root, node.newInstance(broken, field(whole, "next"), field(whole, "rules")));
                    reached += failed() > 0 ? 1 : 0;
                } finally {
                    roots[root] = whole;
                }
                conditions++;
            }
        }
        forget();
        assertThat(decisions()).isEqualTo(usual);
        assertThat(reached).as("conditions, all of which are asked").isEqualTo(conditions);
    }
}
