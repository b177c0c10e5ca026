package dev.sallyport.decide;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.drools.model.functions.Predicate1;
import org.jspecify.annotations.Nullable;

/**
 * The rules on demands over every {@link Situation}: for each condition the situations in which it holds, as bits. A situation is the number that
 * {@link Situation} has of it. Faults can be planted.
 *
 * @param names      of the rules
 * @param conditions of each rule, all of which have to hold
 * @param brings     what each rule demands
 */
record DemandRules(List<String> names, List<List<BitSet>> conditions, List<Integer> brings) {

    /** How many situations there are. */
    static final int SITUATIONS = 1 << 19;

    /** What cannot be, with the reason. */
    record Impossible(String words, IntPredicate holds) { }

    static final List<Impossible> IMPOSSIBLE = List.of(
            new Impossible("per-user MFA is enabled or enforced", s -> has(s, Situation.PER_USER_ENABLED) && has(s, Situation.PER_USER_ENFORCED)),
            new Impossible("an app password and a passkey are security information (AP-23)",
                    s -> has(s, Situation.CREATES_APP_PASSWORD | Situation.REGISTERS_PASSKEY) && !has(s, Situation.CHANGES_SECURITY_INFO)),
            new Impossible("one thing is registered at a time", s -> has(s, Situation.CREATES_APP_PASSWORD) && has(s, Situation.REGISTERS_PASSKEY)),
            new Impossible("security defaults and Microsoft's own MFA are about sign-ins",
                    s -> has(s, Situation.UNDER_SECURITY_DEFAULTS | Situation.UNDER_MANDATORY_MFA) && has(s, Situation.CHANGES_SECURITY_INFO)),
            new Impossible("MFA within five minutes is an MFA claim (REG-04)", s -> has(s, Situation.RECENT_MFA) && !has(s, Situation.MFA_CLAIM)));

    /** Whether any of some facts is so. */
    static boolean has(int situation, int facts) {
        return (situation & facts) != 0;
    }

    static boolean isPossible(int situation) {
        return IMPOSSIBLE.stream().noneMatch(each -> each.holds().test(situation));
    }

    /** The rules of the product. */
    static DemandRules ofProduct() {
        DecisionRules.RuleSet set = DecisionRules.WALKED.demands;
        Predicate1<Object>[][] chains = RuleTable.field(set.network, "chains");
        List<List<BitSet>> conditions = new ArrayList<>();
        List<Integer> brings = new ArrayList<>();
        for (int rule = 0; rule < set.names.size(); rule++) {
            conditions.add(IntStream.range(0, chains[rule].length).mapToObj(i -> new BitSet(SITUATIONS)).toList());
            Situation nothing = new Situation(0);
            set.run(rule, nothing);
            brings.add(nothing.demands());
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
    BitSet matches(int rule) {
        BitSet matches = new BitSet(SITUATIONS);
        matches.set(0, SITUATIONS);
        conditions.get(rule).forEach(matches::and);
        return matches;
    }

    /** What is demanded in each situation. */
    byte[] demands() {
        byte[] demands = new byte[SITUATIONS];
        for (int rule = 0; rule < names.size(); rule++) {
            int brings = this.brings.get(rule);
            matches(rule).stream().forEach(state -> demands[state] |= (byte) brings);
        }
        return demands;
    }

    DemandRules without(int rule) {
        return new DemandRules(without(names, rule), without(conditions, rule), without(brings, rule));
    }

    DemandRules withoutCondition(int rule, int condition) {
        List<List<BitSet>> changed = new ArrayList<>(conditions);
        changed.set(rule, without(conditions.get(rule), condition));
        return new DemandRules(names, changed, brings);
    }

    DemandRules withExchangedConsequences(int rule, int other) {
        List<Integer> changed = new ArrayList<>(brings);
        changed.set(rule, brings.get(other));
        changed.set(other, brings.get(rule));
        return new DemandRules(names, conditions, changed);
    }

    private static <T> List<T> without(List<T> list, int index) {
        List<T> left = new ArrayList<>(list);
        left.remove(index);
        return left;
    }

    /** The smallest situation in which a rule matches and without it something else is demanded; {@code null} for none. */
    @Nullable Integer smallest(int rule) {
        byte[] with = demands();
        byte[] without = without(rule).demands();
        return matches(rule).stream().filter(state -> with[state] != without[state] && isPossible(state)).boxed()
                .min(Comparator.comparing(Integer::bitCount)).orElse(null);
    }

    /** What is so in a situation. */
    static String words(int situation) {
        List<Field> facts = List.of(Situation.class.getDeclaredFields());
        return facts.stream().filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == int.class).limit(19)
                .filter(field -> has(situation, bit(field))).map(field -> field.getName().toLowerCase(Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
    }

    private static int bit(Field field) {
        try {
            return field.getInt(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
