package dev.sallyport.decide;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.drools.model.functions.Predicate1;
import org.jspecify.annotations.Nullable;

/**
 * The rules on demands over every {@link Situation}: for each condition the situations in which it holds, as bits. A situation is the
 * number that {@link Situation} has of it.
 *
 * @param names      of the rules
 * @param conditions of each rule, all of which have to hold
 * @param brings     what each rule demands
 */
record DemandRules(List<String> names, List<List<BitSet>> conditions, List<Integer> brings) {

    /** The facts that rules can see, in the order of their bits. */
    private static final List<String> FACTS = Arrays.stream(Situation.class.getDeclaredFields())
            .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == int.class)
            .map(Field::getName).takeWhile(name -> !name.equals("CONCERNED")).map(OpenCase::lower).toList();

    /** How many situations there are. */
    static final int SITUATIONS = 1 << FACTS.size();

    /** Fewest facts first. */
    static final Comparator<Integer> SMALLER = Comparator.comparing(Integer::bitCount);

    /** What cannot be, with the reason. */
    record Impossible(String words, IntPredicate holds) { }

    static final List<Impossible> IMPOSSIBLE = List.of(
            new Impossible("An app password and a passkey are security information (AP-23).",
                    s -> has(s, Situation.CREATES_APP_PASSWORD | Situation.REGISTERS_PASSKEY) && !has(s, Situation.CHANGES_SECURITY_INFO)),
            new Impossible("MFA within five minutes is an MFA claim (REG-04).",
                    s -> has(s, Situation.RECENT_MFA) && !has(s, Situation.MFA_CLAIM)));

    /** Whether any of some facts is so. */
    static boolean has(int situation, int facts) {
        return (situation & facts) != 0;
    }

    static boolean isPossible(int situation, List<Impossible> impossible) {
        for (Impossible each : impossible) {
            if (each.holds().test(situation)) {
                return false;
            }
        }
        return true;
    }

    /** The situations that can be. */
    static int[] possible(List<Impossible> impossible) {
        return IntStream.range(0, SITUATIONS).filter(situation -> isPossible(situation, impossible)).toArray();
    }

    /** The rules of the product. */
    static DemandRules ofProduct() {
        DecisionRules.RuleSet set = DecisionRules.WALKED.demands;
        Predicate1<Object>[][] chains = RuleTable.field(set.network, "chains");
        List<List<BitSet>> conditions = new ArrayList<>();
        List<Integer> brings = new ArrayList<>();
        for (int rule = 0; rule < set.names.size(); rule++) {
            conditions.add(IntStream.range(0, chains[rule].length).mapToObj(i -> new BitSet(SITUATIONS)).toList());
            Situation none = new Situation(0);
            set.run(rule, none);
            brings.add(none.demands());
        }
        for (int state = 0; state < SITUATIONS; state++) {
            Situation situation = new Situation(state);
            for (int rule = 0; rule < chains.length; rule++) {
                for (int i = 0; i < chains[rule].length; i++) {
                    try {
                        conditions.get(rule).get(i).set(state, chains[rule][i].test(situation));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
        return new DemandRules(set.names, conditions, brings);
    }

    /** The situations in which a rule matches. */
    private BitSet matches(int rule) {
        BitSet matches = new BitSet(SITUATIONS);
        matches.set(0, SITUATIONS);
        conditions.get(rule).forEach(matches::and);
        return matches;
    }

    /** What is demanded in each situation. */
    byte[] demands() {
        byte[] demands = new byte[SITUATIONS];
        for (int rule = 0; rule < names.size(); rule++) {
            BitSet matches = matches(rule);
            for (int state = matches.nextSetBit(0); state >= 0; state = matches.nextSetBit(state + 1)) {
                demands[state] |= brings.get(rule).byteValue();
            }
        }
        return demands;
    }

    /** Faults of one rule: it is deleted, it loses a condition, and it and the next one exchange their consequences. */
    List<DemandRules> faults(int rule) {
        List<DemandRules> faults = new ArrayList<>(List.of(without(rule)));
        for (int condition = 0; condition < conditions.get(rule).size(); condition++) {
            List<List<BitSet>> changed = new ArrayList<>(conditions);
            changed.set(rule, without(conditions.get(rule), condition));
            faults.add(new DemandRules(names, changed, brings));
        }
        if (rule + 1 < names.size()) {
            List<Integer> changed = new ArrayList<>(brings);
            changed.set(rule, brings.get(rule + 1));
            changed.set(rule + 1, brings.get(rule));
            faults.add(new DemandRules(names, conditions, changed));
        }
        return faults;
    }

    private DemandRules without(int rule) {
        return new DemandRules(without(names, rule), without(conditions, rule), without(brings, rule));
    }

    private static <T> List<T> without(List<T> list, int index) {
        List<T> left = new ArrayList<>(list);
        left.remove(index);
        return left;
    }

    /** The smallest situation in which something else is demanded without a rule, in words; {@code null} for none. */
    @Nullable String smallest(int rule) {
        byte[] with = demands();
        byte[] without = without(rule).demands();
        return matches(rule).stream().filter(state -> with[state] != without[state] && isPossible(state, IMPOSSIBLE)).boxed().min(SMALLER)
                .map(DemandRules::words).orElse(null);
    }

    /** What is so in a situation. */
    static String words(int situation) {
        return words(situation, FACTS);
    }

    /** The facts whose bits are set. */
    static String words(int bits, List<String> facts) {
        String words = IntStream.range(0, facts.size()).filter(fact -> has(bits, 1 << fact)).mapToObj(facts::get)
                .collect(Collectors.joining(", "));
        return words.isEmpty() ? OpenCase.NONE : words;
    }
}
