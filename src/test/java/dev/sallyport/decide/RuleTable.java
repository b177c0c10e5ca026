package dev.sallyport.decide;

import dev.sallyport.compile.Snapshot;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.drools.model.functions.BlockN;
import org.drools.model.functions.Predicate1;

/**
 * The rules of which the first that matches decides: conditions and consequences as the build compiled them, in firing order. Faults can be
 * planted.
 *
 * @param rules in firing order
 */
record RuleTable(List<Rule> rules) {

    /** @param conditions all of which have to hold */
    record Rule(String name, int salience, List<Predicate1<Object>> conditions, BlockN consequence) {

        boolean matches(Case situation) {
            try {
                for (Predicate1<Object> condition : conditions) {
                    if (!condition.test(situation)) {
                        return false;
                    }
                }
                return true;
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The rules of the product. */
    static RuleTable ofProduct() {
        Map<String, Integer> saliences = WrittenRule.deciding().stream()
                .collect(Collectors.toMap(WrittenRule::name, WrittenRule::salience));
        DecisionRules.RuleSet set = DecisionRules.WALKED.outcome;
        Predicate1<Object>[][] chains = field(set.network, "chains");
        return new RuleTable(IntStream.range(0, set.names.size()).mapToObj(i -> new Rule(set.names.get(i), saliences.get(set.names.get(i)),
                List.of(chains[i]), set.consequences[i])).toList());
    }

    @SuppressWarnings("unchecked")
    static <T> T field(Object of, String name) {
        try {
            Field field = of.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return (T) field.get(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The number of the rule that decides a situation; -1 for none. */
    int first(Case situation) {
        return first(situation, 0);
    }

    /** The number of the first rule that decides a situation, of those from a number on; -1 for none. */
    int first(Case situation, int from) {
        for (int i = from; i < rules.size(); i++) {
            if (rules.get(i).matches(situation)) {
                return i;
            }
        }
        return -1;
    }

    /** What a rule decides; its policies aside, which rules do not see. */
    Ruling ruling(int rule, OpenCase situation) {
        return ruling(rules.get(rule).consequence(), situation);
    }

    private static Ruling ruling(BlockN consequence, OpenCase situation) {
        try {
            WORLD.begin(situation);
            consequence.execute(situation);
            return situation.ruling();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The outcome of each rule, which is that of its consequence whatever the situation. */
    List<Outcome> outcomes() {
        OpenCase nothing = new OpenCase();
        nothing.set(-1L, 0);
        return rules.stream().map(rule -> ruling(rule.consequence(), nothing).outcome()).toList();
    }

    /** Faults of one rule: it is deleted, it loses a condition, and it and the next one exchange their consequences. */
    List<RuleTable> faults(int number) {
        List<RuleTable> faults = new ArrayList<>();
        List<Rule> left = new ArrayList<>(rules);
        Rule rule = left.remove(number);
        faults.add(new RuleTable(left));
        for (Predicate1<Object> condition : rule.conditions()) {
            List<Predicate1<Object>> others = rule.conditions().stream().filter(each -> each != condition).toList();
            faults.add(with(number, new Rule(rule.name(), rule.salience(), others, rule.consequence())));
        }
        if (number + 1 < rules.size()) {
            Rule next = rules.get(number + 1);
            faults.add(with(number, new Rule(rule.name(), rule.salience(), rule.conditions(), next.consequence()))
                    .with(number + 1, new Rule(next.name(), next.salience(), next.conditions(), rule.consequence())));
        }
        return faults;
    }

    private RuleTable with(int number, Rule rule) {
        List<Rule> changed = new ArrayList<>(rules);
        changed.set(number, rule);
        return new RuleTable(changed);
    }

    /** Any world without policies; consequences look at more than conditions may. */
    private static final class World {

        private final Scenario scenario;
        private final Facts facts;
        private final Claims claims;
        private final Standings standings;

        World() throws InvalidRequestException {
            scenario = RandomWorld.of(1).scenario(0).with(List.of());
            facts = scenario.facts();
            PolicySet set = scenario.resolved();
            claims = new Claims(facts, set.mfaSettings());
            standings = new Standings().begin(new Snapshot(set, scenario.directory(), false), DecisionRules.WALKED, new long[0], facts,
                    claims, facts.action);
        }

        void begin(Case situation) {
            situation.begin(scenario.policies().mfaSettings(), (of, with) -> standings, facts, claims, standings, 0, 0, facts.now, false);
        }
    }

    private static final World WORLD = world();

    private static World world() {
        try {
            return new World();
        } catch (InvalidRequestException e) {
            throw new IllegalStateException(e);
        }
    }
}
