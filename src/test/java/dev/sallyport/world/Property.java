package dev.sallyport.world;

import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.Decision;
import dev.sallyport.PolicyEngine;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Looks for a scenario in which a property does not hold, in {@code -Dsallyport.worlds} worlds from {@code -Dsallyport.seed}. One that is
 * found is made small and printed as files and the command that decides them.
 */
public final class Property {

    /** The seed of every property. */
    public static final long SEED = Long.getLong("sallyport.seed", 7);
    /** How many worlds each property looks at. */
    public static final int WORLDS = Integer.getInteger("sallyport.worlds", 100);
    private static final int REQUESTS = 40;

    private Property() { }

    /** How two decisions of one scenario have to be to each other. */
    public interface Relation {
        /** Whether they are. */
        boolean holds(Decision before, Decision after);
    }

    /** The world of this number. */
    public static RandomWorld world(int number) {
        return RandomWorld.of(SEED * 2_000_003 + number);
    }

    /** Decides every scenario as it is and changed. */
    public static void holds(UnaryOperator<Scenario> change, Relation relation) {
        holds(UnaryOperator.identity(), change, relation);
    }

    /**
     * Decides every scenario in two ways, each of which says it differently or under other policies. What a change does to policies
     * must not hang on the request.
     */
    public static void holds(UnaryOperator<Scenario> one, UnaryOperator<Scenario> other, Relation relation) {
        everywhere(scenario -> List.of(one.apply(scenario).engine(), other.apply(scenario).engine()),
                (scenario, engines) -> relation.holds(decide(engines.get(0), one.apply(scenario)), decide(engines.get(1), other.apply(scenario))),
                scenario -> "before: " + decide(one.apply(scenario).engine(), one.apply(scenario)) + "\nafter:  "
                        + decide(other.apply(scenario).engine(), other.apply(scenario)) + "\n\nafter the change:\n" + other.apply(scenario).describe()
                        + "\nbefore the change:");
    }

    /**
     * Looks at every scenario with engines that are made once a world, so they must not hang on the request.
     *
     * @param told what to say of a small scenario in which the property does not hold
     */
    public static void everywhere(Function<Scenario, List<PolicyEngine>> engines, BiPredicate<Scenario, List<PolicyEngine>> property,
            Function<Scenario, String> told) {
        for (int w = 0; w < WORLDS; w++) {
            RandomWorld world = world(w);
            Scenario first = world.scenario(0).loadable();
            List<PolicyEngine> made = engines.apply(first);
            for (int i = 0; i < REQUESTS; i++) {
                Scenario scenario = world.scenario(i).with(first.policies());
                if (!property.test(scenario, made)) {
                    Scenario small = Shrinker.shrink(scenario, each -> !property.test(each, engines.apply(each)));
                    fail("%s, request %d, seed %d%n%s%n%s", world, i, SEED, told.apply(small), small.describe());
                }
            }
        }
    }

    /** The engine's decision. */
    public static Decision decide(PolicyEngine engine, Scenario scenario) {
        return engine.evaluate(scenario.request(), scenario.user());
    }

    /** What a gateway acts upon: neither the trace nor the diagnostics, which also tell of policies that make no difference. */
    public static boolean haveEqualRulings(Decision a, Decision b) {
        return ruling(a).equals(ruling(b));
    }

    private static List<Object> ruling(Decision decision) {
        return Arrays.asList(decision.request(), decision.user(), decision.outcome(), decision.reason(), decision.errorCode(), decision.requiredControls(),
                decision.registration(), decision.sessionControls(), decision.stateChange(), decision.evaluatedDateTime());
    }

    /** What the user meets: the same ruling, whichever policies asked for it. */
    public static boolean haveEqualOutcomes(Decision a, Decision b) {
        return met(a).equals(met(b));
    }

    private static List<Object> met(Decision decision) {
        return Arrays.asList(decision.outcome(), decision.reason().code(), decision.errorCode(), decision.requiredControls(), decision.registration(),
                decision.sessionControls(), decision.stateChange());
    }
}
